"""Train a network on the page: orders to the run, and a look at it while it learns."""

import dataclasses
import math
from collections.abc import Callable
from functools import partial

import streamlit as st
import torch

from structviz.config import PointShape, TrainConfig
from structviz.data import toy_split
from structviz.errors import ConfigError
from structviz.figures.decision_map import decision_picture
from structviz.metrics import accuracy
from structviz.nets import PointClassifier
from structviz.training import FLOW, flow_on
from structviz.training.flow import decision_map, half_width
from structviz.training.live import LiveRun, LiveState, Snapshot
from structviz.types import Labels, Points
from structviz.ui.kit.guard import defer_error, guarded, show_deferred
from structviz.ui.pages.flow.choice import OWN, FlowChoice
from structviz.ui.pages.flow.panels import Network, digest, own_network
from structviz.ui.pages.flow.runs import LiveTraining, runs, visitor
from structviz.ui.pages.flow.settings import check_work, settings

__all__ = ["current", "training_section"]

_PLACE = "flow_training"
"""Where errors are said."""

_LOOKS = 0.8
"""Seconds between two looks at a run that trains."""

_DRAWN = 500
"""Points in the decision map, at most."""

_MOST_LOSSES = 300
"""Of the loss curve: more are not seen."""


def current(choice: FlowChoice, own: tuple[Points, Labels] | None) -> Network | None:
    """The network that this visitor trains, if it is one for the chosen points."""
    lesson = runs().get(visitor())
    if lesson is None or lesson.name != _name(choice, own):
        return None
    seen = lesson.run.look()
    return own_network(seen.net, seen.step) if isinstance(seen.net, PointClassifier) else None


def training_section(choice: FlowChoice, own: tuple[Points, Labels] | None) -> None:
    """Everything that one needs to train a network on the chosen points and to watch it learn."""
    with st.popover("Settings of the next run", icon=":material/tune:"):
        config, pace = settings(None if choice.source == OWN else choice.source)
    lesson = runs().get(visitor())
    if lesson is not None:
        lesson.run.pace = pace
        if lesson.name != _name(choice, own):
            st.caption("The run below learns from other points than those that are chosen now; Reset begins anew.")
    state = LiveState.READY if lesson is None else lesson.run.state
    _buttons(state, partial(_new_lesson, config, pace, choice, own))
    show_deferred(_PLACE)
    if lesson is not None:
        watch = st.fragment(_watch, run_every=_LOOKS if state is LiveState.RUNNING else None)
        watch(state)
        if choice.network != "here" and choice.source != OWN:
            st.button("Show its film", icon=":material/movie:", on_click=_show_film, key="flow_show_film")


def _buttons(state: LiveState, new: Callable[[], LiveTraining]) -> None:
    training, over = state is LiveState.RUNNING, state is LiveState.OVER
    with st.container(horizontal=True):
        if training:
            st.button("Pause", icon=":material/pause:", on_click=_pause)
        else:
            label = "Continue" if state is LiveState.PAUSED else "Start"
            st.button(label, icon=":material/play_arrow:", type="primary", on_click=_start, args=(new,))
        st.button("Single step", icon=":material/step:", on_click=_step, args=(new,), disabled=training or over)
        st.button("Reset", icon=":material/restart_alt:", on_click=_reset, args=(new,))


def _start(new: Callable[[], LiveTraining]) -> None:
    with defer_error(_PLACE):
        lesson = runs().get(visitor())
        if lesson is None or lesson.run.state is LiveState.OVER:
            runs().put(visitor(), new())
        runs().start(visitor())


def _pause() -> None:
    with defer_error(_PLACE):
        if (lesson := runs().get(visitor())) is not None:
            lesson.run.pause()


def _step(new: Callable[[], LiveTraining]) -> None:
    with defer_error(_PLACE):
        lesson = runs().get(visitor())
        if lesson is None:
            lesson = new()
            runs().put(visitor(), lesson)
        lesson.run.single_step()


def _reset(new: Callable[[], LiveTraining]) -> None:
    with defer_error(_PLACE):
        runs().put(visitor(), new())


def _show_film() -> None:
    st.session_state["flow_network"] = "here"
    st.session_state["flow_compare"] = "one"


def _name(choice: FlowChoice, own: tuple[Points, Labels] | None) -> str:
    return choice.source if own is None else digest(*own)


def _new_lesson(
    config: TrainConfig, pace: float, choice: FlowChoice, own: tuple[Points, Labels] | None
) -> LiveTraining:
    """The run that the settings describe; it waits."""
    n_train, shape = config.n_train if own is None else len(own[0]), config.net
    if n_train is None or not isinstance(shape, PointShape):
        raise ConfigError("This page trains networks for points, and must know how many; reload it.")
    check_work(shape.n_layers, shape.width, n_train)
    if own is None:
        points, labels = toy_split(choice.source, n_train, 2, config.seed)[0]
        return LiveTraining(LiveRun(FLOW, config, pace=pace), points, labels, choice.source)
    run = LiveRun(flow_on(*own), dataclasses.replace(config, n_train=n_train), pace=pace)
    return LiveTraining(run, *own, _name(choice, own))


def _watch(drawn_as: LiveState) -> None:
    """The look at a run that comes again while it trains."""
    with guarded():
        lesson = runs().get(visitor())
        if lesson is None:
            return
        seen = lesson.run.look()
        if seen.state is not drawn_as and seen.state is not LiveState.RUNNING:
            # The buttons and the film outside change with the state; it then rests until the next click.
            st.rerun()
        left, right = st.columns([1, 1.4], gap="medium")
        left.image(_picture(seen, lesson), width="stretch", output_format="PNG")
        with right:
            _progress(seen, lesson)


def _progress(seen: Snapshot, lesson: LiveTraining) -> None:
    with torch.no_grad():
        share = accuracy(seen.net(lesson.points), lesson.labels)
    one, two = st.columns(2)
    one.metric("Loss", f"{seen.losses[-1]:.4f}" if seen.losses else "–")
    two.metric("Training points right", f"{100 * share:.1f} %")
    if seen.losses:
        st.line_chart(_thinned(seen.losses), x="step", y="loss", height=220, color="#808890")
    st.caption(_sentence(seen))


def _picture(seen: Snapshot, lesson: LiveTraining) -> bytes:
    points, labels = lesson.points[:_DRAWN], lesson.labels[:_DRAWN]
    extent = half_width(points)
    return decision_picture(decision_map(seen.net, extent), extent, points, labels)


def _thinned(losses: tuple[float, ...]) -> dict[str, list[float]]:
    stride = math.ceil(len(losses) / _MOST_LOSSES)
    return {"step": [float(k + 1) for k in range(0, len(losses), stride)], "loss": list(losses[::stride])}


def _sentence(seen: Snapshot) -> str:
    if seen.outcome is not None:
        return f"{seen.outcome.value} {seen.step} of {seen.steps} steps were taken."
    speed = "" if math.isnan(seen.steps_per_second) else f" {seen.steps_per_second:.0f} steps per second on the CPU."
    return f"{seen.state.value.capitalize()}: step {seen.step} of {seen.steps}.{speed}"
