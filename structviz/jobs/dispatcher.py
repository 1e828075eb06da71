"""The dispatcher of an engine: a thread that hands runs to workers and follows them until they are over."""

import dataclasses
import logging
import threading
import time
import uuid
from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from structviz.errors import JobError
from structviz.jobs.cluster import Workers, connect
from structviz.jobs.folder import Command, Run
from structviz.jobs.lease import STATE_AFTER, STOPPED_AFTER, renew_leases
from structviz.jobs.measurements import Measurements
from structviz.jobs.measuring import MOST_SECONDS, measure
from structviz.jobs.outcomes import end_of, if_there, renew_lease, sharing, state_of
from structviz.jobs.records import State
from structviz.jobs.speed import Speeds
from structviz.jobs.store import Store
from structviz.jobs.turns import Turns
from structviz.jobs.work import work

if TYPE_CHECKING:
    from distributed import Future

__all__ = ["Dispatcher", "Machine"]

_ROUND = 0.25
"""Seconds between two rounds of the dispatcher."""

_PATIENCE = 1.7
"""Seconds after which a run that was told to stop is marked as stopped, whatever its worker does."""

_RETRY = 5.0
"""Seconds until a scheduler that did not answer is tried again."""

_log = logging.getLogger(__name__)


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


class Dispatcher:
    """Hands runs to workers, in a thread that lives as long as there is something to do.

    Parameters
    ----------
    store, speeds
        Where runs lie, and where it is noted how long they take.
    measurements
        Which of the runs that it takes are measured and not trained.
    address
        Of a Dask scheduler; None for workers of this machine, which are started at the first use.
    """

    def __init__(self, store: Store, speeds: Speeds, measurements: Measurements, address: str | None) -> None:
        self.store, self.speeds = store, speeds
        self._measurements = measurements
        self._address = address
        self._lock = threading.RLock()
        self._wake = threading.Condition(self._lock)
        self._waiting: OrderedDict[str, Run] = OrderedDict()
        self._futures: dict[str, Future] = {}
        self._turns = Turns()
        self._deadlines: dict[str, float] = {}
        self._workers: Workers | None = None
        self._machine = Machine("off", "No worker has been needed yet.")
        self._thread: threading.Thread | None = None
        self._closed = False
        self._not_before = 0.0

    @property
    def machine(self) -> Machine:
        """Where runs are trained."""
        with self._lock:
            return self._machine

    def in_order(self) -> list[Run]:
        """The runs that wait or train, and those that are measured, as they come to workers."""
        with self._lock:
            names = dict.fromkeys([*self._futures, *self._waiting])  # one that was resumed may be in both for a moment
            return [self._run(name) for name in self._turns.in_order([*names])]

    def take(self, run: Run) -> None:
        """Queue a run."""
        owner = if_there(lambda: run.request().owner) or ""
        with self._lock:
            self._turns.take(run.id, owner)
            self._waiting[run.id] = run
            self._wake_up()

    def forget(self, name: str) -> None:
        """Note nothing more of what a run's former worker leaves: the run is about to be resumed."""
        with self._lock:
            self._futures.pop(name, None)
            self._deadlines.pop(name, None)
            self._turns.end(name)

    def expect_end(self, run: Run) -> None:
        """Mark a run as stopped if it does not obey soon."""
        with self._lock:
            self._deadlines[run.id] = time.monotonic() + _PATIENCE
            self._wake_up()

    def end(self, run: Run, state: State, message: str = "") -> None:
        """Mark a run as over without its worker, which lets go of it if there is one.

        Parameters
        ----------
        run
            The run.
        state
            How it ended.
        message
            A sentence for people, where the state does not say enough.

        Raises
        ------
        JobError
            If the run is gone, or the disk is full.
        """
        with self._lock:
            self._waiting.pop(run.id, None)
            self._deadlines.pop(run.id, None)
            future = self._futures.pop(run.id, None)
            self._turns.end(run.id)
        if future is not None and not future.done():
            future.cancel()
        try:
            run.lease(uuid.uuid4().hex)
            run.write_status(dataclasses.replace(run.status(), state=state, message=message))
        finally:
            self._measurements.end(run.id, None)

    def use_this_machine(self) -> None:
        """Train here, whatever cluster was asked for."""
        with self._lock:
            self._address, self._not_before = None, 0.0
            self._machine = Machine("starting", "The workers of this machine are starting.")
            self._wake_up()

    def close(self) -> None:
        """Disconnect from the workers; runs on those of this machine are interrupted."""
        with self._lock:
            self._closed = True
            workers, self._workers = self._workers, None
            thread = self._thread
            self._wake.notify_all()
        if thread is not None:
            thread.join()
        if workers is not None:
            workers.close()

    # ---- rounds
    def _wake_up(self) -> None:
        if self._thread is None or not self._thread.is_alive():
            self._thread = threading.Thread(target=self._rounds, name="dispatcher of runs", daemon=True)
            self._thread.start()
        self._wake.notify_all()

    def _rounds(self) -> None:
        while True:
            with self._lock:
                busy = self._waiting or self._futures or self._deadlines
                if self._closed or not (busy or self._wake.wait(60)):
                    self._thread = None
                    return
            try:
                self._look_after()
                if self._waiting and self._connected():
                    self._submit()
            except (OSError, RuntimeError, TimeoutError) as error:  # a connection that breaks says so in many ways
                _log.warning("The scheduler does not answer", exc_info=True)
                self._lose(f"The scheduler at {self._address or 'this machine'} does not answer: {error}.")
            except Exception:  # noqa: BLE001 - all runs wait for this thread, whatever goes wrong with one of them
                _log.exception("A round of the dispatcher failed")
                self._lose("Runs cannot be handed to workers for now; the details are in the server's log.")
            with self._lock:
                self._wake.wait(_ROUND)

    def _connected(self) -> bool:
        if self._workers is not None and self._workers.is_alive():
            with self._lock:
                if self._machine.state == "lost":
                    if time.monotonic() < self._not_before:
                        return False
                    self._machine = Machine("ready", self._workers.sentence())
            return True
        with self._lock:
            if time.monotonic() < self._not_before:
                return False
            address, lost = self._address, self._workers is not None
            where = f"The scheduler at {address} is asked for workers." if address else "The workers are starting."
            if not (lost or self._machine.state == "lost"):
                self._machine = Machine("starting", where)
        try:
            self._part_with_workers()
            with renew_leases(self._copy_of_waiting):
                workers = connect(address)
            sentence = workers.sentence()
        except JobError as error:
            self._lose(str(error))
            return False
        with self._lock:
            if self._closed or address != self._address:
                workers.close()
                return False
            self._workers, self._machine = workers, Machine("ready", sentence)
        return True

    def _part_with_workers(self) -> None:
        """Forget lost workers, and end what is left of those that were started here."""
        with self._lock:
            workers, self._workers = self._workers, None
        if workers is not None and workers.embedded:
            workers.close()

    def _copy_of_waiting(self) -> list[Run]:
        with self._lock:
            return list(self._waiting.values())

    def _lose(self, sentence: str) -> None:
        """Note that there is no scheduler for now."""
        with self._lock:
            self._machine = Machine("lost", sentence)
            self._not_before = time.monotonic() + _RETRY

    def _submit(self) -> None:
        with self._lock:
            workers = self._workers
            if workers is None:
                return
            # Workers of this machine get a run each, so that the next one is chosen when a worker is free. A cluster
            # gets them all, as it may grow with what waits for it.
            places = len(self._waiting) if workers.places is None else workers.places - len(self._futures)
            for name in self._turns.in_order([*self._waiting])[: max(0, places)]:
                run = self._waiting[name]
                function, arguments = (
                    measure if self._measurements.get(name) else work,
                    (str(run.folder.resolve()), workers.embedded),
                )
                request = if_there(run.request)
                device, owner = (request.device, request.owner) if request else ("auto", "")
                self._futures[name] = workers.submit(
                    function,
                    *arguments,
                    key=f"{name}-{uuid.uuid4().hex}",
                    device=device,
                    priority=-self._turns.take(name, owner),
                )
                del self._waiting[name]

    def _look_after(self) -> None:
        """Renew the leases of waiting runs, end those that do not obey, and note what workers have left."""
        with self._lock:
            waiting, futures = dict(self._waiting), dict(self._futures)
            workers = self._workers
        if workers is not None and futures and not workers.is_alive():
            self._all_lost(futures)
            return
        for name, future in futures.items():
            if future.done():
                with self._lock:
                    if self._futures.get(name) is not future:  # it was ended or given to another worker meanwhile
                        continue
                    del self._futures[name]
                    if name not in self._waiting:  # else it was resumed before this was noted
                        self._note_end(name, future)
        for run in waiting.values():
            run.touch_heartbeat()
        with self._lock:
            in_hand = [self._run(name) for name in futures if name in self._futures]
        for run in in_hand:
            if_there(lambda run=run: renew_lease(run))
        self._limit_measurements()
        with self._lock:
            late = [name for name, deadline in self._deadlines.items() if time.monotonic() > deadline]
        for name in late:
            self._force(name)

    def _force(self, name: str) -> None:
        with self._lock:
            self._deadlines.pop(name, None)
            run = self._run(name)
            state, message = state_of(run), ""
            if self._measurements.get(name) and state is State.RUNNING and run.command() is Command.RUN:
                message = STOPPED_AFTER.format(MOST_SECONDS)
                if_there(lambda: run.send(Command.CANCEL))
            if state is not None and state.is_active and run.command() is not Command.RUN:
                if_there(lambda: self.end(run, STATE_AFTER[run.command()], message))

    def _run(self, name: str) -> Run:
        """The run with this name, be it trained or measured."""
        return self._measurements.get(name) or Run(self.store.folder / name)

    def _limit_measurements(self) -> None:
        """Note until when each measurement may go on: the workers of a cluster do not end their processes for it."""
        for run in self._measurements.all():
            if run.id not in self._deadlines and state_of(run) is State.RUNNING:
                with self._lock:
                    # A visitor may have cancelled it meanwhile, which ends sooner.
                    self._deadlines.setdefault(run.id, time.monotonic() + MOST_SECONDS + 2 * _PATIENCE)

    def _note_end(self, name: str, future: "Future") -> None:
        self._turns.end(name)
        self._deadlines.pop(name, None)
        if self._measurements.get(name):
            self._measurements.end(name, future)
            return
        run = Run(self.store.folder / name)
        plan = self._workers.plan if self._workers else None
        if_there(lambda: self.speeds.learn(run, sharing(self.store, run, plan)))
        state = state_of(run)
        if state is not None and state.is_active and future.status != "cancelled":
            if_there(lambda: self.end(run, *end_of(future, run)))

    def _all_lost(self, futures: dict[str, Any]) -> None:
        """The scheduler or all workers are gone: what was under way waits again."""
        with self._lock:
            who = f"scheduler at {self._address} is" if self._address else "workers of this machine are"
            self._machine = Machine("lost", f"The {who} gone.")
            for name in futures:
                self._futures.pop(name, None)
                run = self._run(name)
                state = state_of(run)
                if state is not None and state.is_active:
                    if_there(run.requeue)
                    self._waiting[name] = run
        self._part_with_workers()
