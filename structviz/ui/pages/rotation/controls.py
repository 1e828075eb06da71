"""The controls of the rotation page: a few in sight, the rest in a drawer, all in the address."""

import dataclasses
import hashlib
from collections.abc import Mapping
from typing import Any

import streamlit as st

from structviz.data import UPLOAD_TYPES
from structviz.figures import arm_title
from structviz.transforms import NOISES
from structviz.ui.browser.rotor import CURVES
from structviz.ui.kit.address import bound
from structviz.ui.kit.guard import guarded
from structviz.ui.kit.networks import asked_for, choose_networks
from structviz.ui.pages.rotation.choice import (
    ARMS,
    MATCHINGS,
    NOISE_STAYS,
    OWN,
    SIZES,
    SOURCES,
    TRAINED_GROUPS,
    TRAINING_SETS,
    Choice,
)
from structviz.ui.pages.rotation.sections import read_upload

__all__ = ["ROTOR", "View", "apply", "controls", "turned", "viewed"]

ROTOR = "rotor"
"""Key of the rotor."""

_DEFAULT = Choice()


@dataclasses.dataclass(frozen=True)
class View:
    """How a choice is looked at; none of it changes a number."""

    differences: bool = False
    curves: str = "straight"


def apply(choice: Choice) -> None:
    """Set every control to a preset."""
    for field in dataclasses.fields(choice):
        if field.name == "local":  # the visitor's networks stay
            continue
        value = getattr(choice, field.name)
        st.session_state[f"rot_{field.name}"] = list(value) if field.name == "arms" else value


def turned() -> None:
    """The visitor has let go of the rotor: the address and the numbers follow."""
    degrees = _reported("turn").get("degrees")
    if isinstance(degrees, int | float) and 0 <= degrees <= 360:
        st.session_state["rot_angle"] = round(degrees)


def viewed() -> None:
    """The visitor looks at something else on the rotor: the address follows."""
    view = _reported("view")
    st.session_state["rot_differences"] = view.get("differences") is True
    if view.get("curves") in CURVES:
        st.session_state["rot_curves"] = view["curves"]


def _reported(name: str) -> Mapping[str, Any]:
    """What the browser says; any visitor can make it say anything."""
    value = st.session_state.get(ROTOR, {}).get(name)
    return value if isinstance(value, Mapping) else {}


def controls(angle: float) -> tuple[Choice, View, bytes | None]:
    """Show the sidebar; return what is chosen there, with the visitor's own image if there is one."""
    _show_what_is_asked_for()
    with st.sidebar:
        source = st.selectbox("Image", list(SOURCES), format_func=SOURCES.__getitem__, **bound("rot", "source"))
        upload = None
        if source == OWN:
            source, upload = _own_image()
        level = st.slider("Noise level", 0.0, 0.5, _DEFAULT.level, step=0.01, **bound("rot", "level"))
        arms = st.pills(
            "Networks",
            ARMS,
            selection_mode="multi",
            default=_DEFAULT.arms,
            format_func=arm_title,
            wrap=True,
            **bound("rot", "arms"),
        )
        recipes = ("stripes", "images") if source == "stripes" else ("images", "stripes")
        local = choose_networks("rot", recipes[0], recipes[1:])
        with st.expander("More choices", icon=":material/tune:"):
            noise = st.selectbox(
                "Kind of noise", list(NOISES), format_func=lambda kind: NOISES[kind].title, **bound("rot", "noise")
            )
            noise_turns = st.segmented_control(
                "When the object turns, the noise",
                list(NOISE_STAYS),
                default=_DEFAULT.noise_turns,
                format_func=NOISE_STAYS.__getitem__,
                required=True,
                wrap=True,
                **bound("rot", "noise_turns"),
            )
            st.caption(
                "With noise that turns along, the whole experiment is equivariant: at quarter turns the equivariant "
                "network gets exactly the same PSNR. A camera's noise stays where it is, so there it gets the same "
                "only up to the noise that happens to fall on the object."
            )
            seed = st.number_input("Seed of the noise", 0, 9999, _DEFAULT.seed, **bound("rot", "seed"))
            st.caption("For photographs and phantoms:")
            training = st.segmented_control(
                "Networks trained on",
                list(TRAINING_SETS),
                default=_DEFAULT.training,
                format_func=TRAINING_SETS.__getitem__,
                required=True,
                **bound("rot", "training"),
            )
            group = st.segmented_control(
                "Group of the equivariant network",
                TRAINED_GROUPS,
                default=_DEFAULT.group,
                required=True,
                **bound("rot", "group"),
            )
            matching = st.segmented_control(
                "Ordinary and equivariant network have equal",
                list(MATCHINGS),
                default=_DEFAULT.matching,
                format_func=MATCHINGS.__getitem__,
                required=True,
                help="As many channels cost the same time; as many parameters are trained for C4 alone.",
                **bound("rot", "matching"),
            )
            size = st.segmented_control(
                "Side in pixels", SIZES, default=_DEFAULT.size, required=True, **bound("rot", "size")
            )
            st.caption("Where the pictures' own switches cannot be used:")
            differences = st.toggle("Show differences to the truth", **bound("rot", "differences"))
            curves = st.selectbox("Curves", list(CURVES), format_func=CURVES.__getitem__, **bound("rot", "curves"))
    shown = tuple(arm for arm in ARMS if arm in arms)
    choice = Choice(source, angle, level, shown, noise, seed, group, training, size, noise_turns, matching, local)
    if matching == "parameters" and not choice.can_match:
        st.sidebar.caption(
            f"No {group} network with as many parameters as the ordinary one ships; "
            "the one with as many channels is shown."
        )
    return choice, View(differences, curves), upload


def _show_what_is_asked_for() -> None:
    """A network for photographs is asked for with stripes: then a photograph is shown, unless the address has a say."""
    if "rot_source" in st.session_state or "rot_source" in st.query_params:
        return
    asked = asked_for("rot", ("stripes", "images"))
    if asked is not None and asked.config.recipe == "images":
        st.session_state["rot_source"] = "camera"


def _own_image() -> tuple[str, bytes | None]:
    """Let the visitor choose a file; the last good one stays until a better comes."""
    file = st.file_uploader("Your image, at most 10 MB and 24 million pixels", UPLOAD_TYPES)
    if file is not None:
        content = file.getvalue()
        with guarded():
            read_upload(hashlib.sha256(content).hexdigest(), _DEFAULT.size, content)
            st.session_state["rot_upload"] = content
    upload = st.session_state.get("rot_upload")
    if upload is None:
        st.caption("Until you choose one, the cameraman stands in.")
        return "camera", None
    return OWN, upload
