"""Everything that a visitor can choose on the flow page."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from structviz.data import TOY_SETS, read_points
from structviz.figures.film_encoding import SHOWS
from structviz.nets import ACTIVATIONS, PLAIN, SCHEMES
from structviz.ode import INTEGRATORS
from structviz.studies.flow import COMPARISONS, INTERPOLATIONS, MAX_FACTOR, SETS, Interpolation
from structviz.ui.kit.choice import (
    Choice,
    Many,
    Networks,
    Number,
    One,
    Section,
    Toggle,
    Upload,
    UploadedFile,
    Values,
    declare,
)
from structviz.ui.kit.networks import TrainedNetwork

__all__ = ["OWN", "OWN_POINTS", "SOURCES", "FlowChoice"]

OWN = "own"
"""The set that stands for the visitor's points."""

SOURCES: Mapping[str, str] = MappingProxyType(
    {**{name: toy_set.title for name, toy_set in TOY_SETS.items()}, OWN: "Your own points …"}
)
"""Sets of points, with titles."""

_INTEGRATOR_TITLES = {integrator.name: integrator.title for integrator in INTEGRATORS.values()}

_INTERPOLATION_TITLES = dict(zip(INTERPOLATIONS, ("constant in each layer", "linear between layers"), strict=True))

_SCHEME_TITLES = {
    name: "plain, without a skip connection" if name == PLAIN else f"step of {_INTEGRATOR_TITLES[name]}"
    for name in SCHEMES
}

_SAME_WEIGHTS = ("steps", "integrator")
"""Comparisons of one network with itself in other steps."""


def _read_own(file: UploadedFile) -> None:
    read_points(file.content)


def _fits(network: TrainedNetwork, values: Values) -> bool:
    """Networks of this machine are shown with the points that they were trained on, or with the visitor's."""
    return values["source"] in (OWN, network.config.dataset)


_SHIPPED_SOURCES = {name: title for name, title in SOURCES.items() if name != OWN}


def _about_comparison(values: Values) -> str | None:
    if values["local"]:
        if values["compare"] not in ("one", *_SAME_WEIGHTS):
            return "Yours stands beside the shipped ResNet, or beside another of yours, whatever is chosen above."
    elif values["compare"] == "sets" and values["source"] not in SETS:
        return "Side by side are half moons and donut; choose another comparison for other points."
    return None


def _network_label(values: Values) -> str:
    return "Beside yours" if values["local"] else "Network"


def _network_is_shown(values: Values) -> bool:
    """Whether another network than the visitor's own is on the screen: none ships for the visitor's points."""
    alone = values["compare"] in ("one", *_SAME_WEIGHTS)
    return values["source"] != OWN and not (len(values["local"]) > 1 or (values["local"] and alone))


def _leave_sets(before: Values, after: Values) -> dict[str, Any]:
    """Half moons beside a donut show nothing of other points."""
    del before
    return {"compare": "one"} if after["compare"] == "sets" else {}


def _compare_steps(before: Values, after: Values) -> dict[str, Any]:
    """A network of the visitor keeps its layers; other steps are shown beside them."""
    del before
    keeps_layers = after["source"] == OWN or after["local"] or after["network"] == "here"
    return {"compare": "steps"} if keeps_layers and after["compare"] not in _SAME_WEIGHTS else {}


def _has_set(values: Values) -> bool:
    return values["source"] != OWN


def _is_residual(values: Values) -> bool:
    return values["train_scheme"] != PLAIN


OWN_POINTS = Upload(
    "Your own points",
    place="browser",
    types=("csv", "txt", "tsv"),
    read=_read_own,
    stand_in="Half moons are shown until you give points of your own.",
)
"""A table of the visitor's points, whether drawn, pasted or from a file."""


@dataclass(frozen=True)
class FlowChoice(Choice):
    """What moves, what stands side by side, how it is looked at, and what is trained next."""

    source: str = declare(
        "donut2d", One("Points", place="sidebar", options=SOURCES, follow=_leave_sets, chips=_SHIPPED_SOURCES)
    )
    compare: str = declare("one", One("Side by side", place="sidebar", options=COMPARISONS))
    local: tuple[TrainedNetwork, ...] = declare(
        (), Networks(place="sidebar", recipe="flow", most=2, fits=_fits, caption=_about_comparison)
    )
    network: str = declare(
        "shipped",
        One(
            _network_label,
            place="sidebar",
            kind="segmented",
            options={"shipped": "shipped", "here": "trained on this page"},
            applies=_network_is_shown,
        ),
    )
    own: UploadedFile | None = declare(None, OWN_POINTS)
    steps: int = declare(
        40,
        One(
            "Steps from 0 to T, with the same weights",
            place="sidebar",
            kind="select_slider",
            options=(2, 4, 5, 8, 10, 20, 40, 80, 160),
            help="Few steps are large ones: Δt = T / steps. The networks that ship have T = 4 and 40 layers.",
            follow=_compare_steps,
        ),
    )
    integrator: str = declare(
        "euler",
        One("Integrator of these steps", place="drawer", options=_INTEGRATOR_TITLES),
    )
    horizon: float = declare(
        1.0,
        Number(
            "Horizon T (1 is that of training)",
            place="drawer",
            low=0.25,
            high=MAX_FACTOR,
            step=0.25,
            whole=False,
            kind="slider",
            help="Beyond the time of training the weights of the last layer hold. A plain network has no time.",
        ),
    )
    scale: float = declare(
        1.0,
        Number(
            "Scale of the weights (1 is that of training)",
            place="drawer",
            low=0,
            high=MAX_FACTOR,
            step=0.05,
            whole=False,
            kind="slider",
            help="Multiplies all A and b; the classifier stays as it is.",
        ),
    )
    interpolation: Interpolation = declare(
        "constant",
        One("Weights between layers", place="drawer", kind="segmented", options=_INTERPOLATION_TITLES),
    )
    n_points: int = declare(300, One("Points in a film", place="drawer", kind="segmented", options=(100, 200, 300)))
    noise: float = declare(
        1.0,
        Number("Noise (1 is that of training)", place="drawer", low=0, high=2, step=0.05, whole=False, kind="slider"),
    )
    seed: int = declare(0, Number("Seed of the points", place="drawer", low=0, high=9999))
    frame: int = declare(
        0,
        Number(
            "Layer",
            place="drawer",
            low=0,
            high=1000,
            above="The film's own controls, as fields:",
            incidental=True,
        ),
    )
    show: tuple[str, ...] = declare(
        ("tails",),  # the points and their way; grid, arrows and regions are for the visitor to add
        Many("Show", place="drawer", options={name: name.capitalize() for name in SHOWS}),
    )
    study: bool = declare(False, Section("ResNet is forward Euler: how far from the flow its steps end"))
    lecture: bool = declare(False, Section("The lecture's figure: the points after 0, 15, 30 and 40 layers"))
    inside: bool = declare(False, Section("The input plane: decisions and folds"))

    # Settings of the next training run

    train_scheme: str = declare("euler", One("Layers", options=_SCHEME_TITLES, kept=True))
    train_layers: int = declare(40, Number("Number of layers K", low=1, high=100, kind="slider", kept=True))
    train_time: float = declare(
        4.0,
        Number(
            "Time T",
            low=0.5,
            high=20,
            step=0.5,
            whole=False,
            kind="slider",
            applies=_is_residual,
            otherwise="disabled",
            kept=True,
        ),
    )
    train_width: int = declare(
        2,
        Number(
            "Dimensions",
            low=2,
            high=3,
            kind="slider",
            help="A third one gives room to pass above each other.",
            kept=True,
        ),
    )
    train_sigma: str = declare(
        next(iter(ACTIVATIONS)),
        One("Nonlinearity σ", options=ACTIVATIONS, kept=True),
    )
    train_rate: float = declare(
        0.03,
        One(
            "Learning rate",
            kind="select_slider",
            options=(0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 10.0, 100.0),
            kept=True,
        ),
    )
    train_weight: float = declare(
        1e-4,
        One(
            "Regularisation λ",
            kind="select_slider",
            options=(0.0, 1e-5, 1e-4, 1e-3, 1e-2),
            applies=_is_residual,
            otherwise="disabled",
            kept=True,
        ),
    )
    train_points: int = declare(
        1000,
        Number(
            "Training points",
            low=50,
            high=5000,
            step=50,
            kind="slider",
            applies=_has_set,
            otherwise="disabled",
            kept=True,
        ),
    )
    train_steps: int = declare(
        2000, Number("Steps of training", low=100, high=10_000, step=100, kind="slider", kept=True)
    )
    train_seed: int = declare(0, Number("Seed of points and weights", low=0, high=9999, kept=True))
    train_fixed: bool = declare(False, Toggle("Fixed classifier", help="The sign of the first coordinate.", kept=True))
    train_pace: float = declare(
        math.inf,
        One(
            "Pace of training, also of a run that is under way",
            kind="segmented",
            options={math.inf: "as fast as it goes", 50.0: "50 steps per second", 10.0: "10 steps per second"},
            kept=True,
        ),
    )
