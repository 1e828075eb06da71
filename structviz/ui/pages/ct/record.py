"""All that the CT page says of its numbers: rounded once, here. Sentences, captions and tables are made of this."""

import dataclasses
import math
from dataclasses import dataclass
from typing import Literal

from structviz import zoo
from structviz.arms import arm_words
from structviz.config import UnrolledShape
from structviz.displayed import Displayed, decibels, number, significant
from structviz.studies.ct import CLASSICAL, LEARNED, Reconstruction, outside_training
from structviz.training import read_ct_baselines
from structviz.training.patients import N_TEST
from structviz.ui.kit.networks import TrainedNetwork
from structviz.ui.pages.ct.choice import ScanChoice
from structviz.ui.pages.ct.options import OWN, TUNED
from structviz.ui.pages.ct.results import Results

__all__ = ["Object", "Shown", "ShownMethod", "record"]

Object = Literal["chest", "head", "ellipses", "slice", "picture", "stand-in"]
"""What is scanned: three phantoms, a DICOM slice, another upload, or the chest that stands in for one."""

_OBJECTS: dict[str | None, Object] = {"thorax": "chest", "shepp-logan": "head", "ellipses": "ellipses"}

_WORDS = {"fbp": "filtered backprojection", "tv": "total variation"}


@dataclass(frozen=True)
class ShownMethod:
    """A column of the viewer.

    Attributes
    ----------
    key
        Its name among the columns.
    words
        What a sentence calls it.
    learned
        Whether it is a network.
    psnr
        Of every iterate, the result last.
    cost
        What it costs on the held-out patients that they are turned, in mean PSNR; None where nobody has measured it.
    outside
        In which ways the scan is not what it was trained for.
    n_steps
        Of the iteration; 0 for a method that has none.
    """

    key: str
    words: str
    learned: bool
    psnr: tuple[Displayed, ...]
    cost: Displayed | None
    outside: tuple[str, ...] = ()
    n_steps: int = dataclasses.field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "n_steps", len(self.psnr) - 1)

    @property
    def result(self) -> Displayed:
        """The PSNR of the result."""
        return self.psnr[-1]


@dataclass(frozen=True)
class Shown:
    """What the page shows now.

    Attributes
    ----------
    methods
        The columns, in their order.
    local
        The networks of this machine among them, by key.
    object
        What is scanned.
    width
        Side of its image.
    width_is_known
        Whether the file or the phantom tells it; if not, it is assumed.
    photons, passing
        How many enter each ray, and how many of these pass the thickest part on average; None without noise.
    angle, degrees
        How far the object is turned, and the range of the directions, as numbers.
    turn, range
        The same as they are shown.
    views
        How many directions there are.
    n_test
        Held-out patients on whom `ShownMethod.cost` was measured.
    weight, weight_is_tuned
        Of total variation, and whether it is the best one on validation patients.
    filter, filter_is_tuned
        The same of backprojection.
    """

    methods: tuple[ShownMethod, ...]
    local: dict[str, TrainedNetwork] = dataclasses.field(compare=False)
    object: Object
    width: Displayed
    width_is_known: bool
    photons: int | None
    passing: Displayed | int | None
    angle: int
    degrees: int
    turn: Displayed
    range: Displayed
    views: int
    n_test: int
    weight: Displayed
    weight_is_tuned: bool
    filter: str
    filter_is_tuned: bool

    def method(self, key: str) -> ShownMethod | None:
        """A column; None if it is not shown."""
        return next((method for method in self.methods if method.key == key), None)

    @property
    def lead(self) -> Displayed | None:
        """PSNR of the equivariant network minus that of the ordinary one; None unless both are shown and finite."""
        ordinary, equivariant = self.method("ordinary"), self.method("equivariant")
        if ordinary is None or equivariant is None:
            return None
        ahead = equivariant.result.minus(ordinary.result)
        return ahead if ahead.is_finite else None

    @property
    def upright(self) -> bool:
        """Whether the object lies as in training."""
        return self.angle % 360 == 0

    @property
    def turns_exactly(self) -> bool:
        """Whether the turn only exchanges views and detectors."""
        return self.angle % 180 == 0 or (self.angle % 90 == 0 and self.degrees == 180 and self.views % 2 == 0)


def record(choice: ScanChoice, results: Results) -> Shown:
    """What the page shows for a choice."""
    scan, own = choice.scan, choice.own
    local = {network.key: network for network in choice.local}
    noise = scan.n_photons < math.inf
    return Shown(
        methods=tuple(_method(key, one, choice, local.get(key)) for key, one in results.methods.items()),
        local=local,
        object=_object(choice),
        width=significant(scan.width, 3, " cm"),
        width_is_known=own is None or own.width is not None,
        photons=int(scan.n_photons) if noise else None,
        passing=_count(scan.n_photons * math.exp(-results.acquired.thickest)) if noise else None,
        angle=choice.angle,
        degrees=choice.degrees,
        turn=number(choice.angle, unit="°"),
        range=number(choice.degrees, unit="°"),
        views=choice.views,
        n_test=N_TEST,
        weight=significant(choice.tv_weight, 3, " cm"),
        weight_is_tuned=choice.weight is None,
        filter=choice.fbp_filter,
        filter_is_tuned=choice.filter == TUNED,
    )


def _object(choice: ScanChoice) -> Object:
    if choice.phantom != OWN:
        return _OBJECTS[choice.phantom]
    if choice.own is None:
        return "stand-in"
    return "slice" if choice.own.hounsfield else "picture"


def _count(photons: float) -> Displayed | int:
    """A number of photons; fewer than ten with two digits."""
    return significant(photons, 2) if photons < 10 else int(number(photons).value)


def _method(key: str, one: Reconstruction, choice: ScanChoice, network: TrainedNetwork | None) -> ShownMethod:
    psnr = tuple(map(decibels, one.psnr))
    if network is not None:
        shape = network.config.net if isinstance(network.config.net, UnrolledShape) else None
        outside = tuple(outside_training(choice.scan, shape))
        return ShownMethod(key, f"**{network.phrase}**", True, psnr, None, outside)
    if key in LEARNED:
        metrics, outside = zoo.card(f"ct/{key}-{choice.training}").metrics, tuple(outside_training(choice.scan))
    else:
        metrics, outside = read_ct_baselines()[key], ()
    cost = decibels(metrics["psnr_upright"]).minus(decibels(metrics["psnr_rotated"]))
    words = _WORDS[key] if key in CLASSICAL else f"the **{arm_words(key)}** network"
    return ShownMethod(key, words, key in LEARNED, psnr, cost, outside)
