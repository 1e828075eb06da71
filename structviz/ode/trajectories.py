"""From points and a grid of times to trajectories."""

import math
from collections.abc import Sequence
from itertools import pairwise

import torch
from jaxtyping import Float, Real
from torch import Tensor

from structviz.errors import ConfigError, ShapeError
from structviz.ode.field import Field
from structviz.ode.integrators import Integrator
from structviz.ode.integrators import integrator as by_name

__all__ = ["solve"]


def solve(
    field: Field,
    integrator: str | Integrator,
    x0: Float[Tensor, "batch dim"],
    times: Real[Tensor, "time"] | Sequence[float],
) -> Float[Tensor, "time batch dim"]:
    """Follow points along a field, one step from each time to the next.

    With Euler and times 0, 1, ..., K these are the states z⁰, ..., z^K in a ResNet of K layers.

    Parameters
    ----------
    field
        The right-hand side f of ż = f(t, z); the time comes as a Python float.
    integrator
        A name out of `INTEGRATORS`, or a method of your own.
    x0
        Points at the first time, shape (batch, dim), float32 or float64, on any device; not changed.
    times
        At least two, finite, strictly increasing or strictly decreasing, in the unit in which the field is a
        velocity. They need not be equidistant. They carry no gradient: to learn the steps, let the field have a
        factor.

    Returns
    -------
    Tensor
        Points at all times, shape (time, batch, dim), dtype and device of `x0`; the first entry is `x0`. From where
        a point leaves the range of numbers, or an implicit step does not converge, its entries are inf or nan.
        Differentiable as `Integrator.step` is.

    Raises
    ------
    ConfigError
        If the integrator is unknown or the times are not as they must be.
    ShapeError
        If `x0` or what the field returns has another shape or dtype.

    References
    ----------
    Hairer, Nørsett, Wanner: Solving ordinary differential equations I, 2nd edition, 1993, chapter II.

    Examples
    --------
    >>> solve(lambda t, z: z, "euler", torch.ones(1, 1), [0.0, 1.0, 2.0]).flatten()
    tensor([1., 2., 4.])
    """
    method = integrator if isinstance(integrator, Integrator) else by_name(integrator)
    if x0.ndim != 2 or x0.shape[1] == 0:
        raise ShapeError(
            f"x0 must have the shape (batch, dim) with dim >= 1, got {tuple(x0.shape)}: put one point in each row, "
            "e.g. x0[None] for a single one"
        )
    if x0.dtype not in (torch.float32, torch.float64):
        raise ShapeError(f"x0 must be float32 or float64, got {x0.dtype}: call .float() on it")
    states = [x0]
    for t, following in pairwise(_grid(times)):
        states.append(method.step(field, t, following - t, states[-1]))
    return torch.stack(states)


def _grid(times: Tensor | Sequence[float]) -> list[float]:
    """The times as numbers, once they have been found to be a grid."""
    if isinstance(times, Tensor):
        if times.requires_grad:
            raise ConfigError(
                "times must not ask for a gradient, since steps are numbers, got a tensor with requires_grad: pass "
                "times.detach(), and give the field a factor to learn instead"
            )
        if times.ndim != 1:
            raise ConfigError(f"times must be one row of numbers, got shape {tuple(times.shape)}: flatten them")
        times = times.tolist()
    try:
        grid = [float(t) for t in times]
    except (TypeError, ValueError) as error:
        raise ConfigError(f"times must be numbers, got {times!r}: pass for example [0.0, 0.5, 1.0]") from error
    if len(grid) < 2:
        raise ConfigError(f"there must be at least two times, a start and an end, got {grid}: add the missing ones")
    if not all(map(math.isfinite, grid)):
        bad = next(t for t in grid if not math.isfinite(t))
        raise ConfigError(f"times must be finite, got {bad}: check where it came from")
    rising = grid[0] < grid[1]
    for t, following in pairwise(grid):
        if t == following or (t < following) != rising:
            raise ConfigError(
                f"times must be strictly increasing or strictly decreasing, got {following} after {t} in a grid that "
                f"starts {grid[0]}, {grid[1]}: sort them and drop repeated ones"
            )
    return grid
