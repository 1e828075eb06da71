"""While a run trains: a thread that shows that it lives and listens to orders."""

import dataclasses
import os
import threading
import time
import uuid

from structviz.errors import StructVizError
from structviz.jobs.folder import Command, Run
from structviz.jobs.records import State, Status

__all__ = ["ORDERED", "RunLease"]

_LOOK = 0.1
"""Seconds between two looks at the orders."""

_TELL = 1.0
"""Seconds between two notes of how far the run is."""

_PATIENCE = 1.2
"""Seconds that the training has to obey; after them its process ends, if it may."""

ORDERED = {Command.PAUSE: State.PAUSED, Command.CANCEL: State.CANCELLED}
"""How a run ends that obeys an order."""


class RunLease:
    """Holds a run: its heart beats while the block lasts.

    Training may be deep in a long computation when it is told to stop. It is then not waited for: the run is
    written down as stopped, at its last checkpoint, and the process ends, which is why workers have processes of
    their own.

    Parameters
    ----------
    run
        The run to hold; whoever held it before lets go.
    may_exit
        Whether the process may end to stop the training.

    Attributes
    ----------
    status
        How the run stands; changed by `tell`.
    """

    def __init__(self, run: Run, status: Status, may_exit: bool = False) -> None:
        self.run, self.status = run, status
        self._may_exit = may_exit
        self._token = uuid.uuid4().hex
        self._over = threading.Event()
        self._lock = threading.Lock()
        self._told = 0.0
        self._order = Command.RUN
        self._ordered_at = float("inf")
        self._ours = True
        self._thread = threading.Thread(target=self._listen, name=f"control of {run.id}", daemon=True)

    def __enter__(self) -> "RunLease":
        self.run.claim(self._token)
        self.run.beat()
        self._look()
        self._thread.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        self._over.set()
        self._thread.join()

    @property
    def should_stop(self) -> bool:
        """Whether there is an order to stop, or another has taken the run over."""
        return self._order is not Command.RUN or not self._ours

    @property
    def is_ours(self) -> bool:
        """Whether nobody else has taken the run over."""
        return self._ours

    @property
    def order(self) -> Command:
        """The last order."""
        return self._order

    def tell(self, at_once: bool = True, **changes: object) -> None:
        """Change the status; it is written now, or the next time that it is told and a second has passed."""
        now = time.monotonic()
        with self._lock:
            self.status = dataclasses.replace(self.status, **changes)
            if self._ours and (at_once or now - self._told > _TELL):
                self._told = now
                self.run.write_status(self.status)

    def _listen(self) -> None:
        while not self._over.wait(_LOOK):
            self.run.beat()
            self._look()
            if time.monotonic() - self._ordered_at > _PATIENCE and self._may_exit:
                self._leave()

    def _look(self) -> None:
        self._ours = self._ours and self.run.is_claimed_by(self._token)
        order = self.run.order()
        if order is not Command.RUN and self._order is Command.RUN:
            self._ordered_at = time.monotonic()
        self._order = order if order is not Command.RUN else self._order

    def _leave(self) -> None:
        """End the process: the only way out of a computation that does not listen."""
        if not self._lock.acquire(timeout=1):
            return
        if self._over.is_set():
            self._lock.release()
            return
        try:
            if self._ours:
                state = ORDERED[self._order]
                self.run.note(f"{state.value} in the midst of a long computation; its process ends")
                self.run.write_status(dataclasses.replace(self.status, state=state, message=""))
        except (OSError, StructVizError):
            pass  # the run was deleted, or the disk is full: there is nobody left to tell
        os._exit(3)
