"""ResNets as flows: the layers become a film, and the step size a choice (slides 4 and 5 of the lecture)."""

import streamlit as st

from structviz.ui.flow.choices import ADDRESS, OWN, PRESETS
from structviz.ui.flow.controls import apply, controls, steps_slider
from structviz.ui.flow.downloads import downloads
from structviz.ui.flow.films import screen, sides
from structviz.ui.flow.notices import what_to_notice
from structviz.ui.flow.own import own_points, points_section
from structviz.ui.flow.sections import closer, lecture_figure, show_films, step_section, summary
from structviz.ui.flow.training import current, training_section
from structviz.ui.formulas import flow_formulas
from structviz.ui.guard import guarded
from structviz.ui.router import require_router
from structviz.ui.state import bound, told_of_ignored

require_router()
told_of_ignored("flow", ADDRESS)

st.title("Watch the layers flow")
st.markdown(
    "A **residual network** moves points a little in each layer. Many small steps make a **flow**, "
    "and a flow untangles what no straight line could part."
)
stage = st.container()
steps = steps_slider()
numbers = st.container()

st.markdown("**Things to try**")
with st.container(horizontal=True):
    for title, preset in PRESETS.items():
        st.button(title, on_click=apply, args=preset)

shown, chart = [], st.empty()

with guarded():
    choice, view = controls(steps)
    own = own_points() if choice.source == OWN else None
    trained_here = choice.network == "here" or choice.source == OWN
    here = current(choice, own) if trained_here else None
    with stage:
        if choice.source == OWN:
            points_section()
        if trained_here and here is None:
            st.info("No network was trained on these points yet: press Start below.", icon=":material/model_training:")
        else:
            shown, films = screen(sides(choice, own, here))
            show_films(films, view)
    if shown:
        left, right = numbers.columns([1, 3], vertical_alignment="center")
        with left:
            summary(shown)
        right.markdown("**What to notice.** " + " ".join(what_to_notice(shown)))

    if shown:
        lecture = st.expander(
            "The lecture's figure: the points after 0, 15, 30 and 40 layers",
            on_change="rerun",
            **bound("flow", "lecture"),
        )
        if lecture.open:
            with lecture:
                lecture_figure(shown)

    st.subheader("Train it yourself")
    training_section(choice, own)

    if shown:
        chart = st.container()
        inside = st.expander("Look closer: decisions and folds", on_change="rerun", **bound("flow", "inside"))
        if inside.open:
            with inside:
                closer(shown)
        st.markdown("**Take it with you**")
        downloads(shown)

flow_formulas()

# It takes a second or two the first time, so it comes last: the film already plays.
with guarded(), chart:
    if shown:
        st.subheader("ResNet is forward Euler")
        step_section(shown[-1].side, choice)
