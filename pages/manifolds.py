"""Manifolds: steps that stay where the data lives, and steps that leave it (slide 11 of the lecture)."""

from structviz.ui.kit.frame import Summary, page_frame
from structviz.ui.kit.guard import guarded
from structviz.ui.kit.page import open_page
from structviz.ui.pages.manifolds.choice import ManifoldsChoice
from structviz.ui.pages.manifolds.compared import explanations, view_of
from structviz.ui.pages.manifolds.exports import digests, items
from structviz.ui.pages.manifolds.formulas import formulas
from structviz.ui.pages.manifolds.learned import open_for_network
from structviz.ui.pages.manifolds.presets import PRESETS
from structviz.ui.pages.manifolds.record import record_of, sphere_study
from structviz.ui.pages.manifolds.sections import show_sections
from structviz.ui.pages.manifolds.sentences import headline, key_words, what_to_notice
from structviz.ui.pages.manifolds.sphere import show_sphere

form = open_page("manifolds", ManifoldsChoice)
open_for_network(form)
frame = page_frame(form, "Do the steps stay on the sphere?", PRESETS, form.reveal)

with guarded():
    choice = form.show()
    with frame.screen.picture:
        show_sphere(form, choice)
    found = sphere_study(choice)
    seen = record_of(choice, found)
    frame.screen.say(headline(seen))
    key_number = f"{seen.twin}: largest |‖x‖ − 1|", key_words(seen)
    view, files = view_of(choice, found, seen), items(choice, found)
    frame.show(Summary(key_number, what_to_notice(seen), view, explanations(seen), files, digests(choice)))

show_sections(form)

formulas()
