"""Scrolls to a section that a preset has opened."""

from streamlit.components.v2 import component

from structviz.ui.browser.bundles import read_bundle

__all__ = ["scroll_here"]

_REVEAL = component("structviz_reveal", js=read_bundle("reveal.js"))


def scroll_here(section: str, count: int) -> None:
    """Scroll to the section in which this stands, each time that the number changes.

    Parameters
    ----------
    section
        Its name, unlike those of all others.
    count
        How often the page was asked to scroll there.
    """
    _REVEAL(key=f"{section}_reveal", data={"section": section, "count": count})
