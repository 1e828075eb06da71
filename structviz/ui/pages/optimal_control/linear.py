"""The section on a car that is brought to rest: a control problem with a closed form, as a check of the methods."""

from dataclasses import dataclass
from functools import partial

import streamlit as st
import torch

from structviz.displayed import Displayed, number, significant
from structviz.ode import INTEGRATORS, integrator
from structviz.studies.control import (
    SteeredSystem,
    car,
    closed_form,
    discretised,
    order_of,
    steering_error,
)
from structviz.ui.kit.charts import show_chart
from structviz.ui.kit.exports import Item, files
from structviz.ui.kit.form import Form
from structviz.ui.kit.page import show_notice
from structviz.ui.kit.sentences import counted
from structviz.ui.kit.tables import csv_table
from structviz.ui.pages.optimal_control.choice import CAR_STEPS, ControlChoice

__all__ = ["LinearRecord", "LinearStudy", "linear_csv", "linear_record", "linear_script", "linear_section",
           "linear_study", "say_linear"]  # fmt: skip

_GOAL = 1e-6
"""An error below it counts as equal."""

_START = (1.0, 0.0)

_TWIN = "RK4, Euler's costates"


@dataclass(frozen=True, eq=False)
class LinearStudy:
    """The car in the closed form and in steps, and the errors of all methods.

    Attributes
    ----------
    exact, found
        At the times of the steps.
    errors
        By the title of each method and the number of steps.
    """

    exact: SteeredSystem
    found: SteeredSystem
    errors: dict[str, dict[int, float]]


@st.cache_data(max_entries=40, show_spinner=False)
def linear_study(method: str, n_steps: int) -> LinearStudy:
    """Steer the car in all methods.

    Parameters
    ----------
    method
        The one that is shown, by its name.
    n_steps
        The number K of its steps.
    """
    problem, z0 = car(), torch.tensor(_START, dtype=torch.float64)
    exact = {steps: closed_form(problem, z0, steps) for steps in CAR_STEPS}
    methods = {one.title: (one, True) for one in INTEGRATORS.values() if one.explicit}
    methods[_TWIN] = (integrator("rk4"), False)
    errors = {
        title: {
            steps: steering_error(discretised(problem, z0, steps, one, matching), exact[steps]) for steps in CAR_STEPS
        }
        for title, (one, matching) in methods.items()
    }
    return LinearStudy(exact[n_steps], discretised(problem, z0, n_steps, integrator(method)), errors)


@dataclass(frozen=True)
class LinearRecord:
    """What is said of the car.

    Attributes
    ----------
    method, order, n_steps
        The method that is shown, its order and its steps.
    error
        Its largest error in states, costates and controls.
    observed
        The order that its errors show.
    goal
        The error below which both count as equal.
    reached
        The least number of steps with which it is; None if no number here is enough.
    most
        The largest number of steps.
    twin_order
        The order of RK4 with Euler's costates, as observed.
    """

    method: str
    order: int
    n_steps: int
    error: Displayed
    observed: Displayed
    goal: Displayed
    reached: int | None
    most: int
    twin_order: Displayed


def linear_record(choice: ControlChoice, found: LinearStudy) -> LinearRecord:
    """The record of what is shown.

    Parameters
    ----------
    choice
        What was asked for.
    found
        What was computed for it.
    """
    method = integrator(choice.car_method)
    errors = found.errors[method.title]
    return LinearRecord(
        method=method.title,
        order=method.order,
        n_steps=choice.car_steps,
        error=significant(errors[choice.car_steps], 1),
        observed=number(order_of(errors), 1),
        goal=significant(_GOAL, 1),
        reached=next((steps for steps, error in errors.items() if error <= _GOAL), None),
        most=CAR_STEPS[-1],
        twin_order=number(order_of(found.errors[_TWIN]), 1),
    )


def say_linear(record: LinearRecord) -> list[str]:
    """What to notice about the car."""
    reached = (
        f"With {counted(record.reached, 'step')} it is below {record.goal}."
        if record.reached is not None
        else f"Even {counted(record.most, 'step')} do not bring it below {record.goal}."
    )
    return [
        f"With {counted(record.n_steps, 'step')} of {record.method}, state, costate and control are within "
        f"{record.error} of the closed form. {reached}",
        f"The errors fall with the order {record.observed}; that of the method is {record.order}.",
        f"RK4 with Euler's costates has the order {record.twin_order}: the accuracy of the states is lost.",
    ]


def linear_section(form: Form[ControlChoice]) -> None:
    """Show the car in time, and how errors fall when steps become short."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        for name in ("car_method", "car_steps"):
            form.ask(name)
    choice = form.choice()
    found = linear_study(choice.car_method, choice.car_steps)
    problem, solution = st.columns(2, gap="medium")
    with problem:
        st.markdown(r"A car $\ddot x = u$ with $z = (x, \dot x)$ starts at $x = 1$ and is brought to rest at 0:")
        st.latex(
            r"\begin{aligned}\min_u\ &\tfrac12\int_0^6 \bigl(\|z\|^2 + \tfrac12 u^2\bigr)\,dt\\"
            r"&+ \tfrac12\|z(6)\|^2\end{aligned}"
        )
    with solution:
        st.markdown("The best force follows from the Riccati equation:")
        st.latex(
            r"\begin{gathered}u = -R^{-1}B^\top P z,\quad P(6) = S\\"
            r"-\dot P = A^\top P + PA\\- PBR^{-1}B^\top P + Q\end{gathered}"
        )
    from structviz.figures.control import refinement_plot, steered_plot

    one, other = st.columns(2, gap="medium")
    with one:
        show_chart(steered_plot(found.exact, found.found, car().time), key=form.key("car"))
        st.caption("Lines: the closed form. Marks: the steps.")
    with other:
        show_chart(refinement_plot(found.errors, integrator(choice.car_method).title), key=form.key("car_errors"))
    show_notice(say_linear(linear_record(choice, found)))
    files(
        form,
        Item("Errors (CSV)", partial(linear_csv, found), "errors.csv", "text/csv"),
        Item("Script (Python)", partial(linear_script, choice), "car.py", "text/x-python"),
        networks={},
    )


def linear_csv(found: LinearStudy) -> str:
    """The largest error of each method, as a table."""
    rows = ([steps, *(one[steps] for one in found.errors.values())] for steps in CAR_STEPS)
    return csv_table(["steps", *found.errors], rows)


def linear_script(choice: ControlChoice) -> str:
    """Python that computes the numbers of the section."""
    return (
        "import torch\n\n"
        "from structviz.figures.control import refinement_plot, steered_plot\n"
        "from structviz.ode import integrator\n"
        "from structviz.studies.control import car, closed_form, discretised, order_of, steering_error\n\n"
        f"problem, z0 = car(), torch.tensor({list(_START)}, dtype=torch.float64)\n"
        f'method = integrator("{choice.car_method}")\n'
        "errors = {\n"
        "    n: steering_error(discretised(problem, z0, n, method), closed_form(problem, z0, n))\n"
        f"    for n in {CAR_STEPS}\n"
        "}\n"
        f"n = {choice.car_steps}\n"
        'print(f"error with {n} steps {errors[n]:.0e}, order {order_of(errors):.1f}")\n'
        "both = closed_form(problem, z0, n), discretised(problem, z0, n, method)\n"
        'steered_plot(*both, problem.time).write_html("car.html")\n'
        'refinement_plot({method.title: errors}, method.title).write_html("errors.html")\n'
    )
