"""Robustness: fool a real classifier with noise and with a turn (slide 3 of the lecture)."""

import streamlit as st

from structviz.ui.kit.frame import Summary, page_frame
from structviz.ui.kit.guard import guarded
from structviz.ui.kit.page import open_page
from structviz.ui.pages.robustness.choice import RobustnessChoice
from structviz.ui.pages.robustness.compared import explanations, view_of
from structviz.ui.pages.robustness.digits import digits_section, open_for_network
from structviz.ui.pages.robustness.exports import digests, items
from structviz.ui.pages.robustness.facts import facts_section
from structviz.ui.pages.robustness.formulas import formulas
from structviz.ui.pages.robustness.noise import find_noise, show_noise
from structviz.ui.pages.robustness.presets import PRESETS, reveal
from structviz.ui.pages.robustness.record import noise_record
from structviz.ui.pages.robustness.results import digits_ship
from structviz.ui.pages.robustness.sentences import headline, key_number, what_to_notice
from structviz.ui.pages.robustness.turn import show_turn

form = open_page("robust", RobustnessChoice)
open_for_network(form)
frame = page_frame(form, "A little noise, another class", PRESETS, lambda preset: reveal(form, preset))

choice = None
with guarded():
    choice = form.show()
    found = find_noise(choice, frame.screen.picture)
    with frame.screen.picture:
        show_noise(form, choice, found)
    seen = noise_record(choice, found)
    frame.screen.say(headline(seen))
    view, files = view_of(choice, found, seen), items(choice, found, seen)
    own = "your image" if choice.is_own else None
    frame.show(Summary(key_number(seen), what_to_notice(seen), view, explanations(seen), files, digests(), own))

if choice is not None:
    with guarded():
        show_turn(form, choice)

with guarded(), form.section("digits") as is_open:
    if is_open and digits_ship():
        digits_section(form)
    elif is_open:
        st.info("The classifiers of digits are not part of this installation: `structviz pretrain` trains them.")

with guarded(), form.section("facts") as is_open:
    if is_open:
        facts_section(form)

formulas()
