"""Values that a page has written into its widgets while the browser still shows the old ones.

A click while a preset's run is under way ends that run, and brings along what all widgets show. Those that the run had
not reached yet show what was before the preset: taken for a wish of the visitor's it would undo the preset in part.

Components in the browser number what they report, beginning above the largest number that they have been sent. So a
preset sets a number that none of their earlier reports can reach.
"""

from typing import Any

import streamlit as st

__all__ = [
    "first_report",
    "forget_unheard",
    "note_heard",
    "note_written",
    "outdate_reports",
    "restore_unheard",
]

_FIRST_REPORT = "structviz_first_report"
_BETWEEN_PRESETS = 2**20
"""More reports than a browser sends from one preset to the next."""


def note_written(place: str, key: str, value: object) -> None:
    """Note that the page is about to give a widget another value.

    Parameters
    ----------
    place
        Entry of the session in which a form keeps what the browser has not heard of.
    key
        Of the widget.
    value
        What it gets.
    """
    unheard = _unheard(place)
    if key not in st.session_state:
        return  # it was never shown, so that the browser can say nothing about it
    shown, _ = unheard.get(key, (st.session_state[key], None))
    if shown == value:
        unheard.pop(key, None)
    else:
        unheard[key] = (shown, value)


def note_heard(place: str, key: str) -> None:
    """Note that a widget has been sent to the browser."""
    _unheard(place).pop(key, None)


def restore_unheard(place: str) -> bool:
    """Give widgets again what the browser could not know; what the visitor has changed meanwhile stays changed.

    Returns
    -------
    bool
        Whether there were any.
    """
    stale = {
        key: value
        for key, (shown, value) in _unheard(place).items()
        if key in st.session_state and st.session_state[key] == shown
    }
    for key, value in stale.items():
        st.session_state[key] = value
    return bool(stale)


def forget_unheard(place: str) -> None:
    """Let the browser decide: it has gone back to another address."""
    st.session_state.pop(place, None)


def outdate_reports() -> None:
    """Let nothing count that components report before the browser has heard of what the page does now."""
    st.session_state[_FIRST_REPORT] = first_report() + _BETWEEN_PRESETS


def first_report() -> int:
    """The least number of a report that counts."""
    return st.session_state.get(_FIRST_REPORT, 0)


def _unheard(place: str) -> dict[str, tuple[Any, Any]]:
    """What widgets show in the browser, and what they are to show, by key."""
    if place not in st.session_state:
        st.session_state[place] = {}
    return st.session_state[place]
