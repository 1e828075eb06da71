"""The rotor: pictures that one turns with a finger, and all that is known of every angle follows at once.

It comes in parts, so that the first picture need not wait for the last. `rotor` shows the pictures of the angle
at rest, exactly; reels bring the films and curves as they are ready, each once, whatever the angle. The
browser puts the parts together by their ids and turns without asking the server.
"""

import json
import struct
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import streamlit as st
from streamlit.components.v2 import component

__all__ = ["CURVES", "Column", "Pictures", "reel", "rotor"]

CURVES: Mapping[str, str] = {
    "straight": "PSNR",
    "polar": "PSNR, polar",
    "error": "Equivariance error",
}
"""The views of the curves, with titles."""

_MOST = 2**53
"""The largest whole number that a browser counts to."""

_HERE = Path(__file__).parent


def _source(name: str) -> str:
    return (_HERE / name).read_text(encoding="utf-8")


_ROTOR = component(
    "structviz_rotor",
    html=_source("rotor.html"),
    css=_source("rotor.css"),
    js=_source("curves.js") + _source("rotor.js"),
)
_REEL = component("structviz_reel", js=_source("reel.js"))


@dataclass(frozen=True)
class Column:
    """One picture of the rotor.

    Attributes
    ----------
    name, title, colour
        The arm, its heading and the colour of both.
    film, errors
        Ids of the reels that bring its film and its equivariance errors; None if there will be none.
    differs
        Whether it can be shown as its difference to the truth.
    """

    name: str
    title: str
    colour: str
    film: str
    errors: str | None
    differs: bool


@dataclass(frozen=True)
class Pictures:
    """What a column shows at the angle at rest, exactly: a data URL and its numbers."""

    png: str
    psnr: float | None
    ssim: float | None


def rotor(
    columns: Sequence[Column],
    pictures: Sequence[Pictures],
    degrees: float,
    *,
    side: int,
    tables: Mapping[str, tuple[str, float, float]],
    baseline: str | None,
    differences: bool,
    curves: str,
    key: str,
    on_turn: Callable[[], None],
    on_view: Callable[[], None],
) -> None:
    """Show the pictures at an angle.

    Parameters
    ----------
    columns, pictures
        Side by side; the last is the truth.
    degrees
        Where the image rests.
    side
        Pixels of the pictures.
    tables
        For "image" and "difference" the 256 colours in base64, and the values of the first and last.
    baseline
        Id of the reel with what interpolation alone costs.
    differences, curves
        What is shown: see `CURVES`.
    key
        Of the component. The callbacks find in `st.session_state[key]` what the visitor has done:
        `turn`, an object with degrees, and `view`, one with differences and curves.
    on_turn, on_view
        Called when the visitor has let go at another angle, or looks at something else.
    """
    seen = st.session_state.get(key, {})
    counts = [_count(seen.get(report)) for report in ("turn", "view")]
    data = {
        "columns": [asdict(column) for column in columns],
        "pictures": [asdict(picture) for picture in pictures],
        "degrees": degrees,
        "side": side,
        "tables": {name: list(table) for name, table in tables.items()},
        "baseline": baseline,
        "differences": differences,
        "curves": curves,
        "views": dict(CURVES),
        # The browser numbers its reports; it takes an angle or a view from here only once all have arrived.
        "seen": max(counts),
    }
    _ROTOR(key=key, data=data, on_turn_change=on_turn, on_view_change=on_view)


def _count(report: object) -> int:
    """The number of a report; 0 if it makes no sense: anyone can send anything."""
    count = report.get("count") if isinstance(report, dict) else None
    return count if type(count) is int and 0 <= count <= _MOST else 0


def reel(name: str, head: Mapping[str, Any], body: bytes = b"", *, key: str) -> None:
    """Hand a film or a curve to the rotors of this page: invisible, and sent only when it changes.

    Parameters
    ----------
    name
        The id by which a column asks for it.
    head, body
        Numbers as JSON, and the sprite, if there is one.
    key
        Of the component.
    """
    text = json.dumps({"id": name, **head}).encode()
    _REEL(key=key, data=struct.pack("<I", len(text)) + text + body)
