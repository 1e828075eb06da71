"""Manifolds: steps that stay where the data lives, and steps that leave it (slide 11 of the lecture)."""

from structviz.ui.kit.exports import exports
from structviz.ui.kit.guard import guarded
from structviz.ui.kit.page import open_page
from structviz.ui.kit.pin import show_pin, toolbar
from structviz.ui.kit.screen import first_screen
from structviz.ui.kit.terms import explain
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
screen = first_screen("Do the steps stay on the sphere?")
with screen.presets:
    form.presets(PRESETS, on_apply=form.reveal)
places = toolbar(form)

with guarded():
    choice = form.show()
    with screen.stage:
        show_sphere(form, choice)
    found = sphere_study(choice)
    seen = record_of(choice, found)
    screen.say(headline(seen))
    screen.key_number(f"{seen.twin}: largest |‖x‖ − 1|", key_words(seen))
    screen.notice(what_to_notice(seen))
    show_pin(form, view_of(choice, found, seen), places)
    explain(explanations(seen))
    exports(form, *items(choice, found), networks=digests(choice))

show_sections(form)

formulas()
