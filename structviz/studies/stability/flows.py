"""Stability: flows along which points only come closer to each other."""

import torch
from jaxtyping import Float
from torch import Tensor

from structviz import ode
from structviz.nets import longest_step

__all__ = ["gradient_flow"]


def gradient_flow(
    x: Float[Tensor, "batch dim"], A: Float[Tensor, "hidden dim"], share: float, n_steps: int
) -> Float[Tensor, "time batch dim"]:
    """The states of Euler's method for ẋ = -Aᵀ tanh(A x), the gradient flow of Σ log cosh(A x).

    Parameters
    ----------
    x
        Where the points start.
    A
        The weights, the same in each step.
    share
        Of the time step in the longest one, `structviz.nets.longest_step`; up to 1 no step increases a distance.
    n_steps
        How many steps.

    Returns
    -------
    Tensor
        States, shape (n_steps + 1, batch, dim), the first ones `x`.
    """
    h = share * longest_step(torch.linalg.matrix_norm(A, 2), "euler", 1.0).item()
    times = [k * h for k in range(n_steps + 1)]
    return ode.solve(lambda _, z: -torch.tanh(z @ A.T) @ A, "euler", x, times)
