"""Rotated images: what ordinary and equivariant networks make of them (slides 7 and 8 of the lecture)."""

from functools import partial

import streamlit as st

from structviz.ui.kit.chips import chips
from structviz.ui.kit.exports import exports
from structviz.ui.kit.guard import guarded
from structviz.ui.kit.page import open_page
from structviz.ui.kit.pin import show_pin, toolbar
from structviz.ui.kit.screen import first_screen
from structviz.ui.kit.several import several_section
from structviz.ui.kit.share import reachable_link
from structviz.ui.kit.terms import explain
from structviz.ui.kit.tiles import tiles
from structviz.ui.pages.rotation.choice import RotationChoice
from structviz.ui.pages.rotation.compared import explanations, view_of
from structviz.ui.pages.rotation.designs import design_section
from structviz.ui.pages.rotation.exports import digests, items
from structviz.ui.pages.rotation.features import feature_section
from structviz.ui.pages.rotation.formulas import layers_of, rotation_formulas
from structviz.ui.pages.rotation.photographs import photographs_section
from structviz.ui.pages.rotation.presets import PRESETS
from structviz.ui.pages.rotation.record import record
from structviz.ui.pages.rotation.results import comparison_of
from structviz.ui.pages.rotation.sections import follow_asked_network, send_films, show_rotor, upright_row
from structviz.ui.pages.rotation.sentences import about_matching, headline, trained_on, what_to_notice
from structviz.ui.pages.rotation.several import table_study

form = open_page("rot", RotationChoice)
follow_asked_network(form)

screen = first_screen("Turn the image: does the network notice?")
with screen.presets:
    form.presets(PRESETS)
    chips(form)
places = toolbar(form)

films, layers = None, ()

with guarded():
    choice = form.show()
    if remark := about_matching(choice):
        st.sidebar.caption(remark)
    layers = layers_of(choice)
    comparison = comparison_of(choice)
    seen = record(choice, comparison)
    screen.say(headline(seen), trained_on(seen))
    with screen.picture:
        show_rotor(form, choice, comparison)
    if seen.gain is not None:
        screen.key_number(f"Equivariant − ordinary at {seen.angle}", seen.gain.signed)
    screen.notice(what_to_notice(seen))
    films = partial(send_films, choice)
    show_pin(form, view_of(choice, seen, comparison), places)
    explain(explanations(choice, seen, comparison))

    form.ask("angle")
    if len(comparison.angles) > 1:
        tiles([upright_row(choice, comparison)], small=True)
    exports(
        form,
        *items(choice, comparison, reachable_link(form)),
        networks=digests(choice),
        left_out="an image of your own",
    )

    with form.section("several") as is_open, guarded():
        if is_open:
            several_section(form, table_study(choice))
    photographs_section(form, choice)
    with form.section("inside") as is_open:
        if is_open:
            feature_section(form, choice)
    with form.section("designs") as is_open:
        if is_open:
            design_section(form)

rotation_formulas(layers, choice.turned is not None)

# It takes seconds the first time, so it comes last: the page is complete before, the rotor turns afterwards.
if films:
    with guarded():
        films()
