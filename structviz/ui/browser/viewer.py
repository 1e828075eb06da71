"""The viewer: slices side by side, seen through one window, with a zoom of each that moves with all others.

The slices go to the browser once, through its inbox and after what stands above them, and are windowed, zoomed and
compared there. The server hears of a change when the visitor's hand is lifted.
"""

import base64
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from functools import partial

from structviz.data import FIELD_OF_VIEW, MU_WATER, SPINE_WINDOW
from structviz.errors import ConfigError
from structviz.figures import colour_table
from structviz.figures.viewer import SliceStack, encode
from structviz.ui.browser.component import BrowserComponent, finite_number, send_payload

__all__ = ["WINDOWS", "ViewState", "read_view", "viewer"]

WINDOWS = {"All": (0.0, 0.5), "Soft tissue": (0.15, 0.27), "Lung": (0.0, 0.2), "Bone": (0.1, 0.5), "Chest": (0.0, 0.35)}
"""Display windows in 1/cm: what is black, and what is white."""

_UNITS = ("mu", "hu")
_LIMITS = (-0.5, 2.0)
"""Attenuation in 1/cm to which a window can be set."""

_VIEWER = BrowserComponent("viewer", reports=("view",))


@dataclass(frozen=True)
class ViewState:
    """How slices are looked at; none of it changes a number.

    Attributes
    ----------
    low, high
        The display window in 1/cm: what is black, and what is white.
    unit
        In which values are written: "mu" (1/cm) or "hu" (Hounsfield units).
    row, column, zoom
        Centre and side of the zoom, in sides of the image.
    iterate
        Which frame is shown; methods with fewer frames show their last one. None stands for the result.
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
                _LIMITS[0] <= self.low < self.high <= _LIMITS[1],
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


def viewer(
    stacks: Sequence[SliceStack],
    view: ViewState,
    *,
    key: str,
    on_view: Callable[[], None],
    width: float = FIELD_OF_VIEW,
) -> Callable[[], None]:
    """Show slices side by side, as soon as they have been sent.

    Parameters
    ----------
    stacks
        The columns from left to right, at most nine; the last one is the truth.
    view
        How the slices are looked at. What the visitor has changed since counts more, until the page changes it too.
    key
        Of the component; `read_view` reads what the visitor has changed.
    on_view
        Called when the visitor has changed the view.
    width
        Side of the slices in cm.

    Returns
    -------
    Callable
        Sends the slices, half a megabyte, for which nothing above them need wait; to be called in the same run.

    Raises
    ------
    ConfigError, ShapeError
        As for `structviz.figures.viewer.encode`.
    """
    slices = encode(stacks)
    channel = hashlib.sha256(slices).hexdigest()[:20]
    data = {
        "slices": channel,
        "view": asdict(view),
        "windows": WINDOWS,
        "limits": _LIMITS,
        "water": MU_WATER,
        "side_cm": width,
        "table": base64.b64encode(colour_table("difference")).decode(),
    }
    _VIEWER.show(data, key=key, on_view=on_view)
    return partial(send_payload, channel, slices, key=f"{key}_slices")


def read_view(key: str) -> ViewState | None:
    """How the visitor looks at the slices, for the callback; None if it makes no sense: anyone can send anything."""
    report = _VIEWER.report(key, "view")
    low, high, row, column, zoom = (finite_number(report.get(k)) for k in ("low", "high", "row", "column", "zoom"))
    iterate, differences, unit, profile = (report.get(k) for k in ("iterate", "differences", "unit", "profile"))
    if low is None or high is None or row is None or column is None or zoom is None:
        return None
    if not isinstance(differences, bool) or not isinstance(unit, str):
        return None
    if iterate is not None and type(iterate) is not int:
        return None
    ends = _line(profile)
    if (ends is None) != (profile is None):
        return None
    try:
        return ViewState(low, high, unit, row, column, zoom, iterate, differences, ends)
    except ConfigError:
        return None


def _line(profile: object) -> tuple[float, float, float, float] | None:
    """Four numbers, or None for anything else."""
    if not isinstance(profile, list) or len(profile) != 4:
        return None
    row, column, last_row, last_column = map(finite_number, profile)
    if row is None or column is None or last_row is None or last_column is None:
        return None
    return row, column, last_row, last_column
