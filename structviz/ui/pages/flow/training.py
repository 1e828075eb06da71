"""Train a network on the page: settings, commands to the run, and its progress while it learns."""

import math
from collections.abc import Callable
from functools import partial

import streamlit as st
import torch

from structviz.data import toy_split
from structviz.displayed import number, percent
from structviz.figures.decision_map import decision_picture
from structviz.metrics import accuracy
from structviz.nets import PointClassifier
from structviz.studies.flow import FlowNetwork, digest
from structviz.training import FLOW, flow_on
from structviz.training.events import divergence
from structviz.training.flow import decision_map, half_width
from structviz.training.live import LiveRun, LiveState, Snapshot
from structviz.types import Labels, Points
from structviz.ui.kit.form import Form
from structviz.ui.kit.guard import callback, defer_error, guarded, show_deferred
from structviz.ui.kit.page import inline_png
from structviz.ui.kit.terms import about_logistic_loss
from structviz.ui.pages.flow.choice import OWN, FlowChoice
from structviz.ui.pages.flow.live_trainings import LiveTraining, live_trainings, visitor
from structviz.ui.pages.flow.sentences import about_run
from structviz.ui.pages.flow.settings import train_config

__all__ = ["network_in_training", "settings_popover", "training_section"]

_ERRORS = "flow_training"
"""Errors of the callbacks below are kept under this name."""

_INTERVAL = 0.8
"""Seconds between two updates of the progress."""

_MAX_DRAWN = 500
"""Points in the decision map."""

_MAX_LOSSES = 300
"""Points of the loss curve; more cannot be seen."""

_LEFT = ("train_scheme", "train_layers", "train_time", "train_width", "train_sigma")
_RIGHT = ("train_rate", "train_weight", "train_points", "train_steps", "train_seed", "train_fixed")


def network_in_training(choice: FlowChoice, own: tuple[Points, Labels] | None) -> FlowNetwork | None:
    """The network that this visitor trains, if it is trained on the chosen points."""
    training = live_trainings().get(visitor())
    if training is None or training.name != _name(choice, own):
        return None
    seen = training.run.look()
    if not isinstance(seen.net, PointClassifier):
        return None
    weights = digest(*seen.net.state_dict().values())
    title = f"Trained on this page, step {seen.weights_step}"
    return FlowNetwork(seen.net, f"{weights} {seen.net.shape}", title, seen.weights_step)


def settings_popover(form: Form[FlowChoice]) -> None:
    """The settings of the next run, behind a button."""
    with st.popover("Settings of the next run", icon=":material/tune:"):
        for column, names in zip(st.columns(2), (_LEFT, _RIGHT), strict=True):
            with column:
                for name in names:
                    form.ask(name)
        form.ask("train_pace")


def training_section(form: Form[FlowChoice], choice: FlowChoice, own: tuple[Points, Labels] | None) -> None:
    """Buttons that start, pause and reset a run on the chosen points, and its progress.

    Parameters
    ----------
    form
        Shows the film of the network when the visitor asks for it.
    choice
        The settings of the next run.
    own
        The visitor's points, if those are chosen.
    """
    training = live_trainings().get(visitor())
    if training is not None:
        training.run.pace = choice.train_pace
        if training.name != _name(choice, own):
            st.caption("The run below uses other points than those chosen now; press Reset to start over.")
    state = LiveState.READY if training is None else training.run.state
    _buttons(state, partial(_new_training, choice, own))
    show_deferred(_ERRORS)
    if training is not None:
        watch = st.fragment(_watch, run_every=_INTERVAL if state is LiveState.RUNNING else None)
        watch(state)
        if choice.network != "here" and choice.source != OWN and not choice.local:

            def show_film() -> None:
                form.set(network="here", compare="one")

            st.button("Show its film", icon=":material/movie:", on_click=callback(show_film), key="flow_show_film")


def _buttons(state: LiveState, new: Callable[[], LiveTraining]) -> None:
    is_running, is_over = state is LiveState.RUNNING, state is LiveState.OVER
    with st.container(horizontal=True):
        if is_running:
            st.button("Pause", icon=":material/pause:", on_click=callback(_pause))
        else:
            label = "Continue" if state is LiveState.PAUSED else "Start"
            st.button(label, icon=":material/play_arrow:", type="primary", on_click=callback(_start), args=(new,))
        st.button(
            "Single step", icon=":material/step:", on_click=callback(_step), args=(new,), disabled=is_running or is_over
        )
        st.button("Reset", icon=":material/restart_alt:", on_click=callback(_reset), args=(new,))


def _start(new: Callable[[], LiveTraining]) -> None:
    with defer_error(_ERRORS):
        training = live_trainings().get(visitor())
        if training is None or training.run.state is LiveState.OVER:
            live_trainings().put(visitor(), new())
        live_trainings().start(visitor())


def _pause() -> None:
    with defer_error(_ERRORS):
        if (training := live_trainings().get(visitor())) is not None:
            training.run.pause()


def _step(new: Callable[[], LiveTraining]) -> None:
    with defer_error(_ERRORS):
        training = live_trainings().get(visitor())
        if training is None:
            training = new()
            live_trainings().put(visitor(), training)
        training.run.single_step()


def _reset(new: Callable[[], LiveTraining]) -> None:
    with defer_error(_ERRORS):
        live_trainings().put(visitor(), new())


def _name(choice: FlowChoice, own: tuple[Points, Labels] | None) -> str:
    return choice.source if own is None else digest(*own)


def _new_training(choice: FlowChoice, own: tuple[Points, Labels] | None) -> LiveTraining:
    """The run that the settings describe; it waits."""
    config = train_config(choice, None if own is None else len(own[0]))
    if own is None:
        points, labels = toy_split(choice.source, choice.train_points, 2, config.seed)[0]
        run = LiveRun(FLOW, config, pace=choice.train_pace)
    else:
        points, labels = own
        run = LiveRun(flow_on(points, labels), config, pace=choice.train_pace)
    return LiveTraining(run, points, labels, _name(choice, own))


def _watch(state_of_buttons: LiveState) -> None:
    """The progress of the run; updated while it trains."""
    with guarded():
        training = live_trainings().get(visitor())
        if training is None:
            return
        seen = training.run.look()
        if seen.state is not state_of_buttons and seen.state is not LiveState.RUNNING:
            # The buttons and the film outside change with the state; it then rests until the next click.
            st.rerun()
        left, right = st.columns([1, 1.4], gap="medium")
        left.image(inline_png(_picture(seen, training)), width="stretch")
        with right:
            _progress(seen, training)


def _progress(seen: Snapshot, training: LiveTraining) -> None:
    with torch.no_grad():
        share = accuracy(seen.net(training.points), training.labels)
    left, right = st.columns(2)
    # A step needs the loss of the network before it; the points are counted with the network after it.
    loss = f"Loss before step {seen.step}" if seen.losses else "Loss"
    last = number(seen.losses[-1] if seen.losses else math.nan, 4)
    left.metric(loss, str(last), help=about_logistic_loss(last).text)
    right.metric(f"Training accuracy, {_when(seen.weights_step)}", str(percent(share)))
    if seen.losses:
        st.line_chart(_thinned(seen.losses), x="step", y="loss", height=220, color="#808890")
    st.caption(f"{about_run(training.run.config, training.name)} {_sentence(seen)}")


def _picture(seen: Snapshot, training: LiveTraining) -> bytes:
    points, labels = training.points[:_MAX_DRAWN], training.labels[:_MAX_DRAWN]
    extent = half_width(points)
    return decision_picture(decision_map(seen.net, extent), extent, points, labels)


def _thinned(losses: tuple[float, ...]) -> dict[str, list[float]]:
    stride = math.ceil(len(losses) / _MAX_LOSSES)
    return {"step": [float(k + 1) for k in range(0, len(losses), stride)], "loss": list(losses[::stride])}


def _when(step: int) -> str:
    return f"after step {step}" if step else "untrained"


def _sentence(seen: Snapshot) -> str:
    if seen.diverged_at is not None:
        return divergence(seen.diverged_at, seen.weights_step)
    if seen.outcome is not None:
        return f"{seen.outcome.value} {seen.step} of {seen.steps} steps were taken."
    speed = "" if math.isnan(seen.steps_per_second) else f" {seen.steps_per_second:.0f} steps per second on the CPU."
    return f"{seen.state.value.capitalize()}: step {seen.step} of {seen.steps}.{speed}"
