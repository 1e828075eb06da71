"""Computed tomography: measure, reconstruct, turn, compare (slides 9 and 10 of the lecture)."""

from collections.abc import Callable
from functools import partial

import streamlit as st

from structviz.ui.kit.chips import chips
from structviz.ui.kit.exports import exports
from structviz.ui.kit.guard import guarded
from structviz.ui.kit.later import send_later
from structviz.ui.kit.page import open_page
from structviz.ui.kit.pin import show_pin, toolbar
from structviz.ui.kit.screen import first_screen
from structviz.ui.kit.several import several_section
from structviz.ui.kit.terms import explain
from structviz.ui.pages.ct.choice import ScanChoice
from structviz.ui.pages.ct.compared import explanations, view_of
from structviz.ui.pages.ct.exports import digests, items
from structviz.ui.pages.ct.formulas import ct_formulas
from structviz.ui.pages.ct.presets import PRESETS
from structviz.ui.pages.ct.record import record
from structviz.ui.pages.ct.results import results
from structviz.ui.pages.ct.sections import (
    ROTOR,
    follow_asked_network,
    send_films,
    show_measured,
    show_rotor,
    show_slices,
)
from structviz.ui.pages.ct.sentences import about_the_picture, headline, what_to_notice, where_outside
from structviz.ui.pages.ct.several import table_study
from structviz.ui.pages.ct.sweep import show_sweep

form = open_page("ct", ScanChoice)
follow_asked_network(form)

screen = first_screen("See through the patient, from few X-rays")
with screen.presets:
    form.presets(PRESETS)
    chips(form)
places = toolbar(form)

# Slices come before films, which take seconds to compute the first time.
heavy: list[Callable[[], object]] = []

with guarded():
    choice = form.show()
    found = results(choice)
    shown = record(choice, found)
    screen.say(headline(shown))
    with screen.picture:
        show_rotor(form, choice, found)
    heavy.append(partial(send_films, choice))
    if shown.lead is not None:
        screen.key_number(f"Equivariant − ordinary at {shown.turn}", shown.lead.signed)
    screen.notice(what_to_notice(shown))
    show_pin(form, view_of(choice, shown, found), places)
    explain(explanations(shown, found))
    form.ask("angle")
    st.header("Slices, zoomed and windowed")
    heavy.insert(0, show_slices(form, choice, found))
    st.caption(about_the_picture(shown))
    if outside := where_outside(shown):
        st.warning(outside, icon=":material/travel_explore:")

    st.markdown("**What is measured**")
    show_measured(found)

    with form.section("sweep") as is_open, guarded():
        if is_open:
            show_sweep(form)

    with form.section("several") as is_open, guarded():
        if is_open:
            several_section(form, table_study(choice))

    exports(form, *items(choice, found), networks=digests(choice), left_out="a scan of your own")

ct_formulas()

send_later(heavy, ROTOR)
