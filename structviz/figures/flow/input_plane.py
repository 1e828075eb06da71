"""What a network decides for each point of its input plane, and where it squeezes or folds that plane."""

import numpy as np
import plotly.graph_objects as go
from jaxtyping import Bool, Float, Int, Real
from torch import Tensor

from structviz.errors import ShapeError
from structviz.figures.charts import decade_ticks, decades, hatching, pixel_centres, square, themed
from structviz.figures.flow.marks import class_points, decision_heat, scatter
from structviz.figures.flow.view import View, inside_window
from structviz.figures.theme import NEUTRAL

__all__ = ["decision_map", "fold_map"]

_FOLD = "#E4003A"

_HEAT = ("#20262E", "#6B737E", "#B4BCC5", "#F3F5F7")
"""From squeezed to not squeezed: pale, so that red is seen."""

_NOWHERE = np.full((1, 2), np.nan)


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
    view = View(np.eye(2), np.zeros(2), 0.0, half_width)
    places = points.double().cpu().numpy()
    figure = go.Figure([decision_heat(probabilities, half_width), *class_points(places, labels, view)[0]])
    if wrong is not None and wrong.any():
        ringed, _ = inside_window(places[wrong.cpu().numpy()], half_width)
        # A light ring in a dark one is seen on every ground; neither is seen on every page, so the legend has a third.
        for colour, width, centres in (("#12161C", 4, ringed), ("#FFFFFF", 1.7, ringed), (NEUTRAL, 2.5, _NOWHERE)):
            marker = {"symbol": "circle-open", "size": 14, "color": colour, "line_width": width}
            trace = scatter(centres, name="wrongly classified", mode="markers", marker=marker, hoverinfo="skip")
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
            scatter(
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
