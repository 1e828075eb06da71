"""What can be chosen on the page of runs: which of them are listed."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from structviz.jobs import State
from structviz.ui.kit.choice import Choice, One, declare
from structviz.ui.pages.train.options import task_titles
from structviz.ui.pages.train.run_group import RunView

__all__ = ["STATES", "RunsChoice"]

STATES: Mapping[str, frozenset[State]] = MappingProxyType(
    {
        "waits or trains": frozenset(state for state in State if state.is_active),
        "has a network": frozenset(state for state in State if state.has_network),
        "can go on": frozenset(state for state in State if state.can_resume),
        "failed": frozenset({State.FAILED, State.OUT_OF_MEMORY, State.DIVERGED, State.WORKER_LOST, State.DISK_FULL}),
    }
)
"""States to filter by, in groups with titles."""


@dataclass(frozen=True)
class RunsChoice(Choice):
    """A filter of runs; `None` lets all through."""

    recipe: str | None = declare(
        None, One("Task", kind="pills", options=lambda _values: task_titles(), optional=True)
    )
    state: str | None = declare(None, One("State", kind="pills", options=tuple(STATES), optional=True))

    def lets_through(self, view: RunView) -> bool:
        """Whether a run is listed."""
        is_task = self.recipe is None or view.request.config.recipe == self.recipe
        return is_task and (self.state is None or view.state in STATES[self.state])
