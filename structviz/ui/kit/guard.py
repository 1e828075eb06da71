"""The last line: whatever goes wrong on a page becomes a sentence, and the log keeps the rest."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import ParamSpec

import streamlit as st

from structviz.decoding.process import reading_for
from structviz.errors import StructVizError
from structviz.ui.kit.literal import literal, without_folders
from structviz.ui.kit.visitor import readers_here
from structviz.ui.server.client_values import REFUSED

__all__ = ["callback", "defer_error", "guarded", "show_callback_error", "show_deferred"]

P = ParamSpec("P")

_WENT_WRONG = "Something went wrong here; the details are in the server's log. Change a setting or reload the page."

_WRONG_KIND = (
    "Each control takes values of one kind, but the browser sent another: it is ignored, and the value before stays. "
    "Reload the page if this comes again."
)

_CALLBACK = "callback_said"

_log = logging.getLogger(__name__)


@contextmanager
def guarded() -> Iterator[None]:
    """Show an error of the body as a message in its place; the page around it lives on.

    Files that the body reads are read for its visitor: Streamlit runs a part of a page without the script around it.
    """
    try:
        with reading_for(readers_here()):
            yield
    except StructVizError as error:
        st.error(_said(error), icon=":material/error:")
    except Exception:  # noqa: BLE001 - on stage a sentence beats a traceback
        _log.exception("A page failed")
        st.error(_WENT_WRONG, icon=":material/error:")


def callback(work: Callable[P, object]) -> Callable[P, None]:
    """What a widget may call when a visitor changes it: an error of it is said at the top of the page, which runs on.

    Streamlit calls it before the page's script, so that an error in it would leave no page at all, and a file that it
    reads would be nobody's. A browser can be made to send anything.
    """

    @wraps(work)
    def guard(*args: P.args, **kwargs: P.kwargs) -> None:
        st.session_state.pop(_CALLBACK, None)
        try:
            with reading_for(readers_here()):
                work(*args, **kwargs)
        except StructVizError as error:
            st.session_state[_CALLBACK] = _said(error)
        except Exception:  # noqa: BLE001 - on stage a sentence beats a traceback
            _log.exception("A callback failed")
            st.session_state[_CALLBACK] = _WENT_WRONG

    return guard


def show_callback_error() -> None:
    """Say once what went wrong before the page began: in a callback, or with a value that the browser sent."""
    if st.session_state.pop(REFUSED, 0):
        st.error(_WRONG_KIND, icon=":material/error:")
    if _CALLBACK in st.session_state:
        st.error(st.session_state.pop(_CALLBACK), icon=":material/error:")


@contextmanager
def defer_error(place: str) -> Iterator[None]:
    """Within a callback, which has no place on the page: keep what an error says for `show_deferred`."""
    st.session_state.pop(f"{place}_said", None)
    try:
        yield
    except StructVizError as error:
        st.session_state[f"{place}_said"] = _said(error)


def show_deferred(place: str) -> None:
    """Say what went wrong in a callback, until the next one goes well."""
    if f"{place}_said" in st.session_state:
        st.error(st.session_state[f"{place}_said"], icon=":material/error:")


def _said(error: StructVizError) -> str:
    """What visitors read of an error."""
    return literal(without_folders(str(error)))
