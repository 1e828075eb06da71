"""The lecture on one screen: networks at work, the lab, and a card for each chapter."""

import streamlit as st

from structviz.ui.kit.cards import card_style
from structviz.ui.kit.guard import guarded
from structviz.ui.pages.home.chapters import CHAPTERS, LAB, START, card, large_card
from structviz.ui.pages.home.hero import show_hero
from structviz.ui.router import require_router

CARDS_IN_A_ROW = 4

require_router()

st.title("Structure-preserving deep learning", anchor=False)
st.markdown(
    "Neural networks with built-in guarantees: they stay stable, turn with the image, run backwards, "
    "keep to curved spaces."
)

send_films = None
with guarded():
    send_films = show_hero()

card_style()
lab, start = st.columns([3, 2])
with lab:
    large_card(LAB)
with start:
    large_card(START)

for first in range(0, len(CHAPTERS), CARDS_IN_A_ROW):
    row = CHAPTERS[first : first + CARDS_IN_A_ROW]
    for column, chapter in zip(st.columns(CARDS_IN_A_ROW), row, strict=False):
        with column:
            card(chapter)

st.caption(
    "Lecture by M. J. Ehrhardt, University of Bath · Celledoni et al., *EJAM* 32(5), 2021, "
    "and *Inverse Problems* 37, 2021"
)

# The page is complete before, and the pictures turn as soon as their films have come.
if send_films:
    with guarded():
        send_films()
