"""Ways of optimisers over a landscape, from above."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
import torch

from structviz.figures.charts import scatter, themed
from structviz.figures.lines import Line
from structviz.studies.manifolds import Landscape

__all__ = ["landscape_plot"]

_PIXELS = 80


def landscape_plot(landscape: Landscape, paths: Sequence[Line], height: int = 420) -> go.Figure:
    """Lines of equal height, of log f, and the ways of optimisers; what leaves the window is cut off.

    Parameters
    ----------
    landscape
        With its window.
    paths
        Of each optimiser, as a line.
    height
        In pixels.

    Returns
    -------
    Figure
        The window, in the coordinates of the landscape.
    """
    left, right, low, high = landscape.window
    x, y = np.linspace(left, right, _PIXELS), np.linspace(low, high, _PIXELS)
    grid = torch.tensor(np.stack(np.meshgrid(x, y), -1).reshape(-1, 2))
    heights = np.log10(landscape.value(grid).numpy().reshape(_PIXELS, _PIXELS) + 1e-3)
    figure = go.Figure(
        go.Contour(
            x=x.astype(np.float32), y=y.astype(np.float32), z=heights.astype(np.float32), ncontours=14,
            colorscale="Greys", reversescale=True, showscale=False, contours={"coloring": "lines"}, hoverinfo="skip",
            line={"width": 1},
        )
    )  # fmt: skip
    for path in paths:
        places = np.stack([np.array(path.x, float), np.array(path.y, float)], 1)
        # Far outside there is nothing to see, and single precision would overflow.
        places[~(np.abs(places) < 1e3).all(1)] = np.nan
        figure.add_trace(
            scatter(
                places,
                name=path.title,
                mode="lines+markers",
                line={"color": path.colour, "width": 2, "dash": path.dash},
                marker={"color": path.colour, "size": 4},
                hovertemplate=f"%{{x:.3g}}, %{{y:.3g}}<extra>{path.title}</extra>",
            )
        )
    figure.update_xaxes(range=[left, right], title={"text": "x", "standoff": 8})
    figure.update_yaxes(range=[low, high], title={"text": "y", "standoff": 8})
    figure.update_layout(margin={"l": 64, "r": 12, "t": 86, "b": 56})
    return themed(figure, height)
