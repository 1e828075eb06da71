"""The list of pages, and the way to them from whatever address a visitor comes in by."""

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from types import MappingProxyType

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from structviz.ui.browser.drawer import close_drawer_after
from structviz.ui.kit.address import note_page
from structviz.ui.sitemap import PAGES, SITE

__all__ = ["ICON", "MOVED", "navigation", "require_router", "show_page_links", "tab_title"]

ICON = Path(__file__).with_name("icon.svg")
"""Icon of the browser's tab; a named one would be fetched from the network."""

MOVED: Mapping[str, str] = MappingProxyType({"resnet_flow": "flow"})
"""Former addresses of pages, with the present ones."""

_KEY = "opened_by_router"


def navigation() -> StreamlitPage:
    """Declare the pages; return the one to run."""
    st.session_state[_KEY] = True
    # No icons here: the one of the open page would become the tab's icon, fetched from the network.
    pages = [
        st.Page(entry.script, title=entry.menu, url_path=entry.address or None, default=not entry.address)
        for entry in PAGES
    ]
    present = {page.url_path: page for page in pages}
    former = [_moved(old, present[new]) for old, new in MOVED.items()]
    page = st.navigation([*pages, *former], position="top")
    note_page(page.url_path)
    return page


def tab_title(page: StreamlitPage) -> str:
    """The title of the browser's tab while a page is open."""
    return next((entry.tab for entry in PAGES if entry.address == page.url_path), SITE)


def show_page_links(page: StreamlitPage) -> None:
    """Show a row of links to all pages on a phone, where Streamlit puts its own navigation into a drawer.

    The drawer has the links too; it closes when one of them is followed.

    Parameters
    ----------
    page
        The one that is open.
    """
    with st.container(key="phone_page_links", horizontal=True, wrap=False, gap="xxsmall"):
        for entry in PAGES:
            st.page_link(entry.script, label=entry.menu)
        close_drawer_after(page.url_path)


def _moved(address: str, page: StreamlitPage) -> StreamlitPage:
    """A page that only sends the visitor on, with the parameters of the address."""
    forward: Callable[[], None] = partial(_forward, page)
    return st.Page(forward, title=page.title, url_path=address, visibility="hidden")


def _forward(page: StreamlitPage) -> None:
    parameters = {name: st.query_params.get_all(name) for name in st.query_params}
    st.switch_page(page, query_params=parameters)


def require_router() -> None:
    """Called first by every page: start over through app.py if Streamlit ran the page by itself.

    Until a server has seen a first `st.navigation`, Streamlit takes the folder `pages/` for an app of the old
    kind: the first visitor of a fresh server who opens the address of a page would get it without the
    layout and the menu that app.py declares.
    """
    if _KEY not in st.session_state:
        navigation()
        st.rerun()
