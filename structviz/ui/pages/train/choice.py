"""What can be chosen in the train lab: every control's values, and presets of all of them."""

import dataclasses
import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from structviz.config import DenoiserShape, Matching, NetShape, PointShape, TrainConfig, UnrolledShape
from structviz.data import TOY_SETS
from structviz.errors import ConfigError
from structviz.figures import arm_title
from structviz.jobs import LIMITS, check_limits
from structviz.nets import SCHEMES
from structviz.nets.groups import GROUPS, group
from structviz.training import ARMS, recipe
from structviz.training.patients import MEASURED_ONCE, NEW_PHOTONS
from structviz.training.recipes import complete
from structviz.ui.kit.address import Rule, between, one_of

__all__ = ["ADDRESS", "DATASETS", "DEFAULTS", "MATCHINGS", "PRESETS", "RECIPES", "SIZES", "LabChoice"]

RECIPES: Mapping[str, str] = MappingProxyType(
    {"stripes": "Stripes", "images": "Photographs", "ct": "CT of the chest", "flow": "Points in two classes"}
)
"""What can be learnt, with titles that fit on a button."""

MATCHINGS: Mapping[Matching, str] = MappingProxyType(
    {"channels": "as many channels", "parameters": "as many parameters"}
)
"""What the equivariant network shares with the ordinary one, with titles."""

DATASETS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "ct": {NEW_PHOTONS: "photons counted anew each time", MEASURED_ONCE: "each patient measured once"},
        "flow": {name: toy_set.title for name, toy_set in TOY_SETS.items()},
    }
)
"""Data sets with titles, of the recipes that have several."""

SIZES = (32, 64, 128)
"""Sides of the images of CT, in pixels."""


@dataclass(frozen=True)
class LabChoice:
    """Everything that decides a race; `None` means "as the recipe has it"."""

    recipe: str = "stripes"
    arms: tuple[str, ...] = ("ordinary", "equivariant")
    n_train: int = 16
    steps: int = 400
    group: str = "C4"
    matching: Matching = "channels"
    ct_set: str = NEW_PHOTONS
    points: str = "halfmoon2d"
    rate: float | None = None
    batch: int | None = None
    width: int | None = None
    seed: int = 0
    size: int = 64
    views: int = 30
    layers: int = 40
    scheme: str = "euler"

    def __post_init__(self) -> None:
        # Widgets check their limits in the browser only.
        rules = (
            (self.recipe in RECIPES, "the task", self.recipe),
            (set(self.arms) <= set(ARMS), "the arms", self.arms),
            (self.group in GROUPS, "the group", self.group),
            (self.matching in MATCHINGS, "the matching", self.matching),
            (self.ct_set in DATASETS["ct"], "the data set", self.ct_set),
            (self.points in DATASETS["flow"], "the points", self.points),
            (self.size in SIZES, "the size", self.size),
            (4 <= self.views <= LIMITS["views"], "the number of views", self.views),
            (self.layers >= 1, "the number of layers", self.layers),
            (self.scheme in SCHEMES, "the layers", self.scheme),
        )
        for holds, what, value in rules:
            if not holds:
                raise ConfigError(f"This page cannot train with {what} {value!r}; choose one that its controls offer.")

    @property
    def racing(self) -> tuple[str, ...]:
        """The arms that would start, in their usual order."""
        return tuple(arm for arm in recipe(self.recipe).arms if arm in self.arms or self.recipe == "flow")

    def configs(self) -> tuple[TrainConfig, ...]:
        """The complete settings of each arm.

        Raises
        ------
        ConfigError
            If no arm is chosen, or a setting is not valid or beyond what a run may ask for.
        """
        if not self.racing:
            raise ConfigError("A race needs an arm, and none is chosen; choose one or more.")
        return tuple(map(self._config, self.racing))

    def _config(self, arm: str) -> TrainConfig:
        equivariant = arm == "equivariant"
        open_config = TrainConfig(
            recipe=self.recipe,
            arm=arm,
            group=self.group if equivariant else None,
            matching=self.matching if equivariant and self.recipe in ("stripes", "images") else "channels",
            n_train=self.n_train,
            steps=self.steps,
            batch_size=self.batch,
            learning_rate=self.rate,
            seed=self.seed,
            dataset={"ct": self.ct_set, "flow": self.points}.get(self.recipe),
        )
        task = recipe(self.recipe)
        usual = complete(open_config, task).net
        config = complete(dataclasses.replace(open_config, net=self._shaped(usual)), task)
        check_limits(config)
        if equivariant and config.matching == "channels":
            self._check_fields(config.net)
        return config

    def _shaped(self, usual: NetShape | None) -> NetShape | None:
        """The recipe's network, with what was chosen."""
        own: dict[str, Any] = {} if self.width is None else {"width": self.width}
        if isinstance(usual, PointShape):
            if self.width is not None and not 2 <= self.width <= 64:
                raise ConfigError(f"Points have 2 to 64 dimensions inside of the network; got {self.width}.")
            own |= {"n_layers": self.layers, "scheme": self.scheme}
        elif isinstance(usual, UnrolledShape):
            own |= {"image_size": self.size, "n_views": self.views}
        return usual if usual is None else dataclasses.replace(usual, **own)

    def _check_fields(self, shape: NetShape | None) -> None:
        """Say now what the worker would only find once it builds the network."""
        order = group(self.group).order
        if isinstance(shape, DenoiserShape | UnrolledShape) and (shape.width % order or not shape.width):
            raise ConfigError(f"{self.group} needs a width that is a multiple of {order} channels; got {shape.width}.")
        if isinstance(shape, UnrolledShape) and shape.n_views % 2:
            raise ConfigError(
                f"Equivariant CT needs an even number of views, so that turns map views to views; got {shape.n_views}."
            )


DEFAULTS: Mapping[str, LabChoice] = MappingProxyType(
    {
        "stripes": LabChoice(),
        "images": LabChoice("images", n_train=100, steps=500),
        "ct": LabChoice("ct", n_train=20, steps=300),
        "flow": LabChoice("flow", ("ordinary",), n_train=500, steps=500),
    }
)
"""What the controls show when a task is chosen: about a minute on a laptop."""

_LECTURE = recipe("stripes").defaults(TrainConfig(recipe="stripes"))

PRESETS: Mapping[str, LabChoice] = MappingProxyType(
    {
        "One minute on a laptop": LabChoice(),
        "The lecture's setting": LabChoice(n_train=_LECTURE.n_train or 16, steps=_LECTURE.steps or 3000),
        "Small data: 4 patients": LabChoice("ct", n_train=4, steps=300),
        "Points in seconds": LabChoice("flow", ("ordinary",), n_train=500, steps=300),
        "A rate that diverges": LabChoice(arms=("ordinary",), steps=300, rate=30.0),
    }
)
"""Things to try."""

_MOST_RATE = 1000.0

ADDRESS: Mapping[str, Rule] = MappingProxyType(
    {
        "recipe": one_of(RECIPES.values()),
        "arms": one_of(map(arm_title, ARMS)),
        "n_train": between(1, LIMITS["training examples"]),
        "steps": between(1, LIMITS["steps"]),
        "group": one_of(GROUPS),
        "matching": one_of(MATCHINGS.values()),
        "ct_set": one_of(DATASETS["ct"].values()),
        "points": one_of(DATASETS["flow"].values()),
        "rate": lambda text: between(0.0, _MOST_RATE + 0.5)(text) and not math.isclose(float(text), 0.0),
        "batch": between(1, LIMITS["examples in a step"]),
        "width": between(1, LIMITS["channels"]),
        "seed": between(0, 9999),
        "size": one_of(map(str, SIZES)),
        "views": between(4, LIMITS["views"]),
        "layers": between(1, LIMITS["layers"]),
        "scheme": one_of(SCHEMES),
        "step": between(0, LIMITS["steps"]),
        "runs": lambda text: len(text) <= 400,
    }
)
"""What the address may say of each control."""
