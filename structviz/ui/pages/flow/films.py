"""What the flow page computes, each thing once for all visitors: films, distances to the flow, input planes."""

from collections.abc import Callable
from functools import partial
from typing import Any

import streamlit as st

from structviz.figures.film_encoding import Panel, encode_films
from structviz.studies.flow import (
    MAX_MEASURED,
    FlowPanel,
    InputPlaneMap,
    Interpolation,
    MeasuredFilm,
    StepStudy,
    digest,
    map_input_plane,
    measured_films,
    study_steps,
)
from structviz.ui.kit.compute import ComputeQueue
from structviz.ui.pages.flow.record import film_record

__all__ = ["film_panel", "input_plane", "shown_films", "step_study"]


# A film takes up to 3 MB. The study of the steps takes seconds, so films have a queue of their own.
@st.cache_resource
def _film_queue() -> ComputeQueue:
    return ComputeQueue(capacity=32)


@st.cache_resource
def _study_queue() -> ComputeQueue:
    return ComputeQueue(capacity=64)


def shown_films(panels: list[FlowPanel], on_wait: Callable[[], Any] = lambda: None) -> tuple[list[MeasuredFilm], bytes]:
    """The films of panels; visitors with the same choice share one result.

    Parameters
    ----------
    panels
        One or more.
    on_wait
        As for `structviz.ui.kit.compute.ComputeQueue.get`.

    Returns
    -------
    list of MeasuredFilm
        One for each panel.
    bytes
        All films, packed for the player.
    """

    def work() -> tuple[list[MeasuredFilm], bytes]:
        films = measured_films(panels)
        return films, encode_films([film_panel(film) for film in films])

    return _film_queue().get(tuple(panel.key for panel in panels), work, on_wait)


def film_panel(film: MeasuredFilm) -> Panel:
    """A film as the player shows it, with its accuracy."""
    caption = f"{film_record(film).right} of the points classified correctly"
    return Panel(film.panel.title, film.film, caption, film.n_layers)


def step_study(panel: FlowPanel, interpolation: Interpolation, on_wait: Callable[[], Any] = lambda: None) -> StepStudy:
    """How the distance to the flow falls with Δt, for the weights and the first points of a panel.

    Parameters
    ----------
    panel
        Has the weights, and of its points the first `structviz.studies.flow.MAX_MEASURED` are used.
    interpolation
        What the weights are between layers.
    on_wait
        As for `structviz.ui.kit.compute.ComputeQueue.get`.
    """
    points = panel.points[:MAX_MEASURED]
    work = partial(study_steps, panel.network.net, points, interpolation=interpolation)
    return _study_queue().get(("steps", panel.network.digest, digest(points), interpolation), work, on_wait)


def input_plane(panel: FlowPanel, on_wait: Callable[[], Any] = lambda: None) -> InputPlaneMap:
    """The classifier pulled back to the input plane, and where the steps squeeze or fold it."""
    work = partial(map_input_plane, panel.network.net, panel.motion, panel.half_width)
    return _study_queue().get(("plane", *panel.key), work, on_wait)
