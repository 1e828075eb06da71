"""Figures against a setting, with the range that they have over seeds: one curve for each way to train."""

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from structviz.figures.charts import themed
from structviz.figures.theme import NEUTRAL, translucent

__all__ = ["SpreadCurve", "SpreadPoint", "spread_figure"]

_TOP = 0.88
"""Where the panels end and their headings begin, in parts of the height."""

_LINE = 28
"""Letters of a name on one line of the legend, which is as wide as a phone."""

_APART = 0.09
"""How far the curves of a panel stand apart, in distances between two settings, so that their ranges can be seen."""


@dataclass(frozen=True)
class SpreadPoint:
    """A figure at one setting.

    Attributes
    ----------
    setting
        Such as a learning rate or the size of a training set.
    mean, low, high
        Over seeds.
    is_marked
        Whether it is what a page uses: it gets a ring.
    """

    setting: float
    mean: float
    low: float
    high: float
    is_marked: bool = False


@dataclass(frozen=True)
class SpreadCurve:
    """The figures of one way to train.

    Attributes
    ----------
    name, colour
        In the legend.
    panel
        The heading of the panel in which it is drawn.
    points
        In the order of their settings.
    dash
        As Plotly calls it.
    """

    name: str
    colour: str
    panel: str
    points: tuple[SpreadPoint, ...]
    dash: str = "solid"


def spread_figure(
    curves: Sequence[SpreadCurve], setting: str, figure_title: str, has_zero: bool = False, height: int = 440
) -> go.Figure:
    """Draw the curves, one panel for each heading; bars reach from the smallest to the largest figure of a seed.

    Parameters
    ----------
    curves
        At least one. Settings stand at equal distances, in their order.
    setting, figure_title
        Titles of the axes.
    has_zero
        Whether a line marks zero: the curves are differences.
    height
        In pixels.

    Returns
    -------
    Figure
        Panels side by side with one vertical axis; a trace for each curve.

    Examples
    --------
    >>> points = (SpreadPoint(1, 20.0, 19.5, 20.5), SpreadPoint(10, 21.0, 20.5, 21.5))
    >>> len(spread_figure([SpreadCurve("Ordinary", "#D55E00", "upright", points)], "N", "PSNR in dB").data)
    1
    """
    panels = list(dict.fromkeys(curve.panel for curve in curves))
    settings = sorted({point.setting for curve in curves for point in curve.points})
    place = {value: k for k, value in enumerate(settings)}
    figure = make_subplots(1, max(1, len(panels)), shared_yaxes=True, horizontal_spacing=0.03, subplot_titles=panels)
    named: set[str] = set()
    for column, panel in enumerate(panels, 1):
        drawn = [curve for curve in curves if curve.panel == panel]
        for k, curve in enumerate(drawn):
            shift = _APART * (k - (len(drawn) - 1) / 2)
            figure.add_trace(_trace(curve, place, shift, curve.name not in named), row=1, col=column)
            named.add(curve.name)
    if has_zero:
        figure.add_hline(0, line={"color": NEUTRAL, "width": 1.5}, row="all", col="all")
    # A legend takes as many rows as the screen makes of it, down to the panels: the headings need room of their own.
    figure.update_yaxes(domain=[0, _TOP])
    figure.update_annotations(y=_TOP)
    ticks = {"tickvals": list(place.values()), "ticktext": [f"{value:g}" for value in settings]}
    figure.update_xaxes(title_text=setting, range=[-0.4, len(settings) - 0.6], zeroline=False, **ticks)
    figure.update_yaxes(title_text=figure_title, row=1, col=1)
    return themed(figure, height)


def _trace(curve: SpreadCurve, place: dict[float, int], shift: float, is_first: bool) -> go.Scatter:
    points = curve.points
    return go.Scatter(
        x=[place[point.setting] + shift for point in points],
        y=[point.mean for point in points],
        error_y={
            "array": [point.high - point.mean for point in points],
            "arrayminus": [point.mean - point.low for point in points],
            "color": translucent(curve.colour, 0.7),
            "thickness": 2,
            "width": 5,
        },
        customdata=[[point.setting, point.low, point.high] for point in points],
        hovertemplate=curve.name + " at %{customdata[0]}: %{y} (%{customdata[1]} to %{customdata[2]})<extra></extra>",
        mode="lines+markers",
        name="<br>".join(textwrap.wrap(curve.name, _LINE)),
        legendgroup=curve.name,
        showlegend=is_first,
        line={"color": curve.colour, "dash": curve.dash, "width": 2.5},
        marker={
            "color": curve.colour,
            "size": [17 if point.is_marked else 8 for point in points],
            "symbol": ["circle-open-dot" if point.is_marked else "circle" for point in points],
            "line": {"width": [3 if point.is_marked else 0 for point in points], "color": curve.colour},
        },
    )
