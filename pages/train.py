"""The train lab: train the arms on equal terms, on this machine, and watch the race."""

import streamlit as st

from structviz.ui.kit.address import warn_ignored
from structviz.ui.kit.guard import guarded, show_deferred
from structviz.ui.pages.train.choice import ADDRESS, PRESETS, LabChoice
from structviz.ui.pages.train.clock import time_section
from structviz.ui.pages.train.controls import apply, controls
from structviz.ui.pages.train.formulas import lab_formulas
from structviz.ui.pages.train.machine import machine_section, others_section, share
from structviz.ui.pages.train.outcome import outcome_section
from structviz.ui.pages.train.own import bring_section
from structviz.ui.pages.train.run_group import PLACE, entrants, is_active, recall, start
from structviz.ui.pages.train.shipped import shipped_section
from structviz.ui.pages.train.watch import race_section
from structviz.ui.router import require_router

require_router()
warn_ignored("train", ADDRESS)
names = recall()

st.title("Train them yourself")
st.markdown(
    "Same examples, same steps: the **equivariant** network is built to treat a turned image like an upright one, "
    "the **ordinary** one must be shown. See what that is worth when examples are few."
)
with st.container(horizontal=True, vertical_alignment="center"):
    st.markdown("**Things to try**", width="content")
    for title, preset in PRESETS.items():
        st.button(title, on_click=apply, args=(preset,))

shown, active, choice = (), False, LabChoice()
with guarded():
    shown, _ = entrants(names)
    active = is_active(shown)

with st.container(border=True), guarded():
    choice = controls()
    configs = choice.configs()
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            "Start",
            icon=":material/play_arrow:",
            type="primary",
            on_click=start,
            args=(choice,),
            disabled=active,
            help="The race below still goes on; cancel it to start another." if active else None,
        )
        time_section(configs)

if names:
    with guarded():
        race_section(names)
    if shown and not active:
        with guarded():
            outcome_section(shown)
else:
    show_deferred(PLACE)
    with guarded():
        machine_section()
if not shown:
    with guarded():
        others_section()
    with guarded():
        shipped_section(choice)

bring_section()
share()
lab_formulas()
