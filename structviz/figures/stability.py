"""The paths of a pair of points through the layers of a network, as a small picture."""

from collections.abc import Mapping, Sequence

import numpy as np
import plotly.graph_objects as go

from structviz.figures.charts import themed
from structviz.figures.svg import VIEW_BOX, Panel, Points, dots, line, svg
from structviz.figures.theme import ARM_COLOURS, NEUTRAL
from structviz.studies.stability import PairStudy

__all__ = ["pair_paths", "ratio_histogram", "seen_part"]

_BLUE, _VERMILION = ARM_COLOURS["equivariant"], ARM_COLOURS["ordinary"]

_LOW, _HIGH = -3.0, 3.0
"""Powers of ten between which ratios are counted; others count at the ends."""

_FARTHEST = 20.0
"""Paths end where they go beyond it: the rest would be a single dot."""


def seen_part(path: Points) -> Points:
    """The path as far as it stays in sight."""
    far = np.flatnonzero(~(np.abs(path) < _FARTHEST).all(axis=1))
    return path[: far[0]] if len(far) else path


def pair_paths(study: PairStudy, colour: str) -> str:
    """Both paths as SVG on a transparent ground, with a dot where they start and a larger one where they end.

    Parameters
    ----------
    study
        Of one pair.
    colour
        Of the network.
    """
    paths = [seen_part(side[:, 0].numpy()) for side in (study.x, study.y)]
    square = np.array([[-1.0, -1.0], [1.0, 1.0]])
    *placed, _ = Panel(0, 0, *VIEW_BOX).fit(*paths, square)
    drawn = []
    for path in placed:
        drawn += [line(path, colour, 2), *dots(path[:1], colour, 3), *dots(path[-1:], colour, 5)]
    return svg(*drawn)


def ratio_histogram(ratios: Mapping[str, Sequence[float]], is_bounded: bool) -> go.Figure:
    """How often pairs are pulled apart by which factor, on a logarithmic axis.

    Parameters
    ----------
    ratios
        Distances after all layers by those before, of pairs, by the name of the network: the structured one first.
    is_bounded
        Whether a line marks 1, which is promised.

    Examples
    --------
    >>> len(ratio_histogram({"flow": [0.5, 0.9], "twin": [2.0, 7.0]}, True).data)
    2
    """
    edges = np.linspace(_LOW, _HIGH, 49)  # with an edge at 1
    figure = go.Figure()
    for (name, values), colour in zip(ratios.items(), (_BLUE, _VERMILION), strict=True):
        powers = np.nan_to_num(np.log10(np.maximum(values, 10**_LOW)), nan=_HIGH, posinf=_HIGH)
        counts, _ = np.histogram(powers.clip(_LOW, _HIGH), edges)
        middles = (edges[1:] + edges[:-1]) / 2
        figure.add_bar(x=middles, y=counts, name=name, marker_color=colour, opacity=0.8)
    ticks = list(range(int(_LOW), int(_HIGH) + 1))
    figure.update_layout(barmode="overlay", bargap=0.02, legend={"orientation": "h", "y": 1.02, "yanchor": "bottom"})
    figure.update_xaxes(
        title_text="Distance at the end / at the start",
        tickvals=ticks,
        ticktext=[f"{10.0**k:g}" for k in ticks],
        ticks="outside",
        ticklen=10,  # below the 0 of the other axis
    )
    figure.update_yaxes(title_text="Pairs")
    if is_bounded:
        figure.add_vline(0, line={"color": NEUTRAL, "width": 3, "dash": "dash"})
    return themed(figure, 340)
