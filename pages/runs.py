"""All runs of this machine: what was trained, how it went, and what to keep."""

import streamlit as st

from structviz.ui.kit.exports import exports
from structviz.ui.kit.guard import guarded, show_deferred
from structviz.ui.kit.page import open_page
from structviz.ui.pages.runs.choice import RunsChoice
from structviz.ui.pages.runs.exports import digests, items
from structviz.ui.pages.runs.listing import chosen_section, cleaning_rule, table_section
from structviz.ui.pages.train.run_group import PLACE

form = open_page("runs", RunsChoice)

st.title("Runs")
st.markdown("All networks that were trained on this machine or imported, with their settings and results.")

show_deferred(PLACE)
with guarded():
    chosen = table_section(form)
    if chosen:
        chosen_section(chosen)
        if files := items(chosen):
            exports(form, *files, networks=digests(chosen), left_out="which runs are ticked")

st.caption(cleaning_rule())
