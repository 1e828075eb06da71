from collections.abc import Iterator

import pytest

from structviz.config import PointShape, TrainConfig
from structviz.data import toy
from structviz.errors import ConfigError
from structviz.training import FLOW, Outcome
from structviz.training.live import LiveRun, LiveState
from structviz.ui.pages.flow import live_trainings as module
from structviz.ui.pages.flow.live_trainings import MAX_KEPT, MAX_OF_A_BROWSER, MAX_RUNNING, LiveTraining, LiveTrainings

SECONDS = 60


@pytest.fixture
def store() -> Iterator[LiveTrainings]:
    kept = LiveTrainings()
    yield kept
    kept.stop_all()


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The time, which stands still unless it is changed."""
    now = [1000.0]
    monkeypatch.setattr(module.time, "monotonic", lambda: now[0])
    return now


def training(pace: float = 0.05, steps: int = 1000) -> LiveTraining:
    """One that takes its first step and then waits for a long time."""
    config = TrainConfig("flow", n_train=8, steps=steps, net=PointShape(n_layers=2))
    return LiveTraining(LiveRun(FLOW, config, pace=pace), *toy("xor", 8), "xor")


def put(store: LiveTrainings, *visitors: str) -> None:
    for who in visitors:
        store.put(who, training())


def state(store: LiveTrainings, who: str) -> LiveState:
    found = store._trainings[who].run
    return found.state


def test_everyone_gets_their_own_and_nobody_without_one_gets_any(store: LiveTrainings) -> None:
    put(store, "a", "b")
    assert store.get("a") is not store.get("b")
    assert store.get("a") is store.get("a")
    assert store.get("c") is None


def test_of_one_browser_one_tab_trains_at_a_time(store: LiveTrainings) -> None:
    tabs = [f"a/{k}" for k in range(MAX_RUNNING)]
    put(store, *tabs, "b/0")
    for tab in tabs:
        store.start(tab)
    for tab in tabs[:-1]:
        assert store._trainings[tab].run.wait(SECONDS)
        assert state(store, tab) is not LiveState.RUNNING
    store.start("b/0")
    assert state(store, tabs[-1]) is state(store, "b/0") is LiveState.RUNNING


def test_the_tabs_of_one_browser_leave_room_to_others(store: LiveTrainings) -> None:
    put(store, "b/0", *(f"a/{k}" for k in range(MAX_OF_A_BROWSER + 2)))
    assert [*store._trainings] == ["b/0", *(f"a/{k}" for k in range(2, MAX_OF_A_BROWSER + 2))]


def test_all_runs_end_when_the_server_forgets_them() -> None:
    kept = module.live_trainings()
    put(kept, "forgotten")
    found = kept.get("forgotten")
    assert found is not None
    kept.start("forgotten")
    module.live_trainings.clear()
    assert found.run.wait(SECONDS)
    assert found.run.state is LiveState.OVER
    assert module.live_trainings().get("forgotten") is None


def test_a_replaced_run_ends(store: LiveTrainings) -> None:
    put(store, "a")
    old = store.get("a")
    assert old is not None
    store.start("a")
    assert old.run.state is LiveState.RUNNING
    put(store, "a")
    assert old.run.wait(SECONDS)
    assert old.run.look().outcome is Outcome.CANCELLED
    assert store.get("a") is not old
    assert state(store, "a") is LiveState.READY


def test_no_more_train_than_may_and_another_may_once_one_is_held(store: LiveTrainings) -> None:
    crowd = [f"v{k}" for k in range(MAX_RUNNING)]
    put(store, *crowd, "late")
    for who in crowd:
        store.start(who)
    with pytest.raises(ConfigError, match=f"At most {MAX_RUNNING} networks train here .* {MAX_RUNNING} do; wait"):
        store.start("late")
    assert state(store, "late") is LiveState.READY
    store.start(crowd[0])  # one's own run does not stand in one's way
    held = store.get(crowd[0])
    assert held is not None
    held.run.pause()
    assert held.run.wait(SECONDS)
    store.start("late")
    assert state(store, "late") is LiveState.RUNNING


def test_what_was_left_behind_is_held_and_makes_room(store: LiveTrainings, clock: list[float]) -> None:
    crowd = [f"v{k}" for k in range(MAX_RUNNING)]
    put(store, *crowd)
    for who in crowd:
        store.start(who)
    clock[0] += module.IDLE - 1
    store.get(crowd[0])
    clock[0] += 2
    put(store, "late")
    store.start("late")
    for who in crowd[1:]:
        assert store._trainings[who].run.wait(SECONDS)
        assert state(store, who) is not LiveState.RUNNING
    assert state(store, crowd[0]) is LiveState.RUNNING, "its visitor has just looked"


def test_a_visitor_who_comes_back_finds_the_run_held(store: LiveTrainings, clock: list[float]) -> None:
    put(store, "a", "b")
    store.start("a")
    clock[0] += module.IDLE + 1
    store.get("b")
    found = store._trainings["a"].run
    assert found.wait(SECONDS)
    assert store.get("a") is not None
    store.start("a")
    assert state(store, "a") is LiveState.RUNNING


def test_the_store_is_bounded_and_forgets_whom_it_has_not_seen_for_longest(store: LiveTrainings) -> None:
    one = training()
    for k in range(MAX_KEPT):
        store.put(f"v{k}", one)
    store.get("v0")
    forgotten = store._trainings["v1"] = training()
    put(store, "new")
    assert len(store._trainings) == len(store._seen) == MAX_KEPT
    assert store.get("v0") is one
    assert store.get("v1") is None
    assert forgotten.run.look().outcome is Outcome.CANCELLED
