"""What the page of manifolds says of points that flow along the sphere, as displayed numbers."""

from dataclasses import dataclass

import streamlit as st
import torch
from jaxtyping import Float
from torch import Tensor

from structviz.displayed import Displayed, number, scientific, significant
from structviz.studies.manifolds.sphere_steps import (
    FIELDS,
    METHODS,
    SphereField,
    distances,
    exact_ends,
    follow,
    hemispheres,
    spread_points,
)
from structviz.types import Labels
from structviz.ui.pages.manifolds.choice import N_POINTS, ManifoldsChoice

__all__ = [
    "ROUNDING",
    "SphereRecord",
    "SphereStudy",
    "field_of",
    "points_of",
    "record_of",
    "shown_distance",
    "sphere_study",
]

ROUNDING = 1e-14
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
        The largest distance at the end from where the flow itself leads; infinite where a point is lost.
    """

    states: Float[Tensor, "time point 3"]
    drift: Float[Tensor, "time"]
    error: float

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
        The largest |‖x‖ − 1|, at least 10⁻¹⁴.
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
    is_moved: bool


def field_of(choice: ManifoldsChoice) -> SphereField:
    """The field that the points follow."""
    return FIELDS[choice.field]


def points_of(choice: ManifoldsChoice) -> tuple[Float[Tensor, "point 3"], Labels]:
    """The points and their classes."""
    del choice
    points = spread_points(N_POINTS)
    return points, hemispheres(points)


def sphere_study(choice: ManifoldsChoice) -> tuple[SphereStudy, SphereStudy, float | None]:
    """The points in steps on the sphere and in steps of the space, and `SphereRecord.fair_error`."""
    return _study(choice.field, choice.method, choice.twin, choice.h, choice.layers)


@st.cache_resource(max_entries=64, show_spinner=False)
def _study(field: str, method: str, twin: str, h: float, layers: int) -> tuple[SphereStudy, SphereStudy, float | None]:
    choice = ManifoldsChoice(field=field, method=method, twin=twin, h=h, layers=layers)
    velocity, (points, _) = field_of(choice), points_of(choice)
    ends = exact_ends(velocity, h, layers, points)

    def study(name: str, parts: int = 1) -> SphereStudy:
        states = follow(lambda k, z: velocity(k // parts, z), name, h / parts, parts * layers, points)
        error = (states[-1] - ends).norm(dim=1).nan_to_num(nan=torch.inf).max().item()
        return SphereStudy(states, distances(states).amax(1), error)

    parts = _parts(method, twin)
    return study(method), study(twin), study(method, parts).error if parts > 1 else None


def _parts(method: str, twin: str) -> int:
    """Steps on the sphere that evaluate the field as often as one of the space; 1 if nothing like that can be said."""
    own, other = METHODS[method].evaluations, METHODS[twin].evaluations
    return other // own if own and other and other % own == 0 else 1


def shown_distance(distance: float) -> Displayed:
    """A distance as the page writes it, at least 10⁻¹⁴."""
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
    return SphereRecord(
        method.title,
        method.phrase,
        twin.title,
        method.evaluations is None,
        method.tableau is not None,
        choice.layers,
        N_POINTS,
        number(choice.h, 2),
        shown_distance(one.worst),
        shown_distance(other.worst),
        one.worst < ROUNDING,
        one.lost,
        other.lost,
        significant(one.error),
        significant(other.error),
        method.evaluations,
        twin.evaluations,
        None if fair is None else significant(fair),
        None if fair is None else significant(choice.h / _parts(choice.method, choice.twin)),
        abs((x * x + y * y + z * z) ** 0.5 - 1) > 0.005,
    )
