"""What is measured of a network that steers points, and the record of what is said of it."""

from dataclasses import dataclass

import streamlit as st

from structviz import zoo
from structviz.checks import time_error
from structviz.data import TOY_SETS
from structviz.displayed import Displayed, number, percent, significant
from structviz.nets import PLAIN, ODENet
from structviz.ode import integrator
from structviz.studies.control import Steering, steering
from structviz.ui.pages.optimal_control.choice import ControlChoice
from structviz.ui.pages.optimal_control.networks import NETWORKS
from structviz.ui.pages.optimal_control.own_points import OWN

__all__ = ["StepsRecord", "SteeringRecord", "digests", "measured", "record_of", "title_of"]


_ROUND_OFF = 1e-5
"""Time steps in float32 that add up to T within this are on the simplex."""


@dataclass(frozen=True)
class StepsRecord:
    """What is said of stored time steps that belong on the simplex and lie elsewhere.

    Attributes
    ----------
    sum, least
        Of the stored ones.
    time
        T, to which those on the simplex add up.
    off, n_layers
        Layers whose step is 0 on the simplex, of so many.
    """

    sum: Displayed
    least: Displayed
    time: Displayed
    off: int
    n_layers: int


@dataclass(frozen=True)
class SteeringRecord:
    """What is said of the points and their costates.

    Attributes
    ----------
    network
        What it is called.
    trained_on
        The points that the network was trained on, if it steers the visitor's.
    moved
        Its time steps as they are stored, if the layers take others, on the simplex.
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
    trained_on: str | None
    moved: StepsRecord | None
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
    own = {network.name: network.sha256 for network in choice.local}
    return own or {choice.name: zoo.card(choice.name).sha256}


def title_of(choice: ControlChoice) -> str:
    """What the network is called."""
    return next((f"Yours: {network.title}" for network in choice.local), NETWORKS[choice.network])


def measured(choice: ControlChoice) -> Steering:
    """States and costates, computed once for each choice."""
    key = (*choice.points_key, choice.weights, choice.steps, *digests(choice).values())
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
        network=title_of(choice),
        trained_on=_trained_on(choice) if choice.dataset == OWN else None,
        moved=_moved(choice),
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


def _trained_on(choice: ControlChoice) -> str:
    dataset = choice.local[0].config.dataset if choice.local else choice.trained_set
    known = TOY_SETS.get(dataset or "")
    return known.title if known else "other points"


def _moved(choice: ControlChoice) -> StepsRecord | None:
    net = choice.net if choice.steps == "simplex" else None
    if not isinstance(net, ODENet) or time_error(net.h, net.time) < _ROUND_OFF:
        return None
    return StepsRecord(
        sum=number(net.h.sum().item(), 2),
        least=number(net.h.min().item(), 2),
        time=number(net.time, 2),
        off=int((net.time_steps == 0).sum()),
        n_layers=net.n_layers,
    )
