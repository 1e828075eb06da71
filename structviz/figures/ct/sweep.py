"""How good the arms become with more training data: violins over single images, beside the lecture's means."""

import math
from collections.abc import Mapping, Sequence
from statistics import fmean

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from structviz.displayed import decibels
from structviz.figures.charts import themed
from structviz.figures.theme import ARM_COLOURS, arm_title, translucent
from structviz.training.summary import Spread
from structviz.training.table import Row

__all__ = ["violins"]

_WIDTH, _GROUP = 0.27, 0.9
"""Of a violin, and of all violins of a size at most, in distances between two sizes."""

_TOP = 0.9
"""Where the panels end and their headings begin, in parts of the height."""


def violins(
    rows: Sequence[Row], lecture: Mapping[tuple[str, str, int], float] | None = None, height: int = 500
) -> go.Figure:
    """Draw a violin for each arm and each size of the training set, one panel for each orientation.

    A violin holds every image of every seed; the bar in it is the mean over seeds with its standard error.

    Parameters
    ----------
    rows
        Figures of single images, of one length of the training for each arm and size; those of methods that are not
        trained become dashed lines at their means.
    lecture
        Means to draw behind, by arm, orientation and size. They come from other data: compare their course, not
        their height.
    height
        In pixels.

    Returns
    -------
    Figure
        Panels side by side, with images in the training set to the right.
    """
    lecture = lecture or {}
    orientations = list(dict.fromkeys(row.orientation for row in rows))
    sizes = sorted({row.n_train for row in rows if row.n_train is not None} | {n_train for _, _, n_train in lecture})
    place = {size: k for k, size in enumerate(sizes)}
    arms = list(dict.fromkeys(row.arm for row in rows if row.n_train is not None))
    width = min(_WIDTH, _GROUP / max(1, len(arms)))
    yardsticks = list(dict.fromkeys(row.arm for row in rows if row.n_train is None))
    figure = make_subplots(
        1, max(1, len(orientations)), shared_yaxes=True, horizontal_spacing=0.03, subplot_titles=orientations
    )
    for column, orientation in enumerate(orientations, 1):
        first = column == 1
        for k, arm in enumerate(arms):
            chosen = [r for r in rows if r.arm == arm and r.orientation == orientation and r.n_train is not None]
            shift = width * (k - (len(arms) - 1) / 2)
            figure.add_trace(
                go.Violin(
                    x=[place[r.n_train] + shift for r in chosen if r.n_train is not None],
                    y=[round(r.psnr, 3) for r in chosen],
                    name=arm_title(arm),
                    legendgroup=arm,
                    showlegend=first,
                    width=width,
                    line={"color": ARM_COLOURS[arm], "width": 1.5},
                    fillcolor=translucent(ARM_COLOURS[arm], 0.35),
                    points=False,
                    spanmode="hard",
                    hoverinfo="skip",
                ),
                row=1,
                col=column,
            )
            figure.add_trace(_means(chosen, arm, {n: place[n] + shift for n in place}), row=1, col=column)
            means = {n: psnr for (of, lay, n), psnr in lecture.items() if (of, lay) == (arm, orientation)}
            if means:
                figure.add_trace(
                    go.Scatter(
                        x=[place[n] for n in means],
                        y=list(means.values()),
                        hovertemplate="%{y:.1f} dB",
                        mode="lines+markers",
                        name=f"{arm_title(arm)}, lecture",
                        legendgroup=f"{arm} lecture",
                        showlegend=first,
                        line={"color": translucent(ARM_COLOURS[arm], 0.6), "dash": "dot", "width": 2},
                        marker={"symbol": "diamond-open", "size": 9},
                    ),
                    row=1,
                    col=column,
                )
        for method in yardsticks:
            values = [r.psnr for r in rows if r.arm == method and r.orientation == orientation]
            if not values:
                continue
            figure.add_trace(
                go.Scatter(
                    x=[-0.5, len(sizes) - 0.5],
                    y=[sum(values) / len(values)] * 2,
                    hovertemplate="%{y:.1f} dB",
                    mode="lines",
                    name=arm_title(method),
                    legendgroup=method,
                    showlegend=first,
                    line={"color": ARM_COLOURS[method], "dash": "dash", "width": 2},
                ),
                row=1,
                col=column,
            )
    # A legend takes as many rows as the screen makes of it, down to the panels: the headings need room of their own.
    figure.update_yaxes(domain=[0, _TOP])
    figure.update_annotations(y=_TOP)
    own = {row.n_train for row in rows}
    named = [size if size in own or math.log10(size) % 1 == 0 else "" for size in sizes]  # all would overlap on a phone
    ticks = {"tickvals": list(place.values()), "ticktext": [str(name) for name in named]}
    figure.update_xaxes(title_text="patients, N", range=[-0.5, len(sizes) - 0.5], zeroline=False, **ticks)
    figure.update_yaxes(title_text="PSNR in dB", row=1, col=1)
    return themed(figure, height)


def _means(rows: Sequence[Row], arm: str, places: Mapping[int, float]) -> go.Scatter:
    """The mean over seeds at each size, with its standard error."""
    spreads = {}
    for n_train in sorted({row.n_train for row in rows if row.n_train is not None}):
        of_size = [row for row in rows if row.n_train == n_train]
        seeds = sorted({row.seed for row in of_size if row.seed is not None})
        spreads[n_train] = Spread.of([fmean(row.psnr for row in of_size if row.seed == seed) for seed in seeds])
    means = [decibels(spread.mean) for spread in spreads.values()]
    errors = [None if spread.error is None else decibels(spread.error) for spread in spreads.values()]
    lengths = {row.n_train: row.steps for row in rows}
    words = [
        f"N = {n}: {mean}"
        + ("" if error is None else f" ± {error}")
        + ("" if (steps := lengths[n]) is None else f", after {steps:,} steps")
        for n, mean, error in zip(spreads, means, errors, strict=True)
    ]
    return go.Scatter(
        x=[places[n] for n in spreads],
        y=[spread.mean for spread in spreads.values()],
        error_y={"array": [spread.error or 0.0 for spread in spreads.values()], "thickness": 2, "width": 5},
        text=words,
        hovertemplate="%{text}",
        mode="markers",
        marker={"color": ARM_COLOURS[arm], "size": 7, "line": {"color": "white", "width": 1}},
        name=arm_title(arm),
        legendgroup=arm,
        showlegend=False,
    )
