"""How fast does the error of an integrator vanish when its steps get shorter?"""

import math
from typing import Protocol, runtime_checkable

import torch
from jaxtyping import Float
from torch import Tensor

from structviz.checks.slope import fitted_slope
from structviz.ode import integrator as by_name
from structviz.ode.field import Field

__all__ = ["Stepper", "observed_order"]

_STEPS = (20, 28, 40, 56, 80)
"""Steps from 0 to 1: few enough for errors above rounding, many enough for the leading term of the error to rule."""

_ROUNDING = 1e-13
"""Relative errors below are rounding errors in float64, a few for each step, and say nothing about the order."""

_FEWEST = 3
"""Points that a line needs before its slope can be trusted."""

_STARTS = torch.tensor([[1.0, 0.0], [-0.5, 0.9], [0.3, -0.7], [-1.1, -0.4]], dtype=torch.float64)

_IDENTITY = torch.eye(2, dtype=torch.float64)
_TURN = torch.tensor([[0.0, 1.0], [-1.0, 0.0]], dtype=torch.float64)
"""Jᵀ, since points are rows: z @ _TURN is a quarter turn counter-clockwise."""


@runtime_checkable
class Stepper(Protocol):
    """Whatever takes a step along a field, as `structviz.ode.Integrator` does."""

    def step(self, field: Field, t: float, dt: float, z: Float[Tensor, "batch dim"]) -> Float[Tensor, "batch dim"]:
        """The points one step later.

        Parameters
        ----------
        field
            The right-hand side f of ż = f(t, z).
        t, dt
            Time at which the step starts, and its length.
        z
            The points at `t`.

        Returns
        -------
        Tensor
            The points at `t + dt`, in the shape of `z`.
        """
        ...


@torch.no_grad()
def observed_order(integrator: str | Stepper) -> float:
    """Measure the p in error ≈ C dt^p, by regression of log error on log dt.

    The problem is, with J a quarter turn and |z| the Euclidean norm in the plane,

        ż = -t |z|² z + (1 + 2 t |z|²) J z,    0 ≤ t ≤ 1.

    It is not linear and depends on time, so that wrong nodes show as well as wrong weights, and has the solution

        z(t) = R(t + log(1 + t² |z₀|²)) z₀ / √(1 + t² |z₀|²)

    with R(angle) a rotation. The error is the relative l2 error at t = 1 over four starting points, in float64, for 20
    to 80 steps.

    Parameters
    ----------
    integrator
        A name out of `structviz.ode.INTEGRATORS`, or any object with a method `step(field, t, dt, z)`.

    Returns
    -------
    float
        The slope of the line: within 0.2 of the order for methods of order 1 to 5, near 0 for one that does not
        converge to the solution. inf if fewer than three errors are more than rounding; nan if the
        integrator returns nan or inf.

    Raises
    ------
    ConfigError
        If the name is unknown.

    References
    ----------
    Hairer, Nørsett, Wanner: Solving ordinary differential equations I, 2nd edition, 1993, section II.3.

    Examples
    --------
    >>> round(observed_order("rk4"))
    4
    """
    method = by_name(integrator) if isinstance(integrator, str) else integrator
    end = _solution(1.0, _STARTS)
    sizes, errors = [], []
    for n in _STEPS:
        z = _STARTS
        for k in range(n):
            z = method.step(_field, k / n, 1 / n, z)
        error = ((z - end).norm() / end.norm()).item()
        if not math.isfinite(error):
            return math.nan
        if error > _ROUNDING:
            sizes.append(1 / n)
            errors.append(error)
    return fitted_slope(sizes, errors) if len(errors) >= _FEWEST else math.inf


def _field(t: float | Tensor, z: Tensor) -> Tensor:
    growth = t * z.square().sum(-1, keepdim=True)
    return z @ _TURN + growth * (z @ (2 * _TURN - _IDENTITY))


def _solution(t: float | Tensor, start: Tensor) -> Tensor:
    stretch = 1 + t**2 * start.square().sum(-1, keepdim=True)
    angle = t + stretch.log()
    return (angle.cos() * start + angle.sin() * (start @ _TURN)) / stretch.sqrt()
