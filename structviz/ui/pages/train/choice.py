"""What can be chosen in the train lab: every control's values, and presets of all of them."""

import dataclasses
import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from structviz.config import DenoiserShape, Matching, NetShape, PointShape, TrainConfig, UnrolledShape
from structviz.errors import ConfigError
from structviz.figures import arm_title
from structviz.jobs import LIMITS, check_limits
from structviz.nets import SCHEMES
from structviz.nets.groups import GROUPS, group
from structviz.training import ARMS, CT, FLOW, RECIPES, Recipe, recipe
from structviz.training.patients import NEW_PHOTONS
from structviz.training.recipes import complete
from structviz.ui.kit.address import Rule, between, one_of

__all__ = ["ADDRESS", "MATCHINGS", "PRESETS", "SIZES", "LabChoice", "first_choice", "is_title_of_recipe", "task_title"]

MATCHINGS: Mapping[Matching, str] = MappingProxyType(
    {"channels": "as many channels", "parameters": "as many parameters"}
)
"""What the equivariant network shares with the ordinary one, with titles."""

SIZES = (32, 64, 128)
"""Sides of the images of CT, in pixels."""


def task_title(name: str) -> str:
    """Title of a recipe; its name if there is no such recipe here, as an imported run may have it."""
    return RECIPES[name].title if name in RECIPES else name


def is_title_of_recipe(text: str) -> bool:
    """Whether a recipe has this title; in the address titles stand for names."""
    return any(text == task.title for task in RECIPES.values())


@dataclass(frozen=True)
class LabChoice:
    """Everything that decides which runs start; `None` means "as the recipe has it"."""

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
            (self.ct_set in CT.datasets, "the data set", self.ct_set),
            (self.points in FLOW.datasets, "the points", self.points),
            (self.size in SIZES, "the size", self.size),
            (4 <= self.views <= LIMITS["views"], "the number of views", self.views),
            (self.layers >= 1, "the number of layers", self.layers),
            (self.scheme in SCHEMES, "the layers", self.scheme),
        )
        for holds, what, value in rules:
            if not holds:
                raise ConfigError(f"This page cannot train with {what} {value!r}; choose one that its controls offer.")

    @property
    def task(self) -> Recipe:
        """What is to be learnt."""
        return recipe(self.recipe)

    @property
    def chosen_arms(self) -> tuple[str, ...]:
        """The arms that would start, in their usual order; where there is one only, there is no choice."""
        return tuple(arm for arm in self.task.arms if arm in self.arms or len(self.task.arms) == 1)

    @property
    def dataset(self) -> str | None:
        """The data set of the recipe; None where it has one only."""
        return next((name for name in (self.ct_set, self.points) if name in self.task.datasets), None)

    @property
    def shipped(self) -> tuple[str, ...]:
        """Networks in the zoo that have learnt the task before."""
        config = complete(TrainConfig(self.recipe, dataset=self.dataset), self.task)
        if isinstance(config.net, PointShape):
            config = dataclasses.replace(config, net=dataclasses.replace(config.net, scheme=self.scheme))
        return self.task.shipped(config)

    def configs(self) -> tuple[TrainConfig, ...]:
        """The complete settings of each arm.

        Raises
        ------
        ConfigError
            If no arm is chosen, or a setting is not valid or beyond what a run may ask for.
        """
        if not self.chosen_arms:
            raise ConfigError("No arm is chosen, so there is nothing to train; choose one or more.")
        return tuple(map(self._config, self.chosen_arms))

    def _config(self, arm: str) -> TrainConfig:
        equivariant = arm == "equivariant"
        open_config = TrainConfig(
            recipe=self.recipe,
            arm=arm,
            group=self.group if equivariant else None,
            matching=self.matching if equivariant and self.matching in self.task.matchings else "channels",
            n_train=self.n_train,
            steps=self.steps,
            batch_size=self.batch,
            learning_rate=self.rate,
            seed=self.seed,
            dataset=self.dataset,
        )
        usual = complete(open_config, self.task).net
        config = complete(dataclasses.replace(open_config, net=self._shaped(usual)), self.task)
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


def first_choice(name: str) -> LabChoice:
    """What the controls show when a recipe is chosen: runs that take about a minute on a laptop."""
    n_train, steps = recipe(name).quick
    return LabChoice(name, n_train=n_train, steps=steps)


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
        "recipe": is_title_of_recipe,
        "arms": one_of(map(arm_title, ARMS)),
        "n_train": between(1, LIMITS["training examples"]),
        "steps": between(1, LIMITS["steps"]),
        "group": one_of(GROUPS),
        "matching": one_of(MATCHINGS.values()),
        "ct_set": one_of(CT.datasets.values()),
        "points": one_of(FLOW.datasets.values()),
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
