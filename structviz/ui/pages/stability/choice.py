"""Everything that a visitor can choose on the stability page."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import torch
from jaxtyping import Float
from torch import Tensor

from structviz.config import PlaneShape
from structviz.data import IMAGES, PICTURES, TOY_SETS
from structviz.errors import ConfigError
from structviz.ode import INTEGRATORS, SPLITTINGS
from structviz.parsing import numbers_in
from structviz.studies.stability import MOST_SCALE, PLANE_NETWORKS, SYSTEMS, TRAINED_SCALE, WELL
from structviz.ui.kit.choice import Choice, Networks, Number, One, Section, Text, Toggle, Values, declare
from structviz.ui.kit.networks import TrainedNetwork

__all__ = ["EPSILONS", "FARTHEST", "FRAMES", "LEVELS", "N_LAYERS", "SOURCES", "StabilityChoice", "parse_pair"]

FARTHEST = 3.0
"""Of a dragged point from the axes."""

EPSILONS = (0.0, 0.75, 1.5, 2.25, 3.0, 3.75, 4.5, 5.25, 6.0)
"""Lengths of attacks on images of 64² pixels in [0, 1], equally far apart as the axis of the curves."""

FRAMES = 41
"""Most pictures of an iteration that are shown."""

LEVELS = (0.0, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3)
"""Standard deviations of noise, as far as the denoisers were trained for."""

N_LAYERS = 40
"""Layers of the networks of the plane."""

SOURCES: Mapping[str, str] = MappingProxyType(
    {**{name: TOY_SETS[name].title for name in ("halfmoon2d", "donut2d", "xor")}, WELL: "none: one layer, repeated"}
)
"""What the networks of the plane were trained on, with titles."""

_TITLES = {**{name: m.title for name, m in INTEGRATORS.items()}, **{name: m.title for name, m in SPLITTINGS.items()}}


_PHOTOGRAPHS = {name: PICTURES[name].title for name in IMAGES}
_PROBLEMS = {
    "deblurring": "Sharpen a blurred photograph",
    "ellipses": "CT: ellipses",
    "shepp-logan": "CT: Shepp–Logan head",
}


def _is_blurred(values: Values) -> bool:
    return values["problem"] == "deblurring"


def parse_pair(text: str) -> Float[Tensor, "2 2"]:
    """The two points of a text of four numbers: x₁, x₂, y₁, y₂.

    Raises
    ------
    ConfigError
        If the text says something else, or both points are the same.
    """
    rule = (
        f"A pair is four numbers from −{FARTHEST:g} to {FARTHEST:g}, the coordinates of two different points, like "
        "0.1,0.2,0.3,0.4"
    )
    numbers = numbers_in(text, 4, FARTHEST, rule)
    if numbers[:2] == numbers[2:]:
        raise ConfigError(f"{rule}; got {text[:60]!r}.")
    return torch.tensor(numbers, dtype=torch.float64).reshape(2, 2)


def _methods(values: Values) -> dict[str, str]:
    return {name: _TITLES[name] for name in PLANE_NETWORKS[values["network"]].methods}


def _step_label(values: Values) -> str:
    return "Step, of the longest" if PLANE_NETWORKS[values["network"]].bounded else "Step h"


def _fits(network: TrainedNetwork, values: Values) -> bool:
    """Whether a network of this machine has layers of the kind that is shown, and was trained on the same points."""
    shape, points = network.config.net, values["points"]
    kind = "gradient" if values["network"] == "averaged" else values["network"]
    return isinstance(shape, PlaneShape) and (shape.structure, network.config.dataset) == (kind, points)


_DENOISERS = Networks("Denoisers trained on this machine", place="sidebar", recipe="stability", most=2, invites=False)


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
            options=PLANE_NETWORKS,
            follow=_first_method,
        ),
    )
    points: str = declare("halfmoon2d", One("Trained on", place="sidebar", options=SOURCES))
    method: str = declare("euler", One("Steps", place="sidebar", options=_methods))
    layers: int = declare(N_LAYERS, Number("Layers", place="sidebar", low=1, high=N_LAYERS, kind="slider"))
    scale: float = declare(
        TRAINED_SCALE, Number(_step_label, place="browser", low=0.05, high=MOST_SCALE, step=0.05, whole=False)
    )
    pair: str = declare(
        "0.2,0.15,-0.05,-0.1",
        Text("Pair", place="browser", parse=parse_pair, words="four numbers, the coordinates of two points"),
    )
    local: tuple[TrainedNetwork, ...] = declare((), Networks(place="sidebar", recipe="plane", most=1, fits=_fits))
    local_denoisers: tuple[TrainedNetwork, ...] = declare((), _DENOISERS)
    spectra: bool = declare(False, Toggle("Eigenvalues of the layers", place="sidebar"))
    cloud: bool = declare(False, Section("A cloud of pairs: how far are they pulled apart?"))
    audit: bool = declare(False, Section("What is promised, and what is measured"))

    # Phase portraits

    portraits: bool = declare(False, Section("Phase portraits: energy over 10,000 steps"))
    system: str = declare("pendulum", One("System", place="browser", options=SYSTEMS))
    h: float = declare(0.1, Number("Step of the orbits", place="browser", low=0.05, high=0.5, step=0.05, whole=False))

    # Networks of images

    attack: bool = declare(False, Section("An attack on denoisers"))
    picture: str = declare("camera", One("Photograph", options=_PHOTOGRAPHS))
    noise: float = declare(0.1, Number("Noise σ", low=0, high=0.3, step=0.05, whole=False))
    goal: str = declare(
        "shift", One("The attack enlarges", options={"shift": "the shift of the output", "error": "the error"})
    )
    strength: int = declare(
        4, Number("Strength of the attack", place="browser", low=0, high=len(EPSILONS) - 1, incidental=True)
    )
    plug: bool = declare(False, Section("Plug and play: a denoiser inside an iteration"))
    problem: str = declare("deblurring", One("Problem", options=_PROBLEMS, width=270))
    blurred: str = declare("chelsea", One("Blurred photograph", options=_PHOTOGRAPHS, applies=_is_blurred))
    width: float = declare(
        4.0,
        Number("Width of the blur, pixels", low=0.5, high=6, step=0.5, whole=False, format="%.1f", applies=_is_blurred),
    )
    views: int = declare(10, Number("Views", low=4, high=60, step=2, applies=lambda values: not _is_blurred(values)))
    data_noise: float = declare(
        0.02, Number("Noise of the data", low=0, high=0.1, step=0.01, whole=False, format="%.2f")
    )
    steps: int = declare(300, One("Iterations", options=(100, 300, 500)))
    averaged: bool = declare(True, Toggle("Average each denoiser with the identity, ½(I + Φ)"))
    iterate: int = declare(FRAMES - 1, Number("Step shown", place="browser", low=0, high=FRAMES - 1, incidental=True))
    price: bool = declare(False, Section("What the promise costs: quality against noise"))
    priced: str = declare("camera", One("Photograph that is shown", options=_PHOTOGRAPHS))
    level: int = declare(2, Number("Level of the noise", place="browser", low=0, high=len(LEVELS) - 1, incidental=True))
