"""A page that behaves: it logs no error, and asks for nothing but its own."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, ConsoleMessage, Page

__all__ = ["quiet"]

# Streamlit asks below the page's own address for its server first, and falls back.
_PROBES = re.compile(r"/\w+/_stcore/(health|host-config)$")


@contextmanager
def quiet(browser: Browser, is_own: Callable[[str], bool], **options: Any) -> Iterator[Page]:
    """A page of a new visitor, who is gone after the block, whatever happens in it.

    Parameters
    ----------
    browser
        The browser.
    is_own
        Whether the page may ask for an address.
    **options
        Those of the visitor: the viewport, the theme, whether there is a network.

    Yields
    ------
    Page
        The empty page.
    """
    complaints: list[str] = []

    def hear(message: ConsoleMessage) -> None:
        where = message.location["url"]
        if message.type == "error" and not _PROBES.search(where):
            complaints.append(f"{message.text} {where}")

    with browser.new_context(**options) as context:
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", hear)
        page.on("request", lambda asked: None if is_own(asked.url) else complaints.append(f"asked for {asked.url}"))
        yield page
    assert complaints == []
