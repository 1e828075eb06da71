"""The engine: runs on workers, wherever they are."""

import dataclasses
import os
import threading

from structviz.config import TrainConfig
from structviz.errors import JobError
from structviz.jobs.dispatcher import Dispatcher, Machine
from structviz.jobs.folder import Command, Run
from structviz.jobs.lease import STATE_AFTER
from structviz.jobs.measurements import Measurements
from structviz.jobs.outcomes import if_there, state_of
from structviz.jobs.records import State
from structviz.jobs.speed import Estimate, Speeds
from structviz.jobs.store import Store

__all__ = ["Engine", "Estimate", "Machine"]


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
        self.store, self.speeds = store, Speeds(store.folder)
        self._measurements = Measurements(store, self.speeds)
        self._asking = threading.Lock()  # two tabs may ask for the same at once
        where = address or os.environ.get("STRUCTVIZ_SCHEDULER") or None
        self._dispatcher = Dispatcher(store, self.speeds, self._measurements, where)

    # ---- commands
    def start(self, run: Run) -> None:
        """Queue a run."""
        run.send(Command.RUN)
        run.touch_heartbeat()
        self._dispatcher.take(run)

    def pause(self, name: str) -> None:
        """Pause a run after the step that is under way, so that its worker is free for others.

        Raises
        ------
        JobError
            If there is no such run, or it does not wait or train.
        """
        self._stop(name, Command.PAUSE)

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
            self._stop(name, Command.CANCEL)

    def resume(self, name: str) -> None:
        """Let a run go on from its last checkpoint.

        Raises
        ------
        JobError
            If there is no such run, it cannot go on, or its owner has too many already.
        """
        run = self.store.get(name)
        with self._asking:
            run.check_can_resume()
            self._dispatcher.forget(name)
            self.store.requeue(run)
            self.start(run)

    def position(self, name: str) -> int | None:
        """Place of a run in the queue, 1 for the next; None if it does not wait."""
        place = 0
        for other in self._dispatcher.in_order():
            if state_of(other) is State.QUEUED:
                place += 1
                if other.id == name:
                    return place
        return None

    # ---- machine
    def machine(self) -> Machine:
        """Where runs are trained."""
        return self._dispatcher.machine

    def use_this_machine(self) -> None:
        """Train on this machine, because the cluster does not answer."""
        self._dispatcher.use_this_machine()

    def close(self) -> None:
        """Disconnect from the workers; runs on those of this machine are interrupted."""
        self._dispatcher.close()

    # ---- time
    def estimate(self, config: TrainConfig, device: str = "auto") -> Estimate | None:
        """How long a run would take, from a measurement or an earlier run; None if there is neither."""
        return self.speeds.estimate(config, device)

    def measure(self, config: TrainConfig, device: str = "auto", owner: str = "", *, origin: str = "") -> None:
        """Have a worker measure for a few seconds how long a run would take; it waits and counts as a run does.

        Parameters
        ----------
        config
            The settings of the run.
        device
            As for `structviz.training.train`.
        owner, origin
            As in `Request`.

        Raises
        ------
        ConfigError, JobError
            As for `structviz.jobs.Store.create`.
        """
        key = self.speeds.key(config, device)
        with self._asking:
            if self._measurements.has(key):
                return
            run = self.store.create_measurement(config, device, owner, origin=origin)
            self._measurements.add(key, run)
        self._dispatcher.take(run)

    def cancel_measurements(self, owner: str) -> None:
        """Stop all that a visitor has asked to be measured, within two seconds."""
        for run in self._measurements.all():
            if if_there(lambda run=run: run.request().owner) == owner:
                if_there(lambda run=run: self._stop_run(run, Command.CANCEL))

    def is_measuring(self, config: TrainConfig, device: str = "auto") -> bool:
        """Whether a measurement waits or is under way."""
        return self._measurements.has(self.speeds.key(config, device))

    def why_not_measured(self, config: TrainConfig, device: str = "auto") -> str:
        """A sentence on why the last measurement has found nothing; empty if it has, or there was none."""
        return self._measurements.why_not(self.speeds.key(config, device))

    def _stop(self, name: str, command: Command) -> None:
        self._stop_run(self.store.get(name), command)

    def _stop_run(self, run: Run, command: Command) -> None:
        status = run.status()
        if not status.state.is_active:
            raise JobError(f"The run {run.id} does not train: {status.sentence}")
        run.send(command)
        if status.state is State.QUEUED:
            self._dispatcher.end(run, STATE_AFTER[command])
        else:
            self._dispatcher.expect_end(run)
