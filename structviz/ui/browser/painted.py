"""Hears when the browser has painted the first picture of a page."""

from collections.abc import Callable

from streamlit.components.v2 import component

from structviz.ui.browser.bundles import read_bundle
from structviz.ui.kit.guard import callback

__all__ = ["drawn_channel", "report_painted"]

_PAINTED = component("structviz_painted", js=read_bundle("painted.js"))


def drawn_channel(key: str) -> str:
    """The channel of the inbox in which a component says that it has drawn its pictures.

    Parameters
    ----------
    key
        Of the component.
    """
    return f"drawn by {key}"


def report_painted(picture: str, on_painted: Callable[[], object], *, key: str) -> None:
    """Call back when the browser has painted a picture.

    Parameters
    ----------
    picture
        Key of the component that draws it.
    on_painted
        Called once, before the script or the fragment in which this stands runs again.
    key
        Of the invisible component that reports it.
    """
    _PAINTED(key=key, data={"drawn": drawn_channel(picture)}, on_painted_change=callback(on_painted))
