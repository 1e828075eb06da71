"""The list of pages, and the way to them from whatever address a visitor comes in by."""

from pathlib import Path

import streamlit as st
from streamlit.navigation.page import StreamlitPage

__all__ = ["ICON", "navigation", "require_router"]

ICON = Path(__file__).with_name("icon.svg")
"""Icon of the browser's tab; a named one would be fetched from the network."""

_KEY = "opened_by_router"


def navigation() -> StreamlitPage:
    """Declare the pages; return the one to run."""
    st.session_state[_KEY] = True
    # No icons here: the one of the open page would become the tab's icon, fetched from the network.
    return st.navigation(
        [
            st.Page("pages/home.py", title="The lecture", default=True),
            st.Page("pages/flow.py", title="Flows", url_path="flow"),
            st.Page("pages/rotation.py", title="Rotation", url_path="rotation"),
            st.Page("pages/ct.py", title="CT", url_path="ct"),
            st.Page("pages/train.py", title="Train", url_path="train"),
            st.Page("pages/runs.py", title="Runs", url_path="runs"),
        ],
        position="top",
    )


def require_router() -> None:
    """Called first by every page: start over through app.py if Streamlit ran the page by itself.

    Until a server has seen a first `st.navigation`, Streamlit takes the folder `pages/` for an app of the old
    kind: the first visitor of a fresh server who opens the address of a page would get it without the
    layout and the menu that app.py declares.
    """
    if _KEY not in st.session_state:
        navigation()
        st.rerun()
