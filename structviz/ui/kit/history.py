"""Undo and redo: the states through which a visitor has taken the controls of a page."""

import dataclasses
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import streamlit as st

from structviz.ui.kit.address import goes_back
from structviz.ui.kit.control import Values
from structviz.ui.kit.form import Form
from structviz.ui.kit.guard import callback

__all__ = ["MOST_STATES", "History", "undo_buttons"]

MOST_STATES = 50
"""States that are remembered of a page; the oldest ones go first."""


@dataclass(frozen=True)
class History:
    """The states of a page's controls, the oldest first.

    Attributes
    ----------
    states
        Values of the controls by name.
    at
        Which of them is on the screen.
    """

    states: tuple[Values, ...]
    at: int = 0

    @property
    def now(self) -> Values:
        """The state on the screen."""
        return self.states[self.at]

    @property
    def can_undo(self) -> bool:
        """Whether there is a state before this one."""
        return self.at > 0

    @property
    def can_redo(self) -> bool:
        """Whether a step back can be taken again."""
        return self.at + 1 < len(self.states)

    def noted(self, values: Values, steps: Collection[str]) -> "History":
        """The history with what the controls say now.

        Parameters
        ----------
        values
            Of all controls that are remembered.
        steps
            Names of those whose changes count as steps. A change of the others alone belongs to the present state.
        """
        if _is_alike(values, self.now, steps):
            return self._with(values, self.at)
        states = (*self.states[: self.at + 1], values)[-MOST_STATES:]
        return History(states, len(states) - 1)

    def followed(self, values: Values, steps: Collection[str]) -> "History":
        """The history after the browser's Back or Forward: a step along it, if that is what the controls say now.

        Parameters
        ----------
        values, steps
            As for `noted`.
        """
        for at in (self.at - 1, self.at + 1):
            if 0 <= at < len(self.states) and _is_alike(values, self.states[at], steps):
                return self._with(values, at)
        return self.noted(values, steps)

    def undone(self) -> "History":
        """The history after one step back; the same one at its beginning."""
        return dataclasses.replace(self, at=max(self.at - 1, 0))

    def redone(self) -> "History":
        """The history after one step forward; the same one at its end."""
        return dataclasses.replace(self, at=min(self.at + 1, len(self.states) - 1))

    def _with(self, values: Values, at: int) -> "History":
        """The history at another state, which has these values."""
        return History((*self.states[:at], values, *self.states[at + 1 :]), at)


def _is_alike(one: Values, other: Values, steps: Collection[str]) -> bool:
    return all(one[name] == other.get(name) for name in steps)


def undo_buttons(form: Form[Any]) -> None:
    """Show the buttons that take the controls of a page a step back or forward.

    A step is what one action of the visitor has changed: a preset or a reset counts once, whatever it sets. What a
    reset leaves alone stays as it is: files, and networks of this machine.
    """
    history = _noted(form)
    back, forward = ("Undo", history.can_undo, history.undone()), ("Redo", history.can_redo, history.redone())
    for label, is_possible, there in (back, forward):
        st.button(
            label,
            icon=f":material/{label.lower()}:",
            disabled=not is_possible,
            on_click=callback(_go),
            args=(form, there),
            key=form.key(label.lower()),
            type="tertiary",
        )


def _noted(form: Form[Any]) -> History:
    """The history with what the controls say now, kept in the session."""
    key, values = _key(form), form.values()
    remembered = {name: values[name] for name, control in form.controls.items() if control.resets}
    steps = [name for name in remembered if not form.controls[name].incidental]
    history = st.session_state.get(key)
    if history is None:
        history = History((remembered,))
    else:
        history = (history.followed if goes_back() else history.noted)(remembered, steps)
    st.session_state[key] = history
    return history


def _go(form: Form[Any], history: History) -> None:
    """Set the controls to a state of the history."""
    form.restore(history.now)
    st.session_state[_key(form)] = history


def _key(form: Form[Any]) -> str:
    return f"{form.prefix}_history"
