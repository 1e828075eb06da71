"""Two half moons, and a ResNet of known weights that untangles them."""

import math

import torch
from jaxtyping import Float
from torch import Tensor

from structviz import ode
from structviz.types import Points

__all__ = ["half_moons", "untangled"]


def half_moons(n_points: int) -> tuple[Points, Points]:
    """Two interlocking half circles of so many points, each the other one turned by half a turn about the origin."""
    t = torch.linspace(0, math.pi, n_points, dtype=torch.float64)
    moon = torch.stack([t.sin() - 0.25, 0.5 - t.cos()], 1)
    return moon, -moon


def untangled(z: Points, n_layers: int, time: float = 4.0) -> Float[Tensor, "time point 2"]:
    """The states in all layers z^{k+1} = z^k + Δt tanh(A(t) z^k), with A linear in t.

    Gradient descent on the logistic loss of the half moons found A, up to rounding.

    Parameters
    ----------
    z
        Points that enter.
    n_layers
        How many layers there are; Δt is `time` divided by that.
    time
        The time in which A goes from one end to the other.

    Returns
    -------
    Tensor
        States before the first layer and after each, shape (n_layers + 1, point, 2).
    """
    first = z.new_tensor([[0.2, -1.0], [0.7, 0.0]])
    change = z.new_tensor([[0.2, -0.2], [0.5, 0.2]])
    times = [k * time / n_layers for k in range(n_layers + 1)]
    return ode.solve(lambda t, z: torch.tanh(z @ (first + t / time * change).T), "euler", z, times)
