"""What the page on optimal control shows."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import cast

import torch

from structviz import zoo
from structviz.config import ODENetShape
from structviz.data import TOY_SETS, toy
from structviz.nets import PLAIN, PointClassifier
from structviz.ode import INTEGRATORS
from structviz.seeding import seeded
from structviz.studies.control import DESCENTS, EXPLICIT_MIDPOINT
from structviz.training import CONTROL, OPTIMISERS, SMOOTHNESS_WEIGHTS
from structviz.training.control_history import N_FRAMES
from structviz.types import Labels, Points
from structviz.ui.kit.choice import Choice, Number, One, Section, Text, Values, declare
from structviz.ui.kit.controls import Networks
from structviz.ui.kit.networks import TrainedNetwork
from structviz.ui.kit.places import parse_point

__all__ = ["CAR_STEPS", "ENTRIES", "NETWORKS", "N_POINTS", "ControlChoice"]

N_POINTS = 160
"""Points that are steered; the objective is their mean loss."""

NETWORKS: Mapping[str, str] = MappingProxyType(
    {"rk4": "RK4 network", "resnet": "ResNet", PLAIN: "Plain network, no steps"}
)
"""The kinds of networks, with titles."""

LAST_FRAME = N_FRAMES - 1
"""The last moment of a training that is shown."""

ENTRIES = ("A₁₁", "A₁₂", "A₂₁", "A₂₂", "b₁", "b₂")
"""The weights of a layer of the plane."""

CAR_STEPS = (20, 40, 80, 160, 320)
"""Numbers of steps in which a car is brought to rest."""

_SETS = {name: one.title for name, one in TOY_SETS.items()}
_SCHEMES = {"rk4": "rk4", "resnet": "euler", PLAIN: PLAIN}
_AS_TRAINED = "trained"
_EXPLICIT = {name: method.title for name, method in INTEGRATORS.items() if method.explicit}
_METHODS = {_AS_TRAINED: "as trained", **_EXPLICIT}

_LAYER_METHODS = {
    **_EXPLICIT,
    EXPLICIT_MIDPOINT.name: f"{EXPLICIT_MIDPOINT.title}, a weight is 0",
}


def _has_steps(values: Values) -> bool:
    return values["network"] != PLAIN


_WEIGHTS = One(
    "Control θ",
    place="sidebar",
    options={"trained": "trained", "random": "untrained"},
    kind="segmented",
    help="The weights of all layers are the control that steers the points.",
)
_METHOD = One(
    "Steps of the layers",
    place="sidebar",
    options=_METHODS,
    applies=_has_steps,
    help="Each layer is a step for ż = σ(A(t)z + b(t)). The costates take steps of the method that belongs to it.",
)


def _joins_the_race(network: TrainedNetwork, values: Values) -> bool:
    """Whether a network of this machine has learnt the points of the race, in the plane and with σ = tanh."""
    shape = network.config.net
    is_plane = isinstance(shape, ODENetShape) and (shape.width, shape.activation) == (2, "tanh")
    return is_plane and network.config.dataset == values["race_set"]


_LOCAL = Networks(recipe="control", most=1, fits=_joins_the_race)


@dataclass(frozen=True)
class ControlChoice(Choice):
    """Everything that decides what the page shows."""

    dataset: str = declare("spiral2d", One("Points", place="sidebar", options=_SETS))
    network: str = declare("rk4", One("Network", place="sidebar", options=NETWORKS))
    weights: str = declare("trained", _WEIGHTS)
    method: str = declare(_AS_TRAINED, _METHOD)
    seed: int = declare(0, Number("Seed of points and weights", place="drawer", low=0, high=999))
    probe: str = declare(
        "0.5,0.4", Text("Dragged point", place="browser", parse=parse_point, words="two numbers like 0.5,-0.25")
    )
    adjoints: bool = declare(False, Section("Discretise, then optimise — or optimise, then discretise?"))
    layer_method: str = declare("heun", One("Steps of the layers", options=_LAYER_METHODS))
    depth: int = declare(5, One("Layers", options=(5, 10, 20)))
    descent: str = declare("backtracking", One("Training", options=DESCENTS))
    refined: bool = declare(False, Section("Ever more layers: do their weights approach a control θ(t)?"))
    refined_set: str = declare("halfmoon2d", One("Points to refine on", options=_SETS))
    entry: str = declare("A₁₁", One("Weight shown", options=ENTRIES))
    linear: bool = declare(False, Section("A car is brought to rest: the check with a closed form"))
    car_method: str = declare("rk4", One("Steps of the car", options=_EXPLICIT))
    car_steps: int = declare(20, One("Number of steps", options=CAR_STEPS))

    # Networks that learn their time steps

    learned: bool = declare(False, Section("Learned time steps: what does training make of time?"))
    learned_set: str = declare("donut2d", One("Points to learn", options=CONTROL.datasets))
    learned_by: str = declare("backtracking", One("Trained by", options=OPTIMISERS))
    learned_frame: int = declare(
        LAST_FRAME, Number("Moment of the training", place="browser", low=0, high=LAST_FRAME, incidental=True)
    )

    race: bool = declare(False, Section("Four networks race: what does time buy?"))
    race_set: str = declare("spiral2d", One("Points of the race", options=CONTROL.datasets))
    race_by: str = declare("backtracking", One("All trained by", options=OPTIMISERS))
    race_seed: int = declare(
        0, Number("Seed", low=0, high=99, help="Of points and first weights. Seed 0 ships; others train here first.")
    )
    local: tuple[TrainedNetwork, ...] = declare((), _LOCAL)
    race_frame: int = declare(
        LAST_FRAME, Number("Moment of the race", place="browser", low=0, high=LAST_FRAME, incidental=True)
    )

    smooth: bool = declare(False, Section("The weight of the regulariser: smooth controls, calm flow?"))
    smooth_set: str = declare("donut2d", One("Points to separate", options=CONTROL.datasets))
    smooth_weight: int = declare(
        0, Number("Number of the weight μ", place="browser", low=0, high=len(SMOOTHNESS_WEIGHTS) - 1)
    )

    @property
    def points(self) -> tuple[Points, Labels]:
        """The points, in float64, and their classes."""
        points, labels = toy(self.dataset, N_POINTS, torch.Generator().manual_seed(self.seed))
        return points.double(), labels

    @property
    def name(self) -> str:
        """The trained network by its name in the zoo."""
        return f"flow/{self.network}-{self.dataset}"

    @property
    def scheme(self) -> str:
        """Of the layers, one of `structviz.nets.SCHEMES`."""
        return _SCHEMES[self.network] if self.method == _AS_TRAINED or not _has_steps(vars(self)) else self.method

    @property
    def net(self) -> PointClassifier:
        """The network in the chosen steps, in float64."""
        trained = cast(PointClassifier, zoo.load(self.name))
        with seeded(self.seed):
            net = PointClassifier(**{**trained.shape, "scheme": self.scheme})
        if self.weights == "trained":
            net.load_state_dict(trained.state_dict())
        return net.double().eval().requires_grad_(False)
