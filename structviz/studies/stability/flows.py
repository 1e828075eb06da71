"""Stability: flows along which points only come closer to each other."""

import torch
from jaxtyping import Float
from torch import Tensor

from structviz import ode

__all__ = ["gradient_flow", "longest_step"]


def gradient_flow(
    x: Float[Tensor, "batch dim"], A: Float[Tensor, "hidden dim"], h: float, n_steps: int
) -> Float[Tensor, "time batch dim"]:
    """The states of Euler's method for ẋ = -Aᵀ tanh(A x), the gradient flow of Σ log cosh(A x).

    Parameters
    ----------
    x
        Where the points start.
    A
        The weights, the same in each step.
    h
        The time step; up to `longest_step` no step increases a distance.
    n_steps
        How many steps.
    """
    times = [k * h for k in range(n_steps + 1)]
    return ode.solve(lambda _, z: -torch.tanh(z @ A.T) @ A, "euler", x, times)


def longest_step(A: Float[Tensor, "hidden dim"]) -> float:
    """The longest time step 2 / ‖A‖² for which Euler's method is non-expansive, whatever the points."""
    return 2 / float(torch.linalg.matrix_norm(A, 2)) ** 2
