"""The notation of the lecture: turn the knobs of a layer (slide 2)."""

import streamlit as st

from structviz.ui.kit.exports import Item, exports
from structviz.ui.kit.guard import guarded
from structviz.ui.kit.page import open_page, show_notice
from structviz.ui.kit.pin import show_pin, toolbar
from structviz.ui.kit.terms import explain
from structviz.ui.pages.notation.choice import PRESETS, NotationChoice
from structviz.ui.pages.notation.compared import explanations, view_of
from structviz.ui.pages.notation.sections import formulas, script, show_network, weights_json
from structviz.ui.pages.notation.sentences import record_of, what_to_notice

form = open_page("notation", NotationChoice)
st.title("What a layer does to the plane")
st.markdown("A **layer** is a linear map, a shift and a nonlinearity. Drag the arrows of $A$ and $b$, and watch.")
network, notice = st.container(), st.container()
form.presets(PRESETS)
places = toolbar(form)

with guarded():
    choice = form.show()
    with network:
        show_network(form, choice)
    record = record_of(choice)
    show_notice(what_to_notice(record), notice)
    show_pin(form, view_of(choice, record), places)
    explain(explanations(choice, record))
    exports(
        form,
        Item("Weights (JSON)", lambda: weights_json(choice), "network.json", "application/json"),
        Item("Script (Python)", lambda: script(choice), "notation.py", "text/x-python"),
    )
formulas()
