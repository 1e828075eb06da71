"""What the page of manifolds says of points that flow along the sphere, as displayed numbers."""

import math
from dataclasses import dataclass

import streamlit as st
import torch
from jaxtyping import Float
from torch import Tensor

from structviz import zoo
from structviz.displayed import Displayed, number, percent, scientific, significant
from structviz.studies.manifolds.sphere_steps import METHODS, distances, exact_ends, follow
from structviz.ui.pages.manifolds.choice import ManifoldsChoice
from structviz.ui.pages.manifolds.sources import (
    LAYERS,
    N_POINTS,
    TRAINED_STEP,
    field_named,
    is_trained,
    network_name,
    points_for,
    trained_network,
)

__all__ = [
    "ROUNDING",
    "SphereRecord",
    "SphereStudy",
    "record_of",
    "shown_distance",
    "sphere_study",
]

ROUNDING = 1e-12
"""Distances below it are rounding errors, which differ from machine to machine."""

_LOST = 1e6
"""A point that is farther away is called diverged."""


@dataclass(frozen=True, eq=False)
class SphereStudy:
    """Points that flow in steps of one method.

    Attributes
    ----------
    states
        Where they are after each layer.
    drift
        The largest |‖x‖ − 1| after each layer.
    error
        The largest distance at the end from where the flow itself leads, infinite where a point is lost; of a network,
        whose layers are what it is, nan.
    accuracy
        The share of points that the network puts into the right class; nan for a field.
    """

    states: Float[Tensor, "time point 3"]
    drift: Float[Tensor, "time"]
    error: float
    accuracy: float

    @property
    def worst(self) -> float:
        """The largest |‖x‖ − 1| of all points and layers."""
        return self.drift.max().item()

    @property
    def lost(self) -> int:
        """Points that have diverged at the end."""
        return int((~(distances(self.states[-1]) < _LOST)).sum())


@dataclass(frozen=True)
class SphereRecord:
    """What the page says of the points.

    Attributes
    ----------
    method, phrase, twin
        What the steps on the sphere are called, in a heading and in a sentence, and those of the space.
    is_iterated, is_projected
        Whether a step on the sphere solves an equation, and whether it leaves the sphere first.
    layers, n_points
        How many there are.
    h
        Of the step.
    worst, twin_worst
        The largest |‖x‖ − 1|, at least 10⁻¹².
    is_rounding
        Whether that of the steps on the sphere is below, which nothing but rounding explains.
    lost, twin_lost
        Points that diverge, or for which an equation finds no solution.
    error, twin_error
        The largest distance at the end from where the flow itself leads.
    evaluations, twin_evaluations
        Of the field in a step; None where an iteration decides.
    fair_error
        Of shorter steps on the sphere that evaluate the field as often as the twin; None if there are no such steps.
    fair_h
        Of these steps.
    accuracy, twin_accuracy
        Shares of the points that a network puts into the right class with each kind of steps; None for a field.
    as_trained
        Whether the steps on the sphere are those with which the network was trained.
    rival
        The share of new points that a network is right about that was trained with Euler's steps; None unless these
        steps are those of the trainings.
    is_moved
        Whether the marked point was asked for off the sphere.
    """

    method: str
    phrase: str
    twin: str
    is_iterated: bool
    is_projected: bool
    layers: int
    n_points: int
    h: Displayed
    worst: Displayed
    twin_worst: Displayed
    is_rounding: bool
    lost: int
    twin_lost: int
    error: Displayed
    twin_error: Displayed
    evaluations: int | None
    twin_evaluations: int | None
    fair_error: Displayed | None
    fair_h: Displayed | None
    accuracy: Displayed | None
    twin_accuracy: Displayed | None
    as_trained: bool
    rival: Displayed | None
    is_moved: bool


def sphere_study(choice: ManifoldsChoice) -> tuple[SphereStudy, SphereStudy, float | None]:
    """The points in steps on the sphere and in steps of the space, and `SphereRecord.fair_error`."""
    return _study(choice.field, choice.method, choice.twin, choice.h, choice.layers)


@st.cache_resource(max_entries=64, show_spinner=False)
def _study(field: str, method: str, twin: str, h: float, layers: int) -> tuple[SphereStudy, SphereStudy, float | None]:
    velocity, (points, labels) = field_named(field), points_for(field)
    ends = None if is_trained(field) else exact_ends(velocity, h, layers, points)

    def study(name: str, parts: int = 1) -> SphereStudy:
        states = follow(lambda k, z: velocity(k // parts, z), name, h / parts, parts * layers, points)
        error = accuracy = math.nan
        if ends is None:
            logits = trained_network(field).read(states[-1])
            accuracy = ((logits > 0) == (labels == 1)).double().mean().item()
        else:
            error = (states[-1] - ends).norm(dim=1).nan_to_num(nan=torch.inf).max().item()
        return SphereStudy(states, distances(states).amax(1), error, accuracy)

    parts = 1 if ends is None else _parts(method, twin)
    return study(method), study(twin), study(method, parts).error if parts > 1 else None


def _parts(method: str, twin: str) -> int:
    """Steps on the sphere that evaluate the field as often as one of the space; 1 if nothing like that can be said."""
    own, other = METHODS[method].evaluations, METHODS[twin].evaluations
    return other // own if own and other and other % own == 0 else 1


def shown_distance(distance: float) -> Displayed:
    """A distance as the page writes it, at least 10⁻¹²."""
    return significant(distance) if distance >= 0.01 else scientific(max(distance, ROUNDING))


def record_of(choice: ManifoldsChoice, found: tuple[SphereStudy, SphereStudy, float | None]) -> SphereRecord:
    """The record of what is shown.

    Parameters
    ----------
    choice
        What was asked for.
    found
        What was measured for it.
    """
    one, other, fair = found
    method, twin = METHODS[choice.method], METHODS[choice.twin]
    x, y, z = map(float, choice.point.split(","))
    trained = is_trained(choice.field)
    as_trained = trained and (choice.method, choice.h, choice.layers) == ("exponential", TRAINED_STEP, LAYERS)
    rival = zoo.card(network_name(choice.field, "euler")).metrics["accuracy_test"] if as_trained else None
    return SphereRecord(
        method=method.title,
        phrase=method.phrase,
        twin=twin.title,
        is_iterated=method.evaluations is None,
        is_projected=method.tableau is not None,
        layers=choice.layers,
        n_points=N_POINTS,
        h=number(choice.h, 2),
        worst=shown_distance(one.worst),
        twin_worst=shown_distance(other.worst),
        is_rounding=one.worst < ROUNDING,
        lost=one.lost,
        twin_lost=other.lost,
        error=significant(one.error),
        twin_error=significant(other.error),
        evaluations=method.evaluations,
        twin_evaluations=twin.evaluations,
        fair_error=None if fair is None else significant(fair),
        fair_h=None if fair is None else significant(choice.h / _parts(choice.method, choice.twin)),
        accuracy=percent(one.accuracy) if trained else None,
        twin_accuracy=percent(other.accuracy) if trained else None,
        as_trained=as_trained,
        rival=None if rival is None or choice.twin != "euler" else percent(rival),
        is_moved=abs((x * x + y * y + z * z) ** 0.5 - 1) > 0.005,
    )
