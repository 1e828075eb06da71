"""The runs that the page shows: which they are, and the commands of the visitor. All else is in their folders."""

import dataclasses
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from structviz.arms import ARMS
from structviz.errors import StructVizError
from structviz.jobs import Request, Run, State, Status
from structviz.ui.kit.guard import defer_error
from structviz.ui.kit.literal import without_folders
from structviz.ui.pages.train import shared
from structviz.ui.pages.train.choice import TrainChoice

__all__ = [
    "MOST_SHOWN",
    "PLACE",
    "RunView",
    "cancel",
    "run_views",
    "is_active",
    "own",
    "pause",
    "recall",
    "remember",
    "resume",
    "start",
    "under_way",
]

PLACE = "train_run_group"
"""Where errors of callbacks are shown."""

MOST_SHOWN = 8
"""Most runs side by side."""

_PARAMETER = "train_runs"
_RECENT = 24


@dataclass(frozen=True)
class RunView:
    """A run, with its request and its status at one moment."""

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

    @property
    def is_own(self) -> bool:
        """Whether this visitor may command it; others only watch."""
        return shared.may_command(self.request)


def recall() -> tuple[str, ...]:
    """Names of the runs in the address, which also holds them when the visitor comes back to the page."""
    state = st.session_state
    if _PARAMETER in st.query_params:
        state[_PARAMETER] = st.query_params[_PARAMETER]
    elif state.get(_PARAMETER):
        st.query_params[_PARAMETER] = state[_PARAMETER]
    # They stand in messages, so they must not contain Markdown.
    names = (re.sub(r"[^0-9A-Za-z-]", "", name) for name in state.get(_PARAMETER, "").split(","))
    return tuple(dict.fromkeys(name for name in names if name))[:MOST_SHOWN]


def remember(names: tuple[str, ...]) -> None:
    """Show these runs from now on."""
    st.session_state[_PARAMETER] = st.query_params[_PARAMETER] = ",".join(names)


def run_views(names: tuple[str, ...]) -> tuple[tuple[RunView, ...], tuple[str, ...]]:
    """The runs of these names, and a sentence for each that cannot be shown."""
    found: list[RunView] = []
    complaints: list[str] = []
    for name in names:
        try:
            run = shared.store().get(name)
            found.append(RunView(run, run.request(), run.status()))
        except StructVizError as error:
            complaints.append(without_folders(str(error)))
    return tuple(found), tuple(complaints)


def is_active(shown: Sequence[RunView]) -> bool:
    """Whether one of them waits or trains."""
    return any(view.state.is_active for view in shown)


def own(shown: Sequence[RunView]) -> tuple[RunView, ...]:
    """Those of them that this visitor may command."""
    return tuple(view for view in shown if view.is_own)


def under_way() -> tuple[str, ...]:
    """The runs that were started together with the newest one that waits or trains, whoever started it."""
    recent, _ = run_views(tuple(run.id for run in shared.store().runs()[:_RECENT]))
    active = [view for view in recent if view.state.is_active]
    if not active:
        return ()
    run_group = active[0].request.run_group
    members = [view for view in recent if run_group and view.request.run_group == run_group] or active[:1]
    return tuple(view.id for view in sorted(members, key=lambda view: tuple(ARMS).index(view.arm)))[:MOST_SHOWN]


def start(choice: TrainChoice) -> None:
    """Start a run for each arm, unless those on the page still go on: a second click must start nothing."""
    with defer_error(PLACE):
        if is_active(own(run_views(recall())[0])):
            return
        configs = choice.configs()
        shared.engine().cancel_measurements(shared.visitor())
        run_group, runs = secrets.token_hex(8), list[Run]()
        owner, origin = shared.visitor(), shared.origin()
        try:
            for config in configs:
                runs.append(shared.store().create(config, owner=owner, run_group=run_group, origin=origin))
        except StructVizError:
            for run in runs:
                # One arm without the others compares nothing. None has begun, so no other process holds one.
                run.write_status(dataclasses.replace(run.status(), state=State.CANCELLED))
                shared.store().delete(run.id)
            raise
        remember(tuple(run.id for run in runs))
        for run in runs:
            shared.engine().start(run)


def pause(*names: str) -> None:
    """Pause the runs that wait or train."""
    with defer_error(PLACE):
        for view in own(run_views(names)[0]):
            if view.state.is_active:
                shared.engine().pause(view.id)


def resume(*names: str) -> None:
    """Resume the runs that can go on."""
    with defer_error(PLACE):
        for view in own(run_views(names)[0]):
            if view.state.can_resume:
                shared.engine().resume(view.id)


def cancel(*names: str) -> None:
    """Cancel the runs that wait, train or are paused."""
    with defer_error(PLACE):
        for view in own(run_views(names)[0]):
            if view.state.is_active or view.state is State.PAUSED:
                shared.engine().cancel(view.id)
