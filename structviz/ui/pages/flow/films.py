"""What the flow page computes, each thing once for all visitors: films, distances to the flow, input planes."""

from functools import partial

import streamlit as st

from structviz.figures.film_encoding import Panel
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
from structviz.ui.kit.compute import ComputeQueue, OnWait
from structviz.ui.pages.flow.record import film_record

__all__ = ["film_panel", "input_plane", "shown_films", "step_study"]


# A film takes up to 5 MB.
@st.cache_resource
def _film_queue() -> ComputeQueue:
    return ComputeQueue(most_bytes=100_000_000)


@st.cache_resource
def _study_queue() -> ComputeQueue:
    return ComputeQueue(most_bytes=50_000_000)


def shown_films(panels: list[FlowPanel], on_wait: OnWait = lambda _: None) -> list[MeasuredFilm]:
    """The films of panels with their numbers, one for each; visitors with the same choice share one result.

    Parameters
    ----------
    panels
        One or more.
    on_wait
        As for `structviz.ui.kit.compute.ComputeQueue.get`.
    """
    return _film_queue().get(tuple(panel.key for panel in panels), lambda: measured_films(panels), on_wait)


def film_panel(film: MeasuredFilm) -> Panel:
    """A film as a file to take along shows it, with its accuracy."""
    caption = f"{film_record(film).right} of the points classified correctly"
    return Panel(film.panel.title, film.film, caption, film.n_layers)


def step_study(panel: FlowPanel, interpolation: Interpolation, on_wait: OnWait = lambda _: None) -> StepStudy:
    """How the distance to the flow falls with Δt, for the weights and the first points of a panel.

    Parameters
    ----------
    panel
        Has the weights, and of its points the first `structviz.studies.flow.MAX_MEASURED` are used.
    interpolation
        What the weights are between layers.
    on_wait
        As for `structviz.ui.kit.compute.ComputeQueue.get`.

    Returns
    -------
    StepStudy
        Time steps, distances in units of the plane, and measured orders, by the integrators' names.
    """
    points = panel.points[:MAX_MEASURED]
    work = partial(study_steps, panel.network.net, points, interpolation=interpolation)
    return _study_queue().get(("steps", *panel.network.key, digest(points), interpolation), work, on_wait, seconds=3)


def input_plane(panel: FlowPanel, on_wait: OnWait = lambda _: None) -> InputPlaneMap:
    """The classifier pulled back to the input plane, and where the steps squeeze or fold it."""
    work = partial(map_input_plane, panel.network.net, panel.motion, panel.half_width)
    return _study_queue().get(("plane", *panel.key), work, on_wait, seconds=2)
