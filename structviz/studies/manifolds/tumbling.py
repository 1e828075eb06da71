"""A free rigid body that tumbles: how far its attitude leaves the rotations, and what it keeps on its way."""

import math
from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor

from structviz.checks import rotation_distance
from structviz.errors import ConfigError, ShapeError
from structviz.ode import RigidBody, body_momentum, nearest_rotation, rotation_method
from structviz.studies.manifolds.body_steps import Numbers, stepper
from structviz.studies.manifolds.threads import one_thread

__all__ = ["Tumbling", "tumble"]

_MOST_STEPS = 100_000


@dataclass(frozen=True)
class Tumbling:
    """A body's attitudes from step to step; what is not finite any more is nan.

    Attributes
    ----------
    attitudes
        R₀, …, R_n.
    momenta
        m = Rᵀπ in axes of the body.
    off
        The larger of ‖RᵀR − I‖ and |det R − 1|.
    determinants
        det R.
    length, energy
        |m| / |m₀| − 1 and E / E₀ − 1.
    drift
        ‖R m − π‖ / ‖π‖: what becomes of the momentum in axes of space.
    """

    attitudes: Float[Tensor, "time 3 3"]
    momenta: Float[Tensor, "time 3"]
    off: Float[Tensor, "time"]
    determinants: Float[Tensor, "time"]
    length: Float[Tensor, "time"]
    energy: Float[Tensor, "time"]
    drift: Float[Tensor, "time"]


@one_thread()
@torch.no_grad()
def tumble(
    body: RigidBody,
    momentum: Float[Tensor, "3"],
    method: str,
    n_steps: int,
    h: float,
    start: Float[Tensor, "3 3"] | None = None,
) -> Tumbling:
    """Follow a body for a number of steps, in float64.

    Parameters
    ----------
    body
        With its principal moments.
    momentum
        π in axes of space, not zero.
    method
        One of `structviz.ode.ROTATION_METHODS`.
    n_steps, h
        Number and length of the steps.
    start
        The first attitude, the identity by default; if it is no rotation, the nearest one is taken.

    Returns
    -------
    Tumbling
        Attitudes, shape (n_steps + 1, 3, 3), momenta in axes of the body, and relative errors of what a free body
        keeps.

    Raises
    ------
    ConfigError, ShapeError
        If a number is out of range or not finite; if the momentum or the attitude is not one of space.

    Examples
    --------
    >>> there = tumble(RigidBody(), torch.tensor([0.1, 2.0, 0.0]), "rkmk4", 100, 0.1)
    >>> there.off.max().item() < 1e-13, there.length.abs().max().item() < 1e-13
    (True, True)
    """
    if not 1 <= n_steps <= _MOST_STEPS or not 0 < h < float("inf"):
        raise ConfigError(f"A body takes 1 to {_MOST_STEPS} steps of a positive length; got {n_steps} of {h!r}.")
    if momentum.shape != (3,):
        raise ShapeError(f"A momentum has three entries; got the shape {tuple(momentum.shape)}.")
    pi = momentum.double()
    if not (pi.isfinite().all() and pi.any()):
        raise ConfigError(f"A body that tumbles has a finite momentum other than 0; got {momentum.tolist()}.")
    R = torch.eye(3, dtype=torch.float64) if start is None else nearest_rotation(start.double())
    if not R.isfinite().all():
        raise ConfigError("The first attitude must have finite entries, so that there is a nearest rotation.")
    step = stepper(body, tuple(pi.tolist()), rotation_method(method), h)
    states: list[Numbers] = [tuple(R.flatten().tolist())]
    for k in range(n_steps):
        states.append(step(states[-1]))
        if not all(map(math.isfinite, states[-1])):
            states += [(math.nan,) * 9] * (n_steps - k - 1)
            break
    return _measured(body, pi, torch.tensor(states, dtype=torch.float64).unflatten(1, (3, 3)))


def _measured(body: RigidBody, pi: Float[Tensor, "3"], R: Float[Tensor, "time 3 3"]) -> Tumbling:
    m = body_momentum(R, pi)
    energy, length = body.energy(m), m.norm(dim=1)
    drift = ((R @ m[..., None])[..., 0] - pi).norm(dim=1) / pi.norm()
    off = rotation_distance(R)
    return Tumbling(R, m, off, torch.linalg.det(R), length / length[0] - 1, energy / energy[0] - 1, drift)
