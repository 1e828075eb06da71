"""What the dispatcher does when a worker or a connection fails it."""

import socket
import subprocess
import sys
from pathlib import Path
from typing import Any, cast

import pytest

from structviz.errors import JobError
from structviz.jobs import Run, State, Status, Store
from structviz.jobs import dispatcher as dispatcher_module
from structviz.jobs.dispatcher import Dispatcher
from structviz.jobs.engine import Engine
from structviz.jobs.measurements import Measurements
from structviz.jobs.speed import Speeds
from tests.unit.jobs.point_runs import POINTS
from tests.waiting import until


def dispatcher_in(folder: Path, address: str | None = None) -> Dispatcher:
    store, speeds = Store(folder), Speeds(folder)
    return Dispatcher(store, speeds, Measurements(store, speeds), address)


class Future:
    """What a worker has left, as Dask says it."""

    def __init__(self, status: str, outcome: object) -> None:
        self.status, self.outcome = status, outcome

    def done(self) -> bool:
        return True

    def result(self) -> object:
        return self.outcome

    def exception(self) -> object:
        return self.outcome

    def cancel(self) -> None:
        raise AssertionError("it is over")


class KilledWorker(Exception):  # noqa: N818
    """Dask's name for a task that has lost several workers."""


@pytest.mark.parametrize(
    ("future", "state", "sentence"),
    [
        (Future("error", KilledWorker("run-1")), State.WORKER_LOST, "The worker was lost several times"),
        (Future("error", ValueError("a bug")), State.FAILED, "the log of the run says where"),
        (Future("error", JobError("The rule and what to do.")), State.FAILED, "The rule and what to do."),
        (Future("finished", "disk-full"), State.DISK_FULL, "make room"),
    ],
)
def test_what_a_worker_cannot_write_down_the_engine_does(
    future: Future, state: State, sentence: str, tmp_path: Path
) -> None:
    dispatcher = dispatcher_in(tmp_path)
    run = dispatcher.store.create(POINTS, "cpu")
    dispatcher._futures[run.id] = cast(Any, future)
    dispatcher._look_after()
    assert run.status().state is state
    assert sentence in run.status().sentence
    assert dispatcher.in_order() == []
    assert state is State.DISK_FULL or repr(future.outcome) in run.log()


class BrokenWorkers:
    """A connection that breaks at the wrong moment."""

    embedded, plan, places = False, None, None

    def is_alive(self) -> bool:
        return True

    def submit(self, *_arguments: object, **_options: Any) -> Future:
        raise OSError("the connection was closed")


def test_a_connection_that_breaks_loses_no_run(tmp_path: Path) -> None:
    dispatcher = dispatcher_in(tmp_path, "tcp://elsewhere:1")
    run = dispatcher.store.create(POINTS, "cpu")
    dispatcher._workers = cast(Any, BrokenWorkers())
    dispatcher.take(run)
    until(lambda: dispatcher.machine.state == "lost")
    assert "the connection was closed" in dispatcher.machine.sentence
    assert dispatcher.in_order() == [run]
    assert run.status().state is State.QUEUED
    dispatcher._workers = None
    dispatcher.close()


def test_a_run_whose_worker_is_gone_waits_for_another(tmp_path: Path) -> None:
    dispatcher = dispatcher_in(tmp_path)
    run = dispatcher.store.create(POINTS, "cpu")
    run.write_status(Status(State.RUNNING))
    busy = Future("pending", None)
    busy.done = lambda: False
    dispatcher._futures[run.id] = cast(Any, busy)
    dispatcher._look_after()
    assert run.status().state is State.RUNNING
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    (run.folder / "heartbeat").write_text(f"{socket.gethostname()} {process.pid}")
    assert run.holder_is_gone()
    dispatcher._look_after()
    assert run.status().state is State.QUEUED
    assert run.status().sentence == "Its worker was lost; it waits for another."


def test_a_run_that_is_resumed_before_its_worker_is_seen_to_be_done_waits(tmp_path: Path) -> None:
    dispatcher = dispatcher_in(tmp_path)
    run = dispatcher.store.create(POINTS, "cpu")
    dispatcher._futures[run.id] = cast(Any, Future("finished", "paused"))
    dispatcher._wake_up = lambda: None
    dispatcher.take(run)
    assert dispatcher.in_order() == [run], "once, though a worker has left something"
    dispatcher._look_after()
    assert run.status().state is State.QUEUED
    assert dispatcher.in_order() == [run]


def test_what_was_ended_while_workers_were_looked_after_is_not_noted_again(tmp_path: Path) -> None:
    dispatcher = dispatcher_in(tmp_path)
    run = dispatcher.store.create(POINTS, "cpu")
    late = Future("finished", "paused")

    def done() -> bool:  # between the look at all workers and the note on this one
        dispatcher._futures.pop(run.id, None)
        return True

    late.done = done
    dispatcher._futures[run.id] = cast(Any, late)
    dispatcher._look_after()
    assert run.status().state is State.QUEUED


def test_what_the_former_worker_of_a_resumed_run_leaves_is_forgotten(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also while the run is queued again and not yet taken."""
    engine = Engine(Store(tmp_path))
    run = engine.store.create(POINTS, "cpu")
    run.write_status(Status(State.PAUSED))
    dispatcher = engine._dispatcher
    monkeypatch.setattr(dispatcher, "_wake_up", lambda: None)
    dispatcher._futures[run.id] = cast(Any, Future("finished", "paused"))
    write = Run.write_status

    def write_status(self: Run, status: Status) -> None:
        write(self, status)
        if status.state is State.QUEUED:  # the dispatcher is quick
            dispatcher._look_after()

    monkeypatch.setattr(Run, "write_status", write_status)
    with monkeypatch.context() as patch:
        patch.setattr(dispatcher, "take", lambda _run: None)
        engine.resume(run.id)
    assert run.status().state is State.QUEUED
    with pytest.raises(JobError, match="cannot go on"):
        engine.resume(run.id)


class IdleWorkers(BrokenWorkers):
    """They take runs, and say so."""

    def __init__(self) -> None:
        self.keys: list[str] = []

    def submit(self, *_arguments: object, **options: Any) -> Future:
        self.keys.append(options["key"])
        return pending()

    def sentence(self) -> str:
        return "1 worker of this test"

    def close(self) -> None:
        pass


def pending() -> Future:
    future = Future("pending", None)
    future.done = lambda: False
    return future


def test_what_goes_wrong_with_one_run_holds_up_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(dispatcher_module, "_RETRY", 0.0)
    dispatcher, workers = dispatcher_in(tmp_path), IdleWorkers()
    bad, good = (dispatcher.store.create(POINTS, "cpu") for _ in range(2))
    dispatcher._workers = cast(Any, workers)
    dispatcher._futures[bad.id] = cast(Any, Future("finished", "a word that is no state"))
    dispatcher.take(good)
    until(lambda: bool(workers.keys))
    assert workers.keys[0].startswith(good.id)
    assert "a word that is no state" in caplog.text
    assert dispatcher.machine.state == "ready", "it has answered since"
    dispatcher.close()


def test_a_run_that_cannot_be_written_to_holds_up_no_other_when_the_scheduler_is_gone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dispatcher, workers = dispatcher_in(tmp_path), BrokenWorkers()
    runs = [dispatcher.store.create(POINTS, "cpu") for _ in range(2)]
    dispatcher._futures = {run.id: cast(Any, pending()) for run in runs}
    workers.is_alive = lambda: False
    dispatcher._workers = cast(Any, workers)

    def full(_run: Run) -> None:
        raise JobError("The disk is full.")

    monkeypatch.setattr(Run, "requeue", full)
    dispatcher._look_after()
    assert dispatcher.in_order() == runs
    assert dispatcher.machine.sentence == "The workers of this machine are gone."
