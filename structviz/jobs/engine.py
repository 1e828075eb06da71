"""The engine: it hands runs to workers, passes orders on, and keeps their books while they wait."""

import dataclasses
import os
import threading
import time
import uuid
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from structviz.config import TrainConfig
from structviz.errors import JobError, StructVizError
from structviz.jobs.cluster import Workers, connect
from structviz.jobs.control import ORDERED
from structviz.jobs.folder import Order, Run
from structviz.jobs.records import State
from structviz.jobs.speed import Estimate, Speeds, measure_speed
from structviz.jobs.store import Store
from structviz.jobs.work import work

if TYPE_CHECKING:
    from distributed import Future

__all__ = ["Engine", "Estimate", "Machine"]

_ROUND = 0.25
"""Seconds between two rounds of the keeper."""

_PATIENCE = 1.7
"""Seconds after which a run that was told to stop is written down as stopped, whatever its worker does."""

_MANY = 20
"""Among so many of the newest runs are those of a race."""

_RETRY = 5.0
"""Seconds until a scheduler that did not answer is tried again."""


@dataclass(frozen=True)
class Machine:
    """Where runs are trained.

    Attributes
    ----------
    state
        "off" before the first run, "starting", "ready" or "lost".
    sentence
        Who the workers are, or why there are none.
    """

    state: str
    sentence: str


class Engine:
    """Runs on workers. All methods return at once and may be called from any thread.

    Parameters
    ----------
    store
        Where the runs lie; workers must see it under the same path.
    address
        Of a Dask scheduler, such as "tcp://10.0.0.1:8786"; by default that in STRUCTVIZ_SCHEDULER, and without one
        workers of this machine are started at the first use.

    Examples
    --------
    >>> engine = Engine(Store())
    >>> engine.machine().state
    'off'
    """

    def __init__(self, store: Store, address: str | None = None) -> None:
        self.store = store
        self._address = address or os.environ.get("STRUCTVIZ_SCHEDULER") or None
        self._lock = threading.RLock()
        self._waiting: OrderedDict[str, Run] = OrderedDict()
        self._measuring: OrderedDict[str, tuple[TrainConfig, str]] = OrderedDict()
        self._futures: dict[str, Future] = {}
        self._deadlines: dict[str, float] = {}
        self._workers: Workers | None = None
        self._machine = Machine("off", "No worker has been needed yet.")
        self._wake = threading.Condition(self._lock)
        self._keeper: threading.Thread | None = None
        self._closed = False
        self._not_before = 0.0
        self.speeds = Speeds(store.folder)

    # ---- orders
    def start(self, run: Run) -> None:
        """Queue a run."""
        with self._lock:
            run.give(Order.GO)
            run.beat()
            self._waiting[run.id] = run
            self._keep()

    def pause(self, name: str) -> None:
        """Hold a run at the step that is under way; its worker is free for others then.

        Raises
        ------
        JobError
            If there is no such run, or it does not wait or train.
        """
        self._stop(name, Order.PAUSE)

    def cancel(self, name: str) -> None:
        """Stop a run within two seconds; it can still go on from its last checkpoint.

        Raises
        ------
        JobError
            If there is no such run, or it neither waits nor trains nor is paused.
        """
        run = self.store.get(name)
        if run.status().state is State.PAUSED:
            run.write_status(dataclasses.replace(run.status(), state=State.CANCELLED, message=""))
        else:
            self._stop(name, Order.CANCEL)

    def resume(self, name: str) -> None:
        """Let a run go on from its last checkpoint.

        Raises
        ------
        JobError
            If there is no such run, or it cannot go on.
        """
        run = self.store.get(name)
        status = run.status()
        if not status.state.can_resume:
            raise JobError(f"The run {name} cannot go on: {status.sentence}")
        self.store.check_room(run.request().owner)
        run.beat()
        run.write_status(dataclasses.replace(status, state=State.QUEUED, message=""))
        self.start(run)

    def position(self, name: str) -> int | None:
        """Place of a run among those that wait, 1 for the next; None if it does not wait."""
        with self._lock:
            handed = [*self._futures, *self._waiting]
        place = 0
        for other in handed:
            if _state(self.store, other) is State.QUEUED:
                place += 1
                if other == name:
                    return place
        return None

    # ---- machine
    def machine(self) -> Machine:
        """Where runs are trained."""
        with self._lock:
            return self._machine

    def use_this_machine(self) -> None:
        """Train here, although a cluster was asked for: it does not answer."""
        with self._lock:
            self._address, self._not_before = None, 0.0
            self._machine = Machine("starting", "The workers of this machine are starting.")
            self._keep()

    def close(self) -> None:
        """Let go of the workers; what trains on those of this machine is interrupted."""
        with self._lock:
            self._closed = True
            workers, self._workers = self._workers, None
            keeper = self._keeper
            self._wake.notify_all()
        if keeper is not None:
            keeper.join()
        if workers is not None:
            workers.close()

    # ---- time
    def estimate(self, config: TrainConfig, device: str = "auto") -> Estimate | None:
        """How long a run would take, as far as it is known from a measurement or a run before."""
        return self.speeds.estimate(config, device)

    def measure(self, config: TrainConfig, device: str = "auto") -> None:
        """Have a worker measure for a few seconds how long a run would take."""
        with self._lock:
            self._measuring.setdefault(self.speeds.key(config, device), (config, device))
            self._keep()

    def is_measuring(self, config: TrainConfig, device: str = "auto") -> bool:
        """Whether a measurement is under way."""
        with self._lock:
            key = self.speeds.key(config, device)
            return key in self._measuring or f"speed-{key}" in self._futures

    # ---- the keeper
    def _stop(self, name: str, order: Order) -> None:
        run = self.store.get(name)
        status = run.status()
        if not status.state.is_active:
            raise JobError(f"The run {name} does not train: {status.sentence}")
        run.give(order)
        with self._lock:
            self._deadlines[name] = time.monotonic() + _PATIENCE
            if status.state is State.QUEUED:
                self._end(run, ORDERED[order])
            self._keep()

    def _end(self, run: Run, state: State, message: str = "") -> None:
        """Write down that a run is over without its worker, which lets go of it if there is one."""
        self._waiting.pop(run.id, None)
        self._deadlines.pop(run.id, None)
        future = self._futures.pop(run.id, None)
        if future is not None and not future.done():
            future.cancel()
        run.claim(uuid.uuid4().hex)
        run.write_status(dataclasses.replace(run.status(), state=state, message=message))

    def _keep(self) -> None:
        if self._keeper is None or not self._keeper.is_alive():
            self._keeper = threading.Thread(target=self._rounds, name="keeper of runs", daemon=True)
            self._keeper.start()
        self._wake.notify_all()

    def _rounds(self) -> None:
        while True:
            with self._lock:
                busy = self._waiting or self._futures or self._measuring or self._deadlines
                if self._closed or not (busy or self._wake.wait(60)):
                    self._keeper = None
                    return
            if (self._waiting or self._measuring) and self._connected():
                self._submit()
            self._look_after()
            with self._lock:
                self._wake.wait(_ROUND)

    def _connected(self) -> bool:
        if self._workers is not None and self._workers.is_alive():
            return True
        with self._lock:
            if time.monotonic() < self._not_before:
                return False
            address, lost = self._address, self._workers is not None
            self._workers = None
            where = f"The scheduler at {address} is asked for workers." if address else "The workers are starting."
            if not (lost or self._machine.state == "lost"):
                self._machine = Machine("starting", where)
        try:
            workers = connect(address)
            sentence = workers.sentence()
        except JobError as error:
            with self._lock:
                self._machine = Machine("lost", str(error))
                self._not_before = time.monotonic() + _RETRY
            return False
        with self._lock:
            if self._closed or address != self._address:
                workers.close()
                return False
            self._workers, self._machine = workers, Machine("ready", sentence)
        return True

    def _submit(self) -> None:
        with self._lock:
            workers = self._workers
            if workers is None:
                return
            for key, (config, device) in list(self._measuring.items()):
                del self._measuring[key]
                self._futures[f"speed-{key}"] = workers.submit(
                    measure_speed, config.to_dict(), device, key=f"speed-{uuid.uuid4().hex}", device=device, priority=1
                )
            for name, run in list(self._waiting.items()):
                del self._waiting[name]
                arguments = (str(run.folder.resolve()), workers.embedded)
                device = _quietly(lambda run=run: run.request().device) or "auto"
                self._futures[name] = workers.submit(work, *arguments, key=f"{name}-{uuid.uuid4().hex}", device=device)

    def _look_after(self) -> None:
        """Keep the hearts of waiting runs warm, end those that do not obey, and note what workers have left."""
        with self._lock:
            waiting, futures = dict(self._waiting), dict(self._futures)
            workers = self._workers
        if workers is not None and futures and not workers.is_alive():
            self._all_lost(futures)
            return
        for name, future in futures.items():
            if future.done():
                with self._lock:
                    if self._futures.get(name) is future:
                        del self._futures[name]
                self._note_end(name, future)
        for name in [*waiting, *futures]:
            run = Run(self.store.folder / name)
            if _state(self.store, name) is State.QUEUED:
                run.beat()
        with self._lock:
            late = [name for name, deadline in self._deadlines.items() if time.monotonic() > deadline]
        for name in late:
            self._force(name)

    def _force(self, name: str) -> None:
        with self._lock:
            self._deadlines.pop(name, None)
            run = Run(self.store.folder / name)
            if (state := _state(self.store, name)) is not None and state.is_active and run.order() is not Order.GO:
                _quietly(lambda: self._end(run, ORDERED[run.order()]))

    def _note_end(self, name: str, future: "Future") -> None:
        if name.startswith("speed-"):
            if future.status == "finished":
                self.speeds.note(name.removeprefix("speed-"), future.result())
            return
        run = Run(self.store.folder / name)
        _quietly(lambda: self.speeds.learn(run, self._sharing(run)))
        state = _state(self.store, name)
        if state is None or not state.is_active or future.status == "cancelled":
            return
        error = future.exception() if future.status == "error" else None
        if error is None:
            # The worker came back although the run was in other hands, or its disk was full.
            word = future.result()
            _quietly(lambda: self._end(run, State(word) if word != State.RUNNING.value else State.INTERRUPTED))
            return
        run.note(f"{error!r}")
        lost = type(error).__name__ == "KilledWorker"
        message = str(error) if isinstance(error, StructVizError) else ""
        _quietly(lambda: self._end(run, State.WORKER_LOST if lost else State.FAILED, message))

    def _sharing(self, run: Run) -> int:
        """How many runs of a race have shared the cores of this machine."""
        workers, race = self._workers, run.request().race
        if workers is None or workers.plan is None or workers.plan.gpus or not race:
            return 1
        racers = sum(_quietly(lambda one=one: one.request().race) == race for one in self.store.runs()[:_MANY])
        return min(racers, workers.plan.workers)

    def _all_lost(self, futures: dict[str, Any]) -> None:
        """The scheduler is gone, and with it all that it knew: what was under way waits again."""
        with self._lock:
            self._workers = None
            self._machine = Machine("lost", f"The scheduler at {self._address or 'this machine'} is gone.")
            for name in futures:
                self._futures.pop(name, None)
                state = _state(self.store, name)
                if state is not None and state.is_active:
                    run = Run(self.store.folder / name)
                    run.write_status(dataclasses.replace(run.status(), state=State.QUEUED, message=""))
                    self._waiting[name] = run


def _state(store: Store, name: str) -> State | None:
    return _quietly(lambda: Run(store.folder / name).status().state)


def _quietly(look: Callable[[], Any]) -> Any:
    """What a look at a run gives; None if it was deleted meanwhile or its disk is full."""
    try:
        return look()
    except (StructVizError, OSError):
        return None
