"""What the page on optimal control shows."""

from dataclasses import dataclass

import torch

from structviz.data import TOY_SETS, toy
from structviz.nets import PLAIN, STEP_RULES, ODENet, PointClassifier
from structviz.studies.control import DESCENTS, EXPLICIT_MIDPOINT
from structviz.training import CONTROL, OPTIMISERS, SMOOTHNESS_WEIGHTS
from structviz.training.control_history import N_FRAMES
from structviz.types import Labels, Points
from structviz.ui.kit.choice import Choice, Number, One, Section, Text, UploadedFile, declare
from structviz.ui.kit.networks import TrainedNetwork
from structviz.ui.kit.places import parse_point
from structviz.ui.pages.optimal_control import networks
from structviz.ui.pages.optimal_control.own_points import OWN, own_points, upload

__all__ = ["CAR_STEPS", "ENTRIES", "LEARNED", "N_POINTS", "ControlChoice"]

N_POINTS = 160
"""Points of a set that are steered; the objective is their mean loss."""

LAST_FRAME = N_FRAMES - 1
"""The last moment of a training that is shown."""

ENTRIES = ("A₁₁", "A₁₂", "A₂₁", "A₂₂", "b₁", "b₂")
"""The weights of a layer of the plane."""

CAR_STEPS = (20, 40, 80, 160, 320)
"""Numbers of steps in which a car is brought to rest."""

_SOURCES = {**{name: one.title for name, one in TOY_SETS.items()}, OWN: "Your own points …"}

LEARNED = "learned"
"""In place of a method: layers take Euler's steps, and learn their lengths."""

_LAYER_METHODS = {
    **networks.EXPLICIT,
    LEARNED: "Euler, with learned steps",
    EXPLICIT_MIDPOINT.name: f"{EXPLICIT_MIDPOINT.title}, a weight is 0",
}

_WEIGHTS = One(
    "Control θ",
    place="sidebar",
    options={"trained": "trained", "random": "untrained"},
    kind="segmented",
    help="The weights of all layers are the control that steers the points.",
)


@dataclass(frozen=True)
class ControlChoice(Choice):
    """Everything that decides what the page shows."""

    dataset: str = declare("spiral2d", One("Points", place="sidebar", options=_SOURCES))
    own: UploadedFile | None = declare(None, upload)
    trained_on: str = declare(
        "halfmoon2d",
        One("Network trained on", place="sidebar", options=TOY_SETS, applies=lambda values: values["dataset"] == OWN),
    )
    network: str = declare("rk4", networks.network)
    local: tuple[TrainedNetwork, ...] = declare((), networks.local)
    weights: str = declare("trained", _WEIGHTS)
    method: str = declare(networks.AS_TRAINED, networks.method)
    projection: str = declare(networks.AS_TRAINED, networks.projection)
    seed: int = declare(0, Number("Seed of points and weights", place="drawer", low=0, high=999))
    probe: str = declare(
        "0.5,0.4", Text("Dragged point", place="browser", parse=parse_point, words="two numbers like 0.5,-0.25")
    )
    adjoints: bool = declare(False, Section("Discretise, then optimise — or optimise, then discretise?"))
    layer_method: str = declare("heun", One("Steps of the layers", options=_LAYER_METHODS))
    depth: int = declare(5, One("Layers", options=(5, 10, 20)))
    descent: str = declare("backtracking", One("Training", options=DESCENTS))
    refined: bool = declare(False, Section("Ever more layers: do their weights approach a control θ(t)?"))
    refined_set: str = declare("halfmoon2d", One("Points to refine on", options=TOY_SETS))
    entry: str = declare("A₁₁", One("Weight shown", options=ENTRIES))
    linear: bool = declare(False, Section("A car is brought to rest: the check with a closed form"))
    car_method: str = declare("rk4", One("Steps of the car", options=networks.EXPLICIT))
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
        own = self.dataset == OWN
        generator = torch.Generator().manual_seed(self.seed)
        points, labels = own_points(self.own) if own else toy(self.dataset, N_POINTS, generator)
        return points.double(), labels

    @property
    def points_key(self) -> tuple[str, ...]:
        """What decides the points, for keys of caches."""
        return self.dataset, self.own.digest if self.dataset == OWN and self.own else "", str(self.seed)

    @property
    def trained_set(self) -> str:
        """The points on which the network was trained."""
        return networks.trained_set(vars(self))

    @property
    def name(self) -> str:
        """The trained network by its name in the zoo, or among those of this machine."""
        return networks.network_name(vars(self))

    @property
    def steps(self) -> str:
        """Of the layers: one of `structviz.nets.SCHEMES`, or of `structviz.nets.STEP_RULES` for an ODENet."""
        return networks.steps_of(vars(self))

    @property
    def scheme(self) -> str:
        """Of the layers, one of `structviz.nets.SCHEMES`: the steps of an ODENet are Euler's."""
        if self.steps == "none":
            return PLAIN
        return "euler" if self.steps in STEP_RULES else self.steps

    @property
    def net(self) -> PointClassifier | ODENet:
        """The network in the chosen steps, in float64."""
        return networks.with_steps(networks.trained_network(vars(self)), self.steps, self.weights, self.seed)
