"""The first picture of the page of robustness: a photograph, a noise and their sum."""

from collections.abc import Callable
from hashlib import sha256

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from structviz.data import imagenet_classes
from structviz.figures.adversarial import encode_sum
from structviz.studies.robustness.noise import NoiseSearch, NoiseStudy
from structviz.ui.browser.component import BrowserComponent, send_payload, whole_number
from structviz.ui.kit.fair_queue import Place
from structviz.ui.kit.form import Form
from structviz.ui.kit.guard import callback
from structviz.ui.pages.robustness.choice import RobustnessChoice
from structviz.ui.pages.robustness.options import MOST_LEVELS, class_phrase, photo_phrase
from structviz.ui.pages.robustness.results import known_noise, noise_search, noise_study

__all__ = ["find_noise", "show_noise"]

_COMPONENT = BrowserComponent("adversarial", ["seek"])

_STOPPED = "robust_stopped"
"""Key in the session of the attack that the visitor has stopped."""


def find_noise(choice: RobustnessChoice, place: DeltaGenerator) -> NoiseStudy:
    """The attack that a choice asks for; while it is computed, its steps appear one by one, and it can be stopped.

    Parameters
    ----------
    choice
        What was asked for.
    place
        Where the steps appear.
    """
    if (known := known_noise(choice)) is not None:
        return known
    key, progress = noise_search(choice)
    if st.session_state.get(_STOPPED) == key and (found := progress.study()) is not None:
        with place:
            st.button("Go on with the attack", on_click=callback(_go_on), icon=":material/play_arrow:")
        return found
    steps = place.empty()
    watch = _Watch(steps, progress, lambda: st.session_state.update({_STOPPED: key}))
    found = noise_study(choice, watch)
    steps.empty()
    return found


def _go_on() -> None:
    st.session_state.pop(_STOPPED, None)


class _Watch:
    """Shows the steps of an attack while it is computed.

    Parameters
    ----------
    place
        Where.
    progress
        How far the attack has come.
    stop
        Called when the visitor stops it.
    """

    def __init__(self, place: DeltaGenerator, progress: NoiseSearch, stop: Callable[[], object]) -> None:
        self._place = place
        self._progress = progress
        self._stop = stop
        self._lines: list[str] = []
        self._seen = -1
        self._places: tuple[DeltaGenerator, DeltaGenerator, DeltaGenerator] | None = None

    def __call__(self, where: Place) -> None:
        """Show what there is; called a few times a second."""
        if self._places is None:
            with self._place.container():
                self._places = st.empty(), st.empty(), st.empty()
        bar, lines, below = self._places
        steps, most = self._progress.steps, self._progress.all_steps
        bar.progress(min(steps / most, 1.0), f"Attacking, step {steps} of {most}: {where} …")
        if steps != self._seen and (found := self._progress.study()) is not None:
            if not self._lines:  # before the first look there is nothing that a stop could keep
                below.button("Stop", on_click=callback(self._stop), icon=":material/stop:", key="robust_stop")
            self._seen = steps
            share, best = found.probabilities[-1].max(dim=0)
            strength = f"{255 * found.radii[-1]:g}/255"
            self._lines.append(f"step {steps}, ε = {strength}: {class_phrase(int(best))}, {100 * share.item():.1f} %")
            lines.caption("  \n".join(self._lines[-6:]))


def show_noise(form: Form[RobustnessChoice], choice: RobustnessChoice, study: NoiseStudy) -> None:
    """Show the photograph, the noise and their sum, with the slider of ε.

    Parameters
    ----------
    form, choice
        The page's controls, which follow the hand, and what they say now.
    study
        What is shown.
    """
    payload = encode_sum(study, imagenet_classes(), photo_phrase(choice))
    channel = sha256(payload).hexdigest()[:20]
    key = form.key("sum")

    def seek() -> None:
        frame = whole_number(_COMPONENT.report(key, "seek").get("frame"))
        if frame is not None and frame < len(study.radii):
            form.set(epsilon=min(255 * study.radii[frame], MOST_LEVELS))

    with st.container(gap=None):
        send_payload(channel, payload, key=f"{key}_pictures")
        _COMPONENT.show({"channel": channel, "frame": study.frame(choice.epsilon / 255)}, key=key, on_seek=seek)
