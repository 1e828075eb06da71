"""The points of a flow after some of its layers, side by side, as in the lecture."""

from collections.abc import Sequence

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from structviz.errors import ConfigError
from structviz.figures.charts import heading, square, themed, translucent
from structviz.figures.flow.marks import class_points, decision_heat, scatter
from structviz.figures.flow.view import View, ends_of_line, frames_after, half_plane, seen, view_of, words
from structviz.figures.theme import CLASS_COLOURS, NEUTRAL
from structviz.studies.flow import Film

__all__ = ["panels"]

_TINT = 0.16
"""Opacity of a half-plane."""


def panels(
    film: Film,
    layers: Sequence[int],
    columns: int = 4,
    side: int = 260,
    decisions: bool = False,
    n_layers: int | None = None,
) -> go.Figure:
    """Where the points are after some of the layers, side by side, with the classifier's line.

    A network wider than the plane is seen along the plane of its classifier, which then is a line: upwards is the
    classifier's normal, and every point is seen on the side on which it is.

    Parameters
    ----------
    film
        The film of the network.
    layers
        After how many layers; 0 shows the points that enter. The lecture has 0, 15, 30 and 40.
    columns
        Panels in a row: 4 for a beamer, 2 for a phone.
    side
        Wanted side of a panel in pixels: 260 for a beamer, 165 for a phone.
    decisions
        Whether a panel is tinted by what the layers still to come decide, and not by the classifier's half-planes;
        after the last layer that is the same. In the plane only.
    n_layers
        How many layers the film goes through, if it has not a frame for each; then the nearest frames are shown.

    Raises
    ------
    ConfigError
        If the film has no such layer, or there is no panel or no column.
    """
    frames = frames_after(film, layers, n_layers)
    if columns < 1:
        raise ConfigError(f"A figure has one column of panels or more; got {columns}.")
    columns = min(columns, len(layers))
    rows = -(-len(layers) // columns)
    figure = make_subplots(rows, columns, horizontal_spacing=0.04 / columns, vertical_spacing=0.16 / rows)
    view, named = view_of(film), set[str]()
    for position, (frame, layer) in enumerate(frames):
        row, column = (1 + p for p in divmod(position, columns))
        drawn, n_outside = class_points(seen(film.positions[frame], view.axes), film.labels, view)
        pulled_back = decisions and film.decisions[frame].numel() > 0
        ground = [decision_heat(film.decisions[frame], view.half_width)] if pulled_back else _half_planes(view)
        line = [] if pulled_back else _line(view)
        for trace in [*ground, *line, *drawn]:
            if trace.name and len(trace.x):
                trace.update(legendgroup=trace.name, showlegend=trace.name not in named)
                named.add(trace.name)
            figure.add_trace(trace, row, column)
        square(figure, view.half_width, row, column)
        heading(figure, words(layer, n_outside), row, column)
    figure.update_layout(margin={"l": 8, "r": 8, "t": 64, "b": 8})
    return themed(figure, 72 + rows * side + (rows - 1) * 40, view.note, columns * side)


def _half_planes(view: View) -> list[go.Scatter]:
    traces = []
    for label, sign in ((0, -1), (1, 1)):
        corners = half_plane(sign * view.normal, sign * view.offset, view.half_width)
        trace = scatter(corners, mode="lines", fill="toself", fillcolor=translucent(CLASS_COLOURS[label], _TINT))
        traces.append(trace.update(line_width=0, hoverinfo="skip", showlegend=False, meta=f"class {label}"))
    return traces


def _line(view: View) -> list[go.Scatter]:
    """The classifier's line in the window; none if the window has none."""
    ends = ends_of_line(view)
    if not len(ends):
        return []
    trace = scatter(ends, name="classifier's line", mode="lines", line={"color": NEUTRAL, "width": 2.5})
    return [trace.update(hoverinfo="skip", legendrank=1001)]
