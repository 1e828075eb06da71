"""What can be chosen on the train page, each control declared once."""

import dataclasses
import re
from dataclasses import dataclass
from typing import Any

from structviz.arms import is_equivariant
from structviz.config import (
    STEP_RULES,
    ClassifierShape,
    DenoiserShape,
    Matching,
    NetShape,
    NonexpansiveShape,
    ODENetShape,
    PlaneShape,
    PointShape,
    RotationShape,
    SphereShape,
    TrainConfig,
    UnrolledShape,
)
from structviz.errors import ConfigError
from structviz.jobs import LIMITS, check_limits
from structviz.nets.groups import GROUPS, group
from structviz.training import CT, INVERTIBILITY, OPTIMISERS, RATES, STRIPES, Recipe, recipe
from structviz.training.patients import NEW_PHOTONS
from structviz.training.recipes import complete
from structviz.training.stripes import LECTURE
from structviz.ui.kit.choice import Choice, Many, Number, One, Section, Text, declare
from structviz.ui.pages.train.options import (
    DENSITIES,
    FLOW_TITLES,
    MATCHINGS,
    OWN_RATES,
    RATE_RULES,
    ROTATION_TITLES,
    SCHEME_TITLES,
    SIZES,
    SPHERE_TITLES,
    STRUCTURE_TITLES,
    acts_on_images,
    arms_of,
    examples_title,
    flow_shape,
    has_arms,
    has_one_rate,
    has_scheme,
    has_structure,
    is_wide,
    learns_density,
    learns_steps,
    moves_points,
    offered_titles,
    on_sphere,
    other_points,
    other_rates,
    other_recipe,
    other_stripes,
    point_sets,
    task_of,
    turns,
    usual_rate,
)

__all__ = ["TrainChoice"]

_OPEN = "default"
_MOST_ADDRESS = 400


def _run_names(text: str) -> list[str]:
    names = text.split(",")
    if not all(re.fullmatch(r"[0-9A-Za-z-]+", name) for name in names):
        raise ConfigError(f"Names of runs have letters, digits and hyphens; got {text[:60]!r}.")
    return names


@dataclass(frozen=True)
class TrainChoice(Choice):
    """Everything that decides which runs start, and which are shown; `None` means the default of the recipe."""

    recipe: str = declare(
        "stripes",
        One("What to learn", options=lambda _values: offered_titles(), follow=other_recipe),
    )
    arms: tuple[str, ...] = declare(
        ("ordinary", "equivariant"),
        Many("Arms to compare", options=arms_of, applies=has_arms, fills_up=True),
    )
    points: str = declare(
        "halfmoon2d",
        One("Points", place="drawer", options=point_sets, applies=moves_points, follow=other_points),
    )
    scheme: str = declare("euler", One("Layers", options=SCHEME_TITLES, applies=has_scheme))
    structure: str = declare(
        "gradient", One("Structure of the layers", options=STRUCTURE_TITLES, applies=has_structure)
    )
    time_steps: str = declare("learned", One("Time steps of the layers", options=STEP_RULES, applies=learns_steps))
    optimiser: str = declare("backtracking", One("Optimiser", options=OPTIMISERS, applies=learns_steps))
    flow: str = declare("affine", One("Layers", options=FLOW_TITLES, applies=learns_density))
    sphere: str = declare("exponential", One("Layers", options=SPHERE_TITLES, applies=on_sphere))
    rotation: str = declare("lie-euler", One("Layers", options=ROTATION_TITLES, applies=turns))
    n_train: int = declare(
        16,
        Number(
            examples_title,
            low=1,
            high=LIMITS["training examples"],
            step=1,
        ),
    )
    steps: int = declare(400, Number("Steps", low=1, high=LIMITS["steps"], step=100))
    density: str = declare("spiral2d", One("Density of", place="drawer", options=DENSITIES, applies=learns_density))
    layers: int = declare(
        40, Number("Number of layers", place="drawer", low=1, high=LIMITS["layers"], step=1, applies=moves_points)
    )
    stripes_set: str = declare(
        LECTURE,
        One(
            "Stripes",
            place="drawer",
            options=STRIPES.datasets,
            applies=lambda values: task_of(values) is STRIPES,
            follow=other_stripes,
        ),
    )
    group: str = declare(
        "C4",
        One(
            "Group of equivariant networks",
            place="drawer",
            kind="segmented",
            options=tuple(GROUPS),
            applies=acts_on_images,
        ),
    )
    matching: Matching = declare(
        "channels",
        One(
            "It has",
            place="drawer",
            kind="segmented",
            options=MATCHINGS,
            applies=lambda values: len(task_of(values).matchings) > 1,
        ),
    )
    ct_set: str = declare(
        NEW_PHOTONS, One("Data", place="drawer", options=CT.datasets, applies=lambda values: task_of(values) is CT)
    )
    size: int = declare(
        64,
        One(
            "Side in pixels",
            place="drawer",
            kind="segmented",
            options=SIZES,
            applies=lambda values: task_of(values) is CT,
        ),
    )
    views: int = declare(
        30,
        Number(
            "Views", place="drawer", low=4, high=LIMITS["views"], step=2, applies=lambda values: task_of(values) is CT
        ),
    )
    rates: str = declare(
        OWN_RATES,
        One(
            "Learning rates",
            place="drawer",
            kind="segmented",
            options=RATE_RULES,
            applies=has_arms,
            help="By default, equivariant networks have larger rates. The study below shows what the rate changes.",
            follow=other_rates,
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
            applies=has_one_rate,
        ),
    )
    size_weight: float = declare(
        1e-4,
        Number("Weight λ of ∫ ‖θ‖²", place="drawer", low=0, high=1, whole=False, format="%g", applies=learns_steps),
    )
    change_weight: float = declare(
        0.0,
        Number("Weight μ of ∫ ‖θ̇‖²", place="drawer", low=0, high=1, whole=False, format="%g", applies=learns_steps),
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
            lambda values: (
                "Channels"
                if acts_on_images(values)
                else "Neurons"
                if learns_density(values) or has_structure(values) or on_sphere(values) or turns(values)
                else "Dimensions"
            ),
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
            applies=lambda values: values["recipe"] in RATES and not is_wide(values),
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
            optional=True,
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
        chosen = {"ct": self.ct_set, "stripes": self.stripes_set, "invertibility": self.density}
        return self.points if moves_points(vars(self)) else chosen.get(self.recipe)

    @property
    def learns_density(self) -> bool:
        """Whether a density is to be learnt, by layers that can be undone."""
        return self.task is INVERTIBILITY

    @property
    def shipped(self) -> tuple[str, ...]:
        """Networks in the zoo that have learnt the task before."""
        config = complete(TrainConfig(self.recipe, dataset=self.dataset), self.task)
        if isinstance(config.net, PointShape):
            config = dataclasses.replace(config, net=dataclasses.replace(config.net, scheme=self.scheme))
        elif isinstance(config.net, PlaneShape):
            config = dataclasses.replace(config, net=PlaneShape(self.structure))
        elif isinstance(config.net, SphereShape):
            config = dataclasses.replace(config, net=SphereShape(self.sphere))
        elif isinstance(config.net, RotationShape):
            config = dataclasses.replace(config, net=RotationShape(self.rotation))
        elif isinstance(config.net, ODENetShape):
            config = dataclasses.replace(config, net=ODENetShape(self.time_steps))
        elif self.learns_density:
            config = dataclasses.replace(config, net=flow_shape(self.flow, None))
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
        if learns_steps(vars(self)):
            weights = {"regularisation": self.size_weight, "smoothness": self.change_weight}
            open_config = dataclasses.replace(open_config, optimiser=self.optimiser, **weights)
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
        return self.rate if self.rate is not None else self._usual_rate("ordinary")

    @property
    def learning_rates(self) -> dict[str, float]:
        """The learning rate of each arm that would start."""
        return {arm: self._learning_rate() or self._usual_rate(arm) for arm in self.chosen_arms}

    def _usual_rate(self, arm: str) -> float:
        return usual_rate(self.task, arm, self.dataset, self.optimiser if learns_steps(vars(self)) else None)

    def _shaped(self, usual: NetShape | None) -> NetShape | None:
        """The recipe's network, with what was chosen."""
        if self.learns_density:
            return flow_shape(self.flow, self.width)
        own: dict[str, Any] = {} if self.width is None else {"width": self.width}
        if isinstance(usual, PointShape | ODENetShape):
            if self.width is not None and not 2 <= self.width <= 64:
                raise ConfigError(f"Points have 2 to 64 dimensions inside of the network; got {self.width}.")
            own |= {"n_layers": self.layers}
            own |= {"scheme": self.scheme} if isinstance(usual, PointShape) else {"steps": self.time_steps}
        elif isinstance(usual, PlaneShape):
            own |= {"n_layers": self.layers, "structure": self.structure}
        elif isinstance(usual, SphereShape):
            own |= {"n_layers": self.layers, "layers": self.sphere}
        elif isinstance(usual, RotationShape):
            own |= {"n_layers": self.layers, "layers": self.rotation}
        elif isinstance(usual, UnrolledShape):
            own |= {"image_size": self.size, "n_views": self.views}
        return usual if usual is None else dataclasses.replace(usual, **own)

    def _check_fields(self, shape: NetShape | None) -> None:
        """Say now what the worker would only find once it builds the network."""
        order = group(self.group).order
        if isinstance(shape, DenoiserShape | NonexpansiveShape | UnrolledShape | ClassifierShape) and (
            shape.width % order or not shape.width
        ):
            raise ConfigError(f"{self.group} needs a width that is a multiple of {order} channels; got {shape.width}.")
        if isinstance(shape, UnrolledShape) and shape.n_views % 2:
            raise ConfigError(
                f"Equivariant CT needs an even number of views, so that turns map views to views; got {shape.n_views}."
            )
