"""The section on optimising after discretising and discretising after optimising."""

from dataclasses import dataclass
from functools import partial
from itertools import zip_longest

import streamlit as st
import torch

from structviz.displayed import Displayed, number, significant
from structviz.nets import ODENet, PointClassifier
from structviz.ode import Integrator, integrator
from structviz.seeding import seeded
from structviz.studies.control import (
    DESCENTS,
    EXPLICIT_MIDPOINT,
    Descent,
    GradientComparison,
    compare_gradients,
    costate_matrix,
    descend,
)
from structviz.ui.kit.charts import show_chart
from structviz.ui.kit.compute import ComputeQueue, OnWait
from structviz.ui.kit.exports import Item, files
from structviz.ui.kit.form import Form
from structviz.ui.kit.page import show_notice
from structviz.ui.kit.sentences import counted
from structviz.ui.kit.tables import csv_table
from structviz.ui.kit.waiting import waiting
from structviz.ui.pages.optimal_control.choice import LEARNED, ControlChoice
from structviz.ui.pages.optimal_control.scripts import own_table, points_code
from structviz.ui.pages.optimal_control.tableaux import show_tableaux

__all__ = [
    "EULER",
    "MATCHING",
    "TIME",
    "AdjointRecord",
    "AdjointStudy",
    "adjoint_record",
    "adjoint_script",
    "adjoint_section",
    "adjoint_study",
    "losses_csv",
    "say_adjoints",
]

TIME, _STEPS = 4.0, 100
"""End time T of the networks that learn here, and steps of their training."""

MATCHING, EULER = "matching costates", "Euler's costates"
"""What both descents are called."""


@dataclass(frozen=True, eq=False)
class AdjointStudy:
    """Gradients of a network before training, and what both make of it."""

    gradients: GradientComparison
    matching: Descent
    euler: Descent


@st.cache_resource
def _queue() -> ComputeQueue[AdjointStudy]:
    return ComputeQueue(most_bytes=2_000_000)


def _method_of(name: str) -> Integrator:
    """The method of the layers, by its name: also the one that has no costates, and Euler's where steps are learned."""
    return EXPLICIT_MIDPOINT if name == EXPLICIT_MIDPOINT.name else integrator("euler" if name == LEARNED else name)


def _start_of(choice: ControlChoice) -> PointClassifier | ODENet:
    """The network before training: random weights, the same in all layers unless they learn their steps.

    Raises
    ------
    ConfigError
        If its method has no costates.
    """
    costate_matrix(_method_of(choice.layer_method))
    with seeded(choice.seed):
        learned = choice.layer_method == LEARNED
        make = partial(ODENet if learned else PointClassifier, choice.layer_method)
        net = make(n_layers=choice.depth, time=TIME)
    return net.double().requires_grad_(False)


def adjoint_study(choice: ControlChoice, on_wait: OnWait = lambda _: None) -> AdjointStudy:
    """Both gradients and both descents, computed once for all visitors.

    Parameters
    ----------
    choice
        What was asked for.
    on_wait
        As for `ComputeQueue.get`.

    Raises
    ------
    ConfigError
        If the method has no costates.
    """
    net, (points, labels) = _start_of(choice), choice.points

    def work() -> AdjointStudy:
        ways = [descend(net, points, labels, choice.descent, _STEPS, matching) for matching in (True, False)]
        return AdjointStudy(compare_gradients(net, points, labels), *ways)

    key = (*choice.points_key, choice.layer_method, choice.depth, choice.descent)
    return _queue().get(key, work, on_wait, seconds=2)


@dataclass(frozen=True)
class AdjointRecord:
    """What is said of both gradients.

    Attributes
    ----------
    method, stages
        Of the layers: its title, and how many stages a step has.
    is_euler
        Whether it is Euler's.
    n_layers, steps, descent
        Layers, steps of the training and how they are taken.
    error, euler_error
        How far the gradients are from automatic differentiation, relative to the largest one of a layer.
    angle
        Between Euler's direction and the gradient, in degrees.
    start, matching, euler
        The objective before, and after training with both.
    stalled
        The step at which Euler's costates gave no direction downhill; None if that did not happen.
    """

    method: str
    stages: int
    is_euler: bool
    n_layers: int
    steps: int
    descent: str
    error: Displayed
    euler_error: Displayed
    angle: Displayed
    start: Displayed
    matching: Displayed
    euler: Displayed
    stalled: int | None


def adjoint_record(choice: ControlChoice, found: AdjointStudy) -> AdjointRecord:
    """The record of what is shown.

    Parameters
    ----------
    choice
        What was asked for.
    found
        What was computed for it.
    """
    method = _method_of(choice.layer_method)
    return AdjointRecord(
        method=method.title,
        stages=method.stages,
        is_euler=method.name == "euler",
        n_layers=choice.depth,
        steps=_STEPS,
        descent=DESCENTS[choice.descent],
        error=significant(found.gradients.errors.max().item(), 1),
        euler_error=significant(found.gradients.euler_errors.max().item(), 1),
        angle=number(found.gradients.angle * 180 / torch.pi, 0, "°"),
        start=significant(found.matching.losses[0]),
        matching=significant(found.matching.losses[-1]),
        euler=significant(found.euler.losses[-1]),
        stalled=found.euler.stalled,
    )


def say_adjoints(record: AdjointRecord) -> list[str]:
    """What to notice about both gradients."""
    if record.is_euler:
        return [
            "The layers are Euler steps, so Euler's costates are the matching ones: both ways are the same, up to "
            f"{record.error}. Choose another method.",
            f"{counted(record.steps, 'step')} of {record.descent} take J from {record.start} to {record.matching}.",
        ]
    seen = [
        f"Costates that match {record.method} give the gradient of automatic differentiation up to {record.error}. "
        f"Those in Euler's steps are off by {record.euler_error} of the largest part, and {record.angle} from the "
        "gradient.",
        f"{counted(record.steps, 'step')} of {record.descent} from J = {record.start} reach {record.matching} with "
        f"matching costates and {record.euler} with Euler's.",
    ]
    if record.stalled is not None:
        seen.append(
            f"After {counted(record.stalled, 'step')} Euler's costates point no way downhill: no length of the step "
            "makes J smaller."
        )
    products = f"{record.stages} products with the Jacobian for each layer instead of one"
    if record.euler > record.matching:
        seen.append(f"So the mismatch costs here; the matching costates take {products}.")
    elif record.euler < record.matching:
        seen.append(
            f"Here the wrong direction reaches less after these steps, and the right one has taken {products}: a "
            "gradient says where J falls fastest now, not which way is best in the end."
        )
    else:
        seen.append(f"Here the mismatch costs nothing, and matching costates take {products}.")
    return seen


def adjoint_section(form: Form[ControlChoice]) -> None:
    """Show both gradients on one plot, and the losses that they lead to."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        for name in ("layer_method", "depth", "descent"):
            form.ask(name)
    choice = form.choice()
    show_tableaux(_method_of(choice.layer_method))
    with waiting("Training with both gradients") as on_wait:
        found = adjoint_study(choice, on_wait)
    from structviz.figures.control import descent_plot, gradient_plot

    one, other = st.columns(2, gap="medium")
    with one:
        show_chart(gradient_plot(found.gradients), key=form.key("gradients"))
    with other:
        show_chart(descent_plot({MATCHING: found.matching, EULER: found.euler}), key=form.key("descents"))
    show_notice(say_adjoints(adjoint_record(choice, found)))
    files(
        form,
        Item("Losses (CSV)", partial(losses_csv, found), "losses.csv", "text/csv"),
        *own_table(choice),
        Item("Script (Python)", partial(adjoint_script, choice), "adjoints.py", "text/x-python"),
        networks={},
    )


def losses_csv(found: AdjointStudy) -> str:
    """The objective after each step, as a table; empty where a descent had stopped."""
    rows = enumerate(zip_longest(found.matching.losses, found.euler.losses, fillvalue=""))
    return csv_table(["step", "matching", "euler"], ([step, *losses] for step, losses in rows))


def adjoint_script(choice: ControlChoice) -> str:
    """Python that computes the numbers of the section."""
    kind = "ODENet" if choice.layer_method == LEARNED else "PointClassifier"
    return (
        "from pathlib import Path\n\n"
        "import torch\n\n"
        "from structviz import data\n"
        "from structviz.figures.control import descent_plot, gradient_plot\n"
        f"from structviz.nets import {kind}\n"
        "from structviz.studies.control import compare_gradients, descend\n\n"
        f"x, labels = {points_code(choice)}\n"
        f"torch.manual_seed({choice.seed})\n"
        f'net = {kind}("{choice.layer_method}", 2, {choice.depth}, {TIME:g}).double().requires_grad_(False)\n'
        "found = compare_gradients(net, x.double(), labels)\n"
        'print(f"errors of the gradient: {found.errors.max():.1g} and {found.euler_errors.max():.1g}")\n'
        'gradient_plot(found).write_html("gradients.html")\n'
        "descents = {\n"
        f'    name: descend(net, x.double(), labels, "{choice.descent}", {_STEPS}, matching)\n'
        f'    for name, matching in (("{MATCHING}", True), ("{EULER}", False))\n'
        "}\n"
        "for one in descents.values():\n"
        '    print(f"J from {one.losses[0]:.2g} to {one.losses[-1]:.2g}")\n'
        'descent_plot(descents).write_html("losses.html")\n'
    )
