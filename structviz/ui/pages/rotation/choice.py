"""What can be chosen on the rotation page, each control declared once, and presets."""

import dataclasses
import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Any

import torch

from structviz import data, training
from structviz.arms import is_equivariant
from structviz.config import DenoiserShape, TrainConfig
from structviz.data import UPLOAD_TYPES
from structviz.figures import arm_title
from structviz.nets import PIXELWISE, group
from structviz.nets.classical import CLASSICAL
from structviz.studies.designs import DESIGNS, Design
from structviz.studies.rotation import Turned
from structviz.training import LARGE, SMALL
from structviz.training.recipes import complete
from structviz.training.wide_stripes import SECTOR, WIDE
from structviz.transforms import NOISES
from structviz.types import Image
from structviz.ui.browser.rotor import CURVES
from structviz.ui.kit.choice import Choice, declare
from structviz.ui.kit.control import Values
from structviz.ui.kit.controls import Many, Networks, Number, One, Section, Toggle
from structviz.ui.kit.networks import TrainedNetwork
from structviz.ui.kit.uploads import Upload, UploadedFile

__all__ = [
    "ARMS",
    "DESIGN_FIELDS",
    "N_MAPS",
    "OWN",
    "PRESETS",
    "SIZES",
    "SOURCES",
    "STRIPES",
    "WIDE",
    "RotationChoice",
    "feature_layers",
    "offered_arms",
    "has_room_for_maps",
    "maps_shown",
    "read_upload",
]

OWN = "own"
"""The source that stands for the visitor's image."""

ARMS = ("ordinary", "augmented", "equivariant", "equivariant-augmented", "symmetrised", *CLASSICAL)
"""Arms in the order in which they are shown, and the yardsticks that learn nothing."""

_WITHOUT_LAYERS = {"symmetrised", *CLASSICAL}

STRIPES = "stripes"
"""The source of the lecture's stripes."""

SIZES = (64, 128, 256)
"""Sides of the images, in pixels; the stripes have their own."""

N_MAPS = 8
"""Feature maps that are shown of a layer, or a whole field where that has more."""

SOURCES: Mapping[str, str] = MappingProxyType(
    {
        WIDE: "Wide stripes",
        STRIPES: "The lecture's stripes",
        **{name: data.PICTURES[name].title for name in data.IMAGES},
        "shepp-logan": "Shepp–Logan phantom",
        "ellipses": "Random ellipses",
        OWN: "Your own image …",
    }
)
"""What can be turned, with titles."""

_SHIPPED_SOURCES = {name: title for name, title in SOURCES.items() if name != OWN}

_STAND_IN = "camera"
_NOISE = {False: "stays with the camera", True: "turns with the object"}
_TRAINING_SETS = {"small": f"{SMALL} patches", "large": f"{LARGE} patches"}


@lru_cache(maxsize=8)
def read_upload(file: UploadedFile, size: int) -> Image:
    """The visitor's image, decoded once; see `structviz.data.read_image` for what it raises."""
    return data.read_image(file.content, size)


def maps_shown(networks: Iterable[TrainedNetwork]) -> int:
    """How many feature maps are shown beside networks of this machine: as many as the largest field has, or `N_MAPS`.

    Orders of groups are powers of two, so that it is a number of whole fields for every network.
    """
    groups = [network.config.group for network in networks if isinstance(network.config.net, DenoiserShape)]
    return max([N_MAPS, *(group(name).order for name in groups if name)])


def has_room_for_maps(network: TrainedNetwork, n_maps: int) -> bool:
    """Whether the layers of a network of this machine have so many feature maps."""
    shape = network.config.net
    return isinstance(shape, DenoiserShape) and shape.width >= n_maps


def offered_arms(values: Values) -> dict[str, str]:
    """The arms of which a network ships for the chosen image, and yardsticks for photographs, with titles."""
    is_photograph = _recipe(values) == "images"
    return {
        arm: arm_title(arm)
        for arm in ARMS
        if (is_photograph if arm in CLASSICAL else _shipped_name(arm, values["source"]) in training.SHIPPED)
    }


def feature_layers(values: Values) -> range:
    """The layers, counted from 1, whose feature maps all chosen networks can show; empty if there is no network."""
    n_maps = maps_shown(values["local"])
    depths = [_depth(network.config.net) for network in values["local"] if has_room_for_maps(network, n_maps)]
    if set(values["arms"]) - _WITHOUT_LAYERS:
        depths.append(_shipped_depth(_recipe(values), WIDE if values["source"] == WIDE else None))
    return range(1, min(depths, default=1))


@lru_cache(maxsize=4)
def _shipped_depth(recipe: str, dataset: str | None) -> int:
    """Layers of the networks that ship, none of which has fewer than the shape of its recipe."""
    return _depth(complete(TrainConfig(recipe, dataset=dataset), training.recipe(recipe)).net)


def _depth(shape: object) -> int:
    return len(shape.dilations) if isinstance(shape, DenoiserShape) else 1


def _recipe(values: Values) -> str:
    return "stripes" if values["source"] in (WIDE, STRIPES) else "images"


def _shipped_name(arm: str, source: str, group: str = "C4", matched: bool = False, trained_on: str = "small") -> str:
    """Name in the zoo of the network that serves an arm for a source."""
    trained = "ordinary" if arm == "symmetrised" else arm
    parameters = "-parameters" if matched and trained == "equivariant" else ""
    if source == WIDE:
        return f"stripes/wide-{trained}"
    if source == STRIPES:
        return f"stripes/{trained}{parameters}"
    # The other groups are trained on upright images alone.
    symmetry = f"-{(group if trained == 'equivariant' else 'C4').lower()}" if is_equivariant(trained) else ""
    return f"images/{trained}{symmetry}{parameters}-{trained_on}"


DESIGN_FIELDS = tuple(field.name for field in dataclasses.fields(Design))
"""What can be switched of a design; the controls are called `design_` and this."""


def _measured(name: str, titles: Callable[[Any], str]) -> Callable[[Values], Mapping[Any, str]]:
    """What a switch offers: what was measured with the switches before it as they are."""
    before = DESIGN_FIELDS[: DESIGN_FIELDS.index(name)]

    def options(values: Values) -> Mapping[Any, str]:
        fitting = [d for d in DESIGNS if all(getattr(d, n) == values[f"design_{n}"] for n in before)]
        return {value: titles(value) for value in sorted({getattr(design, name) for design in fitting}, key=str)}

    return options


def _is_readable(file: UploadedFile) -> None:
    read_upload(file, RotationChoice().size)


def _can_match(values: Values) -> bool:
    return values["source"] == STRIPES or (values["source"] != WIDE and values["group"] == "C4")


@dataclass(frozen=True)
class RotationChoice(Choice):
    """Everything that can be chosen on the page."""

    source: str = declare(WIDE, One("Image", place="sidebar", options=SOURCES, chips=_SHIPPED_SOURCES))
    upload: UploadedFile | None = declare(
        None,
        Upload(
            "Your image, at most 10 MB and 24 million pixels",
            place="sidebar",
            types=UPLOAD_TYPES,
            read=_is_readable,
            stand_in="Until you choose one, the cameraman is shown.",
            applies=lambda values: values["source"] == OWN,
        ),
    )
    angle: int = declare(
        0,
        Number(
            "Turned by",
            low=0,
            high=360,
            step=5,
            kind="slider",
            format="%d°",
            width=360,
            help="Or drag a picture to turn it.",
        ),
    )
    level: float = declare(
        0.25,
        Number(
            "Noise level",
            place="sidebar",
            low=0.0,
            high=0.5,
            whole=False,
            step=0.01,
            kind="slider",
            chips={0.0: "no noise", 0.1: "noise 0.1", 0.25: "noise 0.25", 0.5: "noise 0.5"},
        ),
    )
    arms: tuple[str, ...] = declare(
        ("ordinary", "equivariant"),
        Many("Networks", place="sidebar", options=offered_arms),
    )
    local: tuple[TrainedNetwork, ...] = declare(
        (), Networks(place="sidebar", recipe=_recipe, others=("stripes", "images"))
    )
    noise: str = declare(
        "gaussian",
        One("Kind of noise", place="drawer", options={name: kind.title for name, kind in NOISES.items()}),
    )
    noise_turns: bool = declare(
        False,
        One(
            "When the object turns, the noise",
            place="drawer",
            kind="segmented",
            options=_NOISE,
            caption=(
                "With noise that turns along, the whole experiment is equivariant: at quarter turns the equivariant "
                "network gets exactly the same PSNR. A camera's noise stays where it is, so there it gets the same "
                "only up to the noise that happens to fall on the object."
            ),
        ),
    )
    seed: int = declare(0, Number("Seed of the noise", place="drawer", low=0, high=9999))
    training: str = declare(
        "small",
        One(
            "Networks trained on",
            place="drawer",
            kind="segmented",
            options=_TRAINING_SETS,
            above="For photographs and phantoms:",
        ),
    )
    group: str = declare(
        "C4",
        One("Group of the equivariant network", place="drawer", kind="segmented", options=("C4", "C8", "D4")),
    )
    matching: str = declare(
        "channels",
        One(
            "Ordinary and equivariant network have equal",
            place="drawer",
            kind="segmented",
            options=("channels", "parameters"),
            help="Equal channels take equal time. Networks with equal parameters ship for C4 only.",
        ),
    )
    size: int = declare(128, One("Side in pixels", place="drawer", kind="segmented", options=SIZES))
    # How the pictures are looked at, which the rotor's own switches change.
    differences: bool = declare(
        False,
        Toggle(
            "Show differences to the truth",
            place="drawer",
            above="The switches below the pictures, as fields:",
            kept=True,
        ),
    )
    curves: str = declare("straight", One("Curves", place="drawer", options=CURVES, kept=True))
    several: bool = declare(False, Section("Several images at once: a table"))
    photographs: bool = declare(False, Section("How many photographs?"))
    inside: bool = declare(False, Section("Look inside: feature maps that turn, and filters"))
    layer: int = declare(
        1,
        One(
            "Feature maps after layer",
            kind="segmented",
            options=feature_layers,
            applies=lambda values: len(feature_layers(values)) > 0,
            formerly=("layer_of_3", "layer_of_6"),
            kept=True,
        ),
    )

    designs: bool = declare(False, Section("What breaks equivariance between quarter turns?"))
    design_kernel_size: int = declare(
        3, One("Kernel", kind="segmented", options=_measured("kernel_size", lambda side: f"{side}×{side}"), kept=True)
    )
    design_dilated: bool = declare(
        True,
        One(
            "Dilation",
            kind="segmented",
            options=_measured("dilated", lambda dilated: "1 to 3" if dilated else "none"),
            kept=True,
        ),
    )
    design_group: str = declare("C8", One("Group", kind="segmented", options=_measured("group", str), kept=True))
    design_activation: str = declare(
        "relu",
        One(
            "Nonlinearity",
            kind="segmented",
            options=_measured("activation", lambda name: PIXELWISE[name].title),
            kept=True,
        ),
    )
    design_padding: str = declare(
        "replicate", One("Padding", kind="segmented", options=_measured("padding", str), kept=True)
    )
    design_stride: int = declare(1, One("Stride", kind="segmented", options=_measured("stride", str), kept=True))

    @property
    def shown_source(self) -> str:
        """What is turned: the source, or what stands in for an image of the visitor until there is one."""
        return _STAND_IN if self.source == OWN and self.upload is None else self.source

    @property
    def image(self) -> Image:
        """The clean upright image.

        Raises
        ------
        ImageError
            If the upload is not an image that can be shown.
        """
        match self.shown_source:
            case _ if self.source == WIDE:
                return data.grating(0.0)
            case _ if self.source == STRIPES:
                return data.stripes(1)
            case "shepp-logan":
                return data.shepp_logan(self.size)
            case "ellipses":
                return data.ellipses(1, self.size, torch.Generator().manual_seed(self.seed))
            case "own" if self.upload is not None:
                return read_upload(self.upload, self.size)
            case name:
                return data.image(name, self.size)

    @property
    def turned(self) -> Turned | None:
        """The clean image at any angle, where a formula has it; other images are rotated."""
        return data.grating if self.source == WIDE else None

    @property
    def sectors(self) -> tuple[tuple[float, float], ...]:
        """At which angles, in degrees, the image lies as those of the training; empty if that is nothing to draw."""
        if self.source != WIDE:
            return ()
        half = math.degrees(SECTOR)
        # Half a turn brings the same stripes.
        return ((-half, half), (180 - half, 180 + half))

    @property
    def image_key(self) -> str:
        """Stands for the clean image in the keys of caches."""
        digest = self.upload.digest if self.shown_source == OWN and self.upload else ""
        return repr((self.shown_source, self.size, self.seed, digest))

    @property
    def colour_map(self) -> str:
        """The colours of its pictures: the lecture's for stripes, grey for the rest."""
        return "stripes" if self.source in (WIDE, STRIPES) else "grey"

    @property
    def network_arms(self) -> tuple[str, ...]:
        """The arms of which a network ships: all but the yardsticks, which learn nothing."""
        return tuple(arm for arm in self.arms if arm not in CLASSICAL)

    @property
    def layered_arms(self) -> tuple[str, ...]:
        """The arms whose layers can be looked at."""
        return tuple(arm for arm in self.arms if arm not in _WITHOUT_LAYERS)

    @property
    def columns(self) -> tuple[str, ...]:
        """The arms, and the networks of this machine."""
        return (*self.arms, *(network.key for network in self.local))

    @property
    def can_match(self) -> bool:
        """Whether there is an equivariant network with as many parameters as the ordinary one: for C4 alone."""
        return _can_match(vars(self))

    def network_name(self, arm: str) -> str:
        """Name in the zoo of the network that serves an arm; `folder_of` has the folder."""
        for network in self.local:
            if network.key == arm:
                return network.name
        matched = self.matching == "parameters" and self.can_match
        return _shipped_name(arm, self.source, self.group, matched, self.training)


_THREE = ("ordinary", "augmented", "equivariant")

PRESETS: Mapping[str, RotationChoice] = MappingProxyType(
    {
        "Wide stripes": RotationChoice(),
        "The lecture's stripes": RotationChoice(STRIPES, angle=90),
        "A photograph at 45°": RotationChoice(
            source="camera", angle=45, level=0.15, arms=("ordinary", "equivariant", *CLASSICAL)
        ),
        "A phantom at 45°": RotationChoice(source="shepp-logan", angle=45, level=0.2, group="C8"),
        # Half a turn brings horizontal stripes back, for which the ordinary network is made: +8 dB.
        "Where equivariance loses": RotationChoice(STRIPES, angle=180, arms=_THREE),
        "Average over the group": RotationChoice(STRIPES, angle=90, arms=("ordinary", "equivariant", "symmetrised")),
    }
)
"""Things to try."""
