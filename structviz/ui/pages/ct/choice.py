"""What can be chosen on the CT page, each control declared once."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from structviz import data
from structviz.data import FIELD_OF_VIEW, SCAN_TYPES, WIDTHS
from structviz.studies.ct import DEMONSTRATION_SEEDS, LEARNED, OVERSAMPLING, Scan, read_tuned
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
from structviz.ui.pages.ct.options import (
    DOSES,
    METHODS,
    OBJECTS,
    OWN,
    PHOTONS,
    RANGES,
    RESULT,
    SHIPPED_OBJECTS,
    SIZES,
    SWEEPS,
    TRAINING_SETS,
    TUNED,
    UNITS,
)
from structviz.ui.pages.ct.places import LINE_RULE, line_ends, line_text, place_after

__all__ = ["ScanChoice", "read_scan", "viewed"]

_TRAINED = Scan()
_UPRIGHT = ViewState()


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


@dataclass(frozen=True)
class ScanChoice(Choice):
    """Everything that can be chosen on the page; the defaults are what the shipped networks were trained for."""

    phantom: str = declare("thorax", One("Object", place="sidebar", options=OBJECTS, chips=SHIPPED_OBJECTS))
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
        0,
        Number("Object turned by", low=0, high=360, step=5, kind="slider", format="%d°", width=360, follow=_turn_zoom),
    )
    methods: tuple[str, ...] = declare(("ordinary", "equivariant"), Many("Methods", place="sidebar", options=METHODS))
    local: tuple[TrainedNetwork, ...] = declare((), Networks(place="sidebar", recipe="ct"))
    views: int = declare(_TRAINED.n_views, Number("Views", place="sidebar", low=4, high=200, step=2, kind="slider"))
    photons: float = declare(
        _TRAINED.n_photons,
        One("Photons in each ray", place="sidebar", kind="select_slider", options=PHOTONS, chips=DOSES),
    )
    patient: int = declare(
        0, Number("Seed of the patient or phantom", place="drawer", low=0, high=len(DEMONSTRATION_SEEDS) - 1)
    )
    training: str = declare(
        "small", One("Networks trained on", place="drawer", kind="segmented", options=TRAINING_SETS)
    )
    degrees: int = declare(180, One("The views cover", place="drawer", kind="segmented", options=RANGES))
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
        _UPRIGHT.row,
        Number("Row of the zoom", place="drawer", low=0.0, high=1.0, whole=False, step=0.01, incidental=True),
    )
    column: float = declare(
        _UPRIGHT.column,
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
        RESULT, Number(f"Iterate; {RESULT} is the result", place="drawer", low=0, high=RESULT, kept=True)
    )
    line: str = declare(
        "",
        Text(
            "Line of the profile",
            place="drawer",
            parse=line_ends,
            words=LINE_RULE,
            placeholder="row, column, row, column",
            kept=True,
            optional=True,
        ),
    )
    differences: bool = declare(False, Toggle("Show differences to the truth", place="drawer", kept=True))
    unit: str = declare("mu", One("Unit", place="drawer", kind="segmented", options=UNITS, kept=True))
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
            None if self.iterate == RESULT else self.iterate,
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
        "iterate": RESULT if view.iterate is None else view.iterate,
        "differences": view.differences,
        "line": line_text(view.profile),
    }
