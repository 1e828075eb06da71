"""The controls of the flow page: a few in sight, the rest in a drawer, all in the address."""

import dataclasses
from collections.abc import Mapping

import streamlit as st

from structviz.figures.player import DEFAULT_SHOWS, SHOWS
from structviz.ode import INTEGRATORS
from structviz.studies.flow import INTERPOLATIONS
from structviz.ui.browser.player import shown, sought
from structviz.ui.kit.address import bound
from structviz.ui.kit.networks import asked_for, choose_networks
from structviz.ui.pages.flow.choice import (
    COMPARISONS,
    INTEGRATOR_TITLES,
    INTERPOLATION_TITLES,
    NETWORKS,
    NOISES,
    OWN,
    POINT_NUMBERS,
    SOURCES,
    STEPS,
    FlowChoice,
)

__all__ = ["PLAYER", "REVEALS", "View", "apply", "controls", "sought_layer", "steps_slider", "switched"]

PLAYER = "flow_player"
"""Key of the player."""

REVEALS = "flow_reveals"
"""Key of how often the films were to be scrolled to."""

MOST_SIDES = 2
"""Films that stand side by side."""

_DEFAULT = FlowChoice()


@dataclasses.dataclass(frozen=True)
class View:
    """How the films are looked at; none of it changes a number."""

    frame: int
    show: tuple[str, ...]


def apply(choice: FlowChoice, opened: Mapping[str, object]) -> None:
    """Set every control to a preset, and open what it is about."""
    for field in dataclasses.fields(choice):
        if field.name == "local":  # the visitor's networks stay
            continue
        st.session_state[f"flow_{field.name}"] = getattr(choice, field.name)
    for name, value in opened.items():
        st.session_state[f"flow_{name}"] = value
    # The presets stand below the films, on a phone far below: the page scrolls to what was chosen.
    st.session_state[REVEALS] = st.session_state.get(REVEALS, 0) + 1


def sought_layer() -> None:
    """The visitor has come to rest at a layer: the address follows."""
    frame = sought(PLAYER)
    if frame is not None:
        st.session_state["flow_frame"] = min(frame, 1000)


def switched() -> None:
    """The visitor has switched something on or off in the player: the address follows."""
    names = shown(PLAYER)
    if names is not None:
        st.session_state["flow_show"] = [name for name in SHOWS if name in names]


def controls(steps: int) -> tuple[FlowChoice, View]:
    """Show the sidebar; return what is chosen there, with the number of steps that is chosen elsewhere."""
    _show_what_is_asked_for()
    with st.sidebar:
        source = st.selectbox(
            "Points", list(SOURCES), format_func=SOURCES.__getitem__, on_change=_leave_sets, **bound("flow", "source")
        )
        compare = st.selectbox(
            "Side by side", list(COMPARISONS), format_func=COMPARISONS.__getitem__, **bound("flow", "compare")
        )
        network = st.segmented_control(
            "Network",
            list(NETWORKS),
            default=_DEFAULT.network,
            format_func=NETWORKS.__getitem__,
            required=True,
            wrap=True,
            **bound("flow", "network"),
        )
        local = choose_networks("flow", "flow", most=MOST_SIDES, fits=lambda one: source in (OWN, one.config.dataset))
        if compare == "sets" and source != "halfmoon2d" and not local:
            st.caption("Side by side are half moons and donut; choose another comparison for other points.")
        if local and compare not in ("one", "steps", "integrator"):
            st.caption("Yours stands beside the shipped ResNet, or beside another of yours, whatever is chosen above.")
        with st.expander("More choices", icon=":material/tune:"):
            integrator = st.selectbox(
                "Integrator, for comparisons with the same weights",
                list(INTEGRATORS),
                format_func=INTEGRATOR_TITLES.__getitem__,
                **bound("flow", "integrator"),
            )
            interpolation = st.segmented_control(
                "Weights between layers",
                INTERPOLATIONS,
                default=_DEFAULT.interpolation,
                format_func=INTERPOLATION_TITLES.__getitem__,
                required=True,
                wrap=True,
                **bound("flow", "interpolation"),
            )
            n_points = st.segmented_control(
                "Points in a film", POINT_NUMBERS, default=_DEFAULT.n_points, required=True, **bound("flow", "n_points")
            )
            noise = st.segmented_control(
                "Noise, in parts of that in training",
                NOISES,
                default=_DEFAULT.noise,
                required=True,
                wrap=True,
                **bound("flow", "noise"),
            )
            seed = st.number_input("Seed of the points", 0, 9999, _DEFAULT.seed, **bound("flow", "seed"))
            st.caption("Where the film's own switches cannot be used:")
            frame = st.number_input("Layer", 0, 1000, 0, **bound("flow", "frame"))
            show = st.pills(
                "Show",
                list(SHOWS),
                selection_mode="multi",
                default=[name for name in SHOWS if name in DEFAULT_SHOWS],
                format_func=str.capitalize,
                wrap=True,
                **bound("flow", "show"),
            )
    between_layers = "linear" if interpolation == "linear" else "constant"
    choice = FlowChoice(source, compare, steps, integrator, between_layers, network, n_points, noise, seed, local)
    return choice, View(frame, tuple(show))


def steps_slider() -> int:
    """The slider for Δt; moving it shows the film with such steps beside the network as it was trained."""
    return st.select_slider(
        "Steps from 0 to T, with the same weights",
        STEPS,
        _DEFAULT.steps,
        on_change=_compare_steps,
        help="Few steps are large ones: Δt = T / steps. The networks that ship have T = 4 and 40 layers.",
        **bound("flow", "steps"),
    )


def _show_what_is_asked_for() -> None:
    """A network is shown with the points that it learnt from, unless the address asks for others."""
    if "flow_source" in st.session_state or "flow_source" in st.query_params:
        return
    asked = asked_for("flow", ("flow",))
    if asked is not None:
        st.session_state["flow_source"] = asked.config.dataset if asked.config.dataset in SOURCES else OWN


def _leave_sets() -> None:
    """Half moons beside a donut show nothing of other points."""
    if st.session_state.get("flow_compare", _DEFAULT.compare) == "sets":
        st.session_state["flow_compare"] = "one"


def _compare_steps() -> None:
    compare = st.session_state.get("flow_compare", _DEFAULT.compare)
    if compare == "sets":
        # Of the two that are shown, the one that folds where the steps are too large.
        st.session_state["flow_source"] = "donut2d"
    if compare not in ("steps", "integrator"):
        st.session_state["flow_compare"] = "steps"
