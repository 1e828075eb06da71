"""The runs that visitors train on the page: one for each visitor, a bounded number in all."""

import threading
import time
import uuid
from collections import OrderedDict

import streamlit as st

from structviz.errors import ConfigError
from structviz.training.live import LiveRun, State

__all__ = ["MOST_RUNNING", "Runs", "runs", "visitor"]

MOST_RUNNING = 4
"""Runs that may train at the same time: each takes its share of one processor."""

_KEPT = 64
_IDLE = 600.0
"""Seconds without a look after which a run is taken to be left behind, and held."""


class Runs:
    """Runs by visitor. The least recently used ones go when there are too many."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._runs: OrderedDict[str, LiveRun] = OrderedDict()
        self._seen: dict[str, float] = {}

    def get(self, who: str) -> LiveRun | None:
        """The run of a visitor, if there is one."""
        with self._lock:
            run = self._runs.get(who)
            if run is not None:
                self._runs.move_to_end(who)
                self._seen[who] = time.monotonic()
            return run

    def put(self, who: str, run: LiveRun) -> None:
        """Give a visitor a new run; an old one ends."""
        with self._lock:
            self._end(who)
            self._runs[who] = run
            self._seen[who] = time.monotonic()
            while len(self._runs) > _KEPT:
                self._end(next(iter(self._runs)))

    def start(self, who: str) -> None:
        """Let a visitor's run train.

        Raises
        ------
        ConfigError
            If too many others are training.
        """
        with self._lock:
            for other, run in self._runs.items():
                if time.monotonic() - self._seen[other] > _IDLE:
                    run.pause()
            busy = sum(run.look().state is State.RUNNING for other, run in self._runs.items() if other != who)
            if busy >= MOST_RUNNING:
                raise ConfigError(
                    f"At most {MOST_RUNNING} networks train here at the same time, and {busy} do; wait a minute."
                )
            self._runs[who].start()

    def _end(self, who: str) -> None:
        run = self._runs.pop(who, None)
        self._seen.pop(who, None)
        if run is not None:
            run.stop()


@st.cache_resource
def runs() -> Runs:
    """The runs of all visitors of this server."""
    return Runs()


def visitor() -> str:
    """A name for this visitor, the same until the page is reloaded."""
    return st.session_state.setdefault("flow_visitor", uuid.uuid4().hex)
