"""What a network decides for each point of its input plane, and where it squeezes or folds that plane."""

import numpy as np
import plotly.graph_objects as go
from jaxtyping import Bool, Float, Int, Real
from torch import Tensor

from structviz.errors import ShapeError
from structviz.figures.charts import decade_ticks, decades, hatching, pixel_centres, scatter, square, themed
from structviz.figures.decision_map import decision_scale
from structviz.figures.flow.view import Plane, inside_window
from structviz.figures.theme import CLASS_COLOURS, CLASS_SYMBOLS, NEUTRAL

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

    Returns
    -------
    Figure
        The window with both axes in units of the plane, class 0 round and class 1 square.
    """
    places = points.double().cpu().numpy()
    figure = go.Figure([_decisions(probabilities, half_width), *_class_points(places, labels, half_width)])
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

    Returns
    -------
    Figure
        The window with both axes in units of the plane; the singular values have a logarithmic scale.

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


def _class_points(places: Plane, labels: Int[Tensor, "point"], half_width: float) -> list[go.Scatter]:
    """The points of each class that are in the window."""
    traces = []
    for label in (0, 1):
        own, _ = inside_window(places[(labels == label).cpu().numpy()], half_width)
        marker = {
            "color": CLASS_COLOURS[label], "symbol": CLASS_SYMBOLS[label], "size": 7,
            "line": {"color": "rgba(255,255,255,0.75)", "width": 0.8},
        }  # fmt: skip
        hover = f"%{{x:.2f}}, %{{y:.2f}}<extra>class {label}</extra>"
        traces.append(scatter(own, name=f"class {label}", mode="markers", marker=marker, hovertemplate=hover))
    return traces


def _decisions(probabilities: Float[Tensor, "row column"], half_width: float) -> go.Contour:
    """The tints of both classes, and the line between them."""
    # Half a pixel more on each side, so that the window is filled.
    values = np.pad(probabilities.float().cpu().numpy(), 1, mode="edge")
    across, upwards = (
        np.concatenate([[-half_width], pixel_centres(n - 2, half_width), [half_width]]) for n in values.shape[::-1]
    )
    return go.Contour(
        x=across.astype(np.float32), y=upwards[::-1].astype(np.float32), z=values, zmin=0, zmax=1,
        colorscale=decision_scale(), showscale=False, hoverinfo="skip",
        contours={"start": 0.5, "end": 0.5, "size": 1, "coloring": "heatmap"},
        line={"color": NEUTRAL, "width": 2.5, "smoothing": 1.3},
    )  # fmt: skip
