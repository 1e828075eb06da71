"""The drawer of a phone, which closes when the visitor goes to another page."""

from streamlit.components.v2 import component

from structviz.ui.browser.bundles import read_bundle

__all__ = ["close_drawer_after"]

_DRAWER = component("structviz_drawer", js=read_bundle("drawer.js"))


def close_drawer_after(page: str) -> None:
    """Close the drawer if the page that was shown before is another one.

    Parameters
    ----------
    page
        The name of the page that is shown.
    """
    _DRAWER(key="drawer", data={"page": page})
