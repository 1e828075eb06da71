"""ResNets as flows: the layers become a film, and the step size a choice (slides 4 and 5 of the lecture)."""

import streamlit as st

from structviz.ui.kit.chips import chips
from structviz.ui.kit.exports import exports
from structviz.ui.kit.guard import guarded
from structviz.ui.kit.page import open_page
from structviz.ui.kit.pin import show_pin, toolbar
from structviz.ui.kit.screen import first_screen
from structviz.ui.kit.terms import explain
from structviz.ui.pages.flow.choice import FlowChoice
from structviz.ui.pages.flow.compared import explanations, view_of
from structviz.ui.pages.flow.exports import digests, export_items
from structviz.ui.pages.flow.formulas import flow_formulas
from structviz.ui.pages.flow.live_trainings import live_trainings, visitor
from structviz.ui.pages.flow.own_points import about_shown, own_points, points_section
from structviz.ui.pages.flow.panels import choose_points_of_network, panels_of
from structviz.ui.pages.flow.presets import PRESETS
from structviz.ui.pages.flow.sections import (
    film_section,
    input_plane_section,
    lecture_figure,
    measured_section,
    notice_section,
    reveal_films,
    said,
    step_section,
)
from structviz.ui.pages.flow.training import network_in_training, settings_popover, training_section

form = open_page("flow", FlowChoice)
choose_points_of_network(form)

screen = first_screen("Watch the layers flow")
screen.say(
    "A **residual network** moves points a little in each layer. Many small steps make a **flow**, "
    "and a flow untangles what no straight line could separate."
)
with screen.presets:
    form.presets(PRESETS, on_apply=reveal_films)
    chips(form)
with screen.picture:
    sheet, films_place = st.container(), st.container()
places = toolbar(form)
# What speaks of the films stands in pale letters while they are ahead of it.
numbers, lecture = (st.container(key=f"follows_{name}") for name in ("numbers", "lecture"))
training, rest = st.container(), st.container(key="follows_rest")
with training:
    st.header("Train it yourself")
    settings_popover(form)

choice, films = None, []
with guarded():
    choice = form.show()
    own = own_points(choice)
    if own is not None:
        with sheet:
            points_section(form, choice, *own)
    with films_place, guarded():
        is_wanted = choice.network == "here" or own is not None
        trained = network_in_training(choice, own) if is_wanted else None
        if is_wanted and trained is None and not choice.local:
            st.info("No network was trained on these points yet: press Start below.", icon=":material/model_training:")
        else:
            panels = panels_of(choice, own, trained)
            film_section(form, choice, panels)
            if own is not None and (sentence := about_shown(choice, len(panels[0].points), len(own[0]))):
                st.caption(sentence)
            films = measured_section(panels)
    with training, guarded():
        training_section(form, choice, own)

if choice is not None and films:
    with numbers, guarded():
        notice_section(screen, films)
        show_pin(form, view_of(films), places)
        explain(explanations(films))
        said(choice)
    with lecture, guarded(), form.section("lecture") as is_open:
        if is_open:
            lecture_figure(films)
    with rest, guarded():
        with guarded(), form.section("study") as is_open:
            if is_open:
                step_section(films, choice)
        with form.section("inside") as is_open:
            if is_open:
                input_plane_section(films)
        # Files are made outside of the page's script, where nothing is known of the visitor.
        items = export_items(choice, films, live_trainings().get(visitor()))
        exports(form, *items, networks=digests(films, choice.local), left_out="own points and own training")

flow_formulas()
