"""Still figures of a flow: points after some layers, what a network decides, where it folds, the order of its steps."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go
import torch
from jaxtyping import Bool, Float, Int, Real
from plotly.subplots import make_subplots
from torch import Tensor

from structviz.errors import ConfigError, ShapeError
from structviz.figures.charts import (
    decade_ticks,
    decades,
    hatching,
    heading,
    logarithmic,
    pixel_centres,
    square,
    themed,
    translucent,
)
from structviz.figures.theme import CLASS_COLOURS, CLASS_SYMBOLS, INTEGRATOR_COLOURS, INTEGRATOR_SYMBOLS, NEUTRAL
from structviz.flows import Film, StepStudy
from structviz.ode import INTEGRATORS

__all__ = ["decision_map", "fold_map", "panels", "step_plot"]

Plane = Float[np.ndarray, "point 2"]

_TINT, _SURE = 0.16, 0.5
"""Opacity of a half-plane, and where a classifier is certain."""

_FOLD = "#E4003A"

_HEAT = ("#20262E", "#6B737E", "#B4BCC5", "#F3F5F7")
"""From squeezed to not squeezed: pale, so that red is seen."""

_NOWHERE = np.full((1, 2), np.nan)


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
    last = n_layers or len(film.times) - 1
    if not layers or not all(0 <= layer <= last for layer in layers):
        raise ConfigError(f"This film shows 0 to {last} layers; got {list(layers)}. Choose one or more of these.")
    if columns < 1:
        raise ConfigError(f"A figure has one column of panels or more; got {columns}.")
    columns = min(columns, len(layers))
    rows = -(-len(layers) // columns)
    figure = make_subplots(rows, columns, horizontal_spacing=0.04 / columns, vertical_spacing=0.16 / rows)
    view, named = _view(film), set[str]()
    ticks = last * (film.times - film.times[0]) / (film.times[-1] - film.times[0]).clamp(min=1e-12)
    for position, frame in enumerate([int((ticks - layer).abs().argmin()) for layer in layers]):
        row, column = (1 + p for p in divmod(position, columns))
        drawn, n_outside = _points(_seen(film.positions[frame], view.axes), film.labels, view)
        pulled_back = decisions and film.decisions[frame].numel() > 0
        ground = [_heat(film.decisions[frame], view.half_width)] if pulled_back else _half_planes(view)
        line = [] if pulled_back else _line(view)
        for trace in [*ground, *line, *drawn]:
            if trace.name and len(trace.x):
                trace.update(legendgroup=trace.name, showlegend=trace.name not in named)
                named.add(trace.name)
            figure.add_trace(trace, row, column)
        square(figure, view.half_width, row, column)
        layer = round(float(ticks[frame]))
        words = "input" if layer == 0 else f"after {layer} layer{'s' if layer > 1 else ''}"
        heading(figure, f"{words} ({n_outside} outside)" if n_outside else words, row, column)
    figure.update_layout(margin={"l": 8, "r": 8, "t": 64, "b": 8})
    return themed(figure, 72 + rows * side + (rows - 1) * 40, view.note, columns * side)


def step_plot(study: StepStudy, chosen: float | None = None, height: int = 440) -> go.Figure:
    """The distance to the continuous flow against the time step, and the slopes: the orders of the integrators.

    Parameters
    ----------
    study
        The distances. Steps that count for a slope have full symbols, and its line goes through these only.
    chosen
        The time step of the network that is shown elsewhere; a line marks it.
    height
        In pixels.

    Raises
    ------
    ConfigError
        If the chosen step is not positive.
    """
    if chosen is not None and not chosen > 0:
        raise ConfigError(f"A time step is positive; got {chosen:g}.")
    figure, steps = go.Figure(), np.array(study.steps)
    shown: list[float] = []
    blown: list[str] = []
    for name, values in study.distances.items():
        distances = np.array(values)
        # What is exactly 0 has no logarithm either.
        drawable = np.isfinite(distances) & (distances > 0)
        counts = np.array(study.fitted[name])[drawable]
        figure.add_traces(_integrator(name, steps[drawable], distances[drawable], counts, study.slopes[name]))
        shown += distances[drawable].tolist()
        if not np.isfinite(distances).all():
            lost = ", ".join(f"{step:.3g}" for step in steps[~np.isfinite(distances)])
            blown.append(f"{_title(name)} at Δt = {lost}")
    marked = [] if chosen is None else [chosen]
    for step in marked:
        figure.add_vline(step, line={"color": NEUTRAL, "dash": "dash", "width": 2})
        # Unlike a line, words on a logarithmic axis stand at the logarithm. Below the points there is room for them.
        figure.add_annotation(
            x=math.log10(step), xanchor="left" if step < max(steps) / 4 else "right", y=0, yref="paper",
            yanchor="bottom", text=f"Δt = {step:.3g}", showarrow=False, xshift=4 if step < max(steps) / 4 else -4,
        )  # fmt: skip
    figure.update_xaxes(logarithmic([*study.steps, *marked], "time step Δt"))
    figure.update_yaxes(logarithmic(shown, "distance to the continuous flow"))
    figure.update_layout(margin={"l": 72, "r": 12, "t": 56, "b": 56})
    note = f"Left out, as the computation blew up: {'; '.join(blown)}." if blown else ""
    return themed(figure, height, note, room=300, gap=58)


def decision_map(
    probabilities: Float[Tensor, "row column"],
    half_width: float,
    points: Float[Tensor, "point 2"],
    labels: Int[Tensor, "point"],
    wrong: Bool[Tensor, "point"] | None = None,
    side: int = 420,
) -> go.Figure:
    """What a network decides for each point of its input plane, with the points that it learned from.

    Parameters
    ----------
    probabilities
        Of class 1, for the pixels of the window [-half_width, half_width]²; the first row has the largest second
        coordinate.
    half_width
        Half the side of the window.
    points, labels
        Where the points are, and 0 or 1.
    wrong
        Which of the points get a ring, as they are classified wrongly.
    side
        Wanted side in pixels.
    """
    view = _View(np.eye(2), np.zeros(2), 0.0, half_width)
    places = points.double().cpu().numpy()
    figure = go.Figure([_heat(probabilities, half_width), *_points(places, labels, view)[0]])
    if wrong is not None and wrong.any():
        ringed, _ = _inside(places[wrong.cpu().numpy()], half_width)
        # A light ring in a dark one is seen on every ground; neither is seen on every page, so the legend has a third.
        for colour, width, centres in (("#12161C", 4, ringed), ("#FFFFFF", 1.7, ringed), (NEUTRAL, 2.5, _NOWHERE)):
            marker = {"symbol": "circle-open", "size": 14, "color": colour, "line_width": width}
            trace = _scatter(centres, name="wrongly classified", mode="markers", marker=marker, hoverinfo="skip")
            figure.add_trace(trace.update(showlegend=centres is _NOWHERE))
    square(figure, half_width)
    figure.update_layout(margin={"l": 8, "r": 8, "t": 40, "b": 8})
    return themed(figure, side + 48)


def fold_map(
    signs: Real[Tensor, "row column"], smallest: Float[Tensor, "row column"], half_width: float, side: int = 420
) -> go.Figure:
    """Where a map of the plane nearly squeezes everything into a line, and where it turns the plane over.

    Parameters
    ----------
    signs
        Of the determinant of the Jacobian, for the pixels of the window; the first row has the largest second
        coordinate. Where it is negative the map is hatched in red: a flow never does that. 0 where there is no such
        thing as an orientation.
    smallest
        The smallest singular value of the Jacobian; its logarithm is shown as heat.
    half_width
        Half the side of the window.
    side
        Wanted side in pixels.

    Raises
    ------
    ShapeError
        If there is not one sign for each singular value.
    """
    if signs.shape != smallest.shape:
        raise ShapeError(f"Give one sign for each value; got shapes {tuple(signs.shape)} and {tuple(smallest.shape)}.")
    values = smallest.double().cpu().numpy()
    low, high = decades(values)
    with np.errstate(divide="ignore"):
        # What is squeezed altogether has the colour of the low end; what is no number stays empty.
        heat = np.log10(np.where(np.isfinite(values), values, np.nan)).clip(low)
    across, upwards = (pixel_centres(n, half_width) for n in heat.shape[::-1])
    figure = go.Figure(
        go.Heatmap(
            x=across, y=upwards[::-1], z=heat.astype(np.float32), zmin=low, zmax=high, colorscale=_HEAT,
            zsmooth="best", hoverinfo="skip",
            colorbar={
                "title": {"text": "smallest singular value", "side": "right"}, "thickness": 14, "outlinewidth": 0,
                **decade_ticks(low, high),
            },
        )
    )  # fmt: skip
    negative = signs.double().cpu().numpy() < 0
    if negative.any():
        figure.add_trace(
            _scatter(
                hatching(negative, half_width), mode="lines", line={"color": _FOLD, "width": 1.2}, name="turned over",
                hoverinfo="skip",
            )
        )  # fmt: skip
        figure.add_trace(
            go.Contour(
                x=across, y=upwards[::-1], z=np.where(negative, -1, 1).astype(np.int8), hoverinfo="skip",
                contours={"start": 0, "end": 0, "size": 1, "coloring": "none"}, showlegend=False, showscale=False,
                line={"color": _FOLD, "width": 2.5, "smoothing": 1.3},
            )
        )  # fmt: skip
    square(figure, half_width)
    figure.update_layout(margin={"l": 8, "r": 8, "t": 40, "b": 8}, showlegend=True)
    positive = bool((signs > 0).all())
    note = "The determinant of the Jacobian is positive everywhere: nothing is turned over." if positive else ""
    return themed(figure, side + 48, note, room=side)


@dataclass(frozen=True)
class _View:
    """A plane on which points are seen, and the classifier there."""

    axes: Float[np.ndarray, "2 dim"]
    normal: Float[np.ndarray, "2"]
    offset: float
    half_width: float
    note: str = ""


def _view(film: Film) -> _View:
    normal = film.normal.double().cpu().numpy()
    length = float(np.linalg.norm(normal))
    if len(normal) == 2 or not 0 < length < math.inf:
        return _View(np.eye(2, len(normal)), normal[:2], film.offset, film.half_width)
    up = normal / length
    # Of the two axes of the input, the one that is seen less from its end.
    across = np.eye(len(normal))[abs(up[:2]).argmin()]
    across = across - (across @ up) * up
    axes = np.stack([across / np.linalg.norm(across), up])
    kept = film.positions[(film.positions.abs() <= film.half_width).all(-1)]
    half_width = max(film.half_width, 1.05 * float(np.abs(_seen(kept, axes)).max(initial=0)))
    note = f"Width {len(normal)}, seen along the classifier's plane: upwards is its normal."
    return _View(axes, np.array([0.0, length]), film.offset, half_width, note)


def _seen(positions: Float[Tensor, "point dim"], axes: Float[np.ndarray, "2 dim"]) -> Plane:
    return (positions.double().cpu() @ torch.from_numpy(axes).T).numpy()


def _points(places: Plane, labels: Int[Tensor, "point"], view: _View) -> tuple[list[go.Scatter], int]:
    """The points of each class that are in the window, and how many are not."""
    traces, n_outside = [], 0
    for label in (0, 1):
        own, n = _inside(places[(labels == label).cpu().numpy()], view.half_width)
        n_outside += n
        marker = {
            "color": CLASS_COLOURS[label], "symbol": CLASS_SYMBOLS[label], "size": 7,
            "line": {"color": "rgba(255,255,255,0.75)", "width": 0.8},
        }  # fmt: skip
        hover = f"%{{x:.2f}}, %{{y:.2f}}<extra>class {label}</extra>"
        traces.append(_scatter(own, name=f"class {label}", mode="markers", marker=marker, hovertemplate=hover))
    return traces, n_outside


def _inside(places: Plane, half_width: float) -> tuple[Float[np.ndarray, "inside 2"], int]:
    # No comparison with what is no number holds.
    inside = (np.abs(places) <= half_width).all(1)
    return places[inside], int((~inside).sum())


def _half_planes(view: _View) -> list[go.Scatter]:
    traces = []
    for label, sign in ((0, -1), (1, 1)):
        corners = _clipped(sign * view.normal, sign * view.offset, view.half_width)
        trace = _scatter(corners, mode="lines", fill="toself", fillcolor=translucent(CLASS_COLOURS[label], _TINT))
        traces.append(trace.update(line_width=0, hoverinfo="skip", showlegend=False, meta=f"class {label}"))
    return traces


def _line(view: _View) -> list[go.Scatter]:
    """The classifier's line in the window; none if the window has none."""
    corners = _clipped(view.normal, view.offset, view.half_width)
    size = np.linalg.norm(view.normal) * view.half_width
    ends = corners[np.abs(corners @ view.normal + view.offset) < 1e-9 * size]
    if len(ends) < 2:
        return []
    trace = _scatter(ends[[0, -1]], name="classifier's line", mode="lines", line={"color": NEUTRAL, "width": 2.5})
    return [trace.update(hoverinfo="skip", legendrank=1001)]


def _clipped(normal: Float[np.ndarray, "2"], offset: float, half_width: float) -> Plane:
    """The corners of the part of the window where normal · z + offset ≥ 0; none if there is no such part."""
    square = half_width * np.array([[-1.0, -1.0], [1.0, -1.0], [1.0, 1.0], [-1.0, 1.0]])
    values = square @ normal + offset
    if not np.isfinite(values).all():
        return np.zeros((0, 2))
    kept = []
    for k in range(4):
        here, there = values[k], values[(k + 1) % 4]
        if here >= 0:
            kept.append(square[k])
        if here * there < 0:
            kept.append(square[k] + here / (here - there) * (square[(k + 1) % 4] - square[k]))
    return np.array(kept).reshape(-1, 2)


def _heat(probabilities: Float[Tensor, "row column"], half_width: float) -> go.Contour:
    """Tints of both classes, clearest where the classifier is certain, and the line between them."""
    # Half a pixel more on each side, so that the window is filled.
    values = np.pad(probabilities.float().cpu().numpy(), 1, mode="edge")
    across, upwards = (
        np.concatenate([[-half_width], pixel_centres(n - 2, half_width), [half_width]]) for n in values.shape[::-1]
    )
    no, yes = CLASS_COLOURS
    stops = ((0, no, _SURE), (0.5, no, 0.04), (0.5, yes, 0.04), (1, yes, _SURE))
    scale = [(stop, translucent(colour, opacity)) for stop, colour, opacity in stops]
    return go.Contour(
        x=across.astype(np.float32), y=upwards[::-1].astype(np.float32), z=values, zmin=0, zmax=1, colorscale=scale,
        contours={"start": 0.5, "end": 0.5, "size": 1, "coloring": "heatmap"}, showscale=False, hoverinfo="skip",
        line={"color": NEUTRAL, "width": 2.5, "smoothing": 1.3},
    )  # fmt: skip


def _integrator(
    name: str,
    steps: Float[np.ndarray, "step"],
    distances: Float[np.ndarray, "step"],
    counts: Bool[np.ndarray, "step"],
    slope: float,
) -> list[go.Scatter]:
    """Full symbols where a step counts for the slope, with their line, and hollow ones elsewhere."""
    fitted = counts & math.isfinite(slope)
    colour, symbol = INTEGRATOR_COLOURS.get(name, NEUTRAL), INTEGRATOR_SYMBOLS.get(name, "cross")
    title = _title(name)
    common = {
        "name": f"{title}: slope {slope:.2f}" if fitted.any() else f"{title}: no slope", "legendgroup": title,
        "hovertemplate": f"Δt = %{{x:.3g}}<br>distance %{{y:.2g}}<extra>{title}</extra>",
    }  # fmt: skip
    places = np.stack([steps, distances], 1)
    full = {"symbol": symbol, "size": 10, "color": colour}
    hollow = {**full, "symbol": f"{symbol}-open", "line_width": 2}
    traces = [
        _scatter(places[which], mode="markers", marker=marker, **common)
        for which, marker in ((fitted, full), (~fitted, hollow))
        if which.any()
    ]
    for k, trace in enumerate(traces):
        trace.showlegend = k == 0
    if fitted.any():
        # Of the lines with this slope, the one that is closest to the points, as far as they go.
        level = np.mean(np.log(distances[fitted]) - slope * np.log(steps[fitted]))
        ends = np.array([steps[fitted].min(), steps[fitted].max()])
        line = {"name": f"{title}, fit", "legendgroup": title, "line_color": colour, "showlegend": False}
        line = {**line, "hoverinfo": "skip", "mode": "lines"}
        traces.append(_scatter(np.stack([ends, math.exp(level) * ends**slope], 1), **line))
    return traces


def _title(name: str) -> str:
    return INTEGRATORS[name].title if name in INTEGRATORS else name.capitalize()


def _scatter(places: Plane, **options: object) -> go.Scatter:
    return go.Scatter(x=places[:, 0].astype(np.float32), y=places[:, 1].astype(np.float32), **options)
