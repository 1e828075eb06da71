"""What can be chosen on the CT page, each control declared once, and presets."""

import dataclasses
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

from structviz import data
from structviz.data import FIELD_OF_VIEW, SCAN_TYPES, WIDTHS
from structviz.errors import ConfigError
from structviz.figures import arm_title
from structviz.studies.ct import CLASSICAL, DEMONSTRATION_SEEDS, LEARNED, OVERSAMPLING, Scan, read_tuned
from structviz.tomography import FILTERS
from structviz.types import SquareImages
from structviz.ui.browser.rotor import CURVES
from structviz.ui.browser.viewer import ViewState
from structviz.ui.kit.choice import (
    Choice,
    Many,
    Networks,
    Number,
    One,
    Section,
    Text,
    Toggle,
    Upload,
    UploadedFile,
    Values,
    declare,
)
from structviz.ui.kit.networks import TrainedNetwork

__all__ = [
    "METHODS",
    "OBJECTS",
    "OWN",
    "PRESETS",
    "SIZES",
    "SWEEPS",
    "TUNED",
    "ScanChoice",
    "line_ends",
    "line_text",
    "place_after",
    "read_scan",
    "viewed",
]

OWN = "own"
"""The object that stands for the visitor's scan."""

OBJECTS: Mapping[str, str] = MappingProxyType(
    {
        "thorax": "A chest, as in training",
        "shepp-logan": "Shepp–Logan phantom",
        "ellipses": "Random ellipses",
        OWN: "Your own scan or image …",
    }
)
"""Objects, with titles."""

TUNED = "tuned"
"""The filter that stands for the best one on validation patients."""

METHODS: Mapping[str, str] = MappingProxyType({name: arm_title(name) for name in (*CLASSICAL, *LEARNED)})
"""Methods in the order in which they are shown, with titles."""

PHOTONS: Mapping[float, str] = MappingProxyType(
    {1e3: "10³", 3e3: "3·10³", 1e4: "10⁴", 3e4: "3·10⁴", 1e5: "10⁵", math.inf: "no noise"}
)
"""Photons that enter each ray, with titles."""

_SHIPPED_OBJECTS = {name: title for name, title in OBJECTS.items() if name != OWN}
_DOSES = {1e3: "10³ photons", 1e4: "10⁴ photons", 1e5: "10⁵ photons", math.inf: "no noise"}

SWEEPS: Mapping[str, str] = MappingProxyType(
    {"measured-once": "measured once", "new-photons": "measured anew in each step"}
)
"""Our sweeps: what a patient is in training, in words."""

SIZES = (64, 128, 256)
"""Sides of the reconstruction in pixels."""

_RANGES = {180: "180°", 150: "150°", 120: "120°", 90: "90°"}
_TRAINING_SETS = {"small": "few patients", "large": "many patients"}
_UNITS = {"mu": "1/cm", "hu": "HU"}
_LINE_RULE = "four numbers from 0 to 1: row, column, row, column"
_RESULT = 100
"""The iterate that stands for the result."""

_TRAINED = Scan()
_UPRIGHT = ViewState()


def line_ends(text: str) -> tuple[float, float, float, float] | None:
    """Both ends of a line, in sides of the image; None if there is no text, and so no line.

    Raises
    ------
    ConfigError
        If the text is not four numbers from 0 to 1.
    """
    if not text:
        return None
    try:
        row, column, last_row, last_column = ends = [float(end) for end in text.split(",")]
        if all(0 <= end <= 1 for end in ends):
            return row, column, last_row, last_column
    except ValueError:
        pass
    raise ConfigError(f"A line is {_LINE_RULE}; got {text[:60]!r}. Write for example 0.5,0.2,0.5,0.8.")


def line_text(ends: Sequence[float] | None) -> str:
    """A line as it stands in the address."""
    return ",".join(f"{round(end, 3):g}" for end in ends or ())


def place_after(degrees: float, row: float, column: float) -> tuple[float, float]:
    """Where a place of the object is after a turn; never outside of the image.

    Parameters
    ----------
    degrees
        Of the turn, counter-clockwise.
    row, column
        The place, in sides of the image.
    """
    cos, sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    right, up = column - 0.5, 0.5 - row
    places = 0.5 - (right * sin + up * cos), 0.5 + right * cos - up * sin
    row, column = (round(min(max(place, 0.0), 1.0), 3) for place in places)
    return row, column


@lru_cache(maxsize=4)
def read_scan(file: UploadedFile, size: int) -> data.Scan:
    """The visitor's scan, decoded once; see `structviz.data.read_scan` for what it raises."""
    return data.read_scan(file.content, size)


def _is_own(values: Values) -> bool:
    return values["phantom"] == OWN


def _read(file: UploadedFile) -> data.Scan:
    return read_scan(file, OVERSAMPLING * _TRAINED.image_size)


def _remark(file: UploadedFile) -> str | None:
    if _read(file).hounsfield:
        return None
    return "Its grey values are taken for attenuation: black for air, white for bone."


def _needs_width(values: Values) -> bool:
    """Whether there is an upload that does not tell how wide it is."""
    return _is_own(values) and values["upload"] is not None and _read(values["upload"]).width is None


def _turn_zoom(before: Values, after: Values) -> Values:
    """The zoom goes with the object."""
    row, column = place_after(after["angle"] - before["angle"], before["row"], before["column"])
    return {"row": row, "column": column}


_ROW, _COLUMN = place_after(90, _UPRIGHT.row, _UPRIGHT.column)


@dataclass(frozen=True)
class ScanChoice(Choice):
    """Everything that can be chosen on the page; the defaults are what the shipped networks were trained for."""

    phantom: str = declare("thorax", One("Object", place="sidebar", options=OBJECTS, chips=_SHIPPED_OBJECTS))
    upload: UploadedFile | None = declare(
        None,
        Upload(
            "Your scan (DICOM, 16-bit PNG or TIFF) or image, at most 10 MB",
            place="sidebar",
            types=SCAN_TYPES,
            read=_remark,
            stand_in="Until you choose one, a chest stands in.",
            applies=_is_own,
        ),
    )
    width: float = declare(
        FIELD_OF_VIEW,
        Number(
            "Width of your picture in cm",
            place="sidebar",
            low=WIDTHS[0],
            high=WIDTHS[1],
            whole=False,
            step=0.5,
            format="%.1f",
            help="The file does not say how wide the object is. How many X-rays pass depends on it.",
            applies=_needs_width,
            address=False,
            kept=True,
            resets=False,
        ),
    )
    angle: int = declare(
        90,
        Number("Object turned by", low=0, high=360, step=5, kind="slider", format="%d°", width=360, follow=_turn_zoom),
    )
    methods: tuple[str, ...] = declare(("ordinary", "equivariant"), Many("Methods", place="sidebar", options=METHODS))
    local: tuple[TrainedNetwork, ...] = declare((), Networks(place="sidebar", recipe="ct"))
    views: int = declare(_TRAINED.n_views, Number("Views", place="sidebar", low=4, high=200, step=2, kind="slider"))
    photons: float = declare(
        _TRAINED.n_photons,
        One("Photons in each ray", place="sidebar", kind="select_slider", options=PHOTONS, chips=_DOSES),
    )
    patient: int = declare(
        0, Number("Seed of the patient or phantom", place="drawer", low=0, high=len(DEMONSTRATION_SEEDS) - 1)
    )
    training: str = declare(
        "small", One("Networks trained on", place="drawer", kind="segmented", options=_TRAINING_SETS)
    )
    degrees: int = declare(180, One("The views cover", place="drawer", kind="segmented", options=_RANGES))
    seed: int = declare(0, Number("Seed of the noise", place="drawer", low=0, high=9999))
    size: int = declare(_TRAINED.image_size, One("Side in pixels", place="drawer", kind="segmented", options=SIZES))
    filter: str = declare(
        TUNED, One("Filter of the backprojection", place="drawer", options={TUNED: "tuned", **{f: f for f in FILTERS}})
    )
    weight: float | None = declare(
        None,
        Number(
            "Weight of total variation, in cm",
            place="drawer",
            low=0.001,
            high=10.0,
            whole=False,
            format="%.3f",
            open_title="tuned",
            help="Left empty, it is the best one on validation patients for this dose and this number of views.",
        ),
    )
    # How the slices are looked at, which their own handles change.
    low: float = declare(
        _UPRIGHT.low,
        Number(
            "Black, in 1/cm",
            place="drawer",
            above="The handles on the pictures, as fields:",
            low=-0.5,
            high=2.0,
            whole=False,
            step=0.01,
            format="%.3f",
            kept=True,
        ),
    )
    high: float = declare(
        _UPRIGHT.high,
        Number("White, in 1/cm", place="drawer", low=-0.5, high=2.0, whole=False, step=0.01, format="%.3f", kept=True),
    )
    row: float = declare(
        _ROW,
        Number("Row of the zoom", place="drawer", low=0.0, high=1.0, whole=False, step=0.01, incidental=True),
    )
    column: float = declare(
        _COLUMN,
        Number("Column of the zoom", place="drawer", low=0.0, high=1.0, whole=False, step=0.01, incidental=True),
    )
    zoom: float = declare(
        _UPRIGHT.zoom,
        Number(
            "Side of the zoom",
            place="drawer",
            low=0.05,
            high=1.0,
            whole=False,
            step=0.01,
            kept=True,
            incidental=True,
        ),
    )
    iterate: int = declare(
        _RESULT, Number(f"Iterate; {_RESULT} is the result", place="drawer", low=0, high=_RESULT, kept=True)
    )
    line: str = declare(
        "",
        Text(
            "Line of the profile",
            place="drawer",
            parse=line_ends,
            words=_LINE_RULE,
            placeholder="row, column, row, column",
            kept=True,
        ),
    )
    differences: bool = declare(False, Toggle("Show differences to the truth", place="drawer", kept=True))
    unit: str = declare("mu", One("Unit", place="drawer", kind="segmented", options=_UNITS, kept=True))
    sweep: bool = declare(False, Section("How many patients must it have seen?"))
    sweep_dataset: str = declare(
        "measured-once", One("In training, a patient is", kind="segmented", options=SWEEPS, kept=True)
    )
    lecture: bool = declare(True, Toggle("Show the lecture's means", kept=True))
    several: bool = declare(False, Section("Several slices or images at once: a table"))
    turn_differences: bool = declare(False, Toggle("Differences on the rotor", place="browser", kept=True))
    curves: str = declare("straight", One("Curves on the rotor", place="browser", options=CURVES, kept=True))

    @property
    def scan(self) -> Scan:
        """The object and how it is measured; a chest stands in for an upload until there is one."""
        own = self.phantom == OWN
        return Scan(
            phantom=(None if self.upload else _TRAINED.phantom) if own else self.phantom,
            patient=self.patient,
            n_views=self.views,
            angular_range=math.radians(self.degrees),
            n_photons=self.photons,
            seed=self.seed,
            image_size=self.size,
            field_of_view=self.own_width,
        )

    @property
    def own(self) -> data.Scan | None:
        """The visitor's object, if it is shown."""
        shown = self.phantom == OWN and self.upload is not None
        return read_scan(self.upload, OVERSAMPLING * self.size) if shown and self.upload else None

    @property
    def own_width(self) -> float | None:
        """How wide the visitor's object is in cm: as its file says, or else as the visitor says."""
        own = self.own
        return None if own is None else own.width or self.width

    @property
    def tv_weight(self) -> float:
        """The weight of total variation in cm, tuned for the scan unless the visitor chose one."""
        return read_tuned().weight(self.scan) if self.weight is None else self.weight

    @property
    def fbp_filter(self) -> str:
        """The filter of the backprojection, tuned for the scan unless the visitor chose one."""
        return read_tuned().filter(self.scan) if self.filter == TUNED else self.filter

    @property
    def derived(self) -> Mapping[str, str | float]:
        """The settings of the methods that learn nothing, and the width of the object in cm."""
        return {"fbp_filter": self.fbp_filter, "tv_weight": self.tv_weight, "width_cm": self.scan.width}

    @property
    def image(self) -> SquareImages:
        """The object, upright, as fine as it is measured; attenuation in 1/cm."""
        own = self.own
        return self.scan.image() if own is None else own.image

    @property
    def view(self) -> ViewState:
        """How the slices are looked at; a window the wrong way round becomes a narrow one."""
        low = min(self.low, 1.99)
        return ViewState(
            low,
            self.high if self.high > low else low + 0.01,
            self.unit,
            self.row,
            self.column,
            self.zoom,
            None if self.iterate == _RESULT else self.iterate,
            self.differences,
            line_ends(self.line),
        )

    @property
    def networks(self) -> tuple[str, ...]:
        """The chosen methods that are learned, and the networks of this machine."""
        return (*(name for name in LEARNED if name in self.methods), *(network.key for network in self.local))

    @property
    def columns(self) -> tuple[str, ...]:
        """The methods, and the networks of this machine."""
        return (*self.methods, *(network.key for network in self.local))


def viewed(view: ViewState) -> Values:
    """The values of the controls for what a visitor does with the handles of the slices."""
    numbers = {name: round(getattr(view, name), 3) for name in ("low", "high", "row", "column", "zoom")}
    return {
        **numbers,
        "unit": view.unit,
        "iterate": _RESULT if view.iterate is None else view.iterate,
        "differences": view.differences,
        "line": line_text(view.profile),
    }


def _turned(choice: ScanChoice) -> ScanChoice:
    """The choice with its zoom on the spine."""
    row, column = place_after(choice.angle, _UPRIGHT.row, _UPRIGHT.column)
    return dataclasses.replace(choice, row=row, column=column)


_WITH_CLASSICAL = ("fbp", "tv", "ordinary", "equivariant")

PRESETS: Mapping[str, ScanChoice] = MappingProxyType(
    {
        "The lecture's slice": _turned(ScanChoice(angle=0)),
        "Turned by 90°": _turned(ScanChoice(angle=90)),
        "Turned by 20°": _turned(ScanChoice(angle=20, methods=LEARNED)),
        "Few views": _turned(ScanChoice(angle=0, views=20, methods=_WITH_CLASSICAL)),
        "Few photons": _turned(ScanChoice(angle=0, photons=1e3, methods=_WITH_CLASSICAL)),
        "Your own image": _turned(ScanChoice(phantom=OWN, angle=0)),
    }
)
"""Things to try."""
