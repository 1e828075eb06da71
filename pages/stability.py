"""Stability: what a network promises about inputs that are close to each other (slide 11 of the lecture)."""

from structviz.ui.kit.frame import Summary, page_frame
from structviz.ui.kit.guard import guarded
from structviz.ui.kit.page import open_page
from structviz.ui.pages.stability.attack import show_attack
from structviz.ui.pages.stability.choice import StabilityChoice
from structviz.ui.pages.stability.cloud import audit_section, cloud_section
from structviz.ui.pages.stability.compared import explanations, view_of
from structviz.ui.pages.stability.exports import digests, items
from structviz.ui.pages.stability.formulas import formulas
from structviz.ui.pages.stability.pairs import open_for_network, pair_studies, show_pairs
from structviz.ui.pages.stability.plug_and_play import show_plug_and_play
from structviz.ui.pages.stability.portraits import portrait_section
from structviz.ui.pages.stability.presets import PRESETS, changes_first_screen
from structviz.ui.pages.stability.price import show_price
from structviz.ui.pages.stability.sentences import headline, record_of, what_to_notice

form = open_page("stability", StabilityChoice)
open_for_network(form)
frame = page_frame(
    form,
    "Do close inputs stay close?",
    PRESETS,
    lambda preset: None if changes_first_screen(preset) else form.reveal(preset),
)

choice = None
with guarded():
    choice = form.show()
    with frame.screen.picture:
        show_pairs(form, choice)
    studies = pair_studies(choice)
    seen = record_of(choice, studies)
    frame.screen.say(headline(seen))
    key_number = "Distance ×, network : ResNet", f"{seen.ratio} : {seen.twin}"
    view, files = view_of(seen, studies), items(choice, studies)
    frame.show(Summary(key_number, what_to_notice(seen), view, explanations(seen), files, digests(choice)))

if choice is not None:
    with guarded():
        cloud_section(form, choice)
        audit_section(form, choice)
        portrait_section(form, choice)
    with guarded(), form.section("attack") as is_open:
        if is_open:
            show_attack(form)
    with guarded(), form.section("plug") as is_open:
        if is_open:
            show_plug_and_play(form)
    with guarded(), form.section("price") as is_open:
        if is_open:
            show_price(form)

formulas()
