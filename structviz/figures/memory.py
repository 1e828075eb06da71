"""What a backward pass keeps in memory, against the number of layers."""

from collections.abc import Mapping, Sequence

import numpy as np
import plotly.graph_objects as go

from structviz.errors import ConfigError
from structviz.figures.charts import logarithmic, scatter, themed

__all__ = ["memory_plot"]


def memory_plot(
    depths: Sequence[int], curves: Mapping[str, tuple[Sequence[float], str]], height: int = 380
) -> go.Figure:
    """Megabytes against layers, both on logarithmic axes: a line of slope 1 grows with the depth.

    Parameters
    ----------
    depths
        Numbers of layers.
    curves
        By their titles, megabytes for each depth and a colour.
    height
        In pixels.

    Returns
    -------
    Figure
        A line for each title: layers to the right, megabytes upwards.

    Raises
    ------
    ConfigError
        If a curve has another number of values than there are depths.
    """
    figure = go.Figure()
    for k, (title, (values, colour)) in enumerate(curves.items()):
        if len(values) != len(depths):
            raise ConfigError(f"A curve has a value for each of the {len(depths)} depths; {title!r} has {len(values)}.")
        places = np.stack([np.array(depths, float), np.array(values, float)], 1)
        marker = {"symbol": ("circle", "square")[k % 2], "size": 11, "color": colour}
        hover = f"%{{x}} layers<br>%{{y:.3g}} MB<extra>{title}</extra>"
        figure.add_trace(
            scatter(places, name=title, mode="lines+markers", marker=marker, line_color=colour, hovertemplate=hover)
        )
    every = [value for values, _ in curves.values() for value in values]
    figure.update_xaxes({**logarithmic(list(depths), "number of layers"), "tickvals": list(depths)})
    figure.update_yaxes(logarithmic(every, "megabytes kept for the backward pass"))
    figure.update_layout(margin={"l": 72, "r": 12, "t": 48, "b": 56})
    return themed(figure, height)
