"""What can be chosen on the flow page: every control's values, and presets of all of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from structviz.data import TOY_SETS
from structviz.errors import ConfigError
from structviz.figures.player import SHOWS
from structviz.ode import INTEGRATORS
from structviz.studies.flow import INTERPOLATIONS, Interpolation
from structviz.ui.kit.address import Rule, between, one_of
from structviz.ui.kit.networks import TrainedNetwork

__all__ = [
    "ADDRESS",
    "COMPARISONS",
    "INTEGRATOR_TITLES",
    "INTERPOLATION_TITLES",
    "NETWORKS",
    "NOISES",
    "OWN",
    "POINT_NUMBERS",
    "PRESETS",
    "SOURCES",
    "STEPS",
    "FlowChoice",
]

OWN = "own"
"""The set that stands for the visitor's points."""

SOURCES: Mapping[str, str] = MappingProxyType(
    {**{name: toy_set.title for name, toy_set in TOY_SETS.items()}, OWN: "Your own points …"}
)
"""Sets of points, with titles."""

COMPARISONS: Mapping[str, str] = MappingProxyType(
    {
        "sets": "half moons and donut",
        "one": "one network alone",
        "plain": "plain network and ResNet",
        "trained": "ResNet and Runge–Kutta network",
        "integrator": "two integrators, same weights",
        "steps": "few steps and many, same weights",
        "width": "two dimensions and three",
    }
)
"""What stands side by side, with titles."""

NETWORKS: Mapping[str, str] = MappingProxyType({"shipped": "shipped", "here": "trained on this page"})
"""Where the weights come from, with titles."""

INTEGRATOR_TITLES: Mapping[str, str] = MappingProxyType({i.name: i.title for i in INTEGRATORS.values()})

INTERPOLATION_TITLES: Mapping[str, str] = MappingProxyType(
    dict(zip(INTERPOLATIONS, ("constant in each layer", "linear between layers"), strict=True))
)

STEPS = (2, 4, 5, 8, 10, 20, 40, 80, 160)
"""Numbers of steps from 0 to T; the shipped networks have 40 layers."""

POINT_NUMBERS = (100, 200, 300)
"""Points in a film."""

NOISES = (0.0, 0.5, 1.0, 1.5, 2.0)
"""Noise of the points in a film, in parts of the noise in training."""


@dataclass(frozen=True)
class FlowChoice:
    """Everything that decides which films the page shows; hashable, so that it is its own cache key."""

    source: str = "halfmoon2d"
    compare: str = "sets"
    steps: int = 40
    integrator: str = "euler"
    interpolation: Interpolation = "constant"
    network: str = "shipped"
    n_points: int = 300
    noise: float = 1.0
    seed: int = 0
    local: tuple[TrainedNetwork, ...] = ()

    def __post_init__(self) -> None:
        # Widgets check their limits in the browser only.
        rules = (
            (self.source in SOURCES, "the points", self.source),
            (self.compare in COMPARISONS, "the comparison", self.compare),
            (self.steps in STEPS, "the number of steps", self.steps),
            (self.integrator in INTEGRATORS, "the integrator", self.integrator),
            (self.interpolation in INTERPOLATIONS, "the weights between layers", self.interpolation),
            (self.network in NETWORKS, "the network", self.network),
            (self.n_points in POINT_NUMBERS, "the number of points", self.n_points),
            (self.noise in NOISES, "the noise", self.noise),
            (0 <= self.seed <= 9999, "the seed", self.seed),
        )
        for holds, what, value in rules:
            if not holds:
                raise ConfigError(f"This page cannot show {what} {value!r}; choose one that its controls offer.")


PRESETS: Mapping[str, tuple[FlowChoice, Mapping[str, object]]] = MappingProxyType(
    {
        "The lecture's half moons": (FlowChoice(compare="one"), {"lecture": True}),
        "The lecture's donut": (FlowChoice("donut2d", "one"), {"lecture": True}),
        "A step too large": (FlowChoice("donut2d", "steps", 8), {}),
        "Donut: 2 or 3 dimensions": (FlowChoice("donut2d", "width"), {}),
        "Spiral with RK4": (FlowChoice("spiral2d", "trained", integrator="rk4"), {}),
        "40 plain layers do worse": (FlowChoice("halfmoon2d", "plain"), {}),
    }
)
"""Things to try: a choice, and what else is opened."""

ADDRESS: Mapping[str, Rule] = MappingProxyType(
    {
        "source": one_of(SOURCES.values()),
        "compare": one_of(COMPARISONS.values()),
        "steps": one_of(map(str, STEPS)),
        "integrator": one_of(INTEGRATOR_TITLES.values()),
        "interpolation": one_of(INTERPOLATION_TITLES.values()),
        "network": one_of(NETWORKS.values()),
        "n_points": one_of(map(str, POINT_NUMBERS)),
        "noise": one_of(map(str, NOISES)),
        "seed": between(0, 9999),
        "frame": between(0, 1000),
        "show": one_of(map(str.capitalize, SHOWS)),
        "lecture": one_of(("true", "false")),
        "inside": one_of(("true", "false")),
        "local": lambda _text: True,  # the list of networks says itself what is not there
    }
)
"""What the address may say of each control."""
