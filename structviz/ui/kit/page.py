"""What stands on every page in the same way."""

import base64
from collections.abc import Sequence
from typing import TypeVar

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from structviz.ui.kit.choice import Choice
from structviz.ui.kit.form import Form
from structviz.ui.kit.sentences import unbroken
from structviz.ui.router import require_router

__all__ = ["inline_png", "open_page", "show_notice"]

C = TypeVar("C", bound=Choice)


def open_page(prefix: str, choice_class: type[C]) -> Form[C]:
    """The controls of a page, with its address read: the first line of the page's script.

    It starts over through app.py if Streamlit ran the page by itself, and says what the address asks for in vain.

    Parameters
    ----------
    prefix, choice_class
        As for `Form`.
    """
    require_router()
    form = Form(prefix, choice_class)
    form.follow_history()
    form.warn_ignored()
    return form


def show_notice(sentences: Sequence[str], place: DeltaGenerator | None = None, listed: bool = False) -> None:
    """Say what to notice, in a place of the page or where the page is now.

    Parameters
    ----------
    sentences
        In their order.
    place
        Where they stand; where the page is now if there is none.
    listed
        Whether each is a point of a list, as long sentences should be.
    """
    words = "".join(f"\n* {sentence}" for sentence in sentences) if listed else " ".join(sentences)
    (place or st).markdown(unbroken(f"**What to notice.** {words}"))


def inline_png(png: bytes) -> str:
    """The picture as a part of the page: a file is gone after the next rerun, maybe before the browser asks for it."""
    return f"data:image/png;base64,{base64.b64encode(png).decode()}"
