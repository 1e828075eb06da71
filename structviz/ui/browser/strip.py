"""The strip: pictures along a setting that one slider scrubs in the browser, with curves."""

import hashlib
from collections.abc import Callable

import streamlit as st

from structviz.figures.strip import Strip, encode_strip
from structviz.ui.browser.component import BrowserComponent, send_payload, whole_number

__all__ = ["read_frame", "show_strip"]

_STRIP = BrowserComponent("strip", reports=("seek",))


def show_strip(strip: Strip | bytes, frame: int, *, key: str, on_seek: Callable[[], object]) -> None:
    """Show pictures and curves; they travel once.

    Parameters
    ----------
    strip
        What is shown, or what `structviz.figures.strip.encode_strip` made of it.
    frame
        Which frame is shown. What the visitor has chosen since counts more, until the page changes it too.
    key
        Of the component; `read_frame` reads where the visitor has come to rest.
    on_seek
        Called when that is another frame.

    Raises
    ------
    ConfigError, ShapeError
        As for `encode_strip`.
    """
    payload = strip if isinstance(strip, bytes) else encode_strip(strip)
    channel = hashlib.sha256(payload).hexdigest()[:20]
    with st.container(gap=None):
        send_payload(channel, payload, key=f"{key}_pictures")
        _STRIP.show({"channel": channel, "frame": frame}, key=key, on_seek=on_seek)


def read_frame(key: str) -> int | None:
    """The frame at which the visitor has come to rest, for the callback; None if it makes no sense."""
    return whole_number(_STRIP.report(key, "seek").get("frame"))
