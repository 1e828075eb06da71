"""Networks that move mass between the entries of a vector and lose none of it."""

from typing import Any

import torch
from jaxtyping import Float
from torch import Tensor, nn
from torch.nn.functional import linear

from structviz.errors import ConfigError
from structviz.nets.activations import activation as by_name
from structviz.nets.claims import Claim
from structviz.nets.layered import LayeredMap
from structviz.nets.shape import check_rows, check_steps, shape_of
from structviz.ode import integrator

__all__ = ["MassFlow"]


class MassFlow(LayeredMap):
    """Φ(x): entries exchange mass, ẋ = (M(x) − M(x)ᵀ) 1, one step of a method in each layer.

    M_ij(x) is what flows from entry j to entry i, so what one entry gains another loses, and 1ᵀẋ = 0. Every
    Runge–Kutta method keeps such linear invariants: the structure is that of the field, not of the method. Here
    M(x) = Uᵀ diag(σ(Wx + b)) V has a rank of at most the width. Entries can become negative.

    Parameters
    ----------
    dim
        Entries of a vector, 2 or more.
    width
        Rows of U, V and W.
    n_layers
        The number K of layers; each has weights of its own.
    time
        End time T = K h.
    method
        One of `structviz.ode.INTEGRATORS`.
    activation
        Name of the nonlinearity σ, one of `structviz.nets.ACTIVATIONS`.
    conserving
        Whether what flows in flows out elsewhere. Else the field is M(x) 1, the twin that promises nothing.

    Raises
    ------
    ConfigError
        If a setting is unknown or out of range.

    References
    ----------
    Celledoni et al.: Structure-preserving deep learning. EJAM 32, 2021, section 5.
    Hairer, Lubich, Wanner: Geometric numerical integration, 2nd edition, 2006, theorem IV.1.5.

    Examples
    --------
    >>> x = torch.tensor([[1.0, 2.0, 3.0, 4.0]])
    >>> round(MassFlow(4)(x).sum().item(), 4)
    10.0
    """

    def __init__(
        self,
        dim: int = 16,
        width: int = 8,
        n_layers: int = 20,
        time: float = 1.0,
        method: str = "euler",
        activation: str = "tanh",
        conserving: bool = True,
    ) -> None:
        super().__init__()
        integrator(method)
        check_steps(n_layers, time, activation)
        if dim < 2 or width < 1:
            raise ConfigError(f"Mass moves between 2 entries or more, and U has a row or more; got {dim} and {width}.")
        self.dim, self.width, self.n_layers, self.time = dim, width, n_layers, float(time)
        self.method, self.activation, self.conserving = method, activation, conserving
        self.U, self.V, self.W = (nn.Parameter(torch.randn(n_layers, width, dim) / dim**0.5) for _ in range(3))
        self.b = nn.Parameter(torch.randn(n_layers, width))

    @property
    def shape(self) -> dict[str, Any]:
        """The arguments that build a network of this shape."""
        return shape_of(self)

    @property
    def claims(self) -> tuple[Claim, ...]:
        """The sum of the entries stays, with any method."""
        return (Claim("mass", 1e-12, "vectors"),) if self.conserving else ()

    def probe(self, n: int, generator: torch.Generator) -> Tensor:
        """Random masses, evenly from 0 to 1."""
        return torch.rand(n, self.dim, generator=generator, dtype=torch.float64)

    def enter(self, x: Float[Tensor, "batch dim"], /) -> Float[Tensor, "batch dim"]:
        """z⁰ = x; a ShapeError for another number of entries."""
        check_rows(x, f"Vectors with {self.dim} entries", self.dim)
        return x

    def velocity(self, k: int, x: Float[Tensor, "batch dim"]) -> Float[Tensor, "batch dim"]:
        """What the entries gain and lose in layer k, by unit of time."""
        U, V = self.U[k], self.V[k]
        open_ways = by_name(self.activation)(linear(x, self.W[k], self.b[k]))
        gained = (open_ways * V.sum(1)) @ U
        return gained - (open_ways * U.sum(1)) @ V if self.conserving else gained

    def layer(self, k: int, z: Float[Tensor, "batch dim"]) -> Float[Tensor, "batch dim"]:
        """One step of the method."""
        h = self.time / self.n_layers
        return integrator(self.method).step(lambda _t, u: self.velocity(k, u), 0.0, h, z)
