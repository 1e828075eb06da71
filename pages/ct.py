"""Computed tomography: measure, reconstruct, turn, compare (slides 9 and 10 of the lecture)."""

import streamlit as st

from structviz.ui.kit.address import bound, warn_ignored
from structviz.ui.kit.guard import guarded
from structviz.ui.pages.ct.choice import ADDRESS, PRESETS
from structviz.ui.pages.ct.controls import apply, controls, object_turned, rotor_view
from structviz.ui.pages.ct.downloads import downloads
from structviz.ui.pages.ct.formulas import ct_formulas
from structviz.ui.pages.ct.scanner import results
from structviz.ui.pages.ct.sections import send_films, show_measured, show_rotor, show_slices, show_sweep
from structviz.ui.pages.ct.sentences import lead, what_to_notice, where_outside
from structviz.ui.router import require_router

require_router()
warn_ignored("ct", ADDRESS)

st.title("See through the patient, from few X-rays")
st.markdown(
    "Networks that learnt to reconstruct chests of patients on their backs are surprised by a patient who has turned, "
    "unless **equivariance** is built in."
)
stage = st.container()
angle = st.slider(
    "Object turned by", 0, 360, 90, 5, format="%d°", width=360, on_change=object_turned, **bound("ct", "angle")
)
numbers = st.container()

st.markdown("**Things to try**")
with st.container(horizontal=True):
    for title, preset in PRESETS.items():
        st.button(title, on_click=apply, args=(preset,))

turning = False

with guarded():
    choice, look, upload = controls(angle)
    found = results(choice, upload)
    with stage:
        show_slices(found, look, choice.local)
        if outside := where_outside(choice):
            st.warning(outside, icon=":material/travel_explore:")
    ahead = lead(found)
    summary, notice = numbers.columns([1, 3], vertical_alignment="center")
    if ahead is not None:
        summary.metric("Equivariant − ordinary", f"{ahead:+.1f} dB")
    notice.markdown("**What to notice.** " + " ".join(what_to_notice(choice, found)))

    st.markdown("**What is measured**")
    show_measured(found)

    sweep = st.expander("How many patients must it have seen?", on_change="rerun", **bound("ct", "sweep"))
    if sweep.open:
        with sweep, guarded():
            show_sweep()

    turn = st.expander("Turn the object with a finger", on_change="rerun", **bound("ct", "turn"))
    turning = turn.open
    if turning:
        with turn:
            show_rotor(choice, upload, found, rotor_view())

    st.markdown("**Take it with you**")
    downloads(choice, upload, found, look)

ct_formulas()

# It takes seconds the first time, so it comes last: the page is complete before, the rotor turns afterwards.
if turning:
    with guarded():
        send_films(choice, upload, errors=rotor_view().curves == "error")
