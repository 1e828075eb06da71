"""The first screen of a page: title, one sentence, presets, the picture with its handle, and beside it the one number
and what to notice."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from structviz.displayed import Displayed
from structviz.ui.kit.page import show_notice
from structviz.ui.kit.sentences import unbroken

__all__ = ["STYLE", "FirstScreen", "first_screen", "fit_the_screen"]

STYLE = Path(__file__).with_suffix(".css")
"""The style sheet of all pages."""


def fit_the_screen() -> None:
    """Let letters grow with the screen: called once in each run of the app, before the page.

    The HTML of pages has the style sheet too (`structviz.ui.first_paint`), but not every address is one of a page.
    """
    st.html(STYLE)


@dataclass(frozen=True)
class FirstScreen:
    """Places of the first screen, to be filled in any order.

    Attributes
    ----------
    claim
        Below the title, for the one sentence.
    presets
        For `Form.presets`.
    picture
        For the picture and its main handle.
    aside
        Beside the picture, or below it on a phone: the key number and what to notice.
    """

    claim: DeltaGenerator
    presets: DeltaGenerator
    picture: DeltaGenerator
    aside: DeltaGenerator

    def say(self, sentence: str, caption: str = "") -> None:
        """Write the one sentence, and a smaller line below it."""
        self.claim.markdown(unbroken(sentence))
        if caption:
            self.claim.caption(caption)

    def key_number(self, label: str, value: Displayed | str) -> None:
        """Show the one number that sums up the picture, in letters for the last row."""
        with self.aside.container(key="key_number"):
            st.metric(label, str(value))

    def notice(self, sentences: Sequence[str]) -> None:
        """Say what to notice beside the picture."""
        with self.aside.container(key="notice"):
            show_notice(sentences)


def first_screen(title: str, width: float = 3.4) -> FirstScreen:
    """Lay out the first screen of a page.

    At 1280×900 and at 1920×1080 all of it must be in sight without scrolling; `tests/e2e/test_first_screen.py` measures
    it on every page.

    Parameters
    ----------
    title
        Of the page.
    width
        Of the picture, in widths of what stands beside it.

    Examples
    --------
    >>> screen = first_screen("Turn the image: does the network notice?")  # doctest: +SKIP
    >>> with screen.presets:  # doctest: +SKIP
    ...     form.presets(PRESETS)
    >>> with screen.picture:  # doctest: +SKIP
    ...     show_rotor(...)
    >>> screen.say(headline(seen))  # doctest: +SKIP
    >>> screen.key_number(f"Equivariant − ordinary at {seen.angle}", seen.gain.signed)  # doctest: +SKIP
    >>> screen.notice(what_to_notice(seen))  # doctest: +SKIP
    """
    with st.container(gap="small"):
        st.title(title, anchor=False)
        claim = st.container(gap="xsmall", key="claim")
    presets = st.container(key="to_try")
    picture, aside = st.columns([width, 1], gap="medium")
    return FirstScreen(claim, presets, picture.container(key="picture"), aside)
