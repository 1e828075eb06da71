"""Train a network on the page: settings, orders to the run, and a look at it while it learns."""

import dataclasses
import math
from collections.abc import Callable

import streamlit as st
import torch

from structviz.config import PointShape, TrainConfig
from structviz.errors import ConfigError
from structviz.figures.decisions import decision_picture
from structviz.flows import lattice
from structviz.metrics import accuracy
from structviz.nets import ACTIVATIONS, PLAIN, SCHEMES, PointClassifier
from structviz.training import FLOW, flow_on
from structviz.training.live import Glimpse, LiveRun, State
from structviz.types import Labels, Points
from structviz.ui.flow.choices import INTEGRATOR_TITLES, OWN, FlowChoice
from structviz.ui.flow.runs import runs, visitor
from structviz.ui.guard import kept, say_kept

__all__ = ["MOST_WORK", "current", "settings", "training_section"]

MOST_WORK = 400_000
"""Layers × width × points that a run on the page may have: beyond it, a step takes longer than a visitor waits."""

_PLACE = "flow_training"
"""Where errors are said."""

_LOOKS = 0.8
"""Seconds between two looks at a run that trains."""

_PACES = {"as fast as it can": math.inf, "50 steps a second": 50.0, "10 steps a second": 10.0}

_PIXELS = 56


def settings(choice: FlowChoice) -> tuple[TrainConfig, float]:
    """The settings of the next run, and its pace."""
    left, right = st.columns(2)
    with left:
        scheme = st.selectbox("Layers", SCHEMES, SCHEMES.index("euler"), format_func=_scheme_title, key="flow_t_scheme")
        n_layers = st.slider("Number of layers K", 1, 100, 40, key="flow_t_layers")
        time = st.slider("Time T", 0.5, 20.0, 4.0, 0.5, key="flow_t_time", disabled=scheme == PLAIN)
        width = st.slider("Dimensions", 2, 8, 2, key="flow_t_width")
        sigma = st.selectbox(
            "Nonlinearity σ", list(ACTIVATIONS), format_func=lambda a: ACTIVATIONS[a].title, key="flow_t_sigma"
        )
    with right:
        rate = st.select_slider(
            "Learning rate", (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 10.0, 100.0), 0.03, key="flow_t_rate"
        )
        weight = st.select_slider("Regularisation λ", (0.0, 1e-5, 1e-4, 1e-3, 1e-2), 1e-4, key="flow_t_weight")
        n_train = st.slider("Training points", 50, 5000, 1000, 50, key="flow_t_n", disabled=choice.source == OWN)
        steps = st.slider("Steps of training", 100, 10_000, 2000, 100, key="flow_t_steps")
        seed = st.number_input("Seed of points and weights", 0, 9999, 0, key="flow_t_seed")
        fixed = st.toggle("Fixed classifier", key="flow_t_fixed", help="The sign of the first coordinate.")
    pace = st.segmented_control("Pace", list(_PACES), default=next(iter(_PACES)), required=True, key="flow_t_pace")
    shape = PointShape(scheme, width, n_layers, float(time), sigma, "fixed" if fixed else "learned")
    config = TrainConfig(
        "flow",
        n_train=n_train,
        steps=steps,
        learning_rate=rate,
        seed=seed,
        net=shape,
        dataset=None if choice.source == OWN else choice.source,
        regularisation=0.0 if scheme == PLAIN else weight,
    )
    return config, _PACES[pace]


def _scheme_title(scheme: str) -> str:
    return "plain, without a way round" if scheme == PLAIN else f"step of {INTEGRATOR_TITLES[scheme]}"


def current(choice: FlowChoice, own: tuple[Points, Labels] | None) -> PointClassifier | None:
    """The network that this visitor trains, if it is one for the chosen points."""
    run = runs().get(visitor())
    if run is None or st.session_state.get("flow_run_source") != _source(choice, own):
        return None
    net = run.look().net
    return net if isinstance(net, PointClassifier) else None


def _source(choice: FlowChoice, own: tuple[Points, Labels] | None) -> str:
    if own is None:
        return choice.source
    return f"{OWN}-{hash((own[0].numpy().tobytes(), own[1].numpy().tobytes()))}"


def _new_run(config: TrainConfig, pace: float, own: tuple[Points, Labels] | None, choice: FlowChoice) -> None:
    """Make the run that the settings describe."""
    if own is not None:
        config = dataclasses.replace(config, n_train=len(own[0]))
    check_work(config)
    runs().put(visitor(), LiveRun(FLOW if own is None else flow_on(*own), config, pace=pace))
    st.session_state["flow_run_source"] = _source(choice, own)


def check_work(config: TrainConfig) -> None:
    """Refuse what the page cannot bear.

    Raises
    ------
    ConfigError
        If layers × width × points exceed `MOST_WORK`.
    """
    shape, n_points = config.net, config.n_train
    if not isinstance(shape, PointShape) or n_points is None:
        raise ConfigError("This page trains networks for points, and must know how many; reset the run.")
    work = shape.n_layers * shape.width * n_points
    if work > MOST_WORK:
        raise ConfigError(
            f"Layers × dimensions × points may be {MOST_WORK:,} at most on this page; {shape.n_layers} × {shape.width} "
            f"× {n_points} are {work:,}. Take fewer of one of them."
        )


def training_section(choice: FlowChoice, own: tuple[Points, Labels] | None) -> None:
    """Everything that one needs to train a network on the chosen points and to watch it learn."""
    with st.popover("Settings of the next run", icon=":material/tune:"):
        config, pace = settings(choice)
    run = runs().get(visitor())
    if run is not None and st.session_state.get("flow_run_source") != _source(choice, own):
        st.caption("The run below is for other points than those that are chosen now; Reset begins a new one.")

    def order(act: Callable[[LiveRun], None] | None, again: bool = False) -> None:
        """Carry out a click; the first one makes the run."""
        with kept(_PLACE):
            if again or runs().get(visitor()) is None:
                _new_run(config, pace, own, choice)
            now = runs().get(visitor())
            if now is not None and act is not None:
                act(now)

    def start(_run: LiveRun) -> None:
        runs().start(visitor())

    state = State.READY if run is None else run.look().state
    with st.container(horizontal=True):
        if state is State.RUNNING:
            st.button("Pause", icon=":material/pause:", on_click=order, args=(LiveRun.pause,), key="flow_pause")
        else:
            label = "Continue" if state is State.PAUSED else "Start"
            over = state is State.OVER
            st.button(
                label,
                icon=":material/play_arrow:",
                type="primary",
                on_click=order,
                args=(start, over),
                key="flow_start",
            )
        st.button(
            "Single step",
            icon=":material/step:",
            on_click=order,
            args=(LiveRun.single_step,),
            disabled=state in (State.RUNNING, State.OVER),
            key="flow_single",
        )
        st.button("Reset", icon=":material/restart_alt:", on_click=order, args=(None, True), key="flow_reset")
        if run is not None and st.session_state.get("flow_network") != "here" and choice.source != OWN:
            st.button("Show its film", icon=":material/movie:", on_click=_show_film, key="flow_show_film")
    say_kept(_PLACE)
    if runs().get(visitor()) is not None:
        watch = st.fragment(_watch, run_every=_LOOKS if state is State.RUNNING else None)
        watch(own, state)


def _show_film() -> None:
    st.session_state["flow_network"] = "here"
    st.session_state["flow_compare"] = "one"


def _watch(own: tuple[Points, Labels] | None, drawn_as: State) -> None:
    """The look at a run that comes again while it trains."""
    run = runs().get(visitor())
    if run is None:
        return
    seen = run.look()
    if seen.state is not drawn_as and seen.state is not State.RUNNING:
        st.rerun()  # the buttons outside change with the state
    left, right = st.columns([1, 1.4], gap="medium")
    points, labels = own or _training_points(run)
    with left:
        st.image(_picture(seen, points, labels), width="stretch", output_format="PNG")
    with right:
        with torch.no_grad():
            share = accuracy(seen.net(points), labels)
        one, two = st.columns(2)
        one.metric("Loss", f"{seen.losses[-1]:.4f}" if seen.losses else "–")
        two.metric("Training points right", f"{100 * share:.1f} %")
        if seen.losses:
            st.line_chart(_thinned(seen), x="step", y="loss", height=220, color="#808890")
        st.caption(_sentence(seen))


def _training_points(run: LiveRun) -> tuple[Points, Labels]:
    points, labels = next(run.recipe.batches(run.config, torch.Generator().manual_seed(run.config.seed)))
    return points[:500], labels[:500]


def _picture(seen: Glimpse, points: Points, labels: Labels) -> bytes:
    half_width = 1.15 * points.abs().max().item()
    pixels = lattice(half_width * (1 - 1 / _PIXELS), _PIXELS).flip(0).reshape(-1, 2)
    with torch.no_grad():
        probabilities = torch.sigmoid(seen.net(pixels)).nan_to_num(0.5).reshape(_PIXELS, _PIXELS)
    return decision_picture(probabilities, half_width, points, labels)


def _thinned(seen: Glimpse) -> dict[str, list[float]]:
    """At most 300 of the losses: more are not seen."""
    stride = max(1, len(seen.losses) // 300)
    return {
        "step": [float(k + 1) for k in range(0, len(seen.losses), stride)],
        "loss": list(seen.losses[::stride]),
    }


def _sentence(seen: Glimpse) -> str:
    if seen.outcome is not None:
        return f"{seen.outcome.value} {seen.step} of {seen.steps} steps were taken."
    speed = "" if math.isnan(seen.steps_per_second) else f" {seen.steps_per_second:.0f} steps a second on the CPU."
    return f"{seen.state.value.capitalize()}: step {seen.step} of {seen.steps}.{speed}"
