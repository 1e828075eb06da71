"""Runge–Kutta methods as data: a tableau is all that tells one integrator from another."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import NamedTuple, final

from jaxtyping import Float
from torch import Tensor

from structviz.errors import ConfigError
from structviz.ode.field import Field, slope
from structviz.ode.implicit import implicit_slope

__all__ = ["INTEGRATORS", "Integrator", "integrator"]


class _Sum(NamedTuple):
    """A weighted sum without its zeros, lead · (k_first + Σ ratio_j k_j).

    One tensor operation for each slope, and only the last of them rounds at the size of z.
    """

    lead: float
    first: int
    rest: tuple[tuple[int, float], ...]


@final
@dataclass(frozen=True)
class Integrator:
    """A Runge–Kutta method, explicit or diagonally implicit.

    One step from z at t to z⁺ at t + dt, with s stages::

        k_i = f(t + c_i dt, z + dt Σ_j a_ij k_j)
        z⁺  = z + dt Σ_i w_i k_i

    Euler with dt = 1 is a layer of a ResNet; every other method makes another network of the same weights.

    Attributes
    ----------
    name
        As `integrator` takes it, for example "rk4".
    title
        As a page shows it, for example "RK4".
    order
        The p for which the error at a fixed time shrinks like dt^p.
    c, a, w
        Nodes (s numbers), matrix (s rows of s numbers) and weights (s numbers) of the Butcher tableau. The weights
        are called w as in Benning et al.; b is a bias here.

    Raises
    ------
    ConfigError
        If the order or the sizes do not fit, an entry is not finite, or a stage needs one that comes after it.

    References
    ----------
    Hairer, Nørsett, Wanner: Solving ordinary differential equations I, 2nd edition, 1993, sections II.1 and II.7.
    Benning, Celledoni, Ehrhardt, Owren, Schönlieb: Deep learning as optimal control problems. J. Comput. Dyn. 6,
    2019, section 4: networks from Runge–Kutta methods.

    Examples
    --------
    >>> import torch
    >>> INTEGRATORS["heun"].step(lambda t, z: z, 0.0, 0.5, torch.ones(1, 1))
    tensor([[1.6250]])
    """

    name: str
    title: str
    order: int
    c: tuple[float, ...]
    a: tuple[tuple[float, ...], ...]
    w: tuple[float, ...]
    _stages: tuple[tuple[float, float, _Sum | None], ...] = field(init=False, repr=False, compare=False)
    _weights: _Sum = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        sizes = [len(self.c), len(self.a), *map(len, self.a)]
        if self.order < 1 or not any(self.w) or set(sizes) != {self.stages}:
            raise ConfigError(
                f"a method of order >= 1 with {self.stages} weights w, not all zero, needs as many nodes c and a "
                f"square matrix a, got order {self.order}, {len(self.c)} nodes and rows of "
                f"{[len(row) for row in self.a]}: write the tableau out, zeros included"
            )
        if not all(map(math.isfinite, (*self.c, *self.w, *(entry for row in self.a for entry in row)))):
            raise ConfigError(f"a tableau holds finite numbers, got c={self.c}, a={self.a}, w={self.w}: correct it")
        if any(any(row[i + 1 :]) for i, row in enumerate(self.a)):
            raise ConfigError(
                f"a stage may use itself and earlier ones, so a must be lower triangular, got {self.a}: order the "
                "stages, or take a diagonally implicit method"
            )
        stages = tuple((self.c[i], row[i], _without_zeros(row[:i])) for i, row in enumerate(self.a))
        object.__setattr__(self, "_stages", stages)
        object.__setattr__(self, "_weights", _without_zeros(self.w))

    @property
    def stages(self) -> int:
        """The number s of stages."""
        return len(self.w)

    @property
    def explicit(self) -> bool:
        """Whether every stage needs earlier ones only: one evaluation of the field each, no equation to solve."""
        return not any(row[i] for i, row in enumerate(self.a))

    def step(self, field: Field, t: float, dt: float, z: Float[Tensor, "batch dim"]) -> Float[Tensor, "batch dim"]:
        """Take one step.

        Differentiable with respect to `z` and whatever the field is made of: to any order if explicit, once if
        implicit (see `structviz.ode.implicit`).

        Parameters
        ----------
        field
            The right-hand side f of ż = f(t, z).
        t
            Time at which `z` holds.
        dt
            Length of the step, in the unit of `t`; negative to go back in time.
        z
            Points, shape (batch, dim), float32 or float64; not changed.

        Returns
        -------
        Tensor
            The points at t + dt, shape (batch, dim). Where they leave the range of numbers they are inf or nan;
            where an implicit stage does not converge they are nan.

        Raises
        ------
        ShapeError
            If the field returns another shape or dtype than that of `z`.
        """
        slopes: list[Tensor] = []
        for node, diagonal, row in self._stages:
            y = _advance(z, dt, row, slopes) if row else z
            if diagonal:
                slopes.append(implicit_slope(field, t + node * dt, diagonal * dt, y))
            else:
                slopes.append(slope(field, t + node * dt, y))
        return _advance(z, dt, self._weights, slopes)


def _without_zeros(weights: Sequence[float]) -> _Sum | None:
    terms = [(j, weight) for j, weight in enumerate(weights) if weight]
    if not terms:
        return None
    (first, lead), *rest = terms
    return _Sum(lead, first, tuple((j, weight / lead) for j, weight in rest))


def _advance(z: Tensor, dt: float, weights: _Sum, slopes: Sequence[Tensor]) -> Tensor:
    """Z + dt Σ_j weight_j k_j."""
    lead, first, rest = weights
    direction = slopes[first]
    for j, ratio in rest:
        direction = direction.add(slopes[j], alpha=ratio)
    return z.add(direction, alpha=dt * lead)


INTEGRATORS: Mapping[str, Integrator] = MappingProxyType(
    {
        method.name: method
        for method in (
            Integrator("euler", "Euler", 1, c=(0.0,), a=((0.0,),), w=(1.0,)),
            Integrator("heun", "Heun", 2, c=(0.0, 1.0), a=((0.0, 0.0), (1.0, 0.0)), w=(1 / 2, 1 / 2)),
            Integrator(
                "kutta3",
                "Kutta 3",
                3,
                c=(0.0, 1 / 2, 1.0),
                a=((0.0, 0.0, 0.0), (1 / 2, 0.0, 0.0), (-1.0, 2.0, 0.0)),
                w=(1 / 6, 2 / 3, 1 / 6),
            ),
            Integrator(
                "rk4",
                "RK4",
                4,
                c=(0.0, 1 / 2, 1 / 2, 1.0),
                a=((0.0, 0.0, 0.0, 0.0), (1 / 2, 0.0, 0.0, 0.0), (0.0, 1 / 2, 0.0, 0.0), (0.0, 0.0, 1.0, 0.0)),
                w=(1 / 6, 1 / 3, 1 / 3, 1 / 6),
            ),
            Integrator("implicit-midpoint", "Implicit midpoint", 2, c=(1 / 2,), a=((1 / 2,),), w=(1.0,)),
        )
    }
)
"""The methods by name.

The first four are those that Benning et al. compare, from Euler 1768, Heun 1900 (there called improved Euler) and
Kutta 1901 (his third-order method, which integrates by Simpson's rule, and *the* Runge–Kutta method). The last is
Gauss' method with one stage: the only one here that conserves quadratic invariants, and that undoes itself when dt
changes its sign (Hairer, Lubich, Wanner: Geometric numerical integration, 2nd edition, 2006, sections IV.2 and V.2).
"""


def integrator(name: str) -> Integrator:
    """Look an integrator up by its name.

    Parameters
    ----------
    name
        One of `INTEGRATORS`.

    Raises
    ------
    ConfigError
        If there is no such integrator.

    Examples
    --------
    >>> integrator("kutta3").order
    3
    """
    if name not in INTEGRATORS:
        raise ConfigError(f"an integrator is one of {', '.join(INTEGRATORS)}, got {name!r}: choose one of these")
    return INTEGRATORS[name]
