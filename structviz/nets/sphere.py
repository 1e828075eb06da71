"""Networks whose layers move points along the unit sphere."""

import math
from typing import Any

import torch
from jaxtyping import Float
from torch import Tensor, nn
from torch.nn.functional import linear, normalize

from structviz.errors import ConfigError, ShapeError
from structviz.nets.activations import activation as by_name
from structviz.nets.claims import Claim
from structviz.nets.layered import LayeredMap
from structviz.nets.shape import check_rows, check_steps, shape_of
from structviz.ode import INTEGRATORS, integrator

__all__ = ["RETRACTIONS", "SPHERE_METHODS", "SphereFlow", "onto_sphere", "sphere_exp"]

RETRACTIONS = ("exponential", "projection")
"""Steps that stay on the sphere: along a great circle, or straight on and back to length 1."""

SPHERE_METHODS = (*RETRACTIONS, *INTEGRATORS)
"""How a flow on the sphere takes its steps; those of `structviz.ode.INTEGRATORS` know nothing of the sphere."""


class SphereFlow(LayeredMap):
    """Φ(x): points of the unit sphere follow a tangent field, one step in each layer.

    The field is ξ(z) = v − (z·v) z with v = Aᵀσ(Az + b): a velocity of space without its part across the sphere. A step
    along a great circle is z⁺ = cos(h‖ξ‖) z + sin(h‖ξ‖) ξ/‖ξ‖; a step of forward Euler, z + hξ, has the length
    √(1 + h²‖ξ‖²) and leaves the sphere. Points that are off the sphere start at the closest one on it.

    Parameters
    ----------
    dim
        Coordinates of a point, 2 or more.
    width
        Rows of A.
    n_layers
        The number K of layers; each has weights of its own.
    time
        End time T = K h.
    method
        One of `SPHERE_METHODS`.
    activation
        Name of the nonlinearity σ, one of `structviz.nets.ACTIVATIONS`.
    tangent
        Whether the part of the velocity across the sphere is left out. Else the field is v: the twin that promises
        nothing, with steps of `structviz.ode.INTEGRATORS`.

    Raises
    ------
    ConfigError
        If a setting is unknown or out of range.

    References
    ----------
    Hairer, Lubich, Wanner: Geometric numerical integration, 2nd edition, 2006, section IV.4.
    Absil, Mahony, Sepulchre: Optimization algorithms on matrix manifolds, 2008, section 4.1.

    Examples
    --------
    >>> net = SphereFlow(n_layers=5)
    >>> net(torch.tensor([[0.0, 0.6, 0.8]])).norm().item()  # doctest: +ELLIPSIS
    1.0...
    """

    def __init__(
        self,
        dim: int = 3,
        width: int = 8,
        n_layers: int = 20,
        time: float = 2.0,
        method: str = "exponential",
        activation: str = "tanh",
        tangent: bool = True,
    ) -> None:
        super().__init__()
        check_steps(n_layers, time, activation)
        if method not in SPHERE_METHODS:
            raise ConfigError(f"A flow on the sphere takes steps of {', '.join(SPHERE_METHODS)}; got {method!r}.")
        if dim < 2 or width < 1:
            raise ConfigError(f"A sphere has 2 coordinates or more, and A a row or more; got {dim} and {width}.")
        if not tangent and method in RETRACTIONS:
            raise ConfigError(f"A step that stays on the sphere needs a tangent field; got {method!r} with a free one.")
        self.dim, self.width, self.n_layers, self.time = dim, width, n_layers, float(time)
        self.method, self.activation, self.tangent = method, activation, tangent
        self.A = nn.Parameter(torch.randn(n_layers, width, dim) / dim**0.5)
        self.b = nn.Parameter(torch.randn(n_layers, width))

    @property
    def shape(self) -> dict[str, Any]:
        """The arguments that build a network of this shape."""
        return shape_of(self)

    @property
    def claims(self) -> tuple[Claim, ...]:
        """Points of the sphere stay on it, with steps that are made for it."""
        return (Claim("norm", 1e-12, "unit sphere"),) if self.method in RETRACTIONS else ()

    def probe(self, n: int, generator: torch.Generator) -> Tensor:
        """Points that are spread evenly over the sphere."""
        return normalize(torch.randn(n, self.dim, generator=generator, dtype=torch.float64))

    def enter(self, x: Float[Tensor, "batch dim"], /) -> Float[Tensor, "batch dim"]:
        """z⁰ = x/‖x‖; a ConfigError for the centre and what is not finite, a ShapeError for other dimensions."""
        check_rows(x, f"Points of a sphere with {self.dim} coordinates", self.dim)
        return onto_sphere(x)

    def velocity(self, k: int, z: Float[Tensor, "batch dim"]) -> Float[Tensor, "batch dim"]:
        """ξ(z) in layer k, tangent to the sphere of radius ‖z‖ at z if that is 1; v(z) of a free field."""
        v = by_name(self.activation)(linear(z, self.A[k], self.b[k])) @ self.A[k]
        return v - (z * v).sum(1, keepdim=True) * z if self.tangent else v

    def layer(self, k: int, z: Float[Tensor, "batch dim"]) -> Float[Tensor, "batch dim"]:
        """One step of the method."""
        h = self.time / self.n_layers
        if self.method == "exponential":
            return sphere_exp(z, h * self.velocity(k, z))
        if self.method == "projection":
            return normalize(z + h * self.velocity(k, z))
        return integrator(self.method).step(lambda _t, u: self.velocity(k, u), 0.0, h, z)


def onto_sphere(z: Float[Tensor, "batch dim"]) -> Float[Tensor, "batch dim"]:
    """The points of the unit sphere that are closest to these, z/‖z‖.

    Raises
    ------
    ConfigError
        If a point is the centre, to which all points of the sphere are equally close, or is not finite.
    ShapeError
        If there is not one point in each row.
    """
    if z.ndim != 2:
        raise ShapeError(f"Points have the shape (batch, dim); got {tuple(z.shape)}: put one in each row.")
    lengths = z.norm(dim=1, keepdim=True)
    fits = (lengths.isfinite() & (lengths > 0))[:, 0]
    if not bool(fits.all()):
        raise ConfigError(
            "The centre of the sphere and points that are not finite have no closest point on it; got "
            f"{z[~fits][0].tolist()}. Leave them out."
        )
    return z / lengths


def sphere_exp(z: Float[Tensor, "batch dim"], v: Float[Tensor, "batch dim"]) -> Float[Tensor, "batch dim"]:
    """Where great circles end that leave z with velocity v after unit time: cos(‖v‖) z + sin(‖v‖) v / ‖v‖."""
    # Not the root of a sum of squares where that is 0: it has no slope there.
    squared = v.square().sum(1, keepdim=True)
    length = torch.where(squared > 0, squared, 1.0).sqrt() * (squared > 0)
    return torch.cos(length) * z + torch.sinc(length / math.pi) * v
