"""Invertibility: points go through the layers and come back, or do not (slide 11 of the lecture)."""

import streamlit as st

from structviz.ui.kit.frame import Summary, page_frame
from structviz.ui.kit.guard import guarded
from structviz.ui.kit.page import open_page
from structviz.ui.pages.invertibility.choice import InvertibilityChoice
from structviz.ui.pages.invertibility.compared import explanations, trained_on, view_of
from structviz.ui.pages.invertibility.density import density_section, open_for_network
from structviz.ui.pages.invertibility.depth import depth_section
from structviz.ui.pages.invertibility.exports import export_items
from structviz.ui.pages.invertibility.formulas import formulas
from structviz.ui.pages.invertibility.memory import memory_section
from structviz.ui.pages.invertibility.photograph import photograph_section
from structviz.ui.pages.invertibility.presets import PRESETS
from structviz.ui.pages.invertibility.promises import promise_section
from structviz.ui.pages.invertibility.record import digests, measured, record_of
from structviz.ui.pages.invertibility.sections import show_round_trip
from structviz.ui.pages.invertibility.sentences import what_to_notice

form = open_page("inv", InvertibilityChoice)
open_for_network(form)
frame = page_frame(form, "Push and pull: can a network be undone?", PRESETS, form.reveal)
frame.screen.say(
    "Each layer of an **invertible network** can be undone. A **ResNet** with large steps folds the plane: two points "
    "get one code, and no way leads back to both."
)

choice = seen = None
with guarded():
    choice = form.show()
    found = measured(choice)
    seen = record_of(choice, found)
    with frame.screen.picture:
        show_round_trip(form, choice, found, seen)
        st.caption(trained_on(choice))
    key_number = "Inverse error", seen.error
    view, items = view_of(choice, found, seen), export_items(choice, found)
    frame.show(Summary(key_number, what_to_notice(seen), view, explanations(seen), items, digests(choice)))

if choice is not None and seen is not None:
    with guarded(), form.section("depth") as is_open:
        if is_open:
            depth_section(form, choice)
    with guarded(), form.section("promises") as is_open:
        if is_open:
            promise_section(choice, seen)

with guarded(), form.section("density") as is_open:
    if is_open:
        density_section(form)
with guarded(), form.section("photographs") as is_open:
    if is_open:
        photograph_section(form)
with guarded(), form.section("memory") as is_open:
    if is_open:
        memory_section()

formulas()
