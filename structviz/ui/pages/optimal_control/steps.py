"""The section on learned time steps: free ones, and those on the simplex."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial

import streamlit as st

from structviz import zoo
from structviz.training import OPTIMISERS, read_histories
from structviz.ui.kit.exports import Item, files
from structviz.ui.kit.form import Form
from structviz.ui.kit.page import show_notice
from structviz.ui.kit.sentences import counted
from structviz.ui.pages.optimal_control.choice import ControlChoice
from structviz.ui.pages.optimal_control.training_files import time_csv, time_script
from structviz.ui.pages.optimal_control.trainings import (
    Clock,
    ShownNetwork,
    show_trainings,
    shown,
)

__all__ = ["TimeRecord", "say_time", "show_time", "time_record", "shipped_digests", "training_clock"]


@dataclass(frozen=True)
class TimeRecord:
    """What the page says of learned time steps.

    Attributes
    ----------
    steps, trained_by
        How long the networks were trained, and by what.
    free, simplex
        The network whose steps are free, and the one with steps on the simplex.
    """

    steps: int
    trained_by: str
    free: ShownNetwork
    simplex: ShownNetwork


def training_clock(steps: tuple[int, ...]) -> Clock:
    """A clock that goes through a training, after these steps."""
    words = tuple(f"{step:,}" for step in steps)
    return Clock("Steps of training:", words, "steps of training", (words[0], words[-1]), "Play the training")


def shipped_digests(dataset: str, optimiser: str, rules: Iterable[str]) -> dict[str, str]:
    """The sha256 of the networks in the zoo at the end of these trainings, by name; Adam's are not in it.

    Parameters
    ----------
    dataset, optimiser
        Of the trainings.
    rules
        Where the time steps come from.

    Returns
    -------
    dict
        Digests in hexadecimal digits, by names like "control/spiral-learned".
    """
    names = [f"control/{rule}-{dataset}" for rule in rules] if optimiser == "backtracking" else []
    return {name: zoo.card(name).sha256 for name in names}


def time_record(choice: ControlChoice) -> TimeRecord:
    """The record of the networks as they are after training."""
    histories = read_histories(choice.learned_set, choice.learned_by)[2:]
    free, simplex = map(shown, histories)
    return TimeRecord(
        steps=histories[0].steps[-1], trained_by=OPTIMISERS[choice.learned_by], free=free, simplex=simplex
    )


def say_time(record: TimeRecord) -> list[str]:
    """What the time steps have become, and what the simplex costs or saves."""
    free, simplex = record.free, record.simplex
    against = (
        "such a layer moves points against its field"
        if free.negative == 1
        else ("such layers move points against their fields")
    )
    backwards = f"{free.negative} of {free.n_layers} are negative: {against}" if free.negative else "none is negative"
    left = simplex.n_layers - simplex.off
    found = [
        f"Both networks start with steps of 1/{free.n_layers}, the dotted line. After {record.steps:,} steps of "
        f"{record.trained_by} the free steps of **{free.title}** add up to {free.sum}, and {backwards}.",
        f"On the simplex no step is negative and Σh stays {simplex.sum}. {simplex.off} of {simplex.n_layers} layers "
        f"are off, marked with a cross: they could be left out, and {counted(left, 'layer')} would remain."
        if simplex.off
        else f"On the simplex no step is negative and Σh stays {simplex.sum}. No layer is off.",
    ]
    difference = simplex.test.minus(free.test)
    if difference.value < 0:
        price = f"the simplex costs {abs(difference)} on this set"
    elif difference.value > 0:
        price = f"here the simplex is ahead by {difference}"
    else:
        price = "the simplex costs nothing on this set"
    found.append(f"{simplex.test} of new points are right with it, {free.test} with free steps: {price}.")
    return found


def show_time(form: Form[ControlChoice]) -> None:
    """Show the section: controls, the trainings with their bars, sentences and formulas."""
    with st.container(horizontal=True):
        for name in ("learned_set", "learned_by"):
            form.ask(name)
    choice = form.choice()
    histories = read_histories(choice.learned_set, choice.learned_by)[2:]
    name = f"{choice.learned_set} {choice.learned_by}"
    clock = training_clock(histories[0].steps)
    show_trainings(form, name, histories, clock, "learned_frame", moves=True, bars=True)
    show_notice(say_time(time_record(choice)))
    st.latex(
        r"\begin{gathered}z^{k+1} = z^k + h^k \sigma(A^k z^k + b^k)\\ \frac{\partial J}{\partial h^k} = "
        r"\sum_n p_n^{k+1} \cdot \sigma(A^k z_n^k + b^k)\\ "
        r"h \leftarrow P_\Delta\Bigl(h - \tfrac1L \nabla_h J\Bigr)\end{gathered}"
    )
    st.caption(
        "The costates give the gradient of each step, and $P_\\Delta$ is the projection onto "
        "$\\Delta = \\{h \\ge 0, \\sum_k h^k = T\\}$ with $T = 1$. A layer counts as off if $|h^k|$ is below 1 % of "
        "$T/K$. Benning, Celledoni, Ehrhardt, Owren, Schönlieb: Deep learning as optimal control problems. J. Comput. "
        "Dyn. 6, 2019."
    )
    script = partial(time_script, choice.learned_set, choice.learned_by)
    files(
        form,
        Item("Time steps (CSV)", partial(time_csv, histories), "time_steps.csv", "text/csv"),
        Item("Script of the time steps (Python)", script, "time_steps.py", "text/x-python"),
        networks=shipped_digests(choice.learned_set, choice.learned_by, ("learned", "simplex")),
    )
