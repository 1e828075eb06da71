"""The link of a page with its buttons: the system's own sheet where there is one, and a copy."""

from structviz.ui.browser.component import BrowserComponent

__all__ = ["share_buttons"]

_SHARE = BrowserComponent("share")


def share_buttons(url: str, title: str, *, key: str) -> None:
    """Show a link, a button that copies it, and one that opens the system's sheet where the browser has it.

    Parameters
    ----------
    url
        The link.
    title
        What the sheet calls it.
    key
        Of the component.
    """
    _SHARE.show({"url": url, "title": title}, key=key)
