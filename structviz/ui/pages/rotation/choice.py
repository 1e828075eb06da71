"""What can be chosen on the rotation page: every control's values, and presets of all of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from structviz import data
from structviz.errors import ConfigError
from structviz.figures import arm_title
from structviz.training import LARGE, SMALL
from structviz.transforms import NOISES
from structviz.ui.browser.rotor import CURVES
from structviz.ui.kit.address import Rule, between, one_of
from structviz.ui.kit.networks import TrainedNetwork

__all__ = [
    "ADDRESS",
    "ARMS",
    "MATCHINGS",
    "NOISE_STAYS",
    "OWN",
    "PRESETS",
    "SIZES",
    "SOURCES",
    "TRAINED_GROUPS",
    "TRAINING_SETS",
    "Choice",
]

OWN = "own"
"""The source that stands for the visitor's upload."""

ARMS = ("ordinary", "augmented", "equivariant", "symmetrised")
"""Arms in the order in which they are shown."""

SOURCES: Mapping[str, str] = MappingProxyType(
    {
        "stripes": "The lecture's stripes",
        **{name: data.PICTURES[name].title for name in data.IMAGES},
        "shepp-logan": "Shepp–Logan phantom",
        "ellipses": "Random ellipses",
        OWN: "Your own image …",
    }
)
"""What can be turned, with titles."""


NOISE_STAYS: Mapping[bool, str] = MappingProxyType({False: "stays with the camera", True: "turns with the object"})
"""What becomes of the noise when the object turns, with titles."""

SIZES = (64, 128, 256)
"""Sides of the images, in pixels; the stripes have their own."""

MATCHINGS: Mapping[str, str] = MappingProxyType({"channels": "channels", "parameters": "parameters"})
"""What the equivariant network shares with the ordinary one, with titles."""

TRAINED_GROUPS = ("C4", "C8", "D4")
"""Groups of the shipped equivariant networks for photographs."""

TRAINING_SETS: Mapping[str, str] = MappingProxyType({"small": f"{SMALL} patches", "large": f"{LARGE} patches"})
"""Training sets of the shipped networks for photographs, with titles."""


@dataclass(frozen=True)
class Choice:
    """Everything that decides what the page shows; hashable, so that it is its own cache key."""

    source: str = "stripes"
    angle: float = 90.0
    level: float = 0.25
    arms: tuple[str, ...] = ("ordinary", "equivariant")
    noise: str = "gaussian"
    seed: int = 0
    group: str = "C4"
    training: str = "small"
    size: int = 128
    noise_turns: bool = False
    matching: str = "channels"
    local: tuple[TrainedNetwork, ...] = ()

    def __post_init__(self) -> None:
        # Widgets check their limits in the browser only.
        rules = (
            (self.source in SOURCES, "the image", self.source),
            (-360 <= self.angle <= 360, "the angle", self.angle),
            (0 <= self.level <= 0.5, "the noise level", self.level),
            (set(self.arms) <= set(ARMS), "the networks", self.arms),
            (self.noise in NOISES, "the kind of noise", self.noise),
            (0 <= self.seed <= 9999, "the seed", self.seed),
            (self.group in TRAINED_GROUPS, "the group", self.group),
            (self.training in TRAINING_SETS, "the training set", self.training),
            (self.size in SIZES, "the size", self.size),
            (self.matching in MATCHINGS, "the matching", self.matching),
        )
        for holds, what, value in rules:
            if not holds:
                raise ConfigError(f"This page cannot show {what} {value!r}; choose one that its controls offer.")

    @property
    def colour_map(self) -> str:
        """The colours of its pictures: the lecture's for stripes, grey for the rest."""
        return "stripes" if self.source == "stripes" else "grey"

    @property
    def recipe(self) -> str:
        """The learning task whose networks are for what is shown."""
        return "stripes" if self.source == "stripes" else "images"

    @property
    def columns(self) -> tuple[str, ...]:
        """The arms, and the networks of this machine."""
        return (*self.arms, *(one.key for one in self.local))

    @property
    def can_match(self) -> bool:
        """Whether there is an equivariant network with as many parameters as the ordinary one: for C4 alone."""
        return self.source == "stripes" or self.group == "C4"

    def network_name(self, arm: str) -> str:
        """Name in the zoo of the network that serves an arm; `folder_of` has the folder."""
        for one in self.local:
            if one.key == arm:
                return one.name
        trained = "ordinary" if arm == "symmetrised" else arm
        by_parameters = trained == "equivariant" and self.matching == "parameters" and self.can_match
        matched = "-parameters" if by_parameters else ""
        if self.source == "stripes":
            return f"stripes/{trained}{matched}"
        group = f"-{self.group.lower()}" if trained == "equivariant" else ""
        return f"images/{trained}{group}{matched}-{self.training}"


PRESETS: Mapping[str, Choice] = MappingProxyType(
    {
        "The lecture's stripes": Choice(),
        "A photograph at 45°": Choice("camera", 45, 0.15, ("ordinary", "augmented", "equivariant")),
        "A face": Choice("astronaut", 30, 0.15, ("ordinary", "augmented", "equivariant")),
        "A phantom, eight directions": Choice("shepp-logan", 45, 0.2, ("ordinary", "equivariant"), group="C8"),
        # Half a turn brings horizontal stripes back, for which the ordinary network is made: +8 dB.
        "Where equivariance loses": Choice("stripes", 180, 0.25, ("ordinary", "augmented", "equivariant")),
        "Average over the group": Choice("stripes", 90, 0.25, ("ordinary", "equivariant", "symmetrised")),
    }
)
"""Things to try."""

ADDRESS: Mapping[str, Rule] = MappingProxyType(
    {
        "angle": between(0, 360),
        "source": one_of(SOURCES.values()),
        "level": between(0, 0.5),
        "arms": one_of(map(arm_title, ARMS)),
        "noise": one_of(noise.title for noise in NOISES.values()),
        "noise_turns": one_of(NOISE_STAYS.values()),
        "seed": between(0, 9999),
        "differences": one_of(("true", "false")),
        "inside": one_of(("true", "false")),
        "curves": one_of(CURVES.values()),
        "training": one_of(TRAINING_SETS.values()),
        "group": one_of(TRAINED_GROUPS),
        "matching": one_of(MATCHINGS.values()),
        "size": one_of(map(str, SIZES)),
        "local": lambda _text: True,  # the list of networks says itself what is not there
    }
)
"""What the address may say of each control."""
