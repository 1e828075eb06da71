"""What a visitor sees while a computation waits for its turn, or takes long."""

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from structviz.ui.kit.compute import OnWait

__all__ = ["waiting"]


@contextmanager
def waiting(sentence: str) -> Iterator[OnWait]:
    """Say what is computed and how long it takes, if it takes a while; in one place, which is empty in the end.

    Gives what a `ComputeQueue` calls meanwhile. To write to the page is also to hear whether the visitor has clicked
    on or left, which ends the waiting.

    Parameters
    ----------
    sentence
        What is done, like "Computing the film".
    """
    place = st.empty()
    try:
        yield lambda where: place.caption(f"{sentence}: {where} …")
    except Exception:  # not what ends a script, which Streamlit raises when the visitor has moved on
        place.empty()
        raise
    place.empty()
