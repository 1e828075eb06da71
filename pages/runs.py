"""All runs of this machine: what was trained, how it went, and what to keep."""

import streamlit as st

from structviz.ui.kit.address import warn_ignored
from structviz.ui.kit.guard import guarded, show_deferred
from structviz.ui.pages.runs.listing import ADDRESS, chosen_section, rule, table_section
from structviz.ui.pages.train.run_group import PLACE
from structviz.ui.router import require_router

require_router()
warn_ignored("runs", ADDRESS)

st.title("Runs")
st.markdown("Every network that was trained on this machine or brought to it, with all that is known of it.")

show_deferred(PLACE)
with guarded():
    chosen = table_section()
    if chosen:
        chosen_section(chosen)

st.caption(rule())
