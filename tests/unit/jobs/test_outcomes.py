"""How runs ended that their workers left active, and who shared a machine."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from structviz.config import TrainConfig
from structviz.errors import JobError
from structviz.jobs import Run, State, Store
from structviz.jobs.cluster import EmbeddedPlan
from structviz.jobs.outcomes import end_of, if_there, sharing, state_of


class KilledWorker(Exception):  # noqa: N818
    """As Dask names it."""


def returned(word: str) -> Any:
    return SimpleNamespace(status="finished", exception=lambda: None, result=lambda: word)


def raised(error: Exception) -> Any:
    return SimpleNamespace(status="error", exception=lambda: error)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path)


@pytest.fixture
def run(store: Store) -> Run:
    return store.create(TrainConfig("stripes", steps=2))


@pytest.mark.parametrize(
    ("future", "state", "message"),
    [
        (returned("paused"), State.PAUSED, ""),
        (returned("running"), State.INTERRUPTED, ""),
        (raised(KilledWorker("four times")), State.WORKER_LOST, ""),
        (raised(ValueError("a bug")), State.FAILED, ""),
        (raised(JobError("The disk is full.")), State.FAILED, "The disk is full."),
    ],
    ids=["paused", "came back", "killed", "a bug", "a sentence"],
)
def test_a_worker_leaves_a_state_and_a_sentence_only_if_it_is_for_people(
    run: Run, future: Any, state: State, message: str
) -> None:
    assert end_of(future, run) == (state, message)


def test_the_log_has_what_people_are_spared(run: Run) -> None:
    end_of(raised(ValueError("a bug")), run)
    assert "ValueError('a bug')" in run.log()


def test_runs_of_a_group_share_the_workers_of_this_machine_alone(store: Store) -> None:
    runs = [store.create(TrainConfig("stripes", steps=2, seed=k), run_group="both") for k in range(3)]
    store.create(TrainConfig("stripes", steps=2), run_group="other")
    plan = EmbeddedPlan(workers=2, gpus=0, cores=(0, 1), threads=1)
    assert sharing(store, runs[0], plan) == 2
    assert sharing(store, runs[0], EmbeddedPlan(workers=8, gpus=0, cores=(0, 1), threads=1)) == 3
    assert sharing(store, runs[0], None) == 1
    assert sharing(store, store.create(TrainConfig("stripes", steps=2)), plan) == 1


def test_what_is_gone_is_nothing(store: Store, run: Run) -> None:
    assert state_of(run) is State.QUEUED
    assert state_of(Run(store.folder / "never")) is None
    assert if_there(lambda: Run(store.folder / "never").request()) is None
