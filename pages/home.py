"""The lecture on one screen: a card for each chapter."""

import streamlit as st

from structviz.ui.pages.home.chapters import CHAPTERS, card
from structviz.ui.router import require_router

CARDS_IN_A_ROW = 4

require_router()

st.title("Structure-preserving deep learning", anchor=False)
st.markdown(
    "Neural networks with built-in guarantees: they stay stable, turn with the image, run backwards, "
    "keep to curved spaces."
)

for start in range(0, len(CHAPTERS), CARDS_IN_A_ROW):
    row = CHAPTERS[start : start + CARDS_IN_A_ROW]
    for column, chapter in zip(st.columns(CARDS_IN_A_ROW), row, strict=False):
        with column:
            card(chapter)

st.page_link(
    "pages/notation.py", label="**Start here:** what a layer does to the plane (slide 2)", icon=":material/function:"
)
st.page_link(
    "pages/train.py", label="**Train them yourself** and watch the arms learn", icon=":material/model_training:"
)
st.caption(
    "Lecture by M. J. Ehrhardt, University of Bath · Celledoni et al., *EJAM* 32(5), 2021, "
    "and *Inverse Problems* 37, 2021"
)
