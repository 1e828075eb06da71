"""Plotly figures whose letters are as large as those of the page.

A style sheet enlarges what measures in `rem`. Plotly lays out in pixels, on the server's word, so the browser tells the
server how large its letters are. On a laptop it has nothing to tell, and nothing happens.
"""

from typing import TYPE_CHECKING

import streamlit as st
from streamlit.components.v2 import component

from structviz.ui.browser.bundles import read_bundle
from structviz.ui.browser.component import finite_number

if TYPE_CHECKING:  # Plotly takes a while to import, and most pages show no figure at first
    import plotly.graph_objects as go

__all__ = ["LAPTOP", "forget_charts", "measure_letters", "show_chart"]

LAPTOP = 17.0
"""Pixels of letters at the root of a page on a laptop, as `.streamlit/config.toml` has it."""

_KEY = "letters"
_SHOWN = "letters_of_charts"
_LIMITS = (LAPTOP, 100.0)

_LETTERS = component("structviz_letters", js=read_bundle("letters.js"))


def show_chart(figure: "go.Figure", *, key: str) -> None:
    """Show a figure of `structviz.figures`, enlarged where letters are larger than on a laptop.

    Parameters
    ----------
    figure
        With lengths in pixels that suit a laptop.
    key
        Of the element.
    """
    from structviz.figures.charts import CHART_CONFIG
    from structviz.figures.enlarge import enlarged_figure

    st.session_state[_SHOWN] = _pixels()
    st.plotly_chart(enlarged_figure(figure, _pixels() / LAPTOP), config=dict(CHART_CONFIG), key=key)


def forget_charts() -> None:
    """Called at the beginning of each run of the app: no figure has been shown yet."""
    st.session_state.pop(_SHOWN, None)


@st.fragment
def measure_letters() -> None:
    """Called at the end of each run of the app: hear from the browser, and draw figures anew if they were too small."""
    _LETTERS(key=_KEY, data={"known": _pixels()}, on_pixels_change=lambda: None)
    if st.session_state.get(_SHOWN, _pixels()) != _pixels():
        st.rerun()


def _pixels() -> float:
    """How large letters are, as far as the browser has told; it can tell anything."""
    state = st.session_state.get(_KEY)
    found = finite_number(state.get("pixels")) if state else None
    return min(max(found or LAPTOP, _LIMITS[0]), _LIMITS[1])
