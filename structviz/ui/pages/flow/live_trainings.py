"""The networks that visitors train on the page: one for each visitor, a bounded number in all."""

import threading
import time
import uuid
from collections import OrderedDict
from dataclasses import dataclass

import streamlit as st

from structviz.errors import ConfigError
from structviz.training.live import LiveRun, LiveState
from structviz.types import Labels, Points
from structviz.ui.kit.visitor import name_in_cookie

__all__ = [
    "IDLE",
    "MAX_KEPT",
    "MAX_OF_A_BROWSER",
    "MAX_RUNNING",
    "LiveTraining",
    "LiveTrainings",
    "live_trainings",
    "visitor",
]

MAX_RUNNING = 4
"""Runs that may train at the same time: each takes its share of one processor."""

MAX_KEPT = 64
"""Runs that are kept, paused and finished ones among them."""

MAX_OF_A_BROWSER = 4
"""Runs that are kept for the tabs of one browser, of which one trains at a time."""

IDLE = 600.0
"""Seconds without a visit after which a run counts as abandoned and is paused."""


@dataclass(frozen=True)
class LiveTraining:
    """A run and its training data.

    Attributes
    ----------
    run
        The training.
    points, labels
        All training data.
    name
        Of the points: that of a set, or a digest.
    """

    run: LiveRun
    points: Points
    labels: Labels
    name: str


class LiveTrainings:
    """One training for each tab; a tab is called BROWSER/TAB.

    When there are too many, the one that was not visited for longest goes: first of those of the same browser.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._trainings: OrderedDict[str, LiveTraining] = OrderedDict()
        self._seen: dict[str, float] = {}

    def get(self, who: str) -> LiveTraining | None:
        """The training of a visitor, if there is one."""
        with self._lock:
            if who in self._trainings:
                self._see(who)
            self._pause_idle()
            return self._trainings.get(who)

    def put(self, who: str, training: LiveTraining) -> None:
        """Give a visitor a new training; the run of an old one ends."""
        with self._lock:
            self._end(who)
            self._trainings[who] = training
            self._see(who)
            for other in self._beside(who)[: 1 - MAX_OF_A_BROWSER]:
                self._end(other)
            while len(self._trainings) > MAX_KEPT:
                self._end(next(iter(self._trainings)))

    def start(self, who: str) -> None:
        """Start or continue a visitor's run; those in other tabs of the same browser are paused.

        Raises
        ------
        ConfigError
            If too many others are training.
        """
        with self._lock:
            self._see(who)
            idle = self._pause_idle()
            mine = {who, *self._beside(who)}
            others = (training for other, training in self._trainings.items() if other not in mine | idle)
            busy = sum(training.run.state is LiveState.RUNNING for training in others)
            if busy >= MAX_RUNNING:
                raise ConfigError(
                    f"At most {MAX_RUNNING} networks train here at the same time, and {busy} do; wait a minute."
                )
            for other in mine - {who}:
                self._trainings[other].run.pause()
            self._trainings[who].run.start()

    def stop_all(self) -> None:
        """End every run, when the server forgets them."""
        with self._lock:
            for who in list(self._trainings):
                self._end(who)

    def _beside(self, who: str) -> list[str]:
        """The other tabs of the same browser, the one that was not visited for longest first."""
        browser = who.partition("/")[0]
        return [other for other in self._trainings if other != who and other.partition("/")[0] == browser]

    def _see(self, who: str) -> None:
        self._trainings.move_to_end(who)
        self._seen[who] = time.monotonic()

    def _pause_idle(self) -> set[str]:
        """Pause abandoned runs; a closed page cannot say that it was closed."""
        idle = {who for who, seen in self._seen.items() if time.monotonic() - seen > IDLE}
        for who in idle:
            self._trainings[who].run.pause()
        return idle

    def _end(self, who: str) -> None:
        training = self._trainings.pop(who, None)
        self._seen.pop(who, None)
        if training is not None:
            training.run.stop()


@st.cache_resource(on_release=LiveTrainings.stop_all)
def live_trainings() -> LiveTrainings:
    """The trainings of all visitors of this server."""
    return LiveTrainings()


def visitor() -> str:
    """A name for this tab, the same until the page is reloaded; it begins with that of the browser."""
    if "flow_visitor" not in st.session_state:
        tab = uuid.uuid4().hex
        st.session_state["flow_visitor"] = f"{name_in_cookie() or tab}/{tab}"
    return st.session_state["flow_visitor"]
