"""Networks that move points, seen as flows: their films, and how far they are from the continuous flow."""

from structviz.studies.flow.film import Film, film, folded_at, lattice
from structviz.studies.flow.input_plane import InputPlaneMap, close_up
from structviz.studies.flow.refinement import (
    INTERPOLATIONS,
    Interpolation,
    Motion,
    WeightSchedule,
    control,
    layers,
    refined,
)
from structviz.studies.flow.steps import StepStudy, distance_to_flow, study_steps

__all__ = [
    # motions
    "WeightSchedule",
    "INTERPOLATIONS",
    "Interpolation",
    "Motion",
    "control",
    "layers",
    "refined",
    # films
    "Film",
    "film",
    "folded_at",
    "lattice",
    # the map of all steps
    "InputPlaneMap",
    "close_up",
    # distance to the flow
    "StepStudy",
    "distance_to_flow",
    "study_steps",
]
