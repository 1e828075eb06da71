"""The viewer: slices side by side, seen through one window, with a zoom of each that moves with all others.

The slices go to the browser once, by an invisible reel, and are windowed, zoomed and compared there; the server
hears of it when a hand is lifted.
"""

import base64
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import streamlit as st
from streamlit.components.v2 import component

from structviz.data import FIELD_OF_VIEW, MU_WATER, SPINE_WINDOW
from structviz.errors import ConfigError
from structviz.figures import colour_table
from structviz.figures.viewer import SliceStack, encode

__all__ = ["WINDOWS", "ViewState", "read_view", "viewer"]

WINDOWS = {"All": (0.0, 0.5), "Soft tissue": (0.15, 0.27), "Lung": (0.0, 0.2), "Bone": (0.1, 0.5), "Chest": (0.0, 0.35)}
"""Display windows in 1/cm: what is black, and what is white."""

_UNITS = ("mu", "hu")
_REACH = (-0.5, 2.0)
"""Attenuation in 1/cm that a window can be set to."""

_HERE = Path(__file__).parent


def _source(name: str) -> str:
    return (_HERE / name).read_text(encoding="utf-8")


_VIEWER = component(
    "structviz_viewer",
    html=_source("viewer.html"),
    css=_source("viewer.css"),
    js=_source("slices.js") + _source("profile.js") + _source("viewer.js"),
)
_REEL = component("structviz_slices", js=_source("reel.js"))


@dataclass(frozen=True)
class ViewState:
    """How slices are looked at; none of it changes a number.

    Attributes
    ----------
    low, high
        The display window in 1/cm: what is black, and what is white.
    unit
        In which values are said: "mu" (1/cm) or "hu" (Hounsfield units).
    row, column, zoom
        Centre and side of the zoom, in sides of the image.
    iterate
        Which frame is shown, where a method has so many; the result if None.
    differences
        Whether the difference to the truth is shown.
    profile
        Row and column of both ends of a line along which values are drawn, in sides of the image.
    """

    low: float = WINDOWS["Chest"][0]
    high: float = WINDOWS["Chest"][1]
    unit: str = "mu"
    row: float = (SPINE_WINDOW[0] + SPINE_WINDOW[1]) / 2
    column: float = (SPINE_WINDOW[2] + SPINE_WINDOW[3]) / 2
    zoom: float = SPINE_WINDOW[1] - SPINE_WINDOW[0]
    iterate: int | None = None
    differences: bool = False
    profile: tuple[float, float, float, float] | None = None

    def __post_init__(self) -> None:
        rules = (
            (
                _REACH[0] <= self.low < self.high <= _REACH[1],
                "a window from low to high in 1/cm",
                (self.low, self.high),
            ),
            (self.unit in _UNITS, "a unit", self.unit),
            (0 <= self.row <= 1 and 0 <= self.column <= 1, "the centre of the zoom", (self.row, self.column)),
            (0.05 <= self.zoom <= 1, "the side of the zoom", self.zoom),
            (self.iterate is None or 0 <= self.iterate < 100, "an iterate", self.iterate),
            (self.profile is None or all(0 <= end <= 1 for end in self.profile), "a line", self.profile),
        )
        for holds, what, value in rules:
            if not holds:
                raise ConfigError(f"The viewer cannot show {what} of {value!r}; choose one that its handles offer.")


def viewer(plates: Sequence[SliceStack], look: ViewState, *, key: str, on_look: Callable[[], None]) -> None:
    """Show slices side by side.

    Parameters
    ----------
    plates
        The columns, at most six; the last one is the truth.
    look
        How to look at them; what the visitor has done since counts more, until the page changes its mind.
    key
        Of the component; read what the visitor has done with `read_view`.
    on_look
        Called when the visitor looks in another way.

    Raises
    ------
    ConfigError, ShapeError
        As for `structviz.figures.viewer.encode`.
    """
    slices = encode(plates)
    name = hashlib.sha256(slices).hexdigest()[:20]
    count = _report(key).get("count")
    data = {
        "slices": name,
        "look": asdict(look),
        "windows": WINDOWS,
        "water": MU_WATER,
        "side_cm": FIELD_OF_VIEW,
        "reach": _REACH,
        "table": base64.b64encode(colour_table("difference")).decode(),
        # The browser numbers its reports; it takes a look from here only once all have arrived.
        "seen": count if type(count) is int and _is_number(count) and count >= 0 else 0,
    }
    with st.container(gap=None):
        _REEL(key=f"{key}_slices", data=name.encode() + slices)
        _VIEWER(key=key, data=data, on_look_change=on_look)


def read_view(key: str) -> ViewState | None:
    """How the visitor looks at the slices, for the callback; None if it makes no sense: anyone can send anything."""
    report = _report(key)
    numbers = [report.get(name) for name in ("low", "high", "row", "column", "zoom")]
    iterate, differences, unit, profile = (report.get(k) for k in ("iterate", "differences", "unit", "profile"))
    if not all(map(_is_number, numbers)) or not isinstance(differences, bool) or not isinstance(unit, str):
        return None
    if iterate is not None and type(iterate) is not int:
        return None
    if profile is not None and not (isinstance(profile, list) and len(profile) == 4 and all(map(_is_number, profile))):
        return None
    low, high, row, column, zoom = (float(number) for number in numbers if number is not None)
    try:
        return ViewState(low, high, unit, row, column, zoom, iterate, differences, tuple(profile) if profile else None)
    except ConfigError:
        return None


def _report(key: str) -> dict[str, Any]:
    """What the browser says, which may be anything."""
    report = st.session_state.get(key, {}).get("look")
    return report if isinstance(report, dict) else {}


def _is_number(value: object) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return -1e9 < value < 1e9  # also false for NaN, and true of no integer that is too long for a float
