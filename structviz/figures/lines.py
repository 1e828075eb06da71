"""Curves of a few methods or networks in one plot: errors over time, values over layers."""

import csv
import io
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go

from structviz.figures.charts import logarithmic, scatter, themed

__all__ = ["Line", "line_plot", "lines_csv"]

_LEAST, _MOST = 1e-120, 1e120
"""What is drawn on a logarithmic axis: beyond that an axis says nothing."""


@dataclass(frozen=True)
class Line:
    """A curve, or points.

    Attributes
    ----------
    title
        In the legend; empty for a line that needs none.
    x, y
        Its places. It is interrupted where a value is not finite.
    colour
        Of the line.
    dash
        "solid", "dash" or "dot"; "markers" for points without a line.
    """

    title: str
    x: Sequence[float]
    y: Sequence[float]
    colour: str
    dash: str = "solid"


def line_plot(
    lines: Sequence[Line],
    x_title: str,
    y_title: str,
    *,
    log_x: bool = False,
    log_y: bool = False,
    x_ticks: Sequence[float] = (),
    least: float = _LEAST,
    most: float = _MOST,
    note: str = "",
    height: int = 380,
) -> go.Figure:
    """A plot of lines.

    Parameters
    ----------
    lines
        What is drawn, in the order of the legend.
    x_title, y_title
        Of the axes.
    log_x, log_y
        Whether an axis is logarithmic.
    x_ticks
        Places on the x-axis with their numbers; Plotly chooses them if there are none.
    least, most
        Values on a logarithmic or linear y-axis are drawn as no less and no more, so that one that diverges leaves
        room for the others; on a linear axis only if they are given.
    note
        A sentence below.
    height
        In pixels.

    Returns
    -------
    Figure
        The lines in the order given, with a legend.
    """
    figure, xs, ys = go.Figure(), list[float](), list[float]()
    for line in lines:
        x, y = np.array(line.x, float), np.array(line.y, float)
        y = np.where(np.isfinite(y), y, np.nan)
        if log_y or (least, most) != (_LEAST, _MOST):
            y = np.clip(y, least, most)
        points = line.dash == "markers"
        figure.add_trace(
            scatter(
                np.stack([x, y], 1),
                name=line.title,
                showlegend=bool(line.title),
                mode="markers" if points else "lines",
                line=None if points else {"color": line.colour, "dash": line.dash, "width": 3},
                marker={"color": line.colour, "size": 8} if points else None,
                hovertemplate=f"%{{x:.4g}}<br>%{{y:.2g}}<extra>{line.title}</extra>",
            )
        )
        xs += x.tolist()
        ys += y[np.isfinite(y)].tolist()
    positive = [[v for v in values if v > 0 and math.isfinite(v)] for values in (xs, ys)]
    figure.update_xaxes(logarithmic(positive[0], x_title) if log_x else {"title": {"text": x_title, "standoff": 8}})
    if x_ticks:
        figure.update_xaxes(tickmode="array", tickvals=list(x_ticks), ticktext=[f"{tick:,.12g}" for tick in x_ticks])
    figure.update_yaxes(logarithmic(positive[1], y_title) if log_y else {"title": {"text": y_title, "standoff": 8}})
    figure.update_layout(margin={"l": 78, "r": 12, "t": 64, "b": 56})
    return themed(figure, height, note, room=600, gap=58)


def lines_csv(plots: Mapping[str, Sequence[Line]]) -> str:
    """The places of all curves with a title as a table: plot, curve, x and y in each line.

    Parameters
    ----------
    plots
        The curves of each plot, by what its y-axis shows.

    Examples
    --------
    >>> print(lines_csv({"loss": [Line("free", (0, 1), (0.5, 0.25), "black")]}), end="")
    plot,curve,x,y
    loss,free,0,0.5
    loss,free,1,0.25
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["plot", "curve", "x", "y"])
    for plot, lines in plots.items():
        for line in filter(lambda line: line.title, lines):
            writer.writerows([plot, line.title, f"{x:g}", f"{y:.9g}"] for x, y in zip(line.x, line.y, strict=True))
    return out.getvalue()
