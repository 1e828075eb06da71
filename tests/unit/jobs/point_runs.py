"""Runs that take a moment, or that never end by themselves, and what came of them."""

import dataclasses

from structviz.config import PointShape, TrainConfig
from structviz.jobs import Run
from tests.waiting import until

__all__ = ["ENDLESS", "POINTS", "settled", "story"]

POINTS = TrainConfig("flow", steps=400, n_train=40, net=PointShape(n_layers=3, time=1.0))
ENDLESS = dataclasses.replace(POINTS, steps=100_000)


def settled(*runs: Run) -> None:
    """Wait until runs are over by what is written down.

    Where others compute, one whose worker is late or has been replaced is called interrupted for a while.
    """
    until(lambda: not any(run.written_status().state.is_active for run in runs), "runs do not end")


def story(run: Run) -> list[tuple[int, float, dict[str, float]]]:
    return [(entry.step, entry.loss, dict(entry.figures)) for entry in run.history()]
