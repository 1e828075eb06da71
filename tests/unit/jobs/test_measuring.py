"""Measurements of time come through the same door as runs: bounded, counted, in their turn, and cancelled."""

import contextlib
import dataclasses
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import pytest

from structviz.config import DenoiserShape, PointShape, TrainConfig
from structviz.errors import ConfigError, JobError
from structviz.jobs import MOST_PER_VISITOR, Command, Run, State, Status, Store
from structviz.jobs import dispatcher as dispatcher_module
from structviz.jobs import measuring as measuring_module
from structviz.jobs.dispatcher import Dispatcher
from structviz.jobs.engine import Engine
from structviz.jobs.measuring import measure
from structviz.jobs.speed import Speeds
from structviz.training import Training
from tests.unit.jobs.point_runs import POINTS
from tests.waiting import LONG, until


class Future:
    """What a worker has left, as Dask says it."""

    status = "finished"

    def __init__(self, outcome: object) -> None:
        self.outcome = outcome

    def exception(self) -> object:
        return self.outcome

    def done(self) -> bool:
        return self.outcome is not None

    def result(self) -> object:
        return self.outcome

    def cancel(self) -> None:
        self.outcome = {}


class Workers:
    """They take notes, and train nothing."""

    embedded = False

    def __init__(self) -> None:
        self.plan = None
        self.places: int | None = None
        self.asked: list[tuple[str, str, int]] = []
        self.given: dict[str, Future] = {}

    def is_alive(self) -> bool:
        return True

    def close(self) -> None:
        pass

    def submit(self, function: Any, folder: str, _embedded: bool, *, key: str, device: str, priority: int) -> Future:
        del key, device
        self.asked.append((function.__name__, Path(folder).name, priority))
        self.given[Path(folder).name] = Future(None)
        return self.given[Path(folder).name]


@pytest.fixture
def engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Engine:
    """An engine whose dispatcher has no thread: tests call its rounds."""
    monkeypatch.setattr(Dispatcher, "_wake_up", lambda _self: None)
    engine = Engine(Store(tmp_path))
    engine._dispatcher._workers = cast(Any, Workers())
    return engine


def workers(engine: Engine) -> Workers:
    return cast(Any, engine._dispatcher._workers)


def settings(k: int) -> TrainConfig:
    return dataclasses.replace(POINTS, net=PointShape(n_layers=3 + k, time=1.0))


def started(engine: Engine, config: TrainConfig, owner: str) -> Run:
    run = engine.store.create(config, "cpu", owner)
    engine.start(run)
    return run


def test_a_measurement_has_the_limits_of_a_run(engine: Engine) -> None:
    heavy = TrainConfig("stripes", batch_size=512, net=DenoiserShape(width=256, dilations=(1,) * 64))
    with pytest.raises(ConfigError, match="In one step"):
        engine.measure(heavy, "cpu", "a")
    for k in range(MOST_PER_VISITOR - 1):
        engine.store.create(POINTS, "cpu", "a").write_status(Status(State.PAUSED if k % 2 else State.QUEUED))
    engine.measure(settings(1), "cpu", "a")
    with pytest.raises(JobError, match="of yours do"):
        engine.measure(settings(2), "cpu", "a")
    with pytest.raises(JobError, match="of yours do"):
        engine.store.create(POINTS, "cpu", "a")
    engine.measure(settings(2), "cpu", "b")
    assert len(engine.store.runs()) == MOST_PER_VISITOR - 1, "what is only measured is not listed"
    engine.cancel_measurements("a")
    engine.store.create(POINTS, "cpu", "a")
    assert engine.is_measuring(settings(2), "cpu"), "another visitor's goes on"


def test_measurements_wait_their_turn(engine: Engine) -> None:
    runs = [started(engine, POINTS, "a") for _ in range(3)]
    engine.measure(POINTS, "cpu", "a")
    (measured,) = engine._measurements.all()
    last = started(engine, POINTS, "b")
    assert [run.id for run in engine._dispatcher.in_order()] == [
        runs[0].id,
        last.id,
        runs[1].id,
        runs[2].id,
        measured.id,
    ]
    assert engine.position(last.id) == 2
    engine._dispatcher._submit()
    assert workers(engine).asked == [
        ("work", runs[0].id, 0),
        ("work", last.id, 0),
        ("work", runs[1].id, -1),
        ("work", runs[2].id, -2),
        ("measure", measured.id, -3),
    ]


def test_the_next_run_is_chosen_when_a_worker_is_free(engine: Engine) -> None:
    found = workers(engine)
    found.places = 2
    first, second, third = (started(engine, POINTS, "a") for _ in range(3))
    engine._dispatcher._submit()
    last = started(engine, POINTS, "b")
    engine._dispatcher._submit()
    assert [name for _, name, _ in found.asked] == [first.id, second.id]
    assert (engine.position(last.id), engine.position(third.id)) == (2, 4)
    first.write_status(Status(State.FINISHED))
    found.given[first.id].outcome = "finished"
    engine._dispatcher._look_after()
    engine._dispatcher._submit()
    assert [name for _, name, _ in found.asked] == [first.id, second.id, last.id]
    assert engine.position(third.id) == 3


def test_what_is_found_is_kept_and_its_folder_goes(engine: Engine) -> None:
    engine.measure(POINTS, "cpu", "a")
    engine.measure(POINTS, "cpu", "b")
    (run,) = engine._measurements.all()
    engine._dispatcher._submit()
    found = {"steps_per_second": 10.0, "seconds_to_begin": 1.0, "examples": 8.0}
    workers(engine).given[run.id].outcome = found
    engine._dispatcher._look_after()
    estimate = engine.estimate(POINTS, "cpu")
    assert estimate is not None
    assert estimate.steps_per_second == 10
    assert not run.folder.exists()
    assert not engine.is_measuring(POINTS, "cpu")
    assert engine.why_not_measured(POINTS, "cpu") == ""


@pytest.mark.parametrize(
    ("status", "sentence"),
    [
        (Status(State.CANCELLED, "Stopped after 20 s."), "Stopped after 20 s."),
        (Status(State.CANCELLED), ""),
        (Status(State.OUT_OF_MEMORY), "The device ran out of memory; a smaller batch or network helps."),
        (Status(State.RUNNING), "The measurement failed, or its worker was lost; try again."),
        (Status(State.QUEUED), "The measurement failed, or its worker was lost; try again."),
    ],
)
def test_why_nothing_is_found_is_said(status: Status, sentence: str, engine: Engine) -> None:
    engine.measure(POINTS, "cpu", "a")
    (run,) = engine._measurements.all()
    engine._dispatcher._submit()
    run.write_status(status)
    workers(engine).given[run.id].outcome = {}
    engine._dispatcher._look_after()
    assert engine.why_not_measured(POINTS, "cpu") == sentence
    assert engine.estimate(POINTS, "cpu") is None
    engine.measure(POINTS, "cpu", "a")
    assert engine.why_not_measured(POINTS, "cpu") == ""


def test_the_log_says_why_a_measurement_failed(engine: Engine, caplog: pytest.LogCaptureFixture) -> None:
    engine.measure(POINTS, "cpu", "a")
    (run,) = engine._measurements.all()
    engine._dispatcher._submit()
    future = workers(engine).given[run.id]
    future.status, future.outcome = "error", ValueError("a bug")
    engine._dispatcher._look_after()
    assert "a bug" in caplog.text
    assert "try again" in engine.why_not_measured(POINTS, "cpu")


def test_two_tabs_that_ask_at_once_get_one_measurement(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    create, together = Store.create_measurement, threading.Barrier(2)

    def slow(self: Store, *arguments: Any, origin: str = "") -> Run:
        with contextlib.suppress(threading.BrokenBarrierError):
            together.wait(0.2)  # the other is here too, if it is let in
        return create(self, *arguments, origin=origin)

    monkeypatch.setattr(Store, "create_measurement", slow)
    tabs = [threading.Thread(target=engine.measure, args=(POINTS, "cpu", "a")) for _ in range(2)]
    for tab in tabs:
        tab.start()
    for tab in tabs:
        tab.join()
    assert len(engine._measurements.all()) == 1


def test_a_measurement_that_waits_for_another_worker_is_not_stopped(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine.measure(POINTS, "cpu", "a")
    (run,) = engine._measurements.all()
    engine._dispatcher._submit()
    run.write_status(Status(State.RUNNING))
    engine._dispatcher._look_after()
    run.write_status(Status(State.QUEUED))
    late = time.monotonic() + 24
    monkeypatch.setattr(time, "monotonic", lambda: late)
    engine._dispatcher._look_after()
    assert engine.is_measuring(POINTS, "cpu")
    assert run.command() is Command.RUN


def test_a_visitor_who_cancels_meanwhile_does_not_wait_longer(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    engine.measure(POINTS, "cpu", "a")
    (run,) = engine._measurements.all()
    run.write_status(Status(State.RUNNING))
    state_of = dispatcher_module.state_of

    def cancelled_meanwhile(run: Run) -> State | None:
        engine.cancel_measurements("a")
        return state_of(run)

    with monkeypatch.context() as patch:
        patch.setattr(dispatcher_module, "state_of", cancelled_meanwhile)
        engine._dispatcher._limit_measurements()
    assert engine._dispatcher._deadlines[run.id] < time.monotonic() + 5


def test_a_cancelled_measurement_is_gone_though_its_worker_is_deep_in_a_step(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine.measure(POINTS, "cpu", "a")
    (run,) = engine._measurements.all()
    engine._dispatcher._submit()
    run.write_status(Status(State.RUNNING))
    engine._dispatcher._look_after()
    assert engine.is_measuring(POINTS, "cpu")
    engine.cancel_measurements("b")
    assert run.command() is Command.RUN
    engine.cancel_measurements("a")
    assert run.command() is Command.CANCEL
    late = time.monotonic() + 2
    monkeypatch.setattr(time, "monotonic", lambda: late)
    engine._dispatcher._look_after()
    assert not engine.is_measuring(POINTS, "cpu")
    assert not run.folder.exists()


def test_a_measurement_on_a_cluster_ends_too(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    engine.measure(POINTS, "cpu", "a")
    (run,) = engine._measurements.all()
    engine._dispatcher._submit()
    run.write_status(Status(State.RUNNING))
    engine._dispatcher._look_after()
    late = time.monotonic() + 24
    monkeypatch.setattr(time, "monotonic", lambda: late)
    run.touch_heartbeat()
    engine._dispatcher._look_after()
    assert not engine.is_measuring(POINTS, "cpu")
    assert engine.why_not_measured(POINTS, "cpu") == "Stopped after 20 s."


def test_what_an_app_that_is_gone_has_asked_for_is_removed(engine: Engine) -> None:
    run = engine.store.create_measurement(POINTS, "cpu", "a")
    engine.store.clean()
    assert run.folder.exists()
    run.write_status(Status(State.FINISHED))
    engine.store.clean()
    assert run.folder.exists(), "the app is about to note it"
    os.utime(run.folder / "heartbeat", (1e9, 1e9))
    engine.store.clean()
    assert not run.folder.exists()


def test_a_worker_measures_a_run_and_does_not_train_it(tmp_path: Path) -> None:
    store = Store(tmp_path)
    run = store.create_measurement(POINTS, "cpu")
    found = measure(str(run.folder))
    assert found["steps_per_second"] > 0
    assert run.status().state is State.FINISHED
    assert run.history() == ()
    assert measure(str(run.folder)) == {}, "it is over"
    store.remove_measurement(run)
    assert measure(str(run.folder)) == {}, "it is gone"
    assert Speeds(tmp_path).estimate(POINTS, "cpu") is None


def test_a_worker_stops_measuring_when_it_is_told_to(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store, asked = Store(tmp_path), list[Callable[[], bool]]()
    told, late = (store.create_measurement(POINTS, "cpu") for _ in range(2))

    def steps(_config: TrainConfig, _device: str, should_stop: Callable[[], bool]) -> None:
        if not asked:
            assert not should_stop()
            told.send(Command.CANCEL)
        asked.append(should_stop)
        until(should_stop)

    monkeypatch.setattr(measuring_module, "measure_speed", steps)
    assert measure(str(told.folder)) == {}
    assert (told.status().state, told.status().message) == (State.CANCELLED, "")
    monkeypatch.setattr(measuring_module, "MOST_SECONDS", 0.0)
    assert measure(str(late.folder)) == {}
    assert (late.status().state, late.status().message) == (State.CANCELLED, "Stopped after 0 s.")


def test_too_little_memory_is_a_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def advance(_training: Training) -> bool:
        raise MemoryError

    monkeypatch.setattr(Training, "advance", advance)
    run = Store(tmp_path).create_measurement(POINTS, "cpu")
    assert measure(str(run.folder)) == {}
    assert run.status().state is State.OUT_OF_MEMORY


def test_a_step_that_does_not_end_is_left(tmp_path: Path) -> None:
    """The process ends, and another worker that gets the measurement does not begin it again."""
    run = Store(tmp_path).create_measurement(POINTS, "cpu")
    code = (
        "import sys, time; from structviz.jobs import measuring as m; from structviz.training import Training;"
        "Training.advance = lambda self: time.sleep(1000); m.MOST_SECONDS = 0.0;"
        "m.measure(sys.argv[1], True)"
    )
    process = subprocess.Popen([sys.executable, "-c", code, str(run.folder)])
    assert process.wait(LONG) == 3
    assert run.status().message == "Stopped after 0 s."
    assert measure(str(run.folder)) == {}
