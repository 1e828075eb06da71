"""A field for a file: what cannot be used leaves nothing behind but a sentence, and the choice before stays."""

import re
from collections.abc import Callable, Sequence

import streamlit as st

from structviz.errors import StructVizError
from structviz.ui.kit.guard import callback
from structviz.ui.kit.literal import literal

__all__ = ["file_field", "field_key", "shown_name"]


def field_key(key: str) -> str:
    """The key of the widget now: after a file that was refused there is a new widget, which is empty."""
    count = st.session_state.get(f"{key}_refusals", 0)
    return f"{key}_file{f'_{count}' if count else ''}"


def file_field(
    label: str,
    types: Sequence[str],
    take: Callable[[str, bytes], None],
    stays: Callable[[], str],
    *,
    key: str,
    help: str | None = None,
    disabled: bool = False,
) -> bool:
    """Show the field, and why the last file was refused, if it was; returns whether it was.

    Parameters
    ----------
    label, types, help, disabled
        As for `streamlit.file_uploader`.
    take
        Keeps a file, given its name and its content; raises a `StructVizError` if it cannot be used, and keeps nothing
        of it then.
    stays
        A sentence on what is shown instead of a refused file.
    key
        Begins the names of what the field keeps in the session.

    Returns
    -------
    bool
        True if the last file was refused.
    """

    def changed() -> None:
        file = st.session_state.get(field_key(key))
        st.session_state.pop(f"{key}_refused", None)
        if file is None:
            return
        try:
            take(shown_name(file.name), file.getvalue())
        except StructVizError as error:
            st.session_state[f"{key}_refused"] = f"“{shown_name(file.name)}” is not used. {error} {stays()}"
            # Its name would stand over what was chosen before.
            st.session_state[f"{key}_refusals"] = st.session_state.get(f"{key}_refusals", 0) + 1

    st.file_uploader(label, list(types), key=field_key(key), help=help, disabled=disabled, on_change=callback(changed))
    if refused := st.session_state.get(f"{key}_refused"):
        st.error(literal(refused), icon=":material/error:")
    return refused is not None


def shown_name(name: str) -> str:
    """The name of a file as a sentence can have it: short, and without what Markdown would take for more than text."""
    plain = re.sub(r"[^\w .()-]", "", name).strip() or "file"
    return plain if len(plain) <= 40 else f"{plain[:24]}…{plain[-12:]}"
