"""Rotated images: what ordinary and equivariant networks make of them (slides 7 and 8 of the lecture)."""

from collections.abc import Callable
from functools import partial

import streamlit as st

from structviz.ui.kit.address import bound, warn_ignored
from structviz.ui.kit.guard import guarded
from structviz.ui.kit.tiles import tiles
from structviz.ui.pages.rotation.choice import ADDRESS, PRESETS
from structviz.ui.pages.rotation.controls import ROTOR, apply, controls, turned, viewed
from structviz.ui.pages.rotation.downloads import downloads
from structviz.ui.pages.rotation.formulas import rotation_formulas
from structviz.ui.pages.rotation.sections import look_inside, run, send_films, show_rotor, upright_row
from structviz.ui.pages.rotation.sentences import gain, what_to_notice
from structviz.ui.router import require_router

require_router()
warn_ignored("rot", ADDRESS)

st.title("Turn the image: does the network notice?")
st.markdown("Networks that learnt on horizontal stripes fail on vertical ones, unless **equivariance** is built in.")
stage = st.container()
angle = st.slider(
    "Turned by", 0, 360, 90, 5, format="%d°", width=360, help="Or drag a picture round.", **bound("rot", "angle")
)

films: Callable[[], None] | None = None

with guarded():
    choice, view, upload = controls(angle)
    comparison = run(choice, upload)
    with stage:
        show_rotor(choice, upload, comparison, view.differences, view.curves, key=ROTOR, on_turn=turned, on_view=viewed)

    lead = gain(comparison)
    summary, notice = st.columns([1, 3], vertical_alignment="center")
    if lead is not None:
        summary.metric("Equivariant − ordinary", f"{lead:+.1f} dB")
    notice.markdown("**What to notice.** " + " ".join(what_to_notice(comparison, choice.local)))
    films = partial(send_films, choice, upload, comparison, view.curves == "error", notice.empty())

    if len(comparison.angles) > 1:
        tiles([upright_row(choice, comparison)], small=True)

    st.markdown("**Things to try**")
    with st.container(horizontal=True):
        for title, preset in PRESETS.items():
            st.button(title, on_click=apply, args=(preset,))

    st.markdown("**Take it with you**")
    downloads(choice, upload, comparison, view)

    inside = st.expander(
        "Look inside: feature maps that turn, and filters", on_change="rerun", **bound("rot", "inside")
    )
    if inside.open:
        with inside:
            look_inside(choice, upload)

rotation_formulas()

# It takes seconds the first time, so it comes last: the page is complete before, the rotor turns afterwards.
if films:
    with guarded():
        films()
