"""What stands on every page in the same way."""

import base64
from collections.abc import Sequence

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

__all__ = ["inline_png", "show_notice"]


def show_notice(sentences: Sequence[str], place: DeltaGenerator | None = None) -> None:
    """Say what to notice, in a place of the page or where the page is now."""
    (place or st).markdown(f"**What to notice.** {' '.join(sentences)}")


def inline_png(png: bytes) -> str:
    """The picture as a part of the page: a file is gone after the next rerun, maybe before the browser asks for it."""
    return f"data:image/png;base64,{base64.b64encode(png).decode()}"
