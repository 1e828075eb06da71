"""Optimal control: training steers points to their targets, and costates say how each layer should change."""

from structviz.studies.control.adjoint import Adjoint, Steered, adjoint, objective
from structviz.studies.control.costates import costate_matrix
from structviz.studies.control.linear_quadratic import LQProblem, LQSolution, double_integrator, linear_quadratic
from structviz.studies.control.simplex import project_to_simplex

__all__ = [
    # networks
    "Adjoint",
    "Steered",
    "adjoint",
    "costate_matrix",
    "objective",
    "project_to_simplex",
    # linear systems
    "LQProblem",
    "LQSolution",
    "double_integrator",
    "linear_quadratic",
]
