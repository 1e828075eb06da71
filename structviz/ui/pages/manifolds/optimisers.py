"""The section on optimisers: particles with friction beside gradient descent, on a landscape."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from math import exp, nan

import streamlit as st

from structviz.displayed import Displayed, scientific, significant
from structviz.figures.theme import ARM_COLOURS
from structviz.studies.manifolds import LANDSCAPES, OPTIMISERS, Descent, conformality_error, descend
from structviz.ui.kit.charts import show_chart
from structviz.ui.kit.compute import ComputeQueue
from structviz.ui.kit.exports import Item, files
from structviz.ui.kit.form import Form
from structviz.ui.kit.page import show_notice
from structviz.ui.kit.sentences import joined
from structviz.ui.kit.waiting import waiting
from structviz.ui.pages.manifolds.choice import ManifoldsChoice
from structviz.ui.pages.manifolds.scripts import optimiser_script

__all__ = ["OptimiserFound", "OptimiserRecord", "find_optimisers", "optimiser_record", "optimiser_section",
           "say_optimisers"]  # fmt: skip

_STEPS = 500
_DESCENT = "gradient-descent"
_COLOURS = {
    _DESCENT: ARM_COLOURS["ordinary"],
    "heavy-ball": ARM_COLOURS["equivariant"],
    "leapfrog": ARM_COLOURS["augmented"],
    "relativistic": ARM_COLOURS["symmetrised"],
}
_QUEUE: ComputeQueue["OptimiserFound"] = ComputeQueue(most_bytes=2_000_000)


@dataclass(frozen=True)
class OptimiserFound:
    """The ways of all optimisers, and how far one step of each is from what it promises.

    Attributes
    ----------
    ways
        By name.
    errors
        ‖JᵀΩJ − e^{−γh}Ω‖ / ‖Ω‖ by name; none for gradient descent.
    """

    ways: Mapping[str, Descent]
    errors: Mapping[str, float]


@dataclass(frozen=True)
class OptimiserRecord:
    """What is said, by name of the optimiser.

    Attributes
    ----------
    landscape, h, friction
        What was chosen.
    values
        f after all steps; nan where it diverged.
    error
        The largest error of the conformal symplectic form.
    kept
        The factor e^{−γh}.
    """

    landscape: str
    h: Displayed
    friction: Displayed
    values: Mapping[str, Displayed]
    error: Displayed
    kept: Displayed


def find_optimisers(landscape: str, h: float, friction: float) -> OptimiserFound:
    """Follow all optimisers.

    Parameters
    ----------
    landscape
        One of `LANDSCAPES`.
    h, friction
        Length of a step, and γ.

    Returns
    -------
    OptimiserFound
        Ways and errors of conformality by the optimisers' names; gradient descent has no such error.
    """
    return OptimiserFound(
        {name: descend(landscape, name, _STEPS, h, friction) for name in OPTIMISERS},
        {name: conformality_error(landscape, name, h, friction) for name in OPTIMISERS if name != _DESCENT},
    )


def optimiser_record(landscape: str, h: float, friction: float, found: OptimiserFound) -> OptimiserRecord:
    """The record of what is shown.

    Parameters
    ----------
    landscape, h, friction
        What was chosen.
    found
        What was computed with them.

    Returns
    -------
    OptimiserRecord
        All numbers, rounded as they are displayed.
    """
    return OptimiserRecord(
        landscape=landscape,
        h=significant(h),
        friction=significant(friction),
        values={name: significant(nan if way.diverged else way.values[-1].item()) for name, way in found.ways.items()},
        error=scientific(max(found.errors.values())),
        kept=significant(exp(-friction * h), 3),
    )


def say_optimisers(record: OptimiserRecord) -> list[str]:
    """What to notice."""
    arrived = {name: value for name, value in record.values.items() if value.is_finite}
    lost = [OPTIMISERS[name].lower() for name in record.values if name not in arrived]
    said = []
    if arrived:
        reached = joined([f"{OPTIMISERS[name].lower()} {value}" for name, value in arrived.items()])
        said.append(f"After {_STEPS} steps of h = {record.h}, f is: {reached}.")
    if lost:
        diverged = joined(lost)
        said.append(f"{diverged[0].upper()}{diverged[1:]} diverged: the step is too long here.")
    others = [value for name, value in arrived.items() if name != _DESCENT]
    if _DESCENT in arrived and others:
        descent = arrived[_DESCENT]
        if all(value < descent for value in others):
            said.append("All particles with friction are ahead of gradient descent.")
        elif any(value > descent for value in others):
            said.append("Not every particle with friction is ahead of gradient descent: it can roll past and swing.")
    said.append(
        f"Each step with friction γ = {record.friction} shrinks the symplectic form by e^(−γh) = {record.kept}, up to "
        f"{record.error}" + (", which is rounding." if record.error < scientific(1e-11) else ": slopes are steep here.")
    )
    said.append("The flow that they discretise shrinks it just so. That does not promise to arrive first.")
    return said


def optimiser_section(form: Form[ManifoldsChoice]) -> None:
    """Show the section."""
    for place, name in zip(st.columns(3), ("landscape", "pace", "friction"), strict=True):
        with place:
            form.ask(name)
    choice = form.choice()
    key = (choice.landscape, choice.pace, choice.friction)
    with waiting("Rolling down") as on_wait:
        found = _QUEUE.get(key, partial(find_optimisers, *key), on_wait, seconds=1)
    from structviz.figures.landscape import landscape_plot
    from structviz.figures.lines import Line, line_plot, lines_csv

    ways = found.ways.items()
    paths = [Line(OPTIMISERS[k], way.path[:, 0].tolist(), way.path[:, 1].tolist(), _COLOURS[k]) for k, way in ways]
    values = [Line(OPTIMISERS[k], range(_STEPS + 1), way.values.tolist(), _COLOURS[k]) for k, way in ways]
    left, right = st.columns(2)
    with left:
        show_chart(landscape_plot(LANDSCAPES[choice.landscape], paths), key="manifolds_optimisers_paths")
    with right:
        plot = line_plot(values, "step", "f", log_y=True, least=1e-16, most=1e8, height=420)
        show_chart(plot, key="manifolds_optimisers_values")
    show_notice(say_optimisers(optimiser_record(*key, found)))
    table = partial(lines_csv, {"path, y over x": paths, "f over steps": values})
    script = partial(optimiser_script, choice, _STEPS)
    files(
        form,
        Item("Ways of optimisers (CSV)", table, "optimisers.csv", "text/csv"),
        Item("Script of the optimisers (Python)", script, "optimisers.py", "text/x-python"),
        networks={},
    )
    st.caption(
        "q̇ = ∇K(p), ṗ = −∇f(q) − γp with K = ½‖p‖², relativistic K = √(‖p‖² + 1). The heavy ball is the symplectic "
        "Euler step of it, with momentum μ = e^(−γh) and learning rate h²; gradient descent has the same rate. "
        "Leapfrog takes two gradients a step, of which one can be kept. França, Sulam, Robinson, Vidal: *Conformal "
        "symplectic and relativistic optimization*, NeurIPS 2020."
    )
