"""The films of the flow page with their numbers, each computed once for all visitors."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import streamlit as st

from structviz.figures.player import Panel, encode
from structviz.metrics import accuracy
from structviz.nets import PLAIN
from structviz.studies.flow import (
    Film,
    InputPlaneMap,
    Interpolation,
    StepStudy,
    close_up,
    distance_to_flow,
    film,
    study_steps,
)
from structviz.ui.kit.compute import ComputeQueue
from structviz.ui.pages.flow.panels import FlowPanel, digest

__all__ = ["N_STUDIED", "MeasuredFilm", "look_closer", "screen", "study"]

N_STUDIED = 50
"""Points whose distance to the flow is measured, at most."""


@dataclass(frozen=True)
class MeasuredFilm:
    """A film and its numbers.

    Attributes
    ----------
    side, film
        What is shown.
    accuracy
        Of the classifier at the end, on the points of the film.
    folded
        Share of the grid whose orientation is reversed at the end; nan if the network is wider than the plane.
    distance
        The largest distance of the first `N_STUDIED` points from where the continuous flow takes them; nan where it
        was not measured.
    """

    side: FlowPanel
    film: Film
    accuracy: float
    folded: float
    distance: float

    @property
    def n_layers(self) -> int:
        """Layers that the film goes through; a long one has fewer frames."""
        return len(self.side.motion.steps)


# A film takes up to 3 MB. The study of the steps takes seconds, so films have a queue of their own.
@st.cache_resource
def _film_queue() -> ComputeQueue:
    return ComputeQueue(capacity=32)


@st.cache_resource
def _study_queue() -> ComputeQueue:
    return ComputeQueue(capacity=64)


def screen(chosen: list[FlowPanel], on_wait: Callable[[], Any] = lambda: None) -> tuple[list[MeasuredFilm], bytes]:
    """Record films, or find them; visitors with the same choice share one result.

    Parameters
    ----------
    chosen
        One or more sides.
    breathe
        As for `structviz.ui.kit.compute.Workshop.get`.

    Returns
    -------
    list[Screening]
        One for each side.
    bytes
        All films, packed for the player.
    """

    def work() -> tuple[list[MeasuredFilm], bytes]:
        # Only films of the same weights are compared by their distances to the flow.
        same = len({side.network.digest for side in chosen}) < len(chosen)
        shown = [_record(side, measured=same) for side in chosen]
        return shown, encode([_panel(one) for one in shown])

    return _film_queue().get(tuple(side.key for side in chosen), work, on_wait)


def _record(side: FlowPanel, measured: bool) -> MeasuredFilm:
    net = side.network.net
    shown = film(net, side.motion, side.points, side.labels)
    return MeasuredFilm(
        side,
        shown,
        accuracy(net.classify(shown.positions[-1]), side.labels),
        shown.folded[-1].double().mean().item() if net.width == 2 else math.nan,
        _distance(side) if measured else math.nan,
    )


def _distance(side: FlowPanel) -> float:
    net = side.network.net
    # Only Euler's layers are at the same time steps for weights that change within a layer.
    if net.scheme == PLAIN or (side.method is None and net.scheme != "euler" and side.interpolation == "linear"):
        return math.nan
    method, n_steps = side.method or net.scheme, side.n_steps or net.n_layers
    return distance_to_flow(net, side.points[:N_STUDIED], method, n_steps, side.interpolation)


def _panel(one: MeasuredFilm) -> Panel:
    caption = f"{100 * one.accuracy:.1f} % of the points on the right side"
    return Panel(one.side.title, one.film, caption, one.n_layers)


def study(side: FlowPanel, interpolation: Interpolation, on_wait: Callable[[], Any] = lambda: None) -> StepStudy:
    """How the distance to the flow falls with Δt, for the weights and some of the points of a film."""
    points, net = side.points[:N_STUDIED], side.network.net
    work = partial(study_steps, net, points, interpolation=interpolation)
    return _study_queue().get(("study", side.network.digest, digest(points), interpolation), work, on_wait)


def look_closer(side: FlowPanel, on_wait: Callable[[], Any] = lambda: None) -> InputPlaneMap:
    """The classifier pulled back to the input plane, and where the steps squeeze or fold it."""
    half_width = 1.15 * side.points.abs().max().item() or 1.0
    work = partial(close_up, side.network.net, side.motion, half_width)
    return _study_queue().get(("close", *side.key), work, on_wait)
