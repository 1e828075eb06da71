"""Networks that move points, seen as flows: their films, and how far they are from the continuous flow."""

from structviz.flows.closeup import CloseUp, close_up
from structviz.flows.film import Film, film, folded_at, lattice
from structviz.flows.refinement import INTERPOLATIONS, Control, Interpolation, Motion, control, layers, refined
from structviz.flows.study import StepStudy, distance_to_flow, study_steps

__all__ = [
    # motions
    "Control",
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
    "CloseUp",
    "close_up",
    # distance to the flow
    "StepStudy",
    "distance_to_flow",
    "study_steps",
]
