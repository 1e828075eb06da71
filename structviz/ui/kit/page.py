"""What stands on every page in the same way."""

from collections.abc import Sequence

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

__all__ = ["show_notice"]


def show_notice(sentences: Sequence[str], place: DeltaGenerator | None = None) -> None:
    """Say what to notice, in a place of the page or where the page is now."""
    (place or st).markdown(f"**What to notice.** {' '.join(sentences)}")
