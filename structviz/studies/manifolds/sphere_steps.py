"""Points that follow a field along the sphere, in steps that stay on it and in steps that leave it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import torch
from jaxtyping import Float
from torch import Tensor
from torch.nn.functional import normalize

from structviz.checks import sphere_distance
from structviz.errors import ConfigError
from structviz.nets import SphereFlow, onto_sphere, sphere_exp
from structviz.ode import INTEGRATORS, integrator
from structviz.types import Labels

__all__ = [
    "FIELDS",
    "METHODS",
    "SphereField",
    "SphereMethod",
    "distances",
    "exact_ends",
    "field_as_data",
    "follow",
    "hemispheres",
    "method_as_data",
    "onto_sphere",
    "spread_points",
    "towards_pole",
    "towards_poles",
]

Points3 = Float[Tensor, "batch 3"]

SphereField = Callable[[int, Points3], Points3]
"""The velocity ξ in layer k at points z: tangent at points of the sphere."""

_PULL = 0.6
"""How fast points of `towards_poles` approach a pole, in units of the turn."""

_ITERATIONS, _CLOSE = 100, 1e-14
"""Of the implicit midpoint rule: at most so many, which shrink the error where h times the slope of ξ is below 2, and
less than this between the last two."""

_FINER = 10
"""Steps of the exact flow for each step of a method."""


@dataclass(frozen=True)
class SphereMethod:
    """Steps along the sphere.

    Attributes
    ----------
    name, title, phrase
        As used in code, as shown, and in a sentence.
    order
        The p for which the error at a fixed time shrinks like hᵖ.
    stays
        Whether points of the sphere stay on it.
    evaluations
        Of the field in a step; None where an iteration decides.
    tableau
        The name of a Runge–Kutta method of the space around the sphere, or None.
    """

    name: str
    title: str
    phrase: str
    order: int
    stays: bool
    evaluations: int | None
    tableau: str | None = None

    def step(self, field: Callable[[Points3], Points3], h: float, z: Points3) -> Points3:
        """One step.

        Parameters
        ----------
        field
            The velocity at points.
        h
            Length of the step.
        z
            Where it starts.

        Returns
        -------
        Tensor
            Where the points are after the step, shape (batch, 3); off the sphere only with methods that leave it.
        """
        if self.tableau is not None:
            moved = integrator(self.tableau).step(lambda _t, u: field(u), 0.0, h, z)
            return normalize(moved) if self.stays else moved
        if self.name == "exponential":
            return sphere_exp(z, h * field(z))
        return _midpoint(field, h, z) if self.name == "midpoint" else _cayley(h / 2 * field(z), z)


def _cayley(u: Points3, z: Points3) -> Points3:
    """cay(2Ω̂) z with Ω = z × u: ((1 − ‖u‖²) z + 2u) / (1 + ‖u‖²), a turn by 2 arctan ‖u‖."""
    squared = u.square().sum(1, keepdim=True)
    return ((1 - squared) * z + 2 * u) / (1 + squared)


def _midpoint(field: Callable[[Points3], Points3], h: float, z: Points3) -> Points3:
    """The z⁺ = z + h ξ(m/‖m‖) with m = (z + z⁺)/2; ξ is tangent there, so ‖z⁺‖² − ‖z‖² = 2h m·ξ = 0.

    Points for which the iteration finds no solution get nan.
    """
    found, change = z, torch.full_like(z[:, :1], torch.inf)
    for _ in range(_ITERATIONS):
        before, found = found, z + h * field(normalize(z + found))
        change = (found - before).abs().amax(1, keepdim=True)
        if change.max() < _CLOSE:
            break
    return found.where(change < _CLOSE, torch.nan)


METHODS: Mapping[str, SphereMethod] = MappingProxyType(
    {
        method.name: method
        for method in (
            SphereMethod("exponential", "Exponential map", "the exponential map", 1, True, 1),
            SphereMethod("projection", "Euler, then projection", "Euler with projection", 1, True, 1, "euler"),
            SphereMethod("cayley", "Cayley map", "the Cayley map", 1, True, 1),
            SphereMethod("midpoint", "Implicit midpoint", "the implicit midpoint rule", 2, True, None),
            SphereMethod("rk4-projection", "RK4, then projection", "RK4 with projection", 4, True, 4, "rk4"),
            SphereMethod("euler", "Euler", "Euler", 1, False, 1, "euler"),
            SphereMethod("heun", "Heun", "Heun", 2, False, 2, "heun"),
            SphereMethod("rk4", "RK4", "RK4", 4, False, 4, "rk4"),
        )
    }
)
"""Steps that stay on the sphere, and steps of the space around it."""


def towards_pole(z: Points3) -> Points3:
    """The field ξ(z) = e × z + (e − (e·z) z) / 3, tangent to the sphere at z, for the pole e = (0, 0, 1)."""
    pole = z.new_tensor([0.0, 0.0, 1.0]).expand_as(z)
    return torch.linalg.cross(pole, z) + (pole - z[:, 2:] * z) / 3


def towards_poles(z: Points3) -> Points3:
    """The field ξ(z) = v − (v·z) z with v = e × z + 0.6 (e·z) e for e = (0, 0, 1): each half whirls to its pole."""
    pole = z.new_tensor([0.0, 0.0, 1.0])
    v = torch.linalg.cross(pole.expand_as(z), z) + _PULL * z[:, 2:] * pole
    return v - (v * z).sum(1, keepdim=True) * z


FIELDS: Mapping[str, SphereField] = MappingProxyType(
    {"poles": lambda _k, z: towards_poles(z), "pole": lambda _k, z: towards_pole(z)}
)
"""Fields with a closed form."""


def spread_points(n: int) -> Points3:
    """Points of a Fibonacci spiral, which covers the sphere evenly: heights at equal distances, turned by 1/φ² each.

    Raises
    ------
    ConfigError
        If n is below 1.
    """
    if n < 1:
        raise ConfigError(f"At least one point is needed; got {n}.")
    k = torch.arange(n, dtype=torch.float64)
    heights = 1 - (2 * k + 1) / n
    longitudes = torch.pi * (3 - 5**0.5) * k
    radii = (1 - heights.square()).sqrt()
    return torch.stack([radii * longitudes.cos(), radii * longitudes.sin(), heights], 1)


def hemispheres(z: Points3) -> Labels:
    """Class 1 north of the equator, class 0 south of it."""
    return (z[:, 2] > 0).long()


@torch.no_grad()
def follow(field: SphereField, method: str, h: float, n_steps: int, z: Points3) -> Float[Tensor, "time batch 3"]:
    """The states of points after 0, 1, 2, … layers, each one step.

    Parameters
    ----------
    field
        One of `FIELDS`, or the `velocity` of a `structviz.nets.SphereFlow`.
    method
        One of `METHODS`.
    h
        Length of a step, above 0 and up to 10.
    n_steps
        The number of layers, from 1 to 10,000.
    z
        Where the points start, on the unit sphere.

    Returns
    -------
    Tensor
        States, shape (n_steps + 1, batch, 3), the first ones `z`.

    Raises
    ------
    ConfigError
        If there is no such method, or a number is out of range.
    """
    if method not in METHODS:
        raise ConfigError(f"Steps on the sphere are those of {', '.join(METHODS)}; got {method!r}.")
    if not 0 < h <= 10 or not 1 <= n_steps <= 10_000:
        raise ConfigError(f"Take 1 to 10,000 steps, longer than 0 and up to 10 each; got {n_steps} of length {h}.")
    states = [z]
    for k in range(n_steps):
        states.append(METHODS[method].step(lambda u, k=k: field(k, u), h, states[-1]))
    return torch.stack(states)


def distances(states: Float[Tensor, "*batch 3"]) -> Float[Tensor, "*batch"]:
    """|‖z‖ − 1| of each point: how far it is from the sphere; infinite where a point is lost."""
    return sphere_distance(states).nan_to_num(nan=torch.inf)


@torch.no_grad()
def exact_ends(field: SphereField, h: float, n_steps: int, z: Points3) -> Points3:
    """Where the flow itself takes points while a method takes its steps, to some ten digits.

    Parameters
    ----------
    field, h, n_steps, z
        As for `follow`; the field of layer k holds for the time h.

    Returns
    -------
    Tensor
        The points at time `n_steps` h, shape (batch, 3), on the sphere.
    """
    fine = METHODS["rk4-projection"]
    for k in range(n_steps):
        for _ in range(_FINER):
            z = fine.step(lambda u, k=k: field(k, u), h / _FINER, z)
    return z


def method_as_data(name: str) -> dict[str, Any]:
    """A method as JSON, for the steps in the browser (`ui/browser/src/sphere/steps.js`)."""
    method = METHODS[name]
    found: dict[str, Any] = {"name": name, "title": method.title, "stays": method.stays}
    if method.tableau is not None:
        found["tableau"] = {"a": INTEGRATORS[method.tableau].a, "w": INTEGRATORS[method.tableau].w}
    return found


def field_as_data(field: str | SphereFlow) -> dict[str, Any]:
    """A field of `FIELDS`, or that of a network, as JSON for the browser."""
    if isinstance(field, str):
        return {"kind": field}
    layers = [{"A": A.tolist(), "b": b.tolist()} for A, b in zip(field.A.double(), field.b.double(), strict=True)]
    return {"kind": "network", "activation": field.activation, "layers": layers}
