"""A page with nothing but the brush, and what has come of it in Python as text."""

import json
import time

import streamlit as st
import torch

from structviz.ui.browser.brush import brush, read_drawing

SETS = {"none": [], "three": [[-1.0, 0.5, 0], [0.25, -0.75, 1], [5.0, 0.0, 1]], "one": [[1.5, 1.5, 1]]}

st.set_page_config(layout="wide")
state = st.session_state
state.setdefault("rows", SETS["none"])
state.setdefault("changes", 0)


def take() -> None:
    state.changes += 1
    result = read_drawing("sheet")
    if result is None:
        state.rows = SETS["none"]
    else:
        points, labels = result
        state.rows = [[*point, label] for point, label in zip(points.tolist(), labels.tolist(), strict=True)]


def choose(name: str) -> None:
    state.rows = SETS[name]


with st.container(horizontal=True):
    for name in SETS:
        st.button(name, on_click=choose, args=(name,))
    st.button("again")
    slow = st.toggle("slow")
if slow:
    time.sleep(1)
table = torch.tensor(state.rows).reshape(-1, 3)
brush(table[:, :2], table[:, 2].long(), half_width=2.0, key="sheet", on_change=take)
st.text(json.dumps({"rows": state.rows, "changes": state.changes}))
