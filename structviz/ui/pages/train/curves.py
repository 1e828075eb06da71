"""The curves of runs while they train: rows of numbers, and how the browser draws them."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from structviz.config import PointShape, flow_title
from structviz.figures import ARM_COLOURS, arm_title
from structviz.jobs import Entry
from structviz.ode import INTEGRATORS
from structviz.training import Metric
from structviz.ui.pages.train.record import rate_text
from structviz.ui.pages.train.run_group import RunView

__all__ = ["colours", "labels", "loss_rows", "score_rows", "spec"]

_MOST = 300
"""Most points of a curve; more could not be seen."""


def labels(shown: Sequence[RunView]) -> tuple[str, ...]:
    """A short name for each run, no two alike: the arm, with what differs where arms repeat."""
    arms = [_kind(view) for view in shown]
    names: list[str] = []
    for arm, view in zip(arms, shown, strict=True):
        config = view.request.config
        alike = [other.request.config for other, kind in zip(shown, arms, strict=True) if kind == arm]
        name = arm if len(alike) == 1 else f"{arm}, N = {config.n_train}, {config.steps} steps"
        if len({other.learning_rate for other in alike}) > 1:
            name += f", rate {rate_text(config)}"
        names.append(name)
    return tuple(
        name if names.count(name) == 1 else f"{name} ({view.id[-6:]})" for name, view in zip(names, shown, strict=True)
    )


def _kind(view: RunView) -> str:
    """The arm; networks for points have one only, so there it is the layers."""
    shape = view.request.config.net
    if (title := flow_title(shape)) is not None:
        return title
    if not isinstance(shape, PointShape):
        return arm_title(view.arm)
    layers = INTEGRATORS[shape.scheme].title if shape.scheme in INTEGRATORS else "Plain"
    return f"{layers} network"


def colours(shown: Sequence[RunView]) -> tuple[str, ...]:
    """The colour of each run's arm; where an arm repeats, later runs have paler ones."""
    seen: dict[str, int] = {}
    found: list[str] = []
    for view in shown:
        again = seen.get(view.arm, 0)
        seen[view.arm] = again + 1
        found.append(_paler(ARM_COLOURS[view.arm], 1 - 0.65**again))
    return tuple(found)


def _paler(colour: str, share: float) -> str:
    parts = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return "#" + "".join(f"{round(part + share * (200 - part)):02X}" for part in parts)


def loss_rows(label: str, history: Sequence[Entry]) -> list[dict[str, Any]]:
    """The curve of the loss; what cannot be drawn on a logarithmic axis is left out."""
    drawn = [entry for entry in history if math.isfinite(entry.loss) and entry.loss > 0]
    return [{"step": e.step, "value": e.loss, "run": label, "figure": "loss"} for e in _thinned(drawn)]


def score_rows(label: str, history: Sequence[Entry], metrics: Mapping[str, Metric]) -> list[dict[str, Any]]:
    """The curves of some figures, which only a few reports have.

    Parameters
    ----------
    label
        Name of the run.
    history
        Its reports.
    metrics
        The figures to draw, by their names in the reports.

    Returns
    -------
    list
        A row for each point of a curve, in the unit in which the figure is shown.
    """
    rows: list[dict[str, Any]] = []
    previews = _thinned([entry for entry in history if entry.figures])
    for name, metric in metrics.items():
        rows += [
            {"step": e.step, "value": metric.scale * e.figures[name], "run": label, "figure": metric.label}
            for e in previews
            if math.isfinite(e.figures.get(name, math.nan))
        ]
    return rows


def spec(runs: Mapping[str, str], title: str, figures: Sequence[str], steps: int, log: bool = False) -> dict[str, Any]:
    """How a chart is drawn: one colour a run, solid for the first figure, dashed for the second.

    Parameters
    ----------
    runs
        Label and colour of each run.
    title
        Of the upright axis.
    figures
        Titles of the figures in it.
    steps
        The axis goes as far from the start, so that the curves grow into it.
    log
        Whether the upright axis is logarithmic.

    Returns
    -------
    dict
        A specification for Vega-Lite, without data.
    """
    encoding: dict[str, Any] = {
        "x": {"field": "step", "type": "quantitative", "title": "step", "scale": {"domain": [0, max(1, steps)]}},
        "y": {
            "field": "value",
            "type": "quantitative",
            "title": title,
            "scale": {"type": "log"} if log else {"zero": False},
            "axis": {"tickCount": 5},
        },
        "color": {
            "field": "run",
            "type": "nominal",
            "scale": {"domain": list(runs), "range": list(runs.values())},
            "legend": {"orient": "top", "title": None, "labelLimit": 260, "symbolType": "stroke", "symbolSize": 500},
        },
        "tooltip": [{"field": name, "type": kind} for name, kind in _TOOLTIP],
    }
    if len(figures) > 1:
        encoding["strokeDash"] = {
            "field": "figure",
            "type": "nominal",
            "scale": {"domain": list(figures), "range": [[1, 0], [5, 4]]},
            "legend": None,
        }
    return {"mark": {"type": "line", "strokeWidth": 2.5, "point": {"size": 18}}, "encoding": encoding}


_TOOLTIP = (("run", "nominal"), ("figure", "nominal"), ("step", "quantitative"), ("value", "quantitative"))


def _thinned(entries: Sequence[Entry]) -> list[Entry]:
    """Entries at equal distances, and the last one."""
    if len(entries) <= _MOST:
        return list(entries)
    stride = math.ceil(len(entries) / _MOST)
    return [*entries[:-1:stride], entries[-1]]
