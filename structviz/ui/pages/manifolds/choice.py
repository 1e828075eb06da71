"""Everything that a visitor can choose on the page of manifolds."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType

import torch
from jaxtyping import Float
from torch import Tensor

from structviz.errors import ConfigError
from structviz.parsing import numbers_in
from structviz.studies.manifolds.sphere_steps import METHODS, onto_sphere
from structviz.ui.kit.choice import Choice, Number, One, Section, Text, Values, declare
from structviz.ui.kit.networks import TrainedNetwork
from structviz.ui.pages.manifolds.section_options import (
    ACTIVATION,
    BODY_METHODS,
    COUNTS,
    DAYS,
    FEW,
    FRICTION,
    GAIN,
    GLOBE,
    LANDSCAPE,
    LOCAL,
    NOISE,
    PACE,
)
from structviz.ui.pages.manifolds.sources import LAYERS, SOURCES, TRAINED_STEP, is_trained

__all__ = [
    "FARTHEST",
    "LEAST_STEP",
    "MOST_STEP",
    "MOST_TRAINED",
    "SPINS",
    "Spin",
    "ManifoldsChoice",
    "longest_step",
    "parse_point",
    "parse_view",
]

LEAST_STEP, MOST_STEP = 0.02, 2.0
"""Lengths of a step, which are multiples of the least one in the browser."""

FARTHEST = 1000.0
"""Largest coordinate of a point that is put onto the sphere."""

MOST_TRAINED = 0.5
"""Longest step of a trained network, which was trained with 0.2."""


@dataclass(frozen=True)
class Spin:
    """How a body starts: what is said of it, and its momentum, the same in axes of space and of the body."""

    title: str
    momentum: tuple[float, float, float]


SPINS: Mapping[str, Spin] = MappingProxyType(
    {
        "middle": Spin("Middle axis", (0.05, 2.0, 0.02)),
        "long": Spin("Long axis", (1.5, 0.1, 0.05)),
        "any": Spin("Any axis", (1.0, 1.0, 1.0)),
    }
)
"""Starts of the body that tumbles."""


def parse_point(text: str) -> Float[Tensor, "1 3"]:
    """The point of a text of three numbers, put onto the sphere.

    Raises
    ------
    ConfigError
        If the text says something else, or names the centre.
    """
    place = numbers_in(
        text, 3, FARTHEST, f"A point is three numbers from −{FARTHEST:g} to {FARTHEST:g}, like 0.6,0,0.8"
    )
    return onto_sphere(torch.tensor([place], dtype=torch.float64))


def parse_view(text: str) -> tuple[float, float]:
    """Longitude and latitude of the eye, in degrees.

    Raises
    ------
    ConfigError
        If the text says something else.
    """
    words = "A view is a longitude from −180 to 180 and a latitude from −86 to 86 in degrees, like 50,20"
    yaw, pitch = numbers_in(text, 2, 180, words)
    if abs(pitch) > 86:
        raise ConfigError(f"{words}; got {text[:60]!r}.")
    return yaw, pitch


def longest_step(values: Values) -> float:
    """The longest step, which depends on the field."""
    return MOST_TRAINED if is_trained(values["field"]) else MOST_STEP


def _most_layers(values: Values) -> int:
    return LAYERS if is_trained(values["field"]) else 100


_methods = {stays: {name: m.title for name, m in METHODS.items() if m.stays == stays} for stays in (True, False)}
_view = partial(Text, place="browser", parse=parse_view, words="longitude and latitude in degrees", incidental=True)


@dataclass(frozen=True)
class ManifoldsChoice(Choice):
    """Which field moves points along the sphere, in which steps, and from where one looks."""

    field: str = declare("poles", One("The points follow", place="sidebar", options=SOURCES))
    method: str = declare("exponential", One("Steps that stay on the sphere", place="sidebar", options=_methods[True]))
    twin: str = declare("euler", One("Steps of the space around it", place="sidebar", options=_methods[False]))
    layers: int = declare(LAYERS, Number("Layers", place="sidebar", low=1, high=_most_layers, kind="slider"))
    h: float = declare(
        TRAINED_STEP,
        Number("Step h", place="browser", low=LEAST_STEP, high=longest_step, step=LEAST_STEP, whole=False),
    )
    point: str = declare(
        "0.96,0,0.28", Text("Marked point", place="browser", parse=parse_point, words="three numbers, not all 0")
    )
    view: str = declare("50,20", _view("Seen from"))

    # A body that tumbles

    body: bool = declare(False, Section("Rotations: a body that tumbles for 10,000 steps"))
    spin: str = declare("middle", One("It turns about", place="browser", options=SPINS))
    body_methods: tuple[str, ...] = declare(("lie-euler", "rkmk4", "implicit-midpoint", "euler", "rk4"), BODY_METHODS)
    body_h: float = declare(
        0.1, Number("Step of the bodies", place="browser", low=LEAST_STEP, high=MOST_STEP, step=LEAST_STEP, whole=False)
    )
    body_view: str = declare("30,25", _view("Bodies seen from"))

    # Weights, mass and optimisers

    learned: bool = declare(False, Section("Trained networks: on the sphere and on the rotations"))
    globe: str = declare("spirals", GLOBE)
    local: tuple[TrainedNetwork, ...] = declare((), LOCAL)
    stiefel: bool = declare(False, Section("Orthogonal weights: gradients through 100 layers"))
    activation: str = declare("abs", ACTIVATION)
    gain: float = declare(1.2, GAIN)
    mass: bool = declare(False, Section("Mass: an epidemic is learned, and the population stays"))
    days: int = declare(45, DAYS)
    noise: float = declare(0.02, NOISE)
    counts: int = declare(0, COUNTS)
    pays: bool = declare(False, Section("Where it pays: winds and rotations, learnt from few examples"))
    few: str = declare("wind", FEW)
    optimisers: bool = declare(False, Section("Optimisers: a ball with friction keeps a structure, too"))
    landscape: str = declare("rosenbrock", LANDSCAPE)
    pace: float = declare(0.03, PACE)
    friction: float = declare(1.0, FRICTION)
