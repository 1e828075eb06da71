"""ResNets as flows: the layers become a film, and the step size a choice (slides 4 and 5 of the lecture)."""

import streamlit as st

from structviz.ui.kit.address import bound, warn_ignored
from structviz.ui.kit.guard import guarded
from structviz.ui.pages.flow.choice import ADDRESS, OWN, PRESETS
from structviz.ui.pages.flow.controls import apply, controls, steps_slider
from structviz.ui.pages.flow.downloads import downloads
from structviz.ui.pages.flow.formulas import flow_formulas
from structviz.ui.pages.flow.own import own_points, points_section
from structviz.ui.pages.flow.sections import closer, film_section, lecture_figure, notice_section, step_section
from structviz.ui.pages.flow.training import current, training_section
from structviz.ui.router import require_router

require_router()
warn_ignored("flow", ADDRESS)

st.title("Watch the layers flow")
st.markdown(
    "A **residual network** moves points a little in each layer. Many small steps make a **flow**, "
    "and a flow untangles what no straight line could part."
)
sheet, stage = st.container(), st.container()
steps = steps_slider()
numbers = st.container()

st.markdown("**Things to try**")
with st.container(horizontal=True):
    for title, preset in PRESETS.items():
        st.button(title, on_click=apply, args=preset)

lecture, training, study, rest = (st.container() for _ in range(4))
shown, choice = [], None

with guarded():
    choice, view = controls(steps)
    own = own_points() if choice.source == OWN else None
    if own is not None:
        with sheet:
            points_section()
    with stage, guarded():
        trained_here = choice.network == "here" or own is not None
        here = current(choice, own) if trained_here else None
        if trained_here and here is None and not choice.local:
            st.info("No network was trained on these points yet: press Start below.", icon=":material/model_training:")
        else:
            shown = film_section(choice, own, here, view)
    with training, guarded():
        st.subheader("Train it yourself")
        training_section(choice, own)

if shown:
    with numbers, guarded():
        notice_section(shown)
    with lecture, guarded():
        title = "The lecture's figure: the points after 0, 15, 30 and 40 layers"
        figure = st.expander(title, on_change="rerun", **bound("flow", "lecture"))
        if figure.open:
            with figure:
                lecture_figure(shown)
    with rest, guarded():
        inside = st.expander("Look closer: decisions and folds", on_change="rerun", **bound("flow", "inside"))
        if inside.open:
            with inside:
                closer(shown)
        st.markdown("**Take it with you**")
        downloads(shown)

flow_formulas()

# It takes a second or two the first time, so it comes last: the film already plays.
with study, guarded():
    if choice is not None and shown:
        st.subheader("ResNet is forward Euler")
        step_section(shown, choice)
