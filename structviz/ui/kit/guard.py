"""The last line: whatever goes wrong on a page becomes a sentence, and the log keeps the rest."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from structviz.errors import StructVizError

__all__ = ["guarded", "defer_error", "show_deferred"]

_log = logging.getLogger(__name__)


@contextmanager
def guarded() -> Iterator[None]:
    """Show an error of the body as a message in its place; the page around it lives on."""
    try:
        yield
    except StructVizError as error:
        st.error(str(error), icon=":material/error:")
    except Exception:  # noqa: BLE001 - on stage a sentence beats a traceback
        _log.exception("A page failed")
        st.error(
            "Something went wrong here; the details are in the server's log. Change a setting or reload the page.",
            icon=":material/error:",
        )


@contextmanager
def defer_error(place: str) -> Iterator[None]:
    """Within a callback, which has no place on the page: keep what an error says for `show_deferred`."""
    st.session_state.pop(f"{place}_said", None)
    try:
        yield
    except StructVizError as error:
        st.session_state[f"{place}_said"] = str(error)


def show_deferred(place: str) -> None:
    """Say what went wrong in a callback, until the next one goes well."""
    if f"{place}_said" in st.session_state:
        st.error(st.session_state[f"{place}_said"], icon=":material/error:")
