"""Manifolds: steps that stay on the sphere, and steps that leave it."""

import torch
from jaxtyping import Float
from torch import Tensor

from structviz.nets import sphere_exp

__all__ = ["sphere_flow", "towards_pole"]


def sphere_flow(
    z: Float[Tensor, "batch 3"], n_steps: int, h: float, geodesic: bool = True
) -> Float[Tensor, "time batch 3"]:
    """The states of steps along the field `towards_pole`.

    Parameters
    ----------
    z
        Where the points start, on the unit sphere.
    n_steps, h
        Number and length of the steps.
    geodesic
        Whether the steps follow great circles, z⁺ = exp_z(h ξ(z)); else they are Euler's, z⁺ = z + h ξ(z).
    """
    states = [z]
    for _ in range(n_steps):
        v = h * towards_pole(states[-1])
        states.append(sphere_exp(states[-1], v) if geodesic else states[-1] + v)
    return torch.stack(states)


def towards_pole(z: Float[Tensor, "batch 3"]) -> Float[Tensor, "batch 3"]:
    """The field ξ(z) = e × z + (e - (e · z) z) / 3, tangent to the sphere at z, for the pole e = (0, 0, 1)."""
    pole = z.new_tensor([0.0, 0.0, 1.0]).expand_as(z)
    return torch.linalg.cross(pole, z) + (pole - z[:, 2:] * z) / 3
