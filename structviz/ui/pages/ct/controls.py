"""The controls of the CT page: a few in sight, the rest in a drawer, all in the address."""

import dataclasses
import hashlib
import math
from collections.abc import Mapping
from typing import Any

import streamlit as st

from structviz.data import SCAN_TYPES
from structviz.errors import ConfigError
from structviz.figures import arm_title
from structviz.tomography import FILTERS
from structviz.ui.browser.rotor import CURVES
from structviz.ui.browser.viewer import ViewState, read_view
from structviz.ui.kit.address import bound
from structviz.ui.kit.guard import guarded
from structviz.ui.kit.networks import choose_networks
from structviz.ui.pages.ct.choice import (
    ADDRESS,
    METHODS,
    OWN,
    PHANTOMS,
    PHOTONS,
    RANGES,
    SIZES,
    TRAINING_SETS,
    UNITS,
    ScanChoice,
    line_ends,
    line_text,
)
from structviz.ui.pages.ct.scanner import read_upload

__all__ = [
    "ROTOR",
    "VIEWER",
    "Turn",
    "apply",
    "controls",
    "look_changed",
    "object_turned",
    "place_after",
    "rotor_view",
    "turned",
    "viewed",
]

ROTOR, VIEWER = "ct_rotor", "ct_viewer"
"""Keys of the components."""

_UPRIGHT = ViewState()
_DEFAULT = ScanChoice()


@dataclasses.dataclass(frozen=True)
class Turn:
    """How the rotor is looked at."""

    differences: bool = False
    curves: str = "straight"


def place_after(degrees: float, row: float, column: float) -> tuple[float, float]:
    """Where a place of the object is after a turn, counter-clockwise, in sides of the image; never outside of it."""
    cos, sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    right, up = column - 0.5, 0.5 - row
    places = 0.5 - (right * sin + up * cos), 0.5 + right * cos - up * sin
    row, column = (round(min(max(place, 0.0), 1.0), 3) for place in places)
    return row, column


_LOOK = dataclasses.replace(
    _UPRIGHT, **dict(zip(("row", "column"), place_after(_DEFAULT.angle, _UPRIGHT.row, _UPRIGHT.column), strict=True))
)


def apply(choice: ScanChoice) -> None:
    """Set every control to a preset, with the zoom on the spine."""
    _look_at(*place_after(choice.angle, _UPRIGHT.row, _UPRIGHT.column))
    for field in dataclasses.fields(choice):
        if field.name == "local":  # the visitor's networks stay
            continue
        value = getattr(choice, field.name)
        st.session_state[f"ct_{field.name}"] = list(value) if field.name == "methods" else value


def object_turned() -> None:
    """The object has another angle: the zoom goes with it."""
    state = st.session_state
    turn = state["ct_angle"] - state.get("ct_angle_before", state["ct_angle"])
    _look_at(*place_after(turn, state.get("ct_row", _LOOK.row), state.get("ct_column", _LOOK.column)))


def _look_at(row: float, column: float) -> None:
    st.session_state["ct_row"], st.session_state["ct_column"] = row, column


def look_changed() -> None:
    """The visitor looks at the pictures in another way: the address follows."""
    look = read_view(VIEWER)
    if look is not None:
        st.session_state["ct_line"] = line_text(look.profile)
        for name in ("low", "high", "row", "column", "zoom"):
            st.session_state[f"ct_{name}"] = round(getattr(look, name), 3)
        for name in ("unit", "differences"):
            st.session_state[f"ct_{name}"] = getattr(look, name)
        st.session_state["ct_iterate"] = 100 if look.iterate is None else look.iterate


def turned() -> None:
    """The visitor has let go of the rotor: the address and the numbers follow."""
    degrees = _reported("turn").get("degrees")
    if isinstance(degrees, int | float) and 0 <= degrees <= 360:
        st.session_state["ct_angle"] = round(degrees)
        object_turned()


def viewed() -> None:
    """The visitor looks at something else on the rotor."""
    view = _reported("view")
    curves = view.get("curves")
    st.session_state["ct_turn_view"] = (view.get("differences") is True, curves if isinstance(curves, str) else "")


def rotor_view() -> Turn:
    """How the rotor is looked at now."""
    differences, curves = st.session_state.get("ct_turn_view", (False, ""))
    return Turn(differences, curves if curves in CURVES else "straight")


def _reported(name: str) -> Mapping[str, Any]:
    """What the browser says; any visitor can make it say anything."""
    value = st.session_state.get(ROTOR, {}).get(name)
    return value if isinstance(value, Mapping) else {}


def controls(angle: float) -> tuple[ScanChoice, ViewState, bytes | None]:
    """Show the sidebar; return what is chosen there, with the visitor's own scan if there is one."""
    st.session_state["ct_angle_before"] = angle
    with st.sidebar:
        phantom = st.selectbox("Object", list(PHANTOMS), format_func=PHANTOMS.__getitem__, **bound("ct", "phantom"))
        upload = None
        if phantom == OWN:
            phantom, upload = _own_scan()
        methods = st.pills(
            "Methods",
            METHODS,
            selection_mode="multi",
            default=_DEFAULT.methods,
            format_func=arm_title,
            wrap=True,
            **bound("ct", "methods"),
        )
        local = choose_networks("ct", "ct")
        views = st.slider("Views", 4, 200, _DEFAULT.views, 2, **bound("ct", "views"))
        photons = st.select_slider(
            "Photons in each ray",
            list(PHOTONS),
            _DEFAULT.photons,
            format_func=PHOTONS.__getitem__,
            **bound("ct", "photons"),
        )
        with st.expander("More choices", icon=":material/tune:"):
            drawer = _drawer()
            look = _look()
    shown = tuple(name for name in METHODS if name in methods)
    return ScanChoice(phantom, angle, shown, views, photons, local=local, **drawer), look, upload


def _drawer() -> dict[str, Any]:
    """The controls that are not in sight, by the names of their fields."""
    return {
        "patient": st.number_input("Patient or phantom, by its seed", 0, 9999, 0, **bound("ct", "patient")),
        "training": st.segmented_control(
            "Networks trained on",
            list(TRAINING_SETS),
            default=_DEFAULT.training,
            format_func=TRAINING_SETS.__getitem__,
            required=True,
            **bound("ct", "training"),
        ),
        "degrees": st.segmented_control(
            "The views cover",
            list(RANGES),
            default=_DEFAULT.degrees,
            format_func=RANGES.__getitem__,
            required=True,
            wrap=True,
            **bound("ct", "degrees"),
        ),
        "seed": st.number_input("Seed of the noise", 0, 9999, 0, **bound("ct", "seed")),
        "size": st.segmented_control(
            "Side in pixels", SIZES, default=_DEFAULT.size, required=True, **bound("ct", "size")
        ),
        "filter": st.selectbox(
            "Filter of the backprojection", list(FILTERS), list(FILTERS).index(_DEFAULT.filter), **bound("ct", "filter")
        ),
        "weight": st.number_input(
            "Weight of total variation, in cm", 0.001, 10.0, _DEFAULT.weight, format="%.3f", **bound("ct", "weight")
        ),
    }


def _look() -> ViewState:
    """The look that the address asks for, which the viewer's own handles change."""
    st.caption("Where the pictures' own handles cannot be used:")
    low, high = (
        st.number_input(label, -0.5, 2.0, value, 0.01, format="%.3f", **bound("ct", name))
        for label, name, value in (("Black, in 1/cm", "low", _LOOK.low), ("White, in 1/cm", "high", _LOOK.high))
    )
    row = st.number_input("Row of the zoom", 0.0, 1.0, _LOOK.row, 0.01, **bound("ct", "row"))
    column = st.number_input("Column of the zoom", 0.0, 1.0, _LOOK.column, 0.01, **bound("ct", "column"))
    zoom = st.number_input("Side of the zoom", 0.05, 1.0, _LOOK.zoom, 0.01, **bound("ct", "zoom"))
    iterate = st.number_input("Iterate; 100 is the result", 0, 100, 100, **bound("ct", "iterate"))
    line = _line()
    differences = st.toggle("Show differences to the truth", **bound("ct", "differences"))
    unit = st.segmented_control(
        "Unit", list(UNITS), default=_LOOK.unit, format_func=UNITS.__getitem__, required=True, **bound("ct", "unit")
    )
    low = min(low, 1.99)
    return ViewState(
        low,
        high if high > low else low + 0.01,
        unit,
        row,
        column,
        zoom,
        None if iterate >= 100 else iterate,
        differences,
        line,
    )


def _line() -> tuple[float, float, float, float] | None:
    """The line along which values are drawn; a text that is none leaves the pictures without."""
    asked = st.query_params.get("ct_line", "")
    if "ct_line" not in st.session_state and not ADDRESS["line"](asked):
        del st.query_params["ct_line"]  # a text field, unlike other controls, would take anything
    text = st.text_input(
        "Line of the profile", placeholder="row, column, row, column", max_chars=60, **bound("ct", "line")
    )
    try:
        return line_ends(text)
    except ConfigError as error:
        st.caption(str(error))
        return None


def _own_scan() -> tuple[str, bytes | None]:
    """Let the visitor choose a file; the last good one stays until a better comes."""
    file = st.file_uploader("Your scan (DICOM, 16-bit PNG or TIFF) or image, at most 10 MB", SCAN_TYPES)
    if file is not None:
        content = file.getvalue()
        with guarded():
            scan = read_upload(hashlib.sha256(content).hexdigest(), 2 * _DEFAULT.size, content)
            st.session_state["ct_upload"] = content
            if not scan.hounsfield:
                st.caption("Its grey values are taken for attenuation: black for air, white for bone.")
    upload = st.session_state.get("ct_upload")
    if upload is None:
        st.caption("Until you choose one, a chest stands in.")
        return "thorax", None
    return OWN, upload
