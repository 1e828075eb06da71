"""What the controls of the train page offer, and what follows from them."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from structviz.arms import ARMS
from structviz.config import (
    CouplingShape,
    Matching,
    NetShape,
    ODENetShape,
    PlaneShape,
    PointShape,
    ResidualFlowShape,
    RotationShape,
    SphereShape,
    TrainConfig,
    flow_title,
)
from structviz.figures import arm_title
from structviz.nets import PLAIN, ROTATION_LAYERS, SCHEMES
from structviz.nets.couplings import COUPLINGS
from structviz.nets.plane_classifier import STRUCTURES
from structviz.nets.sphere_classifier import SPHERE_LAYERS
from structviz.ode import INTEGRATORS
from structviz.training import (
    CONTROL,
    DENSITY_SETS,
    FLOW,
    INVERTIBILITY,
    MANIFOLDS,
    PLANE,
    RECIPES,
    STRIPES,
    Recipe,
    recipe,
)
from structviz.training.attitudes import TUMBLING
from structviz.training.recipes import complete
from structviz.training.wide_stripes import WIDE
from structviz.ui.kit.choice import Values

__all__ = [
    "DENSITIES",
    "FLOW_TITLES",
    "MATCHINGS",
    "OWN_RATES",
    "RATE_RULES",
    "ROTATION_TITLES",
    "SAME_RATE",
    "SCHEME_TITLES",
    "SIZES",
    "SPHERE_TITLES",
    "STRUCTURE_TITLES",
    "acts_on_images",
    "arms_of",
    "flow_shape",
    "has_arms",
    "has_one_rate",
    "has_scheme",
    "has_structure",
    "is_wide",
    "learns_density",
    "learns_steps",
    "moves_points",
    "examples_title",
    "on_sphere",
    "offered_titles",
    "other_points",
    "other_rates",
    "other_recipe",
    "other_stripes",
    "point_sets",
    "task_of",
    "task_titles",
    "turns",
    "usual_rate",
]

OWN_RATES, SAME_RATE = "own", "same"
"""Whether each arm learns at the rate that suits it, or all at one."""

MATCHINGS: Mapping[Matching, str] = MappingProxyType(
    {"channels": "as many channels", "parameters": "as many parameters"}
)
"""What equivariant networks have in common with the ordinary one, in words."""

SCHEME_TITLES: Mapping[str, str] = MappingProxyType(
    {
        scheme: "plain, without a skip connection" if scheme == PLAIN else f"step of {INTEGRATORS[scheme].title}"
        for scheme in SCHEMES
    }
)
"""Kinds of layers that move points, with titles."""

FLOW_TITLES: Mapping[str, str] = MappingProxyType(
    {**{kind: f"{kind} couplings" for kind in COUPLINGS[::-1]}, "resnet": "invertible ResNet"}
)
"""Kinds of layers that can be undone, with titles."""

STRUCTURE_TITLES: Mapping[str, str] = MappingProxyType(
    {name: flow_title(PlaneShape(name)) or name for name in STRUCTURES}
)
"""Kinds of layers of points that keep a structure, with titles."""

SPHERE_TITLES: Mapping[str, str] = MappingProxyType(
    {name: flow_title(SphereShape(name)) or name for name in SPHERE_LAYERS}
)
"""Kinds of layers that move points of the sphere, with titles."""

ROTATION_TITLES: Mapping[str, str] = MappingProxyType(
    {name: flow_title(RotationShape(name)) or name for name in ROTATION_LAYERS}
)
"""Kinds of layers that turn rotations, with titles."""

_ATTITUDES, _ATTITUDE_STEPS = 200, 300
"""With which networks learn how a solid tumbles in half a minute."""

DENSITIES: Mapping[str, str] = MappingProxyType({name: INVERTIBILITY.datasets[name] for name in DENSITY_SETS})
"""Sets of points whose density can be learnt here, with titles."""

RATE_RULES: Mapping[str, str] = MappingProxyType({OWN_RATES: "each arm its own", SAME_RATE: "the same for all"})
"""The same in words."""

SIZES = (32, 64, 128)
"""Sides of CT images in pixels."""

_WIDE_EXAMPLES, _WIDE_STEPS = 1000, 600
"""With which networks learn wide stripes in two minutes or so."""


def task_titles() -> dict[str, str]:
    """All recipes with titles."""
    return {name: task.title for name, task in RECIPES.items()}


def offered_titles() -> dict[str, str]:
    """The recipes that visitors train from, with titles: those whose networks a page shows at work."""
    return {name: title for name, title in task_titles().items() if RECIPES[name].page is not None}


def task_of(values: Values) -> Recipe:
    """What is to be learnt."""
    return recipe(values["recipe"])


def moves_points(values: Values) -> bool:
    """Whether the networks of the recipe are made of layers that move points."""
    task = task_of(values)
    return isinstance(task.defaults(TrainConfig(task.name)).net, PointShape | PlaneShape | ODENetShape | SphereShape)


def has_scheme(values: Values) -> bool:
    """Whether the layers can be steps of several methods."""
    return task_of(values) is FLOW


def has_structure(values: Values) -> bool:
    """Whether the layers keep a structure, which can be chosen."""
    return task_of(values) is PLANE


def on_sphere(values: Values) -> bool:
    """Whether the layers move points of the sphere."""
    return task_of(values) is MANIFOLDS and not turns(values)


def turns(values: Values) -> bool:
    """Whether the layers turn attitudes of a solid."""
    return task_of(values) is MANIFOLDS and values["points"] == TUMBLING


def examples_title(values: Values) -> str:
    """What the number of examples is called."""
    return f"{'Attitudes' if turns(values) else task_of(values).plural.capitalize()} N"


def learns_steps(values: Values) -> bool:
    """Whether the layers have time steps that may be learned."""
    return task_of(values) is CONTROL


def point_sets(values: Values) -> Mapping[str, str]:
    """Sets of points that can be learnt, or of attitudes, with titles."""
    return (task_of(values) if moves_points(values) else FLOW).datasets


def acts_on_images(values: Values) -> bool:
    """Whether the networks of the recipe are made of layers that filter images."""
    return not moves_points(values) and not learns_density(values)


def learns_density(values: Values) -> bool:
    """Whether a density is to be learnt, by layers that can be undone."""
    return task_of(values) is INVERTIBILITY


def flow_shape(kind: str, width: int | None) -> NetShape:
    """The shape of a network whose layers can be undone.

    Parameters
    ----------
    kind
        One of `FLOW_TITLES`.
    width
        Neurons in its hidden layers; None for the usual number.
    """
    own: dict[str, Any] = {} if width is None else {"width": width}
    return ResidualFlowShape(**own) if kind == "resnet" else CouplingShape(coupling=kind, **own)


def has_arms(values: Values) -> bool:
    """Whether the recipe has arms to compare."""
    return len(task_of(values).arms) > 1


def has_one_rate(values: Values) -> bool:
    """Whether all arms learn at one rate."""
    return not has_arms(values) or values["rates"] == SAME_RATE


def usual_rate(task: Recipe, arm: str, dataset: str | None = None, optimiser: str | None = None) -> float:
    """The learning rate that the recipe has for an arm.

    Parameters
    ----------
    task, arm
        What is to be learnt, and by which arm.
    dataset
        The data set of the recipe; None for its default.
    optimiser
        How it takes its steps; None for its default.

    Returns
    -------
    float
        Of Adam's steps or those of the optimiser, without unit.
    """
    return complete(TrainConfig(task.name, arm, dataset=dataset, optimiser=optimiser), task).learning_rate or 0.0


def other_rates(before: Values, after: Values) -> Values:
    """A rate to begin with: that of the ordinary network."""
    del before
    is_same = after["rates"] == SAME_RATE
    return {"rate": usual_rate(task_of(after), "ordinary") if is_same else None}


def arms_of(values: Values) -> dict[str, str]:
    """The arms of the recipe, with titles."""
    # Where there is one arm only it cannot be chosen, and those of other recipes stay as they are.
    arms = task_of(values).arms
    return {arm: arm_title(arm) for arm in (arms if len(arms) > 1 else tuple(ARMS))}


def other_recipe(before: Values, after: Values) -> Values:
    """The settings that another recipe needs."""
    n_train, steps = task_of(after).quick
    other = {"n_train": n_train, "steps": steps, "rate": None, "batch": None, "width": None}
    if learns_steps(before) != learns_steps(after):
        other["layers"] = ODENetShape().n_layers if learns_steps(after) else PointShape().n_layers
    elif turns(before) and not turns(after):
        other["layers"] = PointShape().n_layers
    return other


def other_points(before: Values, after: Values) -> Values:
    """The settings that suit attitudes, once these are to be learnt, or points once these are again."""
    if turns(before) == turns(after):
        return {}
    if turns(after):
        return {"n_train": _ATTITUDES, "steps": _ATTITUDE_STEPS, "layers": RotationShape().n_layers, "width": None}
    n_train, steps = task_of(after).quick
    return {"n_train": n_train, "steps": steps, "layers": PointShape().n_layers, "width": None}


def is_wide(values: Values) -> bool:
    """Whether wide stripes are to be learnt."""
    return task_of(values) is STRIPES and values["stripes_set"] == WIDE


def other_stripes(before: Values, after: Values) -> Values:
    """A training set and a group with which the stripes can be learnt in a minute."""
    del before
    n_train, steps = (_WIDE_EXAMPLES, _WIDE_STEPS) if is_wide(after) else task_of(after).quick
    return {"n_train": n_train, "steps": steps, "group": "C16" if is_wide(after) else "C4"}
