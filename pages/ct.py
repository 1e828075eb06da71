"""Computed tomography: measure, reconstruct, turn, compare (slides 9 and 10 of the lecture)."""

import streamlit as st

from structviz.ui.kit.exports import exports
from structviz.ui.kit.guard import guarded
from structviz.ui.kit.page import open_page, show_notice
from structviz.ui.pages.ct.choice import PRESETS, ScanChoice
from structviz.ui.pages.ct.exports import items
from structviz.ui.pages.ct.formulas import ct_formulas
from structviz.ui.pages.ct.record import record
from structviz.ui.pages.ct.results import results
from structviz.ui.pages.ct.sections import follow_asked_network, send_films, show_measured, show_rotor, show_slices
from structviz.ui.pages.ct.sentences import about_the_picture, headline, what_to_notice, where_outside
from structviz.ui.pages.ct.sweep import show_sweep

form = open_page("ct", ScanChoice)
follow_asked_network(form)

st.title("See through the patient, from few X-rays")
claim = st.empty()
stage = st.container()
form.ask("angle")
numbers = st.container()
form.presets(PRESETS)

turning = None

with guarded():
    choice = form.show()
    found = results(choice)
    shown = record(choice, found)
    claim.markdown(headline(shown))
    with stage:
        show_slices(form, choice, found)
        st.caption(about_the_picture(shown))
        if outside := where_outside(shown):
            st.warning(outside, icon=":material/travel_explore:")
    summary, notice = numbers.columns([1, 3], vertical_alignment="center")
    if shown.lead is not None:
        summary.metric("Equivariant − ordinary", shown.lead.signed)
    show_notice(what_to_notice(shown), notice)

    st.markdown("**What is measured**")
    show_measured(found)

    with form.section("sweep") as is_open, guarded():
        if is_open:
            show_sweep(form)

    with form.section("turn") as is_open:
        if is_open:
            turning = choice
            show_rotor(form, choice, found)

    exports(form, *items(choice, found), left_out="a scan of your own")

ct_formulas()

# It takes seconds the first time, so it comes last: the page is complete before, the rotor turns afterwards.
if turning is not None:
    with guarded():
        send_films(turning)
