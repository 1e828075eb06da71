"""What a client may send: a value of another kind than its widget's is left out before anything reads it.

Streamlit reads the values of widgets, and calls their callbacks, before the script of a page runs. So a text for a
slider, which no browser sends by itself, would end the run before there is a page that could say so, and all later runs
as well, since Streamlit keeps the value.
"""

import logging
from functools import wraps

from streamlit.proto.WidgetStates_pb2 import WidgetState, WidgetStates
from streamlit.runtime.state import SessionState
from streamlit.runtime.state.common import WidgetMetadata, unpack_widget_state_value

__all__ = ["REFUSED", "refuse_wrong_kinds", "understood"]

REFUSED = "client_values_refused"
"""Key in the session of how many values were left out."""

_NUMBERS = {"int_value", "double_value"}
"""A browser sends a field for whole numbers as the one, and Streamlit calls it the other."""

_log = logging.getLogger(__name__)


def refuse_wrong_kinds() -> None:
    """From now on leave out what is of the wrong kind, in all sessions of this process."""
    take = SessionState.set_widgets_from_proto
    if hasattr(take, "__wrapped__"):
        return

    @wraps(take)
    def take_understood(self: SessionState, widget_states: WidgetStates) -> None:
        known = self._new_widget_state.widget_metadata
        kept = [state for state in widget_states.widgets if understood(state, known.get(state.id))]
        n_refused = len(widget_states.widgets) - len(kept)
        if n_refused:
            _log.warning("A client sent %d values of the wrong kind", n_refused)
            self[REFUSED] = n_refused
            widget_states = WidgetStates(widgets=kept)
        take(self, widget_states)

    SessionState.set_widgets_from_proto = take_understood


def understood(state: WidgetState, widget: WidgetMetadata | None) -> bool:
    """Whether a widget can read a value; what belongs to no widget is read by nobody.

    Parameters
    ----------
    state
        What the client sent.
    widget
        What Streamlit knows of the widget.
    """
    kind = state.WhichOneof("value")
    if widget is None or kind is None:
        return True
    if kind != widget.value_type and not {kind, widget.value_type} <= _NUMBERS:
        return False
    try:
        value = unpack_widget_state_value(state)
        if kind == "json_value" and not isinstance(value, dict | list | None):
            return False
        widget.deserializer(value)
    except Exception:  # noqa: BLE001 - Streamlit's readers raise anything on what no browser sends
        _log.debug("A value cannot be read", exc_info=True)
        return False
    return True
