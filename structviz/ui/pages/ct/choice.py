"""What can be chosen on the CT page: every control's values, and presets of all of them."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from structviz.errors import ConfigError
from structviz.figures import arm_title
from structviz.tomography import FILTERS
from structviz.ui.kit.address import Rule, between, one_of
from structviz.ui.kit.networks import TrainedNetwork

__all__ = [
    "ADDRESS",
    "LEARNED",
    "METHODS",
    "OWN",
    "PHANTOMS",
    "PHOTONS",
    "PRESETS",
    "RANGES",
    "SIZES",
    "TRAINED",
    "TRAINING_SETS",
    "UNITS",
    "ScanChoice",
    "line_ends",
    "line_text",
]

OWN = "own"
"""The object that stands for the visitor's scan."""

PHANTOMS: Mapping[str, str] = MappingProxyType(
    {
        "thorax": "A chest, as in training",
        "shepp-logan": "Shepp–Logan phantom",
        "ellipses": "Random ellipses",
        OWN: "Your own scan or image …",
    }
)
"""Objects, with titles."""

LEARNED = ("ordinary", "augmented", "equivariant")
"""The methods that are networks."""

METHODS = ("fbp", "tv", *LEARNED)
"""Methods in the order in which they are shown."""

PHOTONS: Mapping[float, str] = MappingProxyType(
    {1e3: "10³", 3e3: "3·10³", 1e4: "10⁴", 3e4: "3·10⁴", 1e5: "10⁵", math.inf: "no noise"}
)
"""Photons that enter each ray, with titles."""

RANGES: Mapping[int, str] = MappingProxyType({180: "180°", 150: "150°", 120: "120°", 90: "90°"})
"""Angles that the views cover, in degrees, with titles."""

SIZES = (64, 128, 256)
"""Sides of the images, in pixels."""

TRAINING_SETS: Mapping[str, str] = MappingProxyType({"small": "few patients", "large": "many patients"})
"""Training sets of the shipped networks, with titles."""

UNITS: Mapping[str, str] = MappingProxyType({"mu": "1/cm", "hu": "HU"})
"""Units of attenuation, with titles."""


_LINE_RULE = "four numbers from 0 to 1: row, column, row, column"
"""What a line along which values are drawn is in the address: both of its ends, in sides of the image."""


def line_ends(text: str) -> tuple[float, float, float, float] | None:
    """Both ends of a line; None if there is no text, and so no line.

    Raises
    ------
    ConfigError
        If it is something else than the rule says.
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


def _is_line(text: str) -> bool:
    try:
        line_ends(text)
    except ConfigError:
        return False
    return True


@dataclass(frozen=True)
class ScanChoice:
    """Everything that decides what the page shows; hashable, so that it is its own cache key."""

    phantom: str = "thorax"
    angle: float = 90.0
    methods: tuple[str, ...] = ("ordinary", "equivariant")
    views: int = 50
    photons: float = 1e4
    patient: int = 0
    training: str = "small"
    degrees: int = 180
    seed: int = 0
    size: int = 128
    filter: str = "hann"
    weight: float = 0.16
    local: tuple[TrainedNetwork, ...] = ()

    def __post_init__(self) -> None:
        # Widgets check their limits in the browser only.
        rules = (
            (self.phantom in PHANTOMS, "the object", self.phantom),
            (-360 <= self.angle <= 360, "the angle", self.angle),
            (set(self.methods) <= set(METHODS), "the methods", self.methods),
            (4 <= self.views <= 200, "the number of views", self.views),
            (self.photons in PHOTONS, "the number of photons", self.photons),
            (0 <= self.patient <= 9999, "the patient", self.patient),
            (self.training in TRAINING_SETS, "the training set", self.training),
            (self.degrees in RANGES, "the range of angles", self.degrees),
            (0 <= self.seed <= 9999, "the seed", self.seed),
            (self.size in SIZES, "the size", self.size),
            (self.filter in FILTERS, "the filter", self.filter),
            (0 < self.weight <= 10, "the weight", self.weight),
        )
        for holds, what, value in rules:
            if not holds:
                raise ConfigError(f"This page cannot show {what} {value!r}; choose one that its controls offer.")

    @property
    def networks(self) -> tuple[str, ...]:
        """The chosen methods that are learned, and the networks of this machine."""
        return (*(name for name in LEARNED if name in self.methods), *(one.key for one in self.local))

    @property
    def columns(self) -> tuple[str, ...]:
        """The methods, and the networks of this machine."""
        return (*self.methods, *(one.key for one in self.local))

    def network_name(self, arm: str) -> str:
        """Name in the zoo of the shipped network that serves an arm."""
        return f"ct/{arm}-{self.training}"


TRAINED = ScanChoice()
"""What the shipped networks were trained for: chests, 50 views over half a turn, 10⁴ photons, 128 × 128 pixels."""

PRESETS: Mapping[str, ScanChoice] = MappingProxyType(
    {
        "The lecture's slice": ScanChoice(angle=0),
        "Turned by 90°": ScanChoice(angle=90),
        "Turned by 20°": ScanChoice(angle=20, methods=("ordinary", "augmented", "equivariant")),
        "Few views": ScanChoice(angle=0, views=20, methods=("fbp", "tv", "ordinary", "equivariant")),
        "Few photons": ScanChoice(angle=0, photons=1e3, methods=("fbp", "tv", "ordinary", "equivariant")),
        "Your own image": ScanChoice(phantom=OWN, angle=0),
    }
)
"""Things to try."""

ADDRESS: Mapping[str, Rule] = MappingProxyType(
    {
        "phantom": one_of(PHANTOMS.values()),
        "angle": between(0, 360),
        "methods": one_of(map(arm_title, METHODS)),
        "views": between(4, 200),
        "photons": one_of(PHOTONS.values()),
        "patient": between(0, 9999),
        "training": one_of(TRAINING_SETS.values()),
        "degrees": one_of(RANGES.values()),
        "seed": between(0, 9999),
        "size": one_of(map(str, SIZES)),
        "filter": one_of(FILTERS),
        "weight": between(0.001, 10),
        "unit": one_of(UNITS.values()),
        "low": between(-0.5, 2.01),
        "high": between(-0.5, 2.01),
        "row": between(0, 1.01),
        "column": between(0, 1.01),
        "zoom": between(0.05, 1.01),
        "iterate": between(0, 100),
        "line": _is_line,
        "differences": one_of(("true", "false")),
        "turn": one_of(("true", "false")),
        "sweep": one_of(("true", "false")),
        "local": lambda _text: True,  # the list of networks says itself what is not there
    }
)
"""What the address may say of each control."""
