"""Holding a run: a thread that renews the lease while others wait or train, and listens to commands."""

import contextlib
import dataclasses
import math
import os
import threading
import time
import uuid
from collections.abc import Callable, Iterable, Iterator

from structviz.errors import StructVizError
from structviz.jobs.folder import Command, Run
from structviz.jobs.records import State, Status

__all__ = ["STATE_AFTER", "STOPPED_AFTER", "RunLease", "renew_leases"]

_CHECK_EVERY = 0.1
"""Seconds between two looks at the commands."""

_WRITE_EVERY = 1.0
"""Seconds between two notes of how far the run is."""

_RENEW_EVERY = 1.0
"""Seconds between two heartbeats of a run that waits."""

_PATIENCE = 1.2
"""Seconds that the training has to obey; after them its process ends, if it may."""

STOPPED_AFTER = "Stopped after {:g} s."
"""The message of a run that had so many seconds."""

STATE_AFTER = {Command.PAUSE: State.PAUSED, Command.CANCEL: State.CANCELLED}
"""The state of a run that obeyed a command."""


@contextlib.contextmanager
def renew_leases(waiting: Callable[[], Iterable[Run]]) -> Iterator[None]:
    """Touch the heartbeat of the runs that wait, once a second while the block lasts, so that none counts as left.

    Parameters
    ----------
    waiting
        Called before each round, in a thread of its own.
    """
    over = threading.Event()

    def renew() -> None:
        while not over.wait(_RENEW_EVERY):
            for run in waiting():
                run.touch_heartbeat()

    thread = threading.Thread(target=renew, name="heartbeats of waiting runs", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()


class RunLease:
    """Holds a run: its heartbeat is touched while the block lasts.

    Training may be deep in a long computation when it is told to stop. It is then not waited for: the run is
    written down as stopped, at its last checkpoint, and the process ends, which is why workers have processes of
    their own.

    Parameters
    ----------
    run
        The run to hold; another process that holds it lets go.
    status
        How the run stands.
    may_exit
        Whether the process may end to stop the training.
    seconds
        After which it is cancelled.

    Attributes
    ----------
    status
        How the run stands; changed by `update`.
    """

    def __init__(self, run: Run, status: Status, may_exit: bool = False, seconds: float = math.inf) -> None:
        self.run, self.status = run, status
        self._may_exit = may_exit
        self._token = uuid.uuid4().hex
        self._over = threading.Event()
        self._lock = threading.Lock()
        self._written_at = 0.0
        self._command = Command.RUN
        self._commanded_at = math.inf
        self._seconds, self._ends_at = seconds, math.inf
        self._is_late = False
        self._held = True
        self._thread = threading.Thread(target=self._listen, name=f"lease of {run.id}", daemon=True)

    def __enter__(self) -> "RunLease":
        self.run.lease(self._token)
        self.run.touch_heartbeat()
        self._ends_at = time.monotonic() + self._seconds
        self._check()
        self._thread.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        self._over.set()
        self._thread.join()

    @property
    def should_stop(self) -> bool:
        """Whether there is a command to stop, or another process has taken the run over."""
        return self._command is not Command.RUN or not self._held

    @property
    def is_held(self) -> bool:
        """Whether no other process has taken the run over."""
        return self._held

    @property
    def state_after(self) -> State:
        """The state of the run once it has stopped."""
        return STATE_AFTER.get(self._command, State.INTERRUPTED)

    @property
    def message(self) -> str:
        """A sentence for people on why it was told to stop, where the state does not say enough."""
        return STOPPED_AFTER.format(self._seconds) if self._is_late else ""

    def update(self, at_once: bool = True, **changes: object) -> None:
        """Change the status; it is written now, or at the next update after a second.

        Parameters
        ----------
        at_once
            Whether it must be written now.
        changes
            New values of fields of `Status`.
        """
        now = time.monotonic()
        with self._lock:
            self.status = dataclasses.replace(self.status, **changes)
            if self._held and (at_once or now - self._written_at > _WRITE_EVERY):
                self._written_at = now
                self.run.write_status(self.status)

    def _listen(self) -> None:
        while not self._over.wait(_CHECK_EVERY):
            self.run.touch_heartbeat()
            self._check()
            if time.monotonic() - self._commanded_at > _PATIENCE and self._may_exit:
                self._exit()

    def _check(self) -> None:
        self._held = self._held and self.run.is_leased_by(self._token)
        command = self.run.command()
        if command is Command.RUN and time.monotonic() > self._ends_at:
            command, self._is_late = Command.CANCEL, True
        if command is not Command.RUN:
            if self._command is Command.RUN:
                self._commanded_at = time.monotonic()
            self._command = command

    def _exit(self) -> None:
        """End the process: the only way out of a computation that does not listen."""
        if not self._lock.acquire(timeout=1):
            return
        if self._over.is_set():
            self._lock.release()
            return
        try:
            if self._held:
                self.run.note(f"{self.state_after.value} in the midst of a long computation; its process ends")
                self.run.write_status(dataclasses.replace(self.status, state=self.state_after, message=self.message))
        except (OSError, StructVizError):
            pass  # the run was deleted, or the disk is full: there is nobody left to tell
        os._exit(3)
