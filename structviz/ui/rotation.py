"""What the rotation page offers and how its choices become a comparison and pictures."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import streamlit as st
import torch
from torch import nn

from structviz import data, zoo
from structviz.comparison import Comparison, Restored, compare
from structviz.errors import ConfigError
from structviz.figures import ARM_COLOURS, arm_title, to_png
from structviz.nets import Symmetrised
from structviz.training import LARGE, SMALL
from structviz.transforms import NOISES, is_quarter_turn
from structviz.types import Image
from structviz.ui.notices import decibels, degrees
from structviz.ui.tiles import Row, Tile

__all__ = [
    "ARMS",
    "OWN",
    "PRESETS",
    "SIZES",
    "SOURCES",
    "TRAINED_GROUPS",
    "TRAINING_SETS",
    "Choice",
    "read_upload",
    "rows",
    "run",
    "source_image",
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


SIZES = (64, 128, 256)
"""Sides of the images, in pixels; the stripes have their own."""

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
        )
        for holds, what, value in rules:
            if not holds:
                raise ConfigError(f"This page cannot show {what} {value!r}; choose one that its controls offer.")

    @property
    def colour_map(self) -> str:
        """The colours of its pictures: the lecture's for stripes, grey for the rest."""
        return "stripes" if self.source == "stripes" else "grey"

    def network_name(self, arm: str) -> str:
        """Name in the zoo of the network that serves an arm."""
        trained = "ordinary" if arm == "symmetrised" else arm
        if self.source == "stripes":
            return f"stripes/{trained}"
        group = f"-{self.group.lower()}" if trained == "equivariant" else ""
        return f"images/{trained}{group}-{self.training}"


PRESETS: Mapping[str, Choice] = MappingProxyType(
    {
        "The lecture's stripes": Choice(),
        "A photograph at 45°": Choice("camera", 45, 0.15, ("ordinary", "augmented", "equivariant")),
        "Plenty of training data": Choice("astronaut", 30, 0.15, ("ordinary", "equivariant"), training="large"),
        "Average over the group": Choice("stripes", 90, 0.25, ("ordinary", "equivariant", "symmetrised")),
        "A phantom, other noise": Choice("shepp-logan", 60, 0.2, ("ordinary", "equivariant"), noise="poisson"),
    }
)
"""Things to try."""


def source_image(choice: Choice, upload: bytes | None) -> Image:
    """The clean upright image of a choice.

    Raises
    ------
    ImageError
        If the upload is not an image that can be shown.
    ConfigError
        If the source is unknown or the upload is missing.
    """
    if choice.source == "stripes":
        return data.stripes(1)
    if choice.source == "shepp-logan":
        return data.shepp_logan(choice.size)
    if choice.source == "ellipses":
        return data.ellipses(1, choice.size, torch.Generator().manual_seed(choice.seed))
    if choice.source == OWN:
        if upload is None:
            raise ConfigError("There is no own image yet; choose a file first.")
        return read_upload(hashlib.sha256(upload).hexdigest(), choice.size, upload)
    return data.image(choice.source, choice.size)


@st.cache_data(max_entries=16, show_spinner=False)
def read_upload(digest: str, size: int, _content: bytes) -> Image:
    """Decode an upload once; see `structviz.data.read_image` for what it raises."""
    del digest
    return data.read_image(_content, size)


@st.cache_resource(max_entries=32, show_spinner=False)
def _network(name: str, sha256: str) -> nn.Module:
    """A shipped network, shared by all visitors; the digest makes a rebuilt file a new entry."""
    del sha256
    return zoo.load(name)


@st.cache_data(max_entries=64, show_spinner=False)
def _run(choice: Choice, digest: str, _upload: bytes | None) -> Comparison:
    del digest
    nets = {}
    for arm in choice.arms:
        name = choice.network_name(arm)
        net = _network(name, zoo.card(name).sha256)
        nets[arm] = Symmetrised(net, "C4") if arm == "symmetrised" else net
    image = source_image(choice, _upload)
    return compare(nets, image, _radians(choice.angle), choice.noise, choice.level, choice.seed)


def run(choice: Choice, upload: bytes | None) -> Comparison:
    """Compare the chosen arms; visitors with the same choice and upload share one result.

    Raises
    ------
    StructVizError
        If the upload cannot be read or a network is missing.
    """
    digests = [zoo.card(choice.network_name(arm)).sha256 for arm in choice.arms]
    return _run(choice, hashlib.sha256(upload or b"").hexdigest() + "".join(digests), upload)


def rows(choice: Choice, comparison: Comparison, differences: bool) -> list[Row]:
    """The pictures of a comparison: a row for each angle, a tile for the input, each arm and the truth."""
    colours = choice.colour_map
    whole = is_quarter_turn(comparison.angles[-1])
    mask = None if whole else comparison.mask
    shown = []
    for k, angle in enumerate(comparison.angles):
        clean = comparison.clean[k]
        where = f"turned by {degrees(angle)}" if angle else "upright"

        def tile(
            arm: str,
            restored: Restored,
            details: tuple[str, ...] = (),
            clean: Image = clean,
            where: str = where,
        ) -> Tile:
            picture = restored.image - clean if differences else restored.image
            png = to_png(picture[0, 0], "difference" if differences else colours, mask)
            kind = "difference to the truth" if differences else "image"
            return Tile(
                title=arm_title(arm),
                colour=ARM_COLOURS[arm],
                png=png,
                headline=decibels(restored.psnr),
                details=(f"SSIM {restored.ssim:.3f}", *details),
                alt=f"{arm_title(arm)} {kind}, {where}: {decibels(restored.psnr)}",
            )

        arms = [
            tile(
                arm,
                restored[k],
                (f"equivariance error {comparison.equivariance_errors[arm]:.1e}",) if angle else (),
            )
            for arm, restored in comparison.arms.items()
        ]
        truth = Tile(
            arm_title("truth"),
            ARM_COLOURS["truth"],
            to_png(clean[0, 0], colours, mask),
            "",
            (),
            f"Clean image, {where}",
        )
        shown.append(Row(where.capitalize(), (tile("noisy", comparison.noisy[k]), *arms, truth)))
    return shown


def _radians(angle_in_degrees: float) -> float:
    return float(torch.deg2rad(torch.tensor(angle_in_degrees, dtype=torch.float64)))
