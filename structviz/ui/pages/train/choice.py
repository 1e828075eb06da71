"""What can be chosen on the train page, each control declared once, and presets."""

import dataclasses
import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from structviz.arms import ARMS, is_equivariant
from structviz.config import DenoiserShape, Matching, NetShape, PointShape, TrainConfig, UnrolledShape
from structviz.errors import ConfigError
from structviz.figures import arm_title
from structviz.jobs import LIMITS, check_limits
from structviz.nets import PLAIN, SCHEMES
from structviz.nets.groups import GROUPS, group
from structviz.ode import INTEGRATORS
from structviz.training import CT, FLOW, RATES, RECIPES, STRIPES, Recipe, recipe
from structviz.training.patients import NEW_PHOTONS
from structviz.training.recipes import complete
from structviz.training.stripes import LECTURE
from structviz.training.wide_stripes import WIDE
from structviz.ui.kit.choice import Choice, Many, Number, One, Section, Text, Values, declare

__all__ = ["OWN_RATES", "PRESETS", "SAME_RATE", "TrainChoice", "task_titles"]

OWN_RATES, SAME_RATE = "own", "same"
"""Whether each arm learns at the rate that suits it, or all at one."""

_MATCHINGS: Mapping[Matching, str] = MappingProxyType(
    {"channels": "as many channels", "parameters": "as many parameters"}
)
_SCHEMES: Mapping[str, str] = MappingProxyType(
    {
        scheme: "plain, without a skip connection" if scheme == PLAIN else f"step of {INTEGRATORS[scheme].title}"
        for scheme in SCHEMES
    }
)
_RATES: Mapping[str, str] = MappingProxyType({OWN_RATES: "each arm its own", SAME_RATE: "the same for all"})
_SIZES = (32, 64, 128)
_OPEN = "default"
_MOST_ADDRESS = 400
_WIDE_EXAMPLES, _WIDE_STEPS = 1000, 600
"""With which networks learn wide stripes in two minutes or so."""


def task_titles() -> dict[str, str]:
    """The recipes with titles: what can be learnt."""
    return {name: task.title for name, task in RECIPES.items()}


def _run_names(text: str) -> list[str]:
    names = text.split(",")
    if not all(re.fullmatch(r"[0-9A-Za-z-]+", name) for name in names):
        raise ConfigError(f"Names of runs have letters, digits and hyphens; got {text[:60]!r}.")
    return names


def _task(values: Values) -> Recipe:
    return recipe(values["recipe"])


def _moves_points(values: Values) -> bool:
    """Whether the networks of the recipe are made of layers that move points."""
    task = _task(values)
    return isinstance(task.defaults(TrainConfig(task.name)).net, PointShape)


def _acts_on_images(values: Values) -> bool:
    return not _moves_points(values)


def _has_arms(values: Values) -> bool:
    return len(_task(values).arms) > 1


def _has_one_rate(values: Values) -> bool:
    return not _has_arms(values) or values["rates"] == SAME_RATE


def _usual_rate(task: Recipe, arm: str, dataset: str | None = None) -> float:
    """The learning rate that the recipe has for an arm."""
    return complete(TrainConfig(task.name, arm, dataset=dataset), task).learning_rate or 0.0


def _other_rates(before: Values, after: Values) -> Values:
    """A rate to begin with: that of the ordinary network."""
    del before
    is_same = after["rates"] == SAME_RATE
    return {"rate": _usual_rate(_task(after), "ordinary") if is_same else None}


def _arms(values: Values) -> dict[str, str]:
    # Where there is one arm only it cannot be chosen, and those of other recipes stay as they are.
    arms = _task(values).arms
    return {arm: arm_title(arm) for arm in (arms if len(arms) > 1 else tuple(ARMS))}


def _other_recipe(before: Values, after: Values) -> Values:
    """The settings that another recipe needs."""
    del before
    n_train, steps = _task(after).quick
    return {"n_train": n_train, "steps": steps, "rate": None, "batch": None, "width": None}


def _is_wide(values: Values) -> bool:
    return _task(values) is STRIPES and values["stripes_set"] == WIDE


def _other_stripes(before: Values, after: Values) -> Values:
    """A training set and a group with which the stripes can be learnt in a minute."""
    del before
    n_train, steps = (_WIDE_EXAMPLES, _WIDE_STEPS) if _is_wide(after) else _task(after).quick
    return {"n_train": n_train, "steps": steps, "group": "C16" if _is_wide(after) else "C4"}


@dataclass(frozen=True)
class TrainChoice(Choice):
    """Everything that decides which runs start, and which are shown; `None` means the default of the recipe."""

    recipe: str = declare(
        "stripes",
        One("What to learn", kind="segmented", options=lambda _values: task_titles(), follow=_other_recipe),
    )
    arms: tuple[str, ...] = declare(
        ("ordinary", "equivariant"),
        Many("Arms to compare", options=_arms, applies=_has_arms),
    )
    scheme: str = declare("euler", One("Layers", options=_SCHEMES, applies=_moves_points))
    n_train: int = declare(
        16,
        Number(
            lambda values: f"{_task(values).plural.capitalize()} N",
            low=1,
            high=LIMITS["training examples"],
            step=1,
        ),
    )
    steps: int = declare(400, Number("Steps", low=1, high=LIMITS["steps"], step=100))
    points: str = declare(
        "halfmoon2d", One("Points", place="drawer", options=FLOW.datasets, applies=lambda values: _task(values) is FLOW)
    )
    layers: int = declare(
        40, Number("Number of layers", place="drawer", low=1, high=LIMITS["layers"], step=1, applies=_moves_points)
    )
    stripes_set: str = declare(
        LECTURE,
        One(
            "Stripes",
            place="drawer",
            options=STRIPES.datasets,
            applies=lambda values: _task(values) is STRIPES,
            follow=_other_stripes,
        ),
    )
    group: str = declare(
        "C4",
        One(
            "Group of equivariant networks",
            place="drawer",
            kind="segmented",
            options=tuple(GROUPS),
            applies=_acts_on_images,
        ),
    )
    matching: Matching = declare(
        "channels",
        One(
            "It has",
            place="drawer",
            kind="segmented",
            options=_MATCHINGS,
            applies=lambda values: len(_task(values).matchings) > 1,
        ),
    )
    ct_set: str = declare(
        NEW_PHOTONS, One("Data", place="drawer", options=CT.datasets, applies=lambda values: _task(values) is CT)
    )
    size: int = declare(
        64,
        One(
            "Side in pixels",
            place="drawer",
            kind="segmented",
            options=_SIZES,
            applies=lambda values: _task(values) is CT,
        ),
    )
    views: int = declare(
        30,
        Number(
            "Views", place="drawer", low=4, high=LIMITS["views"], step=2, applies=lambda values: _task(values) is CT
        ),
    )
    rates: str = declare(
        OWN_RATES,
        One(
            "Learning rates",
            place="drawer",
            kind="segmented",
            options=_RATES,
            applies=_has_arms,
            help="By default, equivariant networks have larger rates. The study below shows what the rate changes.",
            follow=_other_rates,
        ),
    )
    rate: float | None = declare(
        None,
        Number(
            "Learning rate",
            place="drawer",
            low=1e-6,
            high=1000.0,
            whole=False,
            format="%g",
            open_title=_OPEN,
            help="If left empty, it is the rate of the ordinary network.",
            applies=_has_one_rate,
        ),
    )
    batch: int | None = declare(
        None,
        Number(
            "Examples in each step", place="drawer", low=1, high=LIMITS["examples in a step"], step=1, open_title=_OPEN
        ),
    )
    width: int | None = declare(
        None,
        Number(
            lambda values: "Dimensions" if _moves_points(values) else "Channels",
            place="drawer",
            low=1,
            high=LIMITS["channels"],
            step=1,
            open_title=_OPEN,
        ),
    )
    seed: int = declare(0, Number("Seed", place="drawer", low=0, high=9999, step=1))
    study: bool = declare(
        False,
        Section(
            "Does the learning rate decide who leads?",
            applies=lambda values: values["recipe"] in RATES and not _is_wide(values),
        ),
    )
    runs: str = declare(
        "",
        Text(
            "Runs on the page",
            place="browser",
            parse=_run_names,
            words="names of runs with commas between them",
            most=_MOST_ADDRESS,
            kept=True,
            resets=False,
        ),
    )

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
        return next((name for name in (self.ct_set, self.points, self.stripes_set) if name in self.task.datasets), None)

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
        equivariant = is_equivariant(arm)
        open_config = TrainConfig(
            recipe=self.recipe,
            arm=arm,
            group=self.group if equivariant else None,
            matching=self.matching if equivariant and self.matching in self.task.matchings else "channels",
            n_train=self.n_train,
            steps=self.steps,
            batch_size=self.batch,
            learning_rate=self._learning_rate(),
            seed=self.seed,
            dataset=self.dataset,
        )
        usual = complete(open_config, self.task).net
        config = complete(dataclasses.replace(open_config, net=self._shaped(usual)), self.task)
        check_limits(config)
        if equivariant and config.matching == "channels":
            self._check_fields(config.net)
        return config

    def _learning_rate(self) -> float | None:
        """The rate for all arms; None if each has its own, the default of the recipe."""
        if len(self.task.arms) > 1 and self.rates == OWN_RATES:
            return None
        return self.rate if self.rate is not None else _usual_rate(self.task, "ordinary", self.dataset)

    @property
    def learning_rates(self) -> dict[str, float]:
        """The learning rate of each arm that would start."""
        return {arm: self._learning_rate() or _usual_rate(self.task, arm, self.dataset) for arm in self.chosen_arms}

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


_LECTURE = recipe("stripes").defaults(TrainConfig(recipe="stripes"))

PRESETS: Mapping[str, TrainChoice] = MappingProxyType(
    {
        "One minute on a laptop": TrainChoice(),
        "The lecture's setting": TrainChoice(n_train=_LECTURE.n_train or 16, steps=_LECTURE.steps or 3000),
        "Small data: 4 patients": TrainChoice("ct", n_train=4, steps=300),
        "Points in seconds": TrainChoice("flow", n_train=500, steps=300),
        "The same rate for both": TrainChoice(rates=SAME_RATE, rate=_usual_rate(recipe("stripes"), "ordinary")),
        "A rate that diverges": TrainChoice(arms=("ordinary",), steps=300, rates=SAME_RATE, rate=30.0),
    }
)
"""Things to try."""
