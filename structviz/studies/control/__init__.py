"""Optimal control: training steers points to their targets, and costates say how each layer should change."""

from structviz.nets import project_to_simplex
from structviz.studies.control.adjoint import Adjoint, Loss, Steered, adjoint, objective
from structviz.studies.control.costates import EXPLICIT_MIDPOINT, costate_matrix
from structviz.studies.control.layers import has_time
from structviz.studies.control.outcomes import OFF, ControlOutcome, control_outcome
from structviz.studies.control.refinement import RefinedControl, control_distance, refine_depth
from structviz.studies.control.riccati import (
    ContinuousLQ,
    SteeredSystem,
    car,
    closed_form,
    discretised,
    order_of,
    steering_error,
)
from structviz.studies.control.steering import (
    Steering,
    gradient_error,
    pairing,
    pairing_drift,
    steering,
    tangents,
)
from structviz.studies.control.two_ways import (
    DESCENTS,
    Descent,
    GradientComparison,
    compare_gradients,
    descend,
    euler_gradients,
    gradients,
)

__all__ = [
    # networks
    "DESCENTS",
    "EXPLICIT_MIDPOINT",
    "Adjoint",
    "Descent",
    "GradientComparison",
    "Loss",
    "RefinedControl",
    "Steered",
    "Steering",
    "adjoint",
    "control_distance",
    "costate_matrix",
    "compare_gradients",
    "descend",
    "euler_gradients",
    "gradient_error",
    "gradients",
    "has_time",
    "objective",
    "pairing",
    "pairing_drift",
    "project_to_simplex",
    "refine_depth",
    "steering",
    "tangents",
    # trained networks
    "ControlOutcome",
    "OFF",
    "control_outcome",
    # linear systems
    "ContinuousLQ",
    "SteeredSystem",
    "car",
    "closed_form",
    "discretised",
    "order_of",
    "steering_error",
]
