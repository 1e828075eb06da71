"""All runs of this machine: what was trained, how it went, and what to keep."""

import streamlit as st

from structviz.ui.guard import guarded, say_kept
from structviz.ui.lab.listing import ADDRESS, chosen_section, rule, table_section
from structviz.ui.lab.race import PLACE
from structviz.ui.router import require_router
from structviz.ui.state import told_of_ignored

require_router()
told_of_ignored("runs", ADDRESS)

st.title("Runs")
st.markdown("Every network that was trained on this machine or brought to it, with all that is known of it.")

say_kept(PLACE)
with guarded():
    chosen = table_section()
    if chosen:
        chosen_section(chosen)

st.caption(rule())
