"""Bars for what breaks equivariance: the error of designs between quarter turns."""

from collections.abc import Mapping

import plotly.graph_objects as go

from structviz.figures.charts import themed
from structviz.figures.theme import ARM_COLOURS, translucent
from structviz.studies.designs import DesignRow
from structviz.studies.turning_errors import ANGLES

__all__ = ["AIM", "error_bars"]

AIM = 0.02
"""Error at which nobody sees a difference between the two orders, drawn as a line."""

_COLOURS = ("#9AA0A6", ARM_COLOURS["equivariant"], translucent(ARM_COLOURS["equivariant"], 0.45))
"""Of what is compared: the one before, the chosen one, the best one."""


def error_bars(shown: Mapping[str, DesignRow], shares: Mapping[float, float], height: int = 380) -> go.Figure:
    """Draw the error after training at each angle, a bar for each design, and what interpolation alone costs.

    Parameters
    ----------
    shown
        Up to three designs by the title of their bars.
    shares
        Error of turning there and back without a network, by the angle in degrees.
    height
        In pixels.

    Returns
    -------
    Figure
        Angles to the right with a group of bars at each, relative errors upwards.
    """
    places = [f"{angle:g}°" for angle in ANGLES]
    figure = go.Figure()
    for (title, row), colour in zip(shown.items(), _COLOURS, strict=False):
        figure.add_trace(
            go.Bar(
                x=places,
                y=[round(error, 4) for error in row.errors],
                name=title,
                marker={"color": colour},
                hovertemplate="%{x}: %{y:.4f}<extra>%{fullData.name}</extra>",
            )
        )
    figure.add_trace(
        go.Scatter(
            x=places,
            y=[round(shares[angle], 4) for angle in ANGLES],
            mode="markers",
            name="Interpolation alone",
            marker={"symbol": "line-ew-open", "size": 26, "color": "#D55E00", "line": {"width": 3}},
            hovertemplate="%{x}: %{y:.4f}<extra>%{fullData.name}</extra>",
        )
    )
    figure.add_hline(AIM, line={"dash": "dot", "width": 2, "color": "#808890"})
    figure.update_layout(barmode="group", bargap=0.25)
    figure.update_xaxes(title_text="turned by")
    figure.update_yaxes(title_text="equivariance error", rangemode="tozero")
    return themed(figure, height)
