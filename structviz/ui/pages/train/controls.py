"""The controls of the train lab: four in sight, the rest in a drawer, all in the address."""

import dataclasses
from typing import Any, cast

import streamlit as st

from structviz.config import PointShape, TrainConfig
from structviz.figures import arm_title
from structviz.jobs import LIMITS
from structviz.nets import PLAIN, SCHEMES
from structviz.nets.groups import GROUPS
from structviz.training import ARMS, CT, FLOW, RECIPES, Recipe, recipe
from structviz.ui.kit.address import bound
from structviz.ui.pages.flow.choice import INTEGRATOR_TITLES
from structviz.ui.pages.train.choice import MATCHINGS, SIZES, LabChoice, first_choice, task_title

__all__ = ["apply", "controls"]

_DEFAULT = LabChoice()
_OPEN = "as the recipe has it"


def apply(choice: LabChoice) -> None:
    """Set every control to a preset; nothing starts."""
    for field in dataclasses.fields(choice):
        value = getattr(choice, field.name)
        st.session_state[f"train_{field.name}"] = list(value) if field.name == "arms" else value


def _recipe_chosen() -> None:
    """Another task has other sizes that make sense."""
    chosen = st.session_state["train_recipe"]
    if chosen in RECIPES:
        for name in ("n_train", "steps", "rate", "batch", "width"):
            st.session_state[f"train_{name}"] = getattr(first_choice(chosen), name)


def controls() -> LabChoice:
    """Show them; return what is chosen."""
    task = st.segmented_control(
        "What to learn",
        list(RECIPES),
        default=_DEFAULT.recipe,
        format_func=task_title,
        required=True,
        wrap=True,
        on_change=_recipe_chosen,
        **bound("train", "recipe"),
    )
    task = recipe(task or _DEFAULT.recipe)
    left, middle, right = st.columns([2, 1, 1], vertical_alignment="bottom")
    chosen: dict[str, Any] = {"recipe": task.name}
    with left:
        chosen |= _networks(task)
    chosen["n_train"] = middle.number_input(
        f"{task.plural.capitalize()} N", 1, LIMITS["training examples"], _DEFAULT.n_train, **bound("train", "n_train")
    )
    chosen["steps"] = right.number_input("Steps", 1, LIMITS["steps"], _DEFAULT.steps, 100, **bound("train", "steps"))
    with st.expander("More choices", icon=":material/tune:"):
        chosen |= _drawer(task)
    return LabChoice(**chosen)


def _moves_points(task: Recipe) -> bool:
    """Whether its networks are made of layers that move points, with a scheme to choose."""
    return isinstance(task.defaults(TrainConfig(task.name)).net, PointShape)


def _networks(task: Recipe) -> dict[str, Any]:
    """Who races; points know no symmetry, so there the layers are to choose."""
    if _moves_points(task):
        return {
            "scheme": st.selectbox(
                "Layers",
                SCHEMES,
                SCHEMES.index(_DEFAULT.scheme),
                format_func=_scheme_title,
                **bound("train", "scheme"),
            )
        }
    arms = st.pills(
        "Who races",
        ARMS,
        selection_mode="multi",
        default=_DEFAULT.arms,
        format_func=arm_title,
        wrap=True,
        **bound("train", "arms"),
    )
    return {"arms": tuple(arm for arm in ARMS if arm in arms)}


def _drawer(task: Recipe) -> dict[str, Any]:
    """The controls that are not in sight, by the names of their fields."""
    first, second = st.columns(2, gap="medium")
    chosen: dict[str, Any] = {}
    with first:
        if _moves_points(task):
            sets = FLOW.datasets
            chosen["points"] = st.selectbox(
                "Points",
                list(sets),
                list(sets).index(_DEFAULT.points),
                format_func=sets.__getitem__,
                **bound("train", "points"),
            )
            chosen["layers"] = st.number_input(
                "Number of layers", 1, LIMITS["layers"], _DEFAULT.layers, **bound("train", "layers")
            )
        else:
            chosen["group"] = st.segmented_control(
                "Group of the equivariant network",
                list(GROUPS),
                default=_DEFAULT.group,
                required=True,
                **bound("train", "group"),
            )
        if len(task.matchings) > 1:
            chosen["matching"] = st.segmented_control(
                "It has",
                list(MATCHINGS),
                default=_DEFAULT.matching,
                format_func=lambda name: MATCHINGS[name],
                required=True,
                wrap=True,
                **bound("train", "matching"),
            )
        if task is CT:
            chosen |= _scan()
    with second:
        chosen |= {
            "rate": st.number_input(
                "Learning rate",
                1e-6,
                1000.0,
                cast("float | None", None),
                format="%g",
                placeholder=_OPEN,
                **bound("train", "rate"),
            ),
            "batch": _open_number("Examples in a step", LIMITS["examples in a step"], "batch"),
            "width": _open_number("Dimensions" if _moves_points(task) else "Channels", LIMITS["channels"], "width"),
            "seed": st.number_input("Seed", 0, 9999, _DEFAULT.seed, **bound("train", "seed")),
        }
    return chosen


def _open_number(label: str, most: int, name: str) -> int | None:
    return st.number_input(label, 1, most, cast("int | None", None), 1, placeholder=_OPEN, **bound("train", name))


def _scan() -> dict[str, Any]:
    sets = CT.datasets
    return {
        "ct_set": st.selectbox("Data", list(sets), format_func=sets.__getitem__, **bound("train", "ct_set")),
        "size": st.segmented_control(
            "Side in pixels", SIZES, default=_DEFAULT.size, required=True, **bound("train", "size")
        ),
        "views": st.number_input("Views", 4, LIMITS["views"], _DEFAULT.views, 2, **bound("train", "views")),
    }


def _scheme_title(scheme: str) -> str:
    return "plain, without a way round" if scheme == PLAIN else f"step of {INTEGRATOR_TITLES[scheme]}"
