"""How good the arms become with more training data: violins over single images, beside the lecture's means."""

from collections.abc import Mapping, Sequence

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from structviz.figures.charts import themed
from structviz.figures.theme import ARM_COLOURS, arm_title, translucent
from structviz.training.sweep import Row

__all__ = ["mean_gains", "violins"]

_WIDTH = 0.27
"""Of a violin, in distances between two sizes."""

_TOP = 0.9
"""Where the panels end and their headings begin, in parts of the height."""


def violins(
    rows: Sequence[Row], lecture: Mapping[tuple[str, str, int], float] | None = None, height: int = 500
) -> go.Figure:
    """Draw a violin for each arm and each size of the training set, one panel for each orientation.

    Parameters
    ----------
    rows
        Figures of single images; those of methods that are not trained become dashed lines at their means.
    lecture
        Means to draw behind, by arm, orientation and size. They come from other data: compare their course, not
        their height.
    height
        In pixels.
    """
    lecture = lecture or {}
    orientations = list(dict.fromkeys(row.orientation for row in rows))
    sizes = sorted({row.n_train for row in rows if row.n_train is not None} | {n_train for _, _, n_train in lecture})
    place = {size: k for k, size in enumerate(sizes)}
    arms = list(dict.fromkeys(row.arm for row in rows if row.n_train is not None))
    yardsticks = list(dict.fromkeys(row.arm for row in rows if row.n_train is None))
    figure = make_subplots(
        1, max(1, len(orientations)), shared_yaxes=True, horizontal_spacing=0.03, subplot_titles=orientations
    )
    for column, orientation in enumerate(orientations, 1):
        first = column == 1
        for k, arm in enumerate(arms):
            chosen = [r for r in rows if r.arm == arm and r.orientation == orientation and r.n_train is not None]
            shift = _WIDTH * (k - (len(arms) - 1) / 2)
            figure.add_trace(
                go.Violin(
                    x=[place[r.n_train] + shift for r in chosen if r.n_train is not None],
                    y=[round(r.psnr, 3) for r in chosen],
                    name=arm_title(arm),
                    legendgroup=arm,
                    showlegend=first,
                    width=_WIDTH,
                    line={"color": ARM_COLOURS[arm], "width": 1.5},
                    fillcolor=translucent(ARM_COLOURS[arm], 0.35),
                    meanline_visible=True,
                    points=False,
                    spanmode="hard",
                    hoveron="violins",
                ),
                row=1,
                col=column,
            )
            means = {n: psnr for (of, lay, n), psnr in lecture.items() if (of, lay) == (arm, orientation)}
            if means:
                figure.add_trace(
                    go.Scatter(
                        x=[place[n] for n in means],
                        y=list(means.values()),
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
    ticks = {"tickvals": list(place.values()), "ticktext": [str(size) for size in sizes]}
    figure.update_xaxes(title_text="patients, N", range=[-0.5, len(sizes) - 0.5], zeroline=False, **ticks)
    figure.update_yaxes(title_text="PSNR in dB", row=1, col=1)
    return themed(figure, height)


def mean_gains(rows: Sequence[Row]) -> Mapping[tuple[str, int], float]:
    """Mean PSNR of the equivariant arm minus that of the ordinary one, by orientation and size, in dB."""
    gains = {}
    for orientation, n_train in sorted({(r.orientation, r.n_train) for r in rows if r.n_train is not None}):
        means = {}
        for arm in ("ordinary", "equivariant"):
            values = [r.psnr for r in rows if r.arm == arm and r.n_train == n_train and r.orientation == orientation]
            if values:
                means[arm] = sum(values) / len(values)
        if len(means) == 2:
            gains[orientation, n_train] = means["equivariant"] - means["ordinary"]
    return gains
