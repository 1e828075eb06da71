import math
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from structviz.training import FLOW
from structviz.training.live import LiveRun
from structviz.training.recipes import Recipe
from tests.unit.training.live_runs import config, trainers
from tests.waiting import LONG


@pytest.fixture
def runs() -> Iterator[Callable[..., LiveRun]]:
    """Makes live runs, and ends them after the test."""
    made: list[LiveRun] = []

    def make(recipe: Recipe = FLOW, pace: float = math.inf, **values: Any) -> LiveRun:
        made.append(LiveRun(recipe, config(**values), pace=pace))
        return made[-1]

    yield make
    for run in made:
        run.stop()
    for thread in trainers():
        thread.join(LONG)
