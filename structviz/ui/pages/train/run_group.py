"""The runs that the page shows: which they are, and what the visitor tells them. All else lies in their folders."""

import dataclasses
import re
import secrets
from dataclasses import dataclass

import streamlit as st

from structviz.errors import StructVizError
from structviz.jobs import Request, Run, State, Status
from structviz.training import ARMS
from structviz.ui.kit.guard import defer_error
from structviz.ui.pages.train import engine as lab
from structviz.ui.pages.train.choice import LabChoice

__all__ = [
    "MOST_SHOWN",
    "PLACE",
    "RunView",
    "cancel",
    "entrants",
    "is_active",
    "pause",
    "recall",
    "remember",
    "resume",
    "start",
    "under_way",
]

PLACE = "train_race"
"""Where errors of callbacks are said."""

MOST_SHOWN = 8
"""Runs side by side at most."""

_PARAMETER = "train_runs"
_RECENT = 24


@dataclass(frozen=True)
class RunView:
    """A run, with what its folder said when it was looked at."""

    run: Run
    request: Request
    status: Status

    @property
    def id(self) -> str:
        """Name of the run."""
        return self.run.id

    @property
    def arm(self) -> str:
        """The arm that it trains."""
        return self.request.config.arm

    @property
    def state(self) -> State:
        """How it stands."""
        return self.status.state


def recall() -> tuple[str, ...]:
    """Names of the runs that the address asks for; it is given them again when the visitor comes back to the page."""
    state = st.session_state
    if _PARAMETER in st.query_params:
        state[_PARAMETER] = st.query_params[_PARAMETER]
    elif state.get(_PARAMETER):
        st.query_params[_PARAMETER] = state[_PARAMETER]
    # They are said again in messages, so they hold nothing that means something there.
    names = (re.sub(r"[^0-9A-Za-z-]", "", name) for name in state.get(_PARAMETER, "").split(","))
    return tuple(dict.fromkeys(name for name in names if name))[:MOST_SHOWN]


def remember(names: tuple[str, ...]) -> None:
    """Show these runs from now on."""
    st.session_state[_PARAMETER] = st.query_params[_PARAMETER] = ",".join(names)


def entrants(names: tuple[str, ...]) -> tuple[tuple[RunView, ...], tuple[str, ...]]:
    """The runs of these names as they stand, and what is to be said of those that cannot be shown."""
    found: list[RunView] = []
    complaints: list[str] = []
    for name in names:
        try:
            run = lab.store().get(name)
            found.append(RunView(run, run.request(), run.status()))
        except StructVizError as error:
            complaints.append(str(error))
    return tuple(found), tuple(complaints)


def is_active(shown: tuple[RunView, ...]) -> bool:
    """Whether one of them waits or trains."""
    return any(one.state.is_active for one in shown)


def under_way() -> tuple[str, ...]:
    """The runs that were started together with the newest one that waits or trains, whoever started it."""
    recent, _ = entrants(tuple(run.id for run in lab.store().runs()[:_RECENT]))
    active = [one for one in recent if one.state.is_active]
    if not active:
        return ()
    run_group = active[0].request.run_group
    members = [view for view in recent if run_group and view.request.run_group == run_group] or active[:1]
    return tuple(view.id for view in sorted(members, key=lambda view: ARMS.index(view.arm)))[:MOST_SHOWN]


def start(choice: LabChoice) -> None:
    """Start a run for each arm, unless those on the page still go on: a second click must start nothing."""
    with defer_error(PLACE):
        if is_active(entrants(recall())[0]):
            return
        configs = choice.configs()
        run_group, runs = secrets.token_hex(8), list[Run]()
        try:
            for config in configs:
                runs.append(lab.store().create(config, owner=lab.visitor(), run_group=run_group))
        except StructVizError:
            for run in runs:
                # One arm without the others compares nothing. None has begun, so no other process holds one.
                run.write_status(dataclasses.replace(run.status(), state=State.CANCELLED))
                lab.store().delete(run.id)
            raise
        remember(tuple(run.id for run in runs))
        for run in runs:
            lab.engine().start(run)


def pause(*names: str) -> None:
    """Hold the runs that wait or train."""
    with defer_error(PLACE):
        for one in entrants(names)[0]:
            if one.state.is_active:
                lab.engine().pause(one.id)


def resume(*names: str) -> None:
    """Let the runs go on that can."""
    with defer_error(PLACE):
        for one in entrants(names)[0]:
            if one.state.can_resume:
                lab.engine().resume(one.id)


def cancel(*names: str) -> None:
    """End the runs that wait, train or are paused."""
    with defer_error(PLACE):
        for one in entrants(names)[0]:
            if one.state.is_active or one.state is State.PAUSED:
                lab.engine().cancel(one.id)
