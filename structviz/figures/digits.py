"""Pictures of classified digits: what each classifier finds, and the disc in which a class cannot change."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go

from structviz.figures.charts import scatter, themed
from structviz.figures.theme import ARM_COLOURS

__all__ = ["DIGIT_COLOURS", "Spoke", "certificate_disc", "class_shares"]

DIGIT_COLOURS: Mapping[str, str] = {
    **{arm: ARM_COLOURS[arm] for arm in ("ordinary", "augmented", "equivariant", "nonexpansive")},
    "yours": ARM_COLOURS["symmetrised"],
}
"""Of the four classifiers, by their arms, and of one of this machine."""


_LEAST_REACH, _MOST_REACH = 1.2, 2.35
"""How far spokes go, in certified radii: at most to where the disc still takes a third of the height."""

_ROOM = 1.25
"""Of the axes beyond what is drawn, for the numbers at the ends."""

_LETTERS = 16

_DARK = 0.92
"""Above this share a cell is so dark that its number is white."""


def class_shares(
    shares: Mapping[str, Sequence[float]], columns: Sequence[str] = tuple("0123456789"), height: int = 260
) -> go.Figure:
    """The probability of each digit, a column, for each classifier, a row; the shade and the number say how probable.

    Parameters
    ----------
    shares
        Probabilities by what a classifier is called, from the top.
    columns
        What they are the probabilities of: the digits, or anything else.
    height
        In pixels.

    Returns
    -------
    Figure
        A cell for each probability, with its per cent where they are 0.5 or more.
    """
    rows = np.array(list(shares.values()))[::-1]
    figure = go.Figure(
        go.Heatmap(
            z=rows.astype(np.float32),
            x=list(columns),
            y=list(shares)[::-1],
            colorscale=[[0, "#DCE9F2"], [1, ARM_COLOURS["equivariant"]]],
            zmin=0,
            zmax=1,
            showscale=False,
            xgap=1,
            ygap=4,
            hovertemplate="%{y}: %{x} with %{z:.1%}<extra></extra>",
        )
    )
    # A trace of its own, whose colours have enough contrast on every shade, whatever lies below the page.
    names, cells = list(shares)[::-1], [(i, k) for i, k in np.argwhere(rows >= 0.005).tolist()]
    figure.add_scatter(
        x=[columns[k] for _, k in cells],
        y=[names[i] for i, _ in cells],
        text=[f"{100 * rows[cell]:.0f}" for cell in cells],
        mode="text",
        textfont={"size": 15, "color": ["#FFFFFF" if rows[cell] > _DARK else "#000000" for cell in cells]},
        hoverinfo="skip",
        showlegend=False,
    )
    figure.update_xaxes(type="category", side="top", title=None, showgrid=False, automargin=True)
    figure.update_yaxes(type="category", title=None, showgrid=False, ticksuffix=" ", automargin=True)
    figure.update_layout(margin={"l": 8, "r": 1, "t": 36, "b": 8})
    return themed(figure, height)


@dataclass(frozen=True)
class Spoke:
    """What attacks on one classifier have reached.

    Attributes
    ----------
    title, colour
        Of the classifier.
    length
        The smallest tried length of a change that changes its class; None if none does.
    words
        That length as it is displayed; the largest one that was tried if there is none.
    """

    title: str
    colour: str
    length: float | None
    words: str


def certificate_disc(radius: float, words: str, spokes: Sequence[Spoke], own: int) -> go.Figure:
    """The certified radius as a disc about the digit, and on a spoke for each classifier where its class first changed.

    The disc takes a third of the height or more; a spoke that is longer than the picture ends in an arrow.

    Parameters
    ----------
    radius
        In which the class of the certified classifier cannot change, positive.
    words
        The radius as it is displayed.
    spokes
        Of all classifiers.
    own
        The number of the spoke of the certified classifier.

    Returns
    -------
    Figure
        The disc about the origin, in units of the Euclidean length of a change.
    """
    turn = np.linspace(0, 2 * math.pi, 121)
    disc = radius * np.stack([np.cos(turn), np.sin(turn)], 1)
    purple = DIGIT_COLOURS["nonexpansive"]
    figure = go.Figure(
        scatter(disc, mode="lines", fill="toself", name="certified", line={"color": purple},
                fillcolor="rgba(140, 107, 177, 0.15)", hoverinfo="skip")
    )  # fmt: skip
    ends = [math.inf if spoke.length is None else spoke.length for spoke in spokes]
    reach = min(max(ends[own], _LEAST_REACH * radius), _MOST_REACH * radius)
    for k, (spoke, end) in enumerate(zip(spokes, ends, strict=True)):
        angle = math.pi / 4 + k * 2 * math.pi / len(spokes)
        unit = np.array([math.cos(angle), math.sin(angle)])
        leaves = end > reach
        found = spoke.length is not None
        figure.add_trace(
            scatter(
                np.stack([0 * unit, min(end, reach) * unit]),
                mode="lines+markers+text",
                name=spoke.title,
                text=["", spoke.words if found else f"none up to {spoke.words}"],
                # Towards the middle, where a phone has room.
                textposition=f"{'top' if unit[1] > 0 else 'bottom'} {'left' if unit[0] > 0 else 'right'}",
                textfont={"size": _LETTERS},
                cliponaxis=False,
                line={"color": spoke.colour, "width": 3, "dash": "solid" if found else "dot"},
                marker={
                    "size": [0, 14],
                    "color": spoke.colour,
                    "symbol": "arrow" if leaves else "x",
                    "angle": 90 - math.degrees(angle) if leaves else 0,
                },
                hovertemplate=f"{spoke.title}: changed at {spoke.words}<extra></extra>"
                if found
                else f"{spoke.title}: no change found up to {spoke.words}<extra></extra>",
            )
        )
    figure.add_trace(
        scatter(
            np.array([[0, 0], [0.6 * radius, 0], [radius, 0]]),
            mode="lines+text",
            text=["", f"radius {words}", ""],
            textposition="top center",
            textfont={"size": _LETTERS},
            cliponaxis=False,
            line={"color": purple, "width": 1},
            hoverinfo="skip",
            showlegend=False,
        )
    )
    bound = _ROOM * max(radius, reach * math.sqrt(0.5) if len(spokes) == 4 else reach)
    figure.update_xaxes(range=[-bound, bound], showgrid=False, zeroline=False, title=None)
    figure.update_yaxes(range=[-bound, bound], scaleanchor="x", showgrid=False, zeroline=False, title=None)
    figure.update_layout(margin={"l": 40, "r": 8, "t": 64, "b": 36})
    return themed(figure, 420)
