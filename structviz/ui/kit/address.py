"""The address of a page and the browser's history: many parameters change in one step, and Back is heard.

Streamlit makes an entry of the browser's history whenever a script changes one parameter. Whoever goes back would then
meet addresses that never stood for anything. Here are the kit's calls into Streamlit's runtime.
"""

from collections.abc import Mapping, Sequence

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.state import get_session_state

__all__ = ["forget_history", "goes_back", "note_page", "was_entered", "write_parameters"]

_PAGES = "pages_before_and_now"


def write_parameters(prefix: str, parameters: Mapping[str, Sequence[str]], *, seeds_widgets: bool = False) -> None:
    """Give a page other parameters in one step: at most one entry of the browser's history, none if nothing changes.

    Parameters
    ----------
    prefix
        Begins the names of the page's parameters; those of other pages stay.
    parameters
        The texts of each parameter, under its whole name. Where they are what the widgets write themselves, the
        widgets change nothing any more.
    seeds_widgets
        Whether widgets take their first values from these parameters, instead of from those with which the page was
        opened.
    """
    with get_session_state().query_params() as current:
        before = {name: current.get_all(name) for name in current if name.partition("_")[0] == prefix}
        if before != {name: list(texts) for name, texts in parameters.items()}:
            for name in before:
                current.discard_param_no_forward_msg(name)
            for name, texts in parameters.items():
                current.set_with_no_forward_msg(name, texts[0] if len(texts) == 1 else list(texts))
            current.update(())  # tells the browser
        if seeds_widgets:
            current.set_initial_query_params_from_current()


def goes_back() -> bool:
    """Whether this run of the page answers Back or Forward: the address then decides, whatever the session says."""
    context = get_script_run_ctx()
    return context is not None and context.is_history_navigation


def forget_history() -> None:
    """Let this run be one like any other: what the session says stays, and is written into the address."""
    if (context := get_script_run_ctx()) is not None:
        context.is_history_navigation = False


def note_page(path: str) -> None:
    """Note which page this run of the app shows."""
    _, now = st.session_state.get(_PAGES, (None, None))
    st.session_state[_PAGES] = (now, path)


def was_entered() -> bool:
    """Whether the run before this one showed another page, or there was none."""
    before, now = st.session_state.get(_PAGES, (None, None))
    return before != now
