"""Networks that are gradient flows of convex functions: no two points move apart, whatever the weights."""

from typing import Any

import torch
from jaxtyping import Float
from torch import Tensor, nn

from structviz.errors import ConfigError
from structviz.nets.activations import activation as by_name
from structviz.nets.claims import Claim
from structviz.nets.layered import LayeredMap
from structviz.nets.shape import check_depth, shape_of
from structviz.ode import contractivity_radius, integrator

__all__ = ["FLOW_METHODS", "MOST_SHARE", "Averaged", "GradientFlow", "check_flow", "longest_step"]

FLOW_METHODS = ("euler", "heun", "kutta3", "rk4")
"""Explicit methods with a step length up to which they are non-expansive."""

MOST_SHARE = 4.0
"""Largest share of the longest step that a network may take; beyond 1 nothing is promised."""

_SMALLEST = 1e-12
"""‖A‖² below which a layer does next to nothing, so that the step stays finite."""


class GradientFlow(LayeredMap):
    """Φ(x): points follow ẋ = −Aᵀσ(Ax + b), one step of an explicit method in each layer.

    The field is −∇E with E(x) = Σ S(Ax + b) and S′ = σ; σ does not decrease, so E is convex. Its Jacobian −AᵀDA has
    eigenvalues in [−L‖A‖², 0]. Each layer takes a given share of the longest step 2 r / (L ‖A‖²) for which the method
    is non-expansive, whatever A and b are: see `structviz.ode.contractivity_radius`. With Euler, a share of 1/2 makes
    each layer firmly non-expansive, and a share s > 1 can multiply distances by 2 s − 1.

    Parameters
    ----------
    dim
        Coordinates of a point.
    width
        Rows of A.
    n_layers
        The number K of layers; each has weights of its own.
    share
        h / longest step, in (0, 4]. Up to 1 the network promises to be non-expansive; beyond it is the twin that
        breaks the promise.
    method
        One of `FLOW_METHODS`.
    activation
        Name of the nonlinearity σ, one of `structviz.nets.ACTIVATIONS`.

    Raises
    ------
    ConfigError
        If a setting is unknown or out of range.

    References
    ----------
    Celledoni et al.: Structure-preserving deep learning. EJAM 32, 2021, section 4.
    Sherry et al.: Designing stable neural networks using convex analysis and ODEs. Physica D 463, 2024.

    Examples
    --------
    >>> net = GradientFlow(n_layers=5)
    >>> x, y = torch.zeros(1, 2), torch.ones(1, 2)
    >>> bool((net(x) - net(y)).norm() <= (x - y).norm())
    True
    """

    def __init__(
        self,
        dim: int = 2,
        width: int = 8,
        n_layers: int = 20,
        share: float = 1.0,
        method: str = "euler",
        activation: str = "tanh",
    ) -> None:
        super().__init__()
        check_flow(n_layers, share, method, activation)
        if dim < 1 or width < 1:
            raise ConfigError(f"Points have a coordinate or more, and A a row or more; got {dim} and {width}.")
        self.dim, self.width, self.n_layers = dim, width, n_layers
        self.share, self.method, self.activation = float(share), method, activation
        self.A = nn.Parameter(torch.randn(n_layers, width, dim) / dim**0.5)
        self.b = nn.Parameter(torch.randn(n_layers, width))

    @property
    def shape(self) -> dict[str, Any]:
        """The arguments that build a network of this shape."""
        return shape_of(self)

    @property
    def claims(self) -> tuple[Claim, ...]:
        """Non-expansive, up to the longest step."""
        return (Claim("non-expansive", 1.0, "points"),) if self.share <= 1 else ()

    def probe(self, n: int, generator: torch.Generator) -> Tensor:
        """Normal points with standard deviation 2."""
        return 2 * torch.randn(n, self.dim, generator=generator, dtype=torch.float64)

    def step_length(self, k: int) -> Float[Tensor, ""]:
        """h of layer k."""
        norm = torch.linalg.matrix_norm(self.A[k], 2)
        return self.share * longest_step(norm, self.method, by_name(self.activation).lipschitz)

    def velocity(self, k: int, z: Float[Tensor, "batch dim"]) -> Float[Tensor, "batch dim"]:
        """−Aᵀσ(Az + b) in layer k."""
        return -by_name(self.activation)(nn.functional.linear(z, self.A[k], self.b[k])) @ self.A[k]

    def layer(self, k: int, z: Float[Tensor, "batch dim"]) -> Float[Tensor, "batch dim"]:
        """One step of the method."""
        h = self.step_length(k)  # in the field, so that it carries a gradient
        return integrator(self.method).step(lambda _t, u: h * self.velocity(k, u), 0.0, 1.0, z)


class Averaged(nn.Module):
    """(1 − α) x + α Φ(x): an α-averaged map if Φ is non-expansive.

    Iterating a non-expansive map need not converge, as rotations show; iterating an averaged one does if it has a
    fixed point.

    Parameters
    ----------
    net
        A non-expansive map whose outputs have the shape of its inputs.
    alpha
        The weight α, in (0, 1).

    Raises
    ------
    ConfigError
        If the weight is out of range.

    References
    ----------
    Bauschke, Combettes: Convex analysis and monotone operator theory in Hilbert spaces, 2nd edition, 2017, section 4.5.

    Examples
    --------
    >>> Averaged(nn.Identity(), 0.5)(torch.ones(1))
    tensor([1.])
    """

    def __init__(self, net: nn.Module, alpha: float = 0.5) -> None:
        super().__init__()
        if not 0 < alpha < 1:
            raise ConfigError(f"The weight of an average lies between 0 and 1; got {alpha}.")
        self.net, self.alpha = net, alpha

    @property
    def claims(self) -> tuple[Claim, ...]:
        """Of what the map promises, what an average with the identity keeps."""
        return tuple(
            claim for claim in getattr(self.net, "claims", ()) if claim.kind in ("non-expansive", "equivariant")
        )

    def probe(self, n: int, generator: torch.Generator) -> Tensor:
        """Inputs of the map."""
        probe: Any = self.net.probe
        return probe(n, generator)

    def forward(self, x: Float[Tensor, "batch *rest"]) -> Float[Tensor, "batch *rest"]:
        """The average."""
        return torch.lerp(x, self.net(x), self.alpha)


def longest_step(norm: Float[Tensor, ""], method: str, lipschitz: float) -> Float[Tensor, ""]:
    """The longest step 2 r / (L ‖A‖²) for which a method is non-expansive for every field −Aᵀσ(Ax + b).

    Parameters
    ----------
    norm
        ‖A‖, or an upper bound of it.
    method
        One of `FLOW_METHODS`, whose radius of circle contractivity is r.
    lipschitz
        The largest slope L of σ.

    Returns
    -------
    Tensor
        The time step, one number above 0, in the unit of the time; as large as the smallest number allows where A is 0.

    Examples
    --------
    >>> longest_step(torch.tensor(2.0), "heun", 1.0).item()
    0.5
    """
    return 2 * contractivity_radius(method) / (lipschitz * norm.square().clamp(min=_SMALLEST))


def check_flow(n_layers: int, share: float, method: str, activation_name: str) -> None:
    """Check the settings that every gradient flow has.

    Parameters
    ----------
    n_layers, share, method
        As for `GradientFlow`.
    activation_name
        Name of the nonlinearity σ.

    Raises
    ------
    ConfigError
        If one is unknown or out of range.
    """
    by_name(activation_name)
    if method not in FLOW_METHODS:
        raise ConfigError(f"A gradient flow takes the steps of {', '.join(FLOW_METHODS)}; got {method!r}.")
    check_depth(n_layers)
    if not 0 < share <= MOST_SHARE:
        raise ConfigError(
            f"A step is a share of the longest one, above 0 and up to {MOST_SHARE:g}, where 1 is the bound "
            f"2 r / (L ‖A‖²) of non-expansive steps; got {share}."
        )
