"""What is measured of a network that steers points, and the record of what is said of it."""

from dataclasses import dataclass

import streamlit as st

from structviz import zoo
from structviz.displayed import Displayed, percent, significant
from structviz.nets import PLAIN
from structviz.ode import integrator
from structviz.studies.control import Steering, steering
from structviz.ui.pages.optimal_control.choice import NETWORKS, ControlChoice

__all__ = ["SteeringRecord", "digests", "measured", "record_of"]


@dataclass(frozen=True)
class SteeringRecord:
    """What is said of the points and their costates.

    Attributes
    ----------
    network
        What it is called.
    method
        The title of the method of its steps; None if its layers are no steps.
    is_trained, is_euler
        Whether its weights are trained; whether its steps are Euler's.
    n_layers, n_points, right
        Layers, points, and points that end on the side of their class.
    objective
        The mean loss J.
    drift, twin_drift
        By how much ⟨p, δz⟩ changes along the layers, with matching costates and with those in Euler's steps.
    twin_error
        Error of the gradient that the latter give.
    first, last
        The mean length of N p before the first layer and after the last.
    low, high
        The least and the greatest value of the control Hamiltonian.
    """

    network: str
    method: str | None
    is_trained: bool
    is_euler: bool
    n_layers: int
    n_points: int
    right: int
    objective: Displayed
    drift: Displayed
    twin_drift: Displayed
    twin_error: Displayed
    first: Displayed
    last: Displayed
    low: Displayed
    high: Displayed


def digests(choice: ControlChoice) -> dict[str, str]:
    """The sha256 of the trained network, by its name in the zoo; its shape is used before training too."""
    return {choice.name: zoo.card(choice.name).sha256}


def measured(choice: ControlChoice) -> Steering:
    """States and costates, computed once for each choice."""
    key = (choice.dataset, choice.network, choice.weights, choice.scheme, choice.seed, *digests(choice).values())
    return _measured(choice, key)


@st.cache_resource(max_entries=64, show_spinner=False)
def _measured(_choice: ControlChoice, key: tuple[object, ...]) -> Steering:
    del key
    return steering(_choice.net, *_choice.points)


def record_of(choice: ControlChoice, found: Steering) -> SteeringRecord:
    """The record of what is shown.

    Parameters
    ----------
    choice
        What was asked for.
    found
        What was measured for it.
    """
    n_points = len(found.right)
    lengths = n_points * found.found.costates.norm(dim=-1).mean(dim=1)
    return SteeringRecord(
        network=NETWORKS[choice.network],
        method=None if choice.scheme == PLAIN else integrator(choice.scheme).title,
        is_trained=choice.weights == "trained",
        is_euler=choice.scheme == "euler",
        n_layers=len(found.found.hamiltonian),
        n_points=n_points,
        right=int(found.right.sum()),
        objective=significant(found.found.objective),
        drift=significant(found.drift, 1),
        twin_drift=significant(found.twin_drift, 1),
        twin_error=percent(found.twin_error, 0),
        first=significant(lengths[0].item()),
        last=significant(lengths[-1].item()),
        low=significant(found.found.hamiltonian.min().item()),
        high=significant(found.found.hamiltonian.max().item()),
    )
