"""The photograph that turns, with a ring of classes round it."""

import streamlit as st
from torch import Tensor

from structviz.data import imagenet_classes
from structviz.figures.ring import encode_ring
from structviz.studies.robustness.turned_photograph import TurnStudy
from structviz.ui.browser.component import BrowserComponent, finite_number, send_payload
from structviz.ui.browser.reveal import scroll_here
from structviz.ui.kit.form import Form
from structviz.ui.kit.page import show_notice
from structviz.ui.kit.waiting import waiting
from structviz.ui.pages.robustness.choice import RobustnessChoice
from structviz.ui.pages.robustness.options import ANGLE_STEP, photo_phrase
from structviz.ui.pages.robustness.record import turn_record
from structviz.ui.pages.robustness.results import known_turn, turn_study, worst_turn
from structviz.ui.pages.robustness.sentences import what_turns

__all__ = ["reveal_turn", "show_turn"]

_COMPONENT = BrowserComponent("ring", ["turn"])

_COARSE = 30
"""Degrees between two angles of the first look."""

_REVEALS = "robust_turn_reveals"


def reveal_turn() -> None:
    """Scroll to the ring in the next run."""
    st.session_state[_REVEALS] = st.session_state.get(_REVEALS, 0) + 1


def show_turn(form: Form[RobustnessChoice], choice: RobustnessChoice) -> TurnStudy:
    """Show the ring, coarse first; returns what is shown in the end."""
    st.header("The turn: no noise at all")
    st.markdown(
        "The same classifier, and the photograph only turns. **Drag it round**: colours of the ring are the classes at "
        "each angle, and their height is the probability."
    )
    if count := st.session_state.get(_REVEALS, 0):
        scroll_here(form.key("ring"), count)
    key = form.key("ring")
    channel = f"classes of {key}"
    shown, place = st.container(gap=None), st.container()

    def turn() -> None:
        degrees = finite_number(_COMPONENT.report(key, "turn").get("degrees"))
        if degrees is not None:
            form.set(angle=round(degrees))

    def put(study: TurnStudy, name: str, state: str, worst: tuple[float, Tensor] | None = None) -> None:
        packet = encode_ring(study.photo, study.probabilities, imagenet_classes(), photo_phrase(choice), worst, state)
        with shown:
            send_payload(channel, packet, key=f"{key}_{name}")

    def show() -> None:
        with shown:
            _COMPONENT.show({"channel": channel, "degrees": choice.angle}, key=key, on_turn=turn)

    done = f"{key}_done"
    photo = choice.upload.digest if choice.is_own and choice.upload else choice.photo
    first = known_turn(choice) is None and st.session_state.get(done) != photo
    with place, waiting("Turning the photograph") as on_wait:
        if first:
            put(
                turn_study(choice, _COARSE, on_wait), "coarse", "A first look at every 30th degree; more angles follow."
            )
            show()
        study = turn_study(choice, on_wait=on_wait)
    if first:
        put(study, "fine", f"Every {ANGLE_STEP}th degree; the worst angle between them follows.")
    with place, waiting("Searching between the angles") as on_wait:
        between = worst_turn(choice, study, on_wait)
    record = turn_record(choice, study, between)
    # The mark on the ring and the sentence below it are of one angle.
    corners = "The corners show the mirror image of the photograph's border."
    put(study, "worst", f"Every {ANGLE_STEP}th degree. {corners}", (float(record.between), between.probabilities))
    if not first:
        show()
    st.session_state[done] = photo
    with place:
        show_notice(what_turns(record))
    return study
