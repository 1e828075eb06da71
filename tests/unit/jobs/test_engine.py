"""The engine with real workers: queues, commands, lost workers, silent schedulers."""

import asyncio
import contextlib
import dataclasses
import os
import signal
import socket
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import psutil
import pytest

from structviz.config import PointShape, TrainConfig, UnrolledShape
from structviz.errors import JobError
from structviz.jobs import Run, State, Store
from structviz.jobs.cluster import embedded_plan
from structviz.jobs.engine import Engine
from tests.unit.jobs.point_runs import ENDLESS, POINTS, settled, story
from tests.waiting import until


def workers() -> list[tuple[psutil.Process, int]]:
    """The processes below this one that have trained something, each with the thread that did: it is polite."""
    found = []
    for child in psutil.Process().children(recursive=True):
        threads = [thread.id for thread in child.threads() if os.sched_getscheduler(thread.id) == os.SCHED_IDLE]
        if threads and "spawn_main" in " ".join(child.cmdline()):
            found.append((child, threads[0]))
    return found


@pytest.fixture(scope="module")
def other_doors() -> set[tuple[str, int]]:
    """Those of other tests' servers."""
    return set(doors())


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory, other_doors: set[tuple[str, int]]) -> Iterator[Engine]:
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
        if run.written_status().state.is_active:
            run.touch_heartbeat()  # it may be called interrupted where others compute
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


def doors() -> list[tuple[str, int]]:
    """Where this process and those below it listen."""
    found = []
    for process in (psutil.Process(), *psutil.Process().children(recursive=True)):
        listening = [c for c in process.net_connections("inet") if c.status == psutil.CONN_LISTEN]
        found += [(connection.laddr.ip, connection.laddr.port) for connection in listening]
    return found


def answer(port: int, question: bytes) -> bytes:
    """What a stranger gets back from a port."""
    with socket.create_connection(("127.0.0.1", port), timeout=5) as stranger:
        with contextlib.suppress(ConnectionError):
            stranger.sendall(question)
        stranger.settimeout(1)
        try:
            return stranger.recv(200)
        except (TimeoutError, ConnectionError):
            return b""


def test_strangers_find_no_open_door(engine: Engine, made: Make, other_doors: set[tuple[str, int]]) -> None:
    """No HTTP, and nothing that answers without the keys of this process."""
    from distributed import connect
    from distributed.security import Security

    settled(made())
    found = set(doors()) - other_doors
    assert found
    assert {host for host, _ in found} == {"127.0.0.1"}
    for _, port in found:
        assert b"HTTP" not in answer(port, b"GET /info/main/workers.html HTTP/1.1\r\nHost: localhost\r\n\r\n")

    async def visit(address: str, **keys: Any) -> None:
        comm = await connect(address, timeout=2, **keys)
        await comm.close()

    def knock(address: str, **keys: Any) -> None:
        with ThreadPoolExecutor(1) as thread:  # the browser of other tests may have a loop in this one
            thread.submit(lambda: asyncio.run(visit(address, **keys))).result()

    stranger = {"ssl_context": Security.temporary().get_connection_args("client")["ssl_context"]}
    for _, port in found:
        with pytest.raises(OSError):  # noqa: PT011 - the kinds differ by where the handshake breaks off
            knock(f"tcp://127.0.0.1:{port}")
        with pytest.raises(OSError):  # noqa: PT011
            knock(f"tls://127.0.0.1:{port}", **stranger)


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

    def is_known() -> bool:
        """Whether it has been measured; where others compute, a worker may not get to a second step in its time."""
        if engine.estimate(config, "cpu") is None and not engine.is_measuring(config, "cpu"):
            engine.measure(config, "cpu")
        return engine.estimate(config, "cpu") is not None

    until(is_known)
    found = engine.estimate(config, "cpu")
    assert found is not None
    assert found.seconds > 1000 / found.steps_per_second > 0
    longer = engine.estimate(dataclasses.replace(config, steps=2000, seed=3), "cpu")
    assert longer is not None
    assert longer.seconds - found.seconds == pytest.approx(1000 / found.steps_per_second)
    assert engine.estimate(dataclasses.replace(config, net=PointShape(n_layers=4, time=1.0)), "cpu") is None
    assert engine.estimate(dataclasses.replace(config, arm="third"), "cpu") is None


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
