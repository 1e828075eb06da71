"""Optimal control: training steers points, and costates say how (slide 6 of the lecture)."""

from structviz.ui.kit.frame import Summary, page_frame
from structviz.ui.kit.guard import guarded
from structviz.ui.kit.page import open_page
from structviz.ui.pages.optimal_control.adjoints import adjoint_section
from structviz.ui.pages.optimal_control.choice import ControlChoice
from structviz.ui.pages.optimal_control.compared import explanations, view_of
from structviz.ui.pages.optimal_control.depth import depth_section
from structviz.ui.pages.optimal_control.exports import export_items
from structviz.ui.pages.optimal_control.formulas import formulas
from structviz.ui.pages.optimal_control.linear import linear_section
from structviz.ui.pages.optimal_control.networks import open_for_network
from structviz.ui.pages.optimal_control.presets import PRESETS
from structviz.ui.pages.optimal_control.race import show_race
from structviz.ui.pages.optimal_control.record import digests, measured, record_of
from structviz.ui.pages.optimal_control.regulariser import show_smoothness
from structviz.ui.pages.optimal_control.sections import show_steering
from structviz.ui.pages.optimal_control.sentences import headline, key_number, what_to_notice
from structviz.ui.pages.optimal_control.steps import show_time

form = open_page("control", ControlChoice)
open_for_network(form)
frame = page_frame(form, "Training is steering", PRESETS, form.reveal)

with guarded():
    choice = form.show()
    with frame.screen.picture:
        show_steering(form, choice)
    found = measured(choice)
    seen = record_of(choice, found)
    frame.screen.say(headline(seen))
    view, terms = view_of(choice, found, seen), explanations(seen, choice.net.activation)
    items = export_items(choice, found)
    frame.show(Summary(key_number(seen), what_to_notice(seen), view, terms, items, digests(choice)))

for name, show in (
    ("adjoints", adjoint_section),
    ("learned", show_time),
    ("race", show_race),
    ("smooth", show_smoothness),
    ("refined", depth_section),
    ("linear", linear_section),
):
    with guarded(), form.section(name) as is_open:
        if is_open:
            show(form)

formulas()
