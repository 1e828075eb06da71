"""The runs that visitors train on the page: one for each visitor, a bounded number in all."""

import threading
import time
import uuid
from collections import OrderedDict
from dataclasses import dataclass

import streamlit as st

from structviz.errors import ConfigError
from structviz.training.live import LiveRun, LiveState
from structviz.types import Labels, Points

__all__ = ["MOST_KEPT", "MOST_RUNNING", "LiveTraining", "Runs", "runs", "visitor"]

MOST_RUNNING = 4
"""Runs that may train at the same time: each takes its share of one processor."""

MOST_KEPT = 64
"""Runs that are kept, held and finished ones among them."""

IDLE = 600.0
"""Seconds without a look after which a run is taken to be left behind, and held."""


@dataclass(frozen=True)
class LiveTraining:
    """A run, and what it learns from.

    Attributes
    ----------
    run
        The training.
    points, labels
        All that it learns from.
    name
        Of the points: that of a set, or a digest.
    """

    run: LiveRun
    points: Points
    labels: Labels
    name: str


class Runs:
    """One lesson for each visitor. Those that nobody has looked at for longest go when there are too many."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._lessons: OrderedDict[str, LiveTraining] = OrderedDict()
        self._seen: dict[str, float] = {}

    def get(self, who: str) -> LiveTraining | None:
        """The lesson of a visitor, if there is one."""
        with self._lock:
            if who in self._lessons:
                self._see(who)
            self._hold_idle()
            return self._lessons.get(who)

    def put(self, who: str, lesson: LiveTraining) -> None:
        """Give a visitor a new lesson; the run of an old one ends."""
        with self._lock:
            self._end(who)
            self._lessons[who] = lesson
            self._see(who)
            while len(self._lessons) > MOST_KEPT:
                self._end(next(iter(self._lessons)))

    def start(self, who: str) -> None:
        """Let a visitor's run train.

        Raises
        ------
        ConfigError
            If too many others are training.
        """
        with self._lock:
            self._see(who)
            idle = self._hold_idle()
            others = (lesson for other, lesson in self._lessons.items() if other != who and other not in idle)
            busy = sum(lesson.run.state is LiveState.RUNNING for lesson in others)
            if busy >= MOST_RUNNING:
                raise ConfigError(
                    f"At most {MOST_RUNNING} networks train here at the same time, and {busy} do; wait a minute."
                )
            self._lessons[who].run.start()

    def _see(self, who: str) -> None:
        self._lessons.move_to_end(who)
        self._seen[who] = time.monotonic()

    def _hold_idle(self) -> set[str]:
        """Hold what was left behind; a closed page cannot say that it was closed."""
        idle = {who for who, seen in self._seen.items() if time.monotonic() - seen > IDLE}
        for who in idle:
            self._lessons[who].run.pause()
        return idle

    def _end(self, who: str) -> None:
        lesson = self._lessons.pop(who, None)
        self._seen.pop(who, None)
        if lesson is not None:
            lesson.run.stop()


@st.cache_resource
def runs() -> Runs:
    """The runs of all visitors of this server."""
    return Runs()


def visitor() -> str:
    """A name for this visitor, the same until the page is reloaded."""
    return st.session_state.setdefault("flow_visitor", uuid.uuid4().hex)
