"""Chips: a second place for some values of some controls, above the picture on a phone."""

from typing import Any

import streamlit as st

from structviz.ui.kit.form import Form
from structviz.ui.kit.guard import callback

__all__ = ["chips"]


def chips(form: Form[Any]) -> None:
    """Show a row of chips for each control that declares some; on wide screens, where the sidebar is in sight, none.

    A chip sets its control as if by hand; it keeps no value of its own. A value without a chip presses none of them.

    Parameters
    ----------
    form
        Its controls declare the chips.
    """
    values = form.values()
    with st.container(key=f"phone_{form.prefix}_chips", gap="xsmall"):
        for name, control in form.controls.items():
            allowed = {value: words for value, words in control.chips.items() if control.allows(value, values)}
            if not allowed or not control.is_applicable(values):
                continue
            key = form.key(f"{name}_chips")
            st.session_state[key] = values[name] if values[name] in allowed else None
            st.pills(
                control.title(values),
                list(allowed),
                format_func=allowed.__getitem__,
                key=key,
                label_visibility="collapsed",
                wrap=False,
                on_change=callback(_take),
                args=(form, name, key),
            )


def _take(form: Form[Any], name: str, key: str) -> None:
    """Give a control the value of its chip; a chip that was pressed again stays as it is."""
    value = st.session_state[key]
    if value is not None:
        form.set(**{name: value})
