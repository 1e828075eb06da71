"""What the invertibility page shows."""

import copy
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

import torch

from structviz import zoo
from structviz.data import TOY_SETS, toy
from structviz.nets import InvertibleMap, PointClassifier
from structviz.studies.invertibility import KINDS, MAX_CONTRACTION, MAX_LAYERS, coarse_resnet, random_network
from structviz.types import Labels, Points
from structviz.ui.kit.choice import Choice, Number, One, Section, Text, Values, declare
from structviz.ui.kit.controls import Networks
from structviz.ui.kit.networks import TrainedNetwork
from structviz.ui.kit.places import parse_point
from structviz.ui.kit.uploads import UploadedFile
from structviz.ui.pages.invertibility.cell_place import CELL, parse_cell
from structviz.ui.pages.invertibility.densities import FLOWS
from structviz.ui.pages.invertibility.photograph_options import FACTOR, OWN_PHOTO, PART, PHOTO, SWAP

__all__ = ["N_POINTS", "InvertibilityChoice"]

N_POINTS = 200
"""Points that are sent there and back."""

PRECISIONS = {"float64": "float64 (53 bits)", "float32": "float32 (24 bits)"}


def _is_contractive(values: Values) -> bool:
    return values["network"] == "contractive"


def _trained_name(values: Values) -> str | None:
    """The shipped network of this kind for these points, by its name in the zoo."""
    name = f"invertibility/{values['network']}-{values['dataset']}"
    return name if name in zoo.names() else None


def _is_random(values: Values) -> bool:
    return values["weights"] == "random" or _trained_name(values) is None


_FLOW = One("Network that has learnt the density", options=FLOWS, kind="segmented")
_LOCAL = Networks(
    recipe="invertibility", most=1, fits=lambda network, values: network.config.dataset == values["dataset"]
)
_NETWORK = One("Network with an inverse", place="sidebar", options=KINDS)
_WEIGHTS = One(
    "Weights",
    place="sidebar",
    options={"trained": "trained", "random": "random"},
    kind="segmented",
    applies=lambda values: _trained_name(values) is not None,
    help="Trained ones turn the points into normal codes, by maximum likelihood. An inverse needs no training.",
)
_LAYERS = Number("Layers K", place="sidebar", low=1, high=MAX_LAYERS, step=1, kind="slider", applies=_is_random)
_CONTRACTION = Number(
    "Contraction c of each branch",
    place="sidebar",
    low=0.1,
    high=MAX_CONTRACTION,
    step=0.05,
    whole=False,
    kind="slider",
    format="%.2f",
    applies=_is_contractive,
    help="The Lipschitz constant that no branch exceeds. Below 1 a fixed-point iteration undoes a layer.",
)
_ITERATIONS = Number(
    "Fixed-point steps for each layer",
    place="sidebar",
    low=1,
    high=200,
    step=1,
    kind="slider",
    applies=_is_contractive,
)
_STEPS = Number(
    "Steps of the ResNet",
    place="sidebar",
    low=2,
    high=40,
    step=1,
    kind="slider",
    help="It takes the same time in fewer, larger steps. With 40 it is the network as it was trained.",
)

_AT = Number("Moment: data 0, code 1, back 2", place="browser", low=0.0, high=2.0, whole=False, incidental=True)


@dataclass(frozen=True)
class InvertibilityChoice(Choice):
    """Everything that decides what the page shows."""

    dataset: str = declare("spiral2d", One("Points", place="sidebar", options=TOY_SETS))
    network: str = declare("affine", _NETWORK)
    weights: str = declare("trained", _WEIGHTS)
    layers: int = declare(8, _LAYERS)
    contraction: float = declare(0.8, _CONTRACTION)
    iterations: int = declare(100, _ITERATIONS)
    steps: int = declare(4, _STEPS)
    precision: str = declare("float64", One("Arithmetic", place="drawer", options=PRECISIONS))
    seed: int = declare(0, Number("Seed of points and weights", place="drawer", low=0, high=999))
    probe: str = declare(
        "0.6,0.2", Text("Dragged point", place="browser", parse=parse_point, words="two numbers like 0.5,-0.25")
    )
    at: float = declare(0.0, _AT)
    depth: bool = declare(False, Section("Inverse error against depth"))
    promises: bool = declare(False, Section("What is promised, and what is measured"))
    density: bool = declare(False, Section("Density: a Gaussian becomes data"))
    flow: str = declare("affine", _FLOW)
    local: tuple[TrainedNetwork, ...] = declare((), _LOCAL)
    cell: str = declare(
        CELL,
        Text("Cell", place="browser", parse=parse_cell, words="three numbers like 0.5,-0.25,0.1", kept=True),
    )
    memory: bool = declare(False, Section("Memory of the backward pass"))
    photographs: bool = declare(False, Section("A photograph and its code"))
    photo: str = declare("camera", PHOTO)
    own_photo: UploadedFile | None = declare(None, OWN_PHOTO)
    part: str = declare("fine", PART)
    factor: float = declare(1.0, FACTOR)
    swap: str | None = declare(None, SWAP)

    @property
    def points(self) -> tuple[Points, Labels]:
        """The points, in float64, and their classes."""
        points, labels = toy(self.dataset, N_POINTS, torch.Generator().manual_seed(self.seed))
        return points.double(), labels

    @property
    def trained_name(self) -> str | None:
        """The network with an inverse by its name in the zoo; None if its weights are random."""
        return None if _is_random(vars(self)) else _trained_name(vars(self))

    @property
    def net(self) -> InvertibleMap:
        """The network with an inverse, in the chosen arithmetic."""
        if self.trained_name is None:
            net = random_network(self.network, self.layers, self.contraction, self.seed)
        else:
            net = copy.deepcopy(cast(InvertibleMap, zoo.load(self.trained_name))).double()
        return net.float() if self.precision == "float32" else net

    @property
    def twin_name(self) -> str:
        """The trained ResNet, by its name in the zoo."""
        return f"flow/resnet-{self.dataset}"

    @property
    def twin(self) -> PointClassifier:
        """The ResNet in the chosen steps."""
        return coarse_resnet(cast(PointClassifier, zoo.load(self.twin_name)), self.steps)

    @property
    def n_iterations(self) -> int | None:
        """Steps of the iteration that undoes a layer, for networks that have one."""
        return self.iterations if self.network == "contractive" else None

    @property
    def derived(self) -> Mapping[str, Any]:
        """What is shown besides."""
        return {"n_points": N_POINTS}
