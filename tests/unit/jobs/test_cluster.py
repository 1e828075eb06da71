"""Workers of this machine and of clusters that somebody else has started."""

import contextlib
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import dask.config
import psutil
import pytest
from distributed.security import Security

from structviz.config import TrainConfig, UnrolledShape
from structviz.errors import JobError
from structviz.jobs import State, Store
from structviz.jobs import cluster as cluster_module
from structviz.jobs.cluster import EmbeddedPlan, Workers, connect, embedded_plan, memory_share
from structviz.jobs.engine import Engine
from structviz.jobs.sweeps import on_cluster
from structviz.training import CT, sweep
from tests.unit.jobs.point_runs import POINTS, settled
from tests.waiting import until

ROOT = Path(__file__).parents[3]


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


def keys(folder: Path) -> dict[str, str]:
    """Keys as docs/clusters.md has them made, as Dask's settings; that they are needed is one of them."""
    made = Security.temporary()
    (folder / "cluster.crt").write_text(str(made.tls_client_cert))
    (folder / "cluster.key").write_text(str(made.tls_client_key))
    files = {"cert": str(folder / "cluster.crt"), "key": str(folder / "cluster.key")}
    for_each = {f"tls.{who}.{what}": file for who in ("scheduler", "worker", "client") for what, file in files.items()}
    return {"require-encryption": "true", "tls.ca-file": files["cert"], **for_each}


class Cluster:
    """A Dask cluster of separate processes, as an administrator would start one."""

    def __init__(self, n_workers: int, folder: Path) -> None:
        self.processes: list[subprocess.Popen[bytes]] = []
        self.folder = folder
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.address = f"tls://127.0.0.1:{port}"
        self.keys = keys(folder)
        self._start("dask", "scheduler", "--host", self.address, "--port", str(port), "--no-dashboard")
        self.workers = [
            self._start("dask", "worker", self.address, "--nthreads", "1", "--no-dashboard") for _ in range(n_workers)
        ]

    def _start(self, *words: str) -> subprocess.Popen[bytes]:
        keys = {
            f"DASK_DISTRIBUTED__COMM__{name.replace('.', '__').replace('-', '_').upper()}": path
            for name, path in self.keys.items()
        }
        environment = {**os.environ, **keys, "OMP_NUM_THREADS": "1", "PYTHONPATH": str(ROOT)}
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
    with dask.config.set({f"distributed.comm.{name}": value for name, value in cluster.keys.items()}):
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
    without_keys = dask.config.set({"distributed.comm.require-encryption": False})
    with without_keys, pytest.raises(JobError, match="does not answer"), on_cluster("tcp://127.0.0.1:9"):
        pass


def test_where_keys_are_the_rule_an_address_without_is_refused() -> None:
    with_keys = dask.config.set({"distributed.comm.require-encryption": True})
    with with_keys, pytest.raises(JobError, match="write tls://"), on_cluster("tcp://127.0.0.1:9"):
        pass


@pytest.mark.parametrize("workers", [1, 2, 8])
def test_workers_share_the_memory_of_the_machine(workers: int) -> None:
    total, free, used = 24 * 2**30, 20 * 2**30, 2**30
    share = memory_share(total, free, used, workers)
    assert share == pytest.approx(0.8 * total / workers, rel=0.3)
    assert workers * share <= 0.8 * total
    assert memory_share(total, 2**30, used, workers) <= used + 2**30, "what others have is not there"


@pytest.mark.skipif(not Path("/proc/meminfo").exists(), reason="only Linux tells how much memory there is")
def test_no_limit_is_below_what_an_idle_worker_has(monkeypatch: pytest.MonkeyPatch) -> None:
    import resource

    limits: list[int] = []
    monkeypatch.setattr(resource, "setrlimit", lambda _which, pair: limits.append(pair[0]))
    cluster_module._limit_memory(workers=1000)
    taken = int(Path("/proc/self/status").read_text().split("VmData:")[1].split()[0]) * 1024
    assert limits[0] > taken + 2**27


def keepers(workers: Workers) -> list[Any]:
    """Who starts the processes of workers that were started here."""
    return list(cast(Any, workers.client.cluster).workers.values())


def test_a_worker_that_ends_again_and_again_always_comes_back() -> None:
    sooner_than_any_worker = dask.config.set({"distributed.deploy.lost-worker-timeout": "10ms"})
    with sooner_than_any_worker, contextlib.closing(connect(None)) as workers:
        for _ in range(2):
            until(lambda: workers.sentence().startswith("2 workers"), "two workers are missing", 60)
            psutil.Process(keepers(workers)[0].pid).kill()
            until(lambda: workers.sentence().startswith("1 worker "), "a worker that was killed is still there", 60)
        until(lambda: workers.sentence().startswith("2 workers"), "a worker has not come back", 60)


def test_where_workers_cannot_be_started_again_new_ones_take_their_place(tmp_path: Path) -> None:
    with contextlib.closing(Engine(Store(tmp_path))) as engine:
        first = engine.store.create(POINTS, "cpu")
        engine.start(first)
        settled(first)
        workers = engine._dispatcher._workers
        assert workers is not None
        assert workers.places == 2
        first_keeper, second_keeper = keepers(workers)
        workers.client.sync(first_keeper.close)
        assert (workers.places, workers.is_alive()) == (1, True)
        second = engine.store.create(POINTS, "cpu")
        engine.start(second)
        settled(second)
        workers.client.sync(second_keeper.close)
        assert (workers.places, workers.is_alive()) == (0, False)
        third = engine.store.create(POINTS, "cpu")
        engine.start(third)
        settled(third)
        assert [run.status().state for run in (first, second, third)] == [State.FINISHED] * 3
        assert engine._dispatcher._workers is not workers
        assert workers.client.status == "closed"
