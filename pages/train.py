"""Train the arms on equal terms, on this machine, and watch their curves and pictures."""

import streamlit as st

from structviz.ui.kit.exports import exports
from structviz.ui.kit.guard import callback, guarded, show_deferred
from structviz.ui.kit.page import open_page
from structviz.ui.kit.pin import show_pin, toolbar
from structviz.ui.kit.screen import first_screen
from structviz.ui.kit.terms import explain
from structviz.ui.pages.train.choice import TrainChoice
from structviz.ui.pages.train.compared import explanations, view_of
from structviz.ui.pages.train.exports import items
from structviz.ui.pages.train.formulas import train_formulas
from structviz.ui.pages.train.import_network import import_section
from structviz.ui.pages.train.old_links import read_old_links
from structviz.ui.pages.train.outcome import outcome_section
from structviz.ui.pages.train.presets import PRESETS
from structviz.ui.pages.train.progress import progress_section
from structviz.ui.pages.train.rates import study_of
from structviz.ui.pages.train.rates_section import show_rates
from structviz.ui.pages.train.record import learners
from structviz.ui.pages.train.run_group import PLACE, is_active, own, recall, run_views, start
from structviz.ui.pages.train.sentences import opening
from structviz.ui.pages.train.shipped import shipped_section
from structviz.ui.pages.train.time_estimate import estimate_section
from structviz.ui.pages.train.workers import under_way_section, workers_section

read_old_links()
form = open_page("train", TrainChoice)
names = recall()

screen = first_screen("Train them yourself", width=1.4)
with screen.presets:
    form.presets(PRESETS)
places = toolbar(form)

shown, active, busy, choice, configs, shipped = (), False, False, TrainChoice(), (), None
with guarded():
    shown, _ = run_views(names)
    active, busy = is_active(shown), is_active(own(shown))

with screen.aside, st.container(border=True), guarded():
    form.ask("recipe")
    form.ask("arms")
    form.ask("scheme")
    form.ask("structure")
    form.ask("sphere")
    form.ask("rotation")
    form.ask("time_steps")
    form.ask("optimiser")
    form.ask("flow")
    left, right = st.columns(2)
    with left:
        form.ask("n_train")
    with right:
        form.ask("steps")
    begin = st.container(horizontal=True, vertical_alignment="center")
    form.show_drawer()
    choice = form.choice()
    screen.say(opening(learners(choice.learning_rates)))
    configs = choice.configs()
    with begin:
        st.button(
            "Start",
            icon=":material/play_arrow:",
            type="primary",
            on_click=callback(start),
            args=(choice,),
            disabled=busy,
            help="The runs below still go on; cancel them to start others." if busy else None,
        )
        estimate_section(configs)

with screen.picture:
    if names:
        with guarded():
            progress_section(names)
    else:
        show_deferred(PLACE)
        with guarded():
            workers_section()
    if not shown:
        with guarded():
            under_way_section()
        with guarded():
            shipped = shipped_section(screen, choice)
if shown and not active:
    with guarded():
        outcome_section(shown)
        if (view := view_of(shown)) is not None:
            show_pin(form, view, places)

with guarded():
    explain(explanations(choice, shown, shipped))
with guarded():
    if (study := study_of(choice.recipe, choice.dataset)) is not None:
        with form.section("study") as is_open:
            if is_open:
                show_rates(study)

import_section()
st.page_link("pages/runs.py", label="All runs of this machine", icon=":material/list:")
with guarded():
    exports(form, *items(configs), networks={}, left_out="runs of other machines")
train_formulas()
