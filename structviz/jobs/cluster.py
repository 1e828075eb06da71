"""Workers: an embedded Dask cluster whose workers are processes, or any Dask cluster by its address.

This is the only file that imports Dask, and it does so when the first worker is needed.
"""

import contextlib
import logging
import os
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from structviz.errors import JobError

if TYPE_CHECKING:
    from distributed import Client, Future

__all__ = ["EmbeddedPlan", "Workers", "connect", "embedded_plan", "configure_worker", "memory_share"]

ANSWER = 5.0
"""Seconds in which a scheduler must answer."""

_CPU_WORKERS = 2
"""Runs that an embedded cluster without a GPU trains at the same time, so that two arms can be compared."""

_SHARED = 0.8
"""Part of the machine's memory that all workers have together."""

_LEAST = 2**28
"""Bytes that a worker may take for a run, whatever its share is."""

_PYTHON_PATH = "PYTHONPATH"

_LOST = "distributed.deploy.lost-worker-timeout"
"""Dask's setting for the seconds after which it gives up a worker that has ended."""


@dataclass(frozen=True)
class EmbeddedPlan:
    """What an embedded cluster is made of.

    Attributes
    ----------
    workers
        Processes; each trains one run at a time.
    gpus
        GPUs, one for each worker; 0 without any.
    cores
        Processor cores that all workers share.
    threads
        Threads of each for torch.
    """

    workers: int
    gpus: int
    cores: tuple[int, ...]
    threads: int


def embedded_plan() -> EmbeddedPlan:
    """The plan for this machine: one worker for each GPU, else two that leave a core to the app."""
    import torch

    gpus = torch.cuda.device_count() if torch.cuda.is_available() else 0
    cores = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else list(range(os.cpu_count() or 1))
    left = tuple(cores[1:]) or tuple(cores)
    workers = gpus or _CPU_WORKERS
    return EmbeddedPlan(workers, gpus, left, max(1, len(left) // workers))


@dataclass(frozen=True)
class Workers:
    """A connection to workers.

    Attributes
    ----------
    client
        Dask's.
    embedded
        Whether they were started by this process, with which they end.
    plan
        What they are made of, if they are.
    """

    client: "Client"
    plan: EmbeddedPlan | None = None

    @property
    def embedded(self) -> bool:
        """Whether the workers are processes of this program."""
        return self.plan is not None

    def submit(
        self, function: Any, *arguments: Any, key: str | None, device: str = "auto", priority: int = 0
    ) -> "Future":
        """Have a worker call a function; it gets a GPU where there is one, unless the CPU is asked for.

        Parameters
        ----------
        function, arguments
            What to call, with what; both are pickled.
        key
            Name of the task; results of tasks with the same name are shared. None for a new one.
        device
            As for `structviz.training.train`.
        priority
            Tasks with higher numbers come first.

        Returns
        -------
        Future
            Of the result.
        """
        resources = {"GPU": 1} if device != "cpu" and self.has_gpus() else None
        if self.plan is not None:
            function, arguments = _configured, (self.plan, function, *arguments)
        return self.client.submit(function, *arguments, key=key, pure=False, resources=resources, priority=priority)

    def has_gpus(self) -> bool:
        """Whether any worker offers a GPU."""
        return any("GPU" in worker.get("resources", {}) for worker in self._workers().values())

    def sentence(self) -> str:
        """How many workers there are, and where, for people."""
        n = len(self._workers())
        who = f"{n} worker{'' if n == 1 else 's'}"
        where = "of this machine" if self.embedded else f"of the cluster at {self.client.scheduler.address}"  # pyright: ignore[reportOptionalMemberAccess]
        what = "on GPUs" if self.has_gpus() else "on the CPU" if self.embedded else "on CPUs"
        return f"{who} {what} {where}"

    @property
    def places(self) -> int | None:
        """How many runs train at the same time; None for a cluster, which may grow with what waits for it."""
        cluster = self.client.cluster
        if cluster is None:
            return None
        # One that could not be started again, as for lack of memory, has been given up.
        return sum(keeper.status.name not in ("closed", "failed") for keeper in list(cluster.workers.values()))

    def is_alive(self) -> bool:
        """Whether the scheduler still answers, and, of workers of this program, whether there are any."""
        return self.client.status == "running" and self.places != 0

    def close(self) -> None:
        """Disconnect; workers that `connect` started end."""
        cluster = self.client.cluster
        self.client.close()
        if cluster is not None:
            cluster.close()

    def _workers(self) -> dict[str, Any]:
        return self.client.scheduler_info(n_workers=-1)["workers"]


def connect(address: str | None) -> Workers:
    """Connect to the scheduler at an address, or start workers on this machine.

    Raises
    ------
    JobError
        If the scheduler does not answer.
    """
    import dask.config
    from distributed import Client, LocalCluster
    from distributed.security import Security

    if address is not None:
        if dask.config.get("distributed.comm.require-encryption") and not address.startswith("tls://"):
            raise JobError(
                f"Dask may only use connections with keys here, but {address} is one without: "
                "write tls:// in front, and start the cluster with keys."
            )
        try:
            with dask.config.set({"distributed.comm.timeouts.connect": f"{ANSWER}s"}):
                return Workers(Client(address, timeout=ANSWER, set_as_default=False, name="structviz"))
        except (OSError, TimeoutError, ValueError) as error:
            raise JobError(
                f"The scheduler at {address} does not answer: {error or 'no reply'}. "
                "Start it, or train on this machine."
            ) from error
    plan = embedded_plan()
    # Workers import the package by its name, wherever the program was started from.
    os.environ[_PYTHON_PATH] = os.pathsep.join(filter(None, [_project(), os.environ.get(_PYTHON_PATH, "")]))
    # A worker that ends is started again, however often. Dask looks once, this long after it has ended, and gives it up
    # for good if it is away, be it for the second time: two runs that are cancelled 15 s apart would be enough.
    dask.config.set({_LOST: "1000 days"})
    try:
        cluster = LocalCluster(
            n_workers=plan.workers,
            threads_per_worker=1,
            processes=True,
            memory_limit=None,
            host="127.0.0.1",
            # Keys of this moment, which nobody else has: without them any user of this machine could run code here.
            security=Security.temporary(),
            dashboard_address="127.0.0.1:0",
            preload=["structviz.jobs.worker_doors"],
            resources={"GPU": 1} if plan.gpus else {},
            silence_logs=logging.ERROR,
        )
        if cluster.scheduler is not None:
            cluster.scheduler.http_server.stop()
        return Workers(Client(cluster, set_as_default=False, name="structviz"), plan)
    except (OSError, RuntimeError, TimeoutError) as error:
        raise JobError(f"The workers of this machine cannot be started: {error}. Close other programs.") from error


def configure_worker(plan: EmbeddedPlan, name: object) -> None:
    """Give the thread that trains its own GPU or the cores that the app does not use, and the lowest priority."""
    if getattr(_thread, "settled", False):
        return
    _thread.settled = True
    import torch

    if plan.gpus:
        seen = os.environ.get("CUDA_VISIBLE_DEVICES")
        os.environ["CUDA_VISIBLE_DEVICES"] = seen.split(",")[int(str(name))] if seen else str(name)
    else:
        if hasattr(os, "sched_setaffinity"):
            os.sched_setaffinity(0, plan.cores)
        _limit_memory(plan.workers)
    # On Linux this holds for the thread and those that it starts: what answers the scheduler stays quick. An idle
    # thread gives its core away as soon as anyone wants it.
    if hasattr(os, "SCHED_IDLE"):
        os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))
    elif hasattr(os, "nice"):
        os.nice(10)
    torch.set_num_threads(plan.threads)


_thread = threading.local()


def _configured(plan: EmbeddedPlan, function: Any, *arguments: Any) -> Any:
    from distributed import get_worker

    configure_worker(plan, get_worker().name)
    return function(*arguments)


def _limit_memory(workers: int) -> None:
    """Limit the memory of this process, where Linux tells: a run then gets an error instead of being killed."""
    try:
        import resource

        machine = Path("/proc/meminfo").read_text(encoding="ascii")
        total, free = (int(machine.split(f"{name}:")[1].split()[0]) * 1024 for name in ("MemTotal", "MemAvailable"))
        status = Path("/proc/self/status").read_text(encoding="ascii", errors="replace")
        taken, used = (int(status.split(f"{name}:")[1].split()[0]) * 1024 for name in ("VmData", "RssAnon"))
        with contextlib.suppress(OSError, ValueError):  # no container, or one without a limit, which says "max"
            total = min(total, int(Path("/sys/fs/cgroup/memory.max").read_text(encoding="ascii")))
        _, hard = resource.getrlimit(resource.RLIMIT_DATA)
        # The limit is one of addresses, of which stacks of threads take many without any memory behind them.
        limit = memory_share(total, free, used, workers) + max(0, taken - used)
        resource.setrlimit(resource.RLIMIT_DATA, (limit, hard))
    except (ImportError, OSError, ValueError, IndexError):
        return


def memory_share(total: int, free: int, used: int, workers: int) -> int:
    """Bytes that one worker may take: of 80 % of the machine's memory its share, and no more than there is.

    An idle worker has taken 170 MB already. On a small machine that may be its whole share, so it gets a little more
    than it has.

    Parameters
    ----------
    total, free
        Of the machine.
    used
        By this worker so far.
    workers
        That share the machine.

    Returns
    -------
    int
        In bytes.
    """
    return min(max(int(_SHARED * total / workers), used + _LEAST), used + int(_SHARED * free))


def _project() -> str:
    import structviz

    return str(os.path.dirname(os.path.dirname(structviz.__file__ or "")))  # noqa: PTH120
