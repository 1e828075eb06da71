"""Networks that move points, seen as flows: their films, and how far they are from the continuous flow."""

from structviz.studies.flow.altered import MAX_FACTOR, altered
from structviz.studies.flow.film import Film, film, lattice
from structviz.studies.flow.folds import ROUND_OFF, Folds, folds_along
from structviz.studies.flow.input_plane import InputPlaneMap, map_input_plane
from structviz.studies.flow.measured import MAX_MEASURED, MeasuredFilm, measured_films, same_weights
from structviz.studies.flow.networks import FlowNetwork, FlowPanel, Heading, digest, shipped_network
from structviz.studies.flow.one_to_one import are_one_to_one
from structviz.studies.flow.panels import COMPARISONS, MAX_SHOWN, SETS, panels_for
from structviz.studies.flow.refinement import (
    INTERPOLATIONS,
    Interpolation,
    Motion,
    WeightSchedule,
    layers,
    refined,
    weight_schedule,
)
from structviz.studies.flow.steps import StepStudy, distance_to_flow, study_steps

__all__ = [
    # motions
    "INTERPOLATIONS",
    "Interpolation",
    "Motion",
    "WeightSchedule",
    "layers",
    "refined",
    "weight_schedule",
    # another time, other weights
    "MAX_FACTOR",
    "altered",
    # films
    "Film",
    "film",
    "lattice",
    # what folds and what collapses
    "Folds",
    "ROUND_OFF",
    "are_one_to_one",
    "folds_along",
    # what stands side by side, with its numbers
    "COMPARISONS",
    "FlowNetwork",
    "FlowPanel",
    "Heading",
    "MAX_MEASURED",
    "MAX_SHOWN",
    "SETS",
    "MeasuredFilm",
    "digest",
    "measured_films",
    "panels_for",
    "same_weights",
    "shipped_network",
    # the map of all steps
    "InputPlaneMap",
    "map_input_plane",
    # distance to the flow
    "StepStudy",
    "distance_to_flow",
    "study_steps",
]
