"""Pictures of classified digits: what each classifier finds, and the disc in which a class cannot change."""

import math
from collections.abc import Mapping, Sequence

import numpy as np
import plotly.graph_objects as go

from structviz.figures.charts import scatter, themed
from structviz.figures.theme import ARM_COLOURS

__all__ = ["DIGIT_COLOURS", "certificate_disc", "class_shares"]

DIGIT_COLOURS: Mapping[str, str] = {
    **{arm: ARM_COLOURS[arm] for arm in ("ordinary", "augmented", "equivariant", "nonexpansive")},
    "yours": ARM_COLOURS["symmetrised"],
}
"""Of the four classifiers, by their arms, and of one of this machine."""


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


def certificate_disc(radius: float, closest: Mapping[str, tuple[str, float | None]], most: float) -> go.Figure:
    """The certified radius as a disc about the digit, and on a spoke for each classifier where its class first changed.

    Parameters
    ----------
    radius
        In which the class of the certified classifier cannot change.
    closest
        What each classifier is called, with the smallest tried length of a change that changes its class, by its arm;
        None if none does.
    most
        The longest change that was tried; a spoke without a change of class goes on to there.
    """
    turn = np.linspace(0, 2 * math.pi, 121)
    disc = radius * np.stack([np.cos(turn), np.sin(turn)], 1)
    figure = go.Figure(
        scatter(disc, mode="lines", fill="toself", name="certified", line={"color": DIGIT_COLOURS["nonexpansive"]},
                fillcolor="rgba(140, 107, 177, 0.25)", hoverinfo="skip")
    )  # fmt: skip
    for k, (arm, (title, eps)) in enumerate(closest.items()):
        angle = math.pi / 4 + k * 2 * math.pi / len(closest)
        end = np.array([math.cos(angle), math.sin(angle)])
        reach = most if eps is None else eps
        figure.add_trace(
            scatter(
                np.stack([0 * end, reach * end]),
                mode="lines+markers",
                name=title,
                line={"color": DIGIT_COLOURS[arm], "width": 3, "dash": "dot" if eps is None else "solid"},
                marker={"size": [0, 14], "color": DIGIT_COLOURS[arm], "symbol": "circle-open" if eps is None else "x"},
                hovertemplate=f"{title}: no change found up to {most:g}<extra></extra>"
                if eps is None
                else f"{title}: changed at {eps:g}<extra></extra>",
            )
        )
    bound = 1.1 * most
    figure.update_xaxes(range=[-bound, bound], showgrid=False, zeroline=False, title=None)
    figure.update_yaxes(range=[-bound, bound], scaleanchor="x", showgrid=False, zeroline=False, title=None)
    figure.update_layout(margin={"l": 40, "r": 8, "t": 64, "b": 36})
    return themed(figure, 420, room=500)
