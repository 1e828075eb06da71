"""Everything that a visitor can choose on the stability page."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import torch
from jaxtyping import Float
from torch import Tensor

from structviz.data import TOY_SETS
from structviz.errors import ConfigError
from structviz.ode import INTEGRATORS, SPLITTINGS
from structviz.studies.stability import MOST_SCALE, PLANE_NETWORKS, SYSTEMS, WELL
from structviz.ui.kit.choice import Choice, Number, One, Section, Text, Values, declare

__all__ = ["FARTHEST", "N_LAYERS", "SOURCES", "StabilityChoice", "parse_pair"]

FARTHEST = 3.0
"""Of a dragged point from the axes."""

N_LAYERS = 40
"""Layers of the networks of the plane."""

SOURCES: Mapping[str, str] = MappingProxyType(
    {**{name: TOY_SETS[name].title for name in ("halfmoon2d", "donut2d", "xor")}, WELL: "none: one layer, repeated"}
)
"""What the networks of the plane were trained on, with titles."""

_TITLES = {**{name: m.title for name, m in INTEGRATORS.items()}, **{name: m.title for name, m in SPLITTINGS.items()}}


def parse_pair(text: str) -> Float[Tensor, "2 2"]:
    """The two points of a text of four numbers: x₁, x₂, y₁, y₂.

    Raises
    ------
    ConfigError
        If the text says something else, or both points are the same.
    """
    try:
        numbers = [float(number) for number in text.split(",")]
    except ValueError:
        numbers = []
    if len(numbers) != 4 or not all(abs(number) <= FARTHEST for number in numbers) or numbers[:2] == numbers[2:]:
        raise ConfigError(
            f"A pair is four numbers from −{FARTHEST:g} to {FARTHEST:g}, the coordinates of two different points; got "
            f"{text[:60]!r}. Write for example 0.1,0.2,0.3,0.4."
        )
    return torch.tensor(numbers, dtype=torch.float64).reshape(2, 2)


def _methods(values: Values) -> dict[str, str]:
    return {name: _TITLES[name] for name in PLANE_NETWORKS[values["network"]].methods}


def _step_label(values: Values) -> str:
    return "Step, of the longest" if PLANE_NETWORKS[values["network"]].bounded else "Step, of that in training"


def _first_method(before: Values, after: Values) -> dict[str, Any]:
    del before
    return {"method": PLANE_NETWORKS[after["network"]].methods[0]}


@dataclass(frozen=True)
class StabilityChoice(Choice):
    """Which networks move which pair of points, and in which steps."""

    network: str = declare(
        "gradient",
        One(
            "Network",
            place="sidebar",
            options={name: kind.title for name, kind in PLANE_NETWORKS.items()},
            follow=_first_method,
        ),
    )
    points: str = declare("halfmoon2d", One("Trained on", place="sidebar", options=SOURCES))
    method: str = declare("euler", One("Steps", place="sidebar", options=_methods))
    layers: int = declare(N_LAYERS, Number("Layers", place="sidebar", low=1, high=N_LAYERS, kind="slider"))
    scale: float = declare(1.0, Number(_step_label, place="browser", low=0.05, high=MOST_SCALE, step=0.05, whole=False))
    pair: str = declare(
        "0.1,0.05,0,-0.03",
        Text("Pair", place="browser", parse=parse_pair, words="four numbers, the coordinates of two points"),
    )

    # Phase portraits

    portraits: bool = declare(False, Section("Phase portraits: energy over 10,000 steps"))
    system: str = declare(
        "pendulum", One("System", place="browser", options={name: one.title for name, one in SYSTEMS.items()})
    )
    h: float = declare(0.1, Number("Step of the orbits", place="browser", low=0.05, high=0.5, step=0.05, whole=False))
