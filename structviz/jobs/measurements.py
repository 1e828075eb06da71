"""The measurements of an engine: which wait or are under way, what they have found, and why they have found nothing."""

import logging
import threading
from collections import OrderedDict
from typing import TYPE_CHECKING, Any

from structviz.jobs.folder import Run
from structviz.jobs.outcomes import if_there
from structviz.jobs.records import State, Status
from structviz.jobs.speed import Speeds
from structviz.jobs.store import Store

if TYPE_CHECKING:
    from distributed import Future

__all__ = ["Measurements"]

_LOST = "The measurement failed, or its worker was lost; try again."

_MOST_REMEMBERED = 100
"""Measurements without a result whose reason is remembered."""

_log = logging.getLogger(__name__)


class Measurements:
    """Runs that are measured and not trained; all methods may be called from any thread.

    Parameters
    ----------
    store, speeds
        Where their folders lie, and where it is noted what they have found.
    """

    def __init__(self, store: Store, speeds: Speeds) -> None:
        self._store, self._speeds = store, speeds
        self._lock = threading.Lock()
        self._runs: dict[str, tuple[str, Run]] = {}
        self._reasons: OrderedDict[str, str] = OrderedDict()

    def add(self, key: str, run: Run) -> None:
        """Note that a run, from `Store.create_measurement`, measures what `Speeds.key` calls `key`."""
        with self._lock:
            self._reasons.pop(key, None)
            self._runs[run.id] = key, run

    def get(self, name: str) -> Run | None:
        """The run with this name, if it is measured and not over."""
        with self._lock:
            _, run = self._runs.get(name, ("", None))
        return run

    def all(self) -> list[Run]:
        """The runs that are measured, or wait for it."""
        with self._lock:
            return [run for _, run in self._runs.values()]

    def has(self, key: str) -> bool:
        """Whether a measurement waits or is under way."""
        with self._lock:
            return any(key == other for other, _ in self._runs.values())

    def why_not(self, key: str) -> str:
        """A sentence on why the last measurement has found nothing; empty if it has, or there was none."""
        with self._lock:
            return self._reasons.get(key, "")

    def end(self, name: str, future: "Future | None") -> None:
        """Keep what a measurement has found, or why it has found nothing, and remove its folder.

        Parameters
        ----------
        name
            The run; nothing happens if it is not measured.
        future
            What its worker has left; None if it was not waited for.
        """
        with self._lock:
            key, run = self._runs.pop(name, ("", None))
        if run is None:
            return
        if found := future.result() if future is not None and future.status == "finished" else {}:
            if_there(lambda: self._speeds.note(key, found))
        else:
            if future is not None and future.status == "error":
                error: Any = future.exception()  # at once, as it is over
                _log.error("A measurement of %s failed.", key, exc_info=error)
            reason = _why(if_there(run.written_status))
            with self._lock:
                self._reasons[key] = reason
                while len(self._reasons) > _MOST_REMEMBERED:
                    self._reasons.popitem(last=False)
        self._store.remove_measurement(run)


def _why(status: Status | None) -> str:
    """Why a measurement has found nothing; empty if whoever asked for it has cancelled it."""
    if status is None or (status.state is State.CANCELLED and not status.message):
        return ""
    return _LOST if status.state.is_active else status.sentence
