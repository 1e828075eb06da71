"""The engine with real workers: queues, commands, lost workers, silent schedulers, clusters of others."""

import dataclasses
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, cast

import psutil
import pytest

from structviz.config import PointShape, TrainConfig, UnrolledShape
from structviz.errors import JobError
from structviz.jobs import Entry, Run, State, Status, Store
from structviz.jobs.cluster import EmbeddedPlan, embedded_plan
from structviz.jobs.dispatcher import Dispatcher
from structviz.jobs.engine import Engine
from structviz.jobs.speed import Speeds
from structviz.jobs.sweeps import on_cluster
from structviz.training import CT, sweep
from tests.waiting import until

ROOT = Path(__file__).parents[3]
POINTS = TrainConfig("flow", steps=400, n_train=40, net=PointShape(n_layers=3, time=1.0))
ENDLESS = dataclasses.replace(POINTS, steps=100_000)


def settled(*runs: Run) -> None:
    until(lambda: not any(run.status().state.is_active for run in runs), "runs do not end")


def story(run: Run) -> list[tuple[int, float, dict[str, float]]]:
    return [(entry.step, entry.loss, dict(entry.figures)) for entry in run.history()]


def workers() -> list[tuple[psutil.Process, int]]:
    """The processes below this one that have trained something, each with the thread that did: it is polite."""
    found = []
    for child in psutil.Process().children(recursive=True):
        threads = [thread.id for thread in child.threads() if os.sched_getscheduler(thread.id) == os.SCHED_IDLE]
        if threads and "spawn_main" in " ".join(child.cmdline()):
            found.append((child, threads[0]))
    return found


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """An engine with embedded workers, for all tests that leave them alive."""
    engine = Engine(Store(tmp_path_factory.mktemp("runs")))
    yield engine
    engine.close()


@pytest.fixture
def made(engine: Engine) -> Iterator[Callable[..., Run]]:
    """Makes and starts runs, and ends them after the test."""
    runs: list[Run] = []

    def make(config: TrainConfig = POINTS) -> Run:
        runs.append(engine.store.create(config, "cpu"))
        engine.start(runs[-1])
        return runs[-1]

    yield make
    for run in runs:
        if run.status().state.is_active:
            engine.cancel(run.id)
    settled(*runs)


Make = Callable[..., Run]


def test_a_run_is_trained_by_another_process(engine: Engine, made: Make) -> None:
    run = made()
    settled(run)
    assert run.status().state is State.FINISHED, run.log()
    assert engine.machine().state == "ready"
    assert "of this machine" in engine.machine().sentence
    assert run.load() is not None


def test_the_workers_leave_a_core_and_are_polite(engine: Engine, made: Make) -> None:
    settled(made(), made())
    plan = embedded_plan()
    polite = workers()
    assert polite
    if not plan.gpus and len(os.sched_getaffinity(0)) > 1:
        assert all(os.sched_getaffinity(thread) == set(plan.cores) for _, thread in polite)
        assert set(plan.cores) < os.sched_getaffinity(0)


def test_those_that_wait_have_a_place(engine: Engine, made: Make) -> None:
    runs = [made(ENDLESS) for _ in range(embedded_plan().workers + 2)]
    until(lambda: sum(run.status().state is State.RUNNING for run in runs) == len(runs) - 2)
    assert [engine.position(run.id) for run in runs] == [*[None] * (len(runs) - 2), 1, 2]
    engine.cancel(runs[-2].id)
    assert runs[-2].status().state is State.CANCELLED, "who waits is cancelled at once"
    assert engine.position(runs[-1].id) == 1
    engine.cancel(runs[0].id)
    until(lambda: runs[-1].status().state is State.RUNNING)
    assert engine.position(runs[-1].id) is None


def test_a_paused_run_goes_on_bit_for_bit(engine: Engine, made: Make) -> None:
    config = dataclasses.replace(POINTS, steps=3000)
    whole, broken = made(config), made(config)
    until(lambda: len(broken.history()) > 3)
    engine.pause(broken.id)
    settled(broken, whole)
    assert broken.status().state is State.PAUSED
    engine.resume(broken.id)
    settled(broken)
    assert broken.status().state is State.FINISHED
    assert story(broken) == story(whole)
    assert broken.card().sha256 == whole.card().sha256


def test_commands_that_make_no_sense_get_a_sentence(engine: Engine, made: Make) -> None:
    run = made()
    settled(run)
    with pytest.raises(JobError, match="does not train: Training finished"):
        engine.cancel(run.id)
    with pytest.raises(JobError, match="cannot go on: Training finished"):
        engine.resume(run.id)
    with pytest.raises(JobError, match="There is no run"):
        engine.pause("20260101-000000-abcdef")


def test_data_that_take_long_to_draw_do_not_hold_up_a_cancel(engine: Engine, made: Make) -> None:
    """The worker is deep in the drawing of patients when it is told to stop; then the next run is trained."""
    shape = UnrolledShape(image_size=128, n_views=20, iterations=1, width=4, memory=1)
    run = made(TrainConfig("ct", n_train=9000, steps=10, net=shape))
    until(lambda: run.previews() == (0,))
    engine.cancel(run.id)
    settled(run)
    assert run.status().state is State.CANCELLED
    after = made()
    settled(after)
    assert after.status().state is State.FINISHED


def test_a_killed_worker_is_replaced_and_the_run_goes_on(engine: Engine, made: Make) -> None:
    config = dataclasses.replace(POINTS, steps=6000)
    whole = made(config)
    settled(whole)
    run = made(config)
    until(lambda: len(run.history()) > 10)
    for worker, _ in workers():
        worker.kill()
    settled(run)
    assert run.status().state is State.FINISHED, run.log()
    assert story(run) == story(whole)
    assert "resumed" in run.log()


def test_a_frozen_worker_does_not_hold_up_a_cancel(engine: Engine, made: Make) -> None:
    run = made(ENDLESS)
    until(lambda: bool(run.history()))
    frozen = workers()
    for worker, _ in frozen:
        worker.send_signal(signal.SIGSTOP)
    try:
        engine.cancel(run.id)
        settled(run)
        assert run.status().state is State.CANCELLED
    finally:
        for worker, _ in frozen:
            worker.send_signal(signal.SIGCONT)


def test_a_measurement_tells_how_long_a_run_takes(engine: Engine) -> None:
    config = dataclasses.replace(POINTS, steps=1000, net=PointShape(n_layers=5, time=1.0))
    assert engine.estimate(config, "cpu") is None
    engine.measure(config, "cpu")
    assert engine.is_measuring(config, "cpu")
    until(lambda: engine.estimate(config, "cpu") is not None)
    found = engine.estimate(config, "cpu")
    assert found is not None
    assert found.seconds > 1000 / found.steps_per_second > 0
    longer = engine.estimate(dataclasses.replace(config, steps=2000, seed=3), "cpu")
    assert longer is not None
    assert longer.seconds - found.seconds == pytest.approx(1000 / found.steps_per_second)
    assert engine.estimate(dataclasses.replace(config, net=PointShape(n_layers=4, time=1.0)), "cpu") is None
    assert engine.estimate(dataclasses.replace(config, arm="third"), "cpu") is None


def test_speeds_survive_and_damage_is_ignored(tmp_path: Path) -> None:
    speeds = Speeds(tmp_path)
    speeds.note(speeds.key(POINTS, "cpu"), {"steps_per_second": 100.0, "seconds_to_begin": 2.0, "examples": 8.0})
    found = Speeds(tmp_path).estimate(POINTS, "cpu")
    assert found is not None
    assert found.seconds == pytest.approx(2 + 4)
    for text in ("", "[]", '{"x": 1}'):
        (tmp_path / "speeds.json").write_text(text)
        assert Speeds(tmp_path).estimate(POINTS, "cpu") is None


def test_every_gpu_has_a_worker_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    import torch

    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 3)
    plan = embedded_plan()
    assert (plan.workers, plan.gpus) == (3, 3)
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _pid: {0})
    assert embedded_plan() == EmbeddedPlan(2, 0, (0,), 1)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _pid: set(range(9)))
    assert embedded_plan() == EmbeddedPlan(2, 0, tuple(range(1, 9)), 4)


def test_a_scheduler_that_does_not_answer_is_no_reason_to_train_here(tmp_path: Path) -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{silent.getsockname()[1]}"
        engine = Engine(Store(tmp_path), address)
        run = engine.store.create(POINTS, "cpu")
        engine.start(run)
        until(lambda: engine.machine().state == "lost")
        assert address in engine.machine().sentence
        assert "does not answer" in engine.machine().sentence
        assert run.status().state is State.QUEUED
        assert run.history() == ()
        engine.use_this_machine()
        settled(run)
        assert run.status().state is State.FINISHED
        engine.close()


def test_a_paused_run_can_be_given_up(engine: Engine, made: Make) -> None:
    run = made(ENDLESS)
    until(lambda: bool(run.history()))
    engine.pause(run.id)
    settled(run)
    engine.cancel(run.id)
    assert run.status().state is State.CANCELLED


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
    dispatcher = Dispatcher(Store(tmp_path), Speeds(tmp_path), None)
    run = dispatcher.store.create(POINTS, "cpu")
    dispatcher._futures[run.id] = cast(Any, future)
    dispatcher._look_after()
    assert run.status().state is state
    assert sentence in run.status().sentence
    assert dispatcher.handed_over() == []
    assert state is State.DISK_FULL or repr(future.outcome) in run.log()


class BrokenWorkers:
    """A connection that breaks at the wrong moment."""

    embedded = False

    def is_alive(self) -> bool:
        return True

    def submit(self, *_arguments: object, **_options: object) -> Future:
        raise OSError("the connection was closed")


def test_a_connection_that_breaks_loses_no_run(tmp_path: Path) -> None:
    dispatcher = Dispatcher(Store(tmp_path), Speeds(tmp_path), "tcp://elsewhere:1")
    run = dispatcher.store.create(POINTS, "cpu")
    dispatcher._workers = cast(Any, BrokenWorkers())
    dispatcher.take(run)
    until(lambda: dispatcher.machine.state == "lost")
    assert "the connection was closed" in dispatcher.machine.sentence
    assert dispatcher.handed_over() == [run.id]
    assert run.status().state is State.QUEUED
    dispatcher._workers = None
    dispatcher.close()


def test_a_run_whose_worker_is_gone_waits_for_another(tmp_path: Path) -> None:
    dispatcher = Dispatcher(Store(tmp_path), Speeds(tmp_path), None)
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


def test_runs_of_a_race_share_the_cores(tmp_path: Path) -> None:
    speeds, store = Speeds(tmp_path), Store(tmp_path)
    run = store.create(POINTS, "cpu", run_group="r")
    for k in range(1, 31):
        run.append(Entry(10 * k, 0.5, 1.0, float(k)))
    speeds.learn(run, together=2)
    found = speeds.estimate(POINTS, "cpu")
    assert found is not None
    assert found.steps_per_second == pytest.approx(20)
    assert found.origin == f"as in the run {run.id[:15]}"


class Cluster:
    """A Dask cluster of separate processes, as an administrator would start one."""

    def __init__(self, n_workers: int, folder: Path) -> None:
        self.processes: list[subprocess.Popen[bytes]] = []
        self.folder = folder
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.address = f"tcp://127.0.0.1:{port}"
        self._start("dask", "scheduler", "--host", "127.0.0.1", "--port", str(port), "--no-dashboard")
        self.workers = [
            self._start("dask", "worker", self.address, "--nthreads", "1", "--no-dashboard") for _ in range(n_workers)
        ]

    def _start(self, *words: str) -> subprocess.Popen[bytes]:
        environment = {**os.environ, "OMP_NUM_THREADS": "1", "PYTHONPATH": str(ROOT)}
        with (self.folder / f"log{len(self.processes)}").open("wb") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", *words], cwd=self.folder, env=environment, stdout=log, stderr=log
            )
        self.processes.append(process)
        return process

    def trainers(self) -> list[psutil.Process]:
        """Who really trains: below each worker's nanny."""
        nannies = [psutil.Process(worker.pid) for worker in self.workers if worker.poll() is None]
        return [p for nanny in nannies for p in nanny.children(recursive=True) if "spawn_main" in " ".join(p.cmdline())]

    def end(self) -> None:
        for process in reversed(self.processes):
            for child in psutil.Process(process.pid).children(recursive=True) if process.poll() is None else ():
                child.kill()
            process.kill()
            process.wait()


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    cluster = Cluster(2, tmp_path_factory.mktemp("cluster"))
    yield cluster
    cluster.end()


def test_the_same_runs_train_on_any_cluster(cluster: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STRUCTVIZ_SCHEDULER", cluster.address)
    engine = Engine(Store(tmp_path))
    run = engine.store.create(POINTS, "cpu")
    engine.start(run)
    settled(run)
    assert run.status().state is State.FINISHED, run.log()
    assert f"of the cluster at {cluster.address}" in engine.machine().sentence
    engine.close()


def test_a_sweep_that_loses_a_worker_leaves_the_same_table(cluster: Cluster, tmp_path: Path) -> None:
    shape = UnrolledShape(image_size=16, n_views=8, iterations=2, width=4, memory=1)
    base = TrainConfig("ct", steps=40, net=shape)
    here, there = tmp_path / "here.csv", tmp_path / "there.csv"
    sweep(CT, [1, 2], ["ordinary", "equivariant"], 1, base, here, "cpu")

    def kill_one() -> None:
        until(lambda: there.exists() and there.read_text().count("ordinary") > 0)
        cluster.trainers()[0].kill()

    killer = threading.Thread(target=kill_one)
    killer.start()
    with on_cluster(cluster.address) as train_all:
        swept = sweep(CT, [1, 2], ["ordinary", "equivariant"], 1, base, there, "cpu", train_all=train_all)
    killer.join()
    assert swept.failed == ()
    assert there.read_bytes() == here.read_bytes()


def test_a_silent_scheduler_ends_a_sweep_before_it_begins() -> None:
    with pytest.raises(JobError, match="does not answer"), on_cluster("tcp://127.0.0.1:9"):
        pass
