"""What can be chosen on the rotation page, each control declared once."""

import math
from dataclasses import dataclass
from functools import lru_cache

import torch

from structviz import data
from structviz.data import UPLOAD_TYPES
from structviz.nets.classical import CLASSICAL
from structviz.studies.rotation import Turned
from structviz.training.wide_stripes import SECTOR, WIDE
from structviz.transforms import NOISES
from structviz.types import Image
from structviz.ui.browser.rotor import CURVES
from structviz.ui.kit.choice import Choice, declare
from structviz.ui.kit.controls import Many, Networks, Number, One, Section, Toggle
from structviz.ui.kit.networks import TrainedNetwork
from structviz.ui.kit.uploads import Upload, UploadedFile
from structviz.ui.pages.rotation.options import (
    ACTIVATION_TITLES,
    NOISE_TURNS,
    OWN,
    SHIPPED_SOURCES,
    SIZES,
    SOURCES,
    STAND_IN,
    STRIPES,
    TRAINING_SETS,
    WITHOUT_LAYERS,
    can_match,
    feature_layers,
    group_title,
    measured_designs,
    network_of,
    offered_arms,
    recipe_of,
)

__all__ = ["RotationChoice", "read_upload"]


@lru_cache(maxsize=8)
def read_upload(file: UploadedFile, size: int) -> Image:
    """The visitor's image, decoded once; see `structviz.data.read_image` for what it raises."""
    return data.read_image(file.content, size)


def _is_readable(file: UploadedFile) -> None:
    read_upload(file, RotationChoice().size)


@dataclass(frozen=True)
class RotationChoice(Choice):
    """Everything that can be chosen on the page."""

    source: str = declare(WIDE, One("Image", place="sidebar", options=SOURCES, chips=SHIPPED_SOURCES))
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
        (), Networks(place="sidebar", recipe=recipe_of, others=("stripes", "images"))
    )
    noise: str = declare(
        "gaussian",
        One("Kind of noise", place="drawer", options=NOISES),
    )
    noise_turns: bool = declare(
        False,
        One(
            "When the object turns, the noise",
            place="drawer",
            kind="segmented",
            options=NOISE_TURNS,
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
            options=TRAINING_SETS,
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
        3,
        One(
            "Kernel",
            kind="segmented",
            options=measured_designs("kernel_size", lambda side: f"{side}×{side}"),
            kept=True,
        ),
    )
    design_dilated: bool = declare(
        True,
        One(
            "Dilation",
            kind="segmented",
            options=measured_designs("dilated", lambda dilated: "1 to 3" if dilated else "none"),
            kept=True,
        ),
    )
    design_group: str = declare(
        "C8", One("Group", kind="segmented", options=measured_designs("group", group_title), kept=True)
    )
    design_activation: str = declare(
        "relu",
        One(
            "Nonlinearity",
            kind="segmented",
            options=measured_designs("activation", ACTIVATION_TITLES.__getitem__),
            kept=True,
        ),
    )
    design_padding: str = declare(
        "replicate", One("Padding", kind="segmented", options=measured_designs("padding", str), kept=True)
    )
    design_stride: int = declare(1, One("Stride", kind="segmented", options=measured_designs("stride", str), kept=True))

    @property
    def shown_source(self) -> str:
        """What is turned: the source, or what stands in for an image of the visitor until there is one."""
        return STAND_IN if self.source == OWN and self.upload is None else self.source

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
        return tuple(arm for arm in self.arms if arm not in WITHOUT_LAYERS)

    @property
    def columns(self) -> tuple[str, ...]:
        """The arms, and the networks of this machine."""
        return (*self.arms, *(network.key for network in self.local))

    @property
    def can_match(self) -> bool:
        """Whether there is an equivariant network with as many parameters as the ordinary one: for C4 alone."""
        return can_match(vars(self))

    def network_name(self, arm: str) -> str:
        """Name in the zoo of the network that serves an arm; `folder_of` has the folder."""
        for network in self.local:
            if network.key == arm:
                return network.name
        return network_of(arm, vars(self))
