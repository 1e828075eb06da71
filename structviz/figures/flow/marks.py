"""What the still figures of a flow are made of: points with the looks of their class, and tints of a decision."""

import numpy as np
import plotly.graph_objects as go
from jaxtyping import Float, Int
from torch import Tensor

from structviz.figures.charts import pixel_centres, translucent
from structviz.figures.flow.view import Plane, View, inside_window
from structviz.figures.theme import CLASS_COLOURS, CLASS_SYMBOLS, NEUTRAL

__all__ = ["class_points", "decision_heat", "scatter"]

_SURE = 0.5
"""Opacity where a classifier is certain."""


def class_points(places: Plane, labels: Int[Tensor, "point"], view: View) -> tuple[list[go.Scatter], int]:
    """The points of each class that are in the window, and how many are not."""
    traces, n_outside = [], 0
    for label in (0, 1):
        own, n = inside_window(places[(labels == label).cpu().numpy()], view.half_width)
        n_outside += n
        marker = {
            "color": CLASS_COLOURS[label], "symbol": CLASS_SYMBOLS[label], "size": 7,
            "line": {"color": "rgba(255,255,255,0.75)", "width": 0.8},
        }  # fmt: skip
        hover = f"%{{x:.2f}}, %{{y:.2f}}<extra>class {label}</extra>"
        traces.append(scatter(own, name=f"class {label}", mode="markers", marker=marker, hovertemplate=hover))
    return traces, n_outside


def decision_heat(probabilities: Float[Tensor, "row column"], half_width: float) -> go.Contour:
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


def scatter(places: Plane, **options: object) -> go.Scatter:
    """A trace through places, in single precision, which halves the figure."""
    return go.Scatter(x=places[:, 0].astype(np.float32), y=places[:, 1].astype(np.float32), **options)
