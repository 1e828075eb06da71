"""Residual networks that can be undone: each branch is a contraction, so a fixed-point iteration finds the input."""

import math
from collections.abc import Callable
from typing import Any

import torch
from jaxtyping import Float
from torch import Tensor, nn
from torch.nn.functional import linear

from structviz.errors import ConfigError
from structviz.nets.activations import activation as by_name
from structviz.nets.claims import Claim
from structviz.nets.layered import InvertibleMap
from structviz.nets.shape import check_depth, shape_of

__all__ = ["InvertibleResNet"]

_MOST_ITERATIONS = 50_000
_MOST_CONTRACTION = 0.999
"""Up to here so many iterations reach rounding: 0.999 to the power of 50,000 is 1e-22."""


_EPS = torch.finfo(torch.float64).eps
_MOST_ROUNDING = 1e-3
"""Relative error from which on an inverse is none any more."""

_LARGEST_LOG = 700.0
"""Logarithm of numbers that a float still holds."""


class InvertibleResNet(InvertibleMap):
    """Layers z⁺ = z + g(z) with g(z) = c V σ(Wz + b) and ‖V‖ ‖W‖ ≤ 1, so that Lip g ≤ c L; L is that of σ.

    Only the product of both norms is bounded: a large W with a small V bends the plane on a small scale.

    For c L < 1 a layer is undone by x ← z⁺ − g(x), which converges from anywhere: after n steps the error is at most
    (cL)ⁿ ‖x₁ − x₀‖ / (1 − cL), by Banach's theorem. In few dimensions log |det| is that of I + c V diag(σ′) W, exactly.

    Parameters
    ----------
    dim
        Coordinates of a point.
    width
        Rows of W.
    n_layers
        The number K of layers.
    contraction
        c L, in (0, 4]; from 1 on no inverse is promised: the twin.
    activation
        Name of the nonlinearity σ, one of `structviz.nets.ACTIVATIONS`.

    Raises
    ------
    ConfigError
        If a setting is unknown or out of range.

    References
    ----------
    Behrmann, Grathwohl, Chen, Duvenaud, Jacobsen: Invertible residual networks. ICML 2019.

    Examples
    --------
    >>> net = InvertibleResNet(n_layers=3)
    >>> x = torch.ones(3, 2)
    >>> torch.allclose(net.inverse(net(x)), x, atol=1e-5)
    True
    """

    def __init__(
        self, dim: int = 2, width: int = 16, n_layers: int = 8, contraction: float = 0.8, activation: str = "tanh"
    ) -> None:
        super().__init__()
        by_name(activation)
        check_depth(n_layers)
        if dim < 1 or width < 1:
            raise ConfigError(f"Points have a coordinate or more, and W a row or more; got {dim} and {width}.")
        if not 0 < contraction <= 4:
            raise ConfigError(
                f"The contraction lies above 0 and not above 4, below 1 for an inverse; got {contraction}."
            )
        self.dim, self.width, self.n_layers = dim, width, n_layers
        self.contraction, self.activation = float(contraction), activation
        self.W = nn.Parameter(torch.randn(n_layers, width, dim))
        self.V = nn.Parameter(torch.randn(n_layers, dim, width))
        self.b = nn.Parameter(torch.randn(n_layers, width))

    @property
    def shape(self) -> dict[str, Any]:
        """The arguments that build a network of this shape."""
        return shape_of(self)

    @property
    def claims(self) -> tuple[Claim, ...]:
        """Invertible, with a known volume, if the branches are contractions; Lipschitz, unless that is beyond numbers.

        The inverse of a layer has the Lipschitz constant 1 / (1 − c), so the layers multiply rounding by their product.
        """
        log_lipschitz = self.n_layers * math.log1p(self.contraction)
        lipschitz = (Claim("lipschitz", math.exp(log_lipschitz), "points"),) if log_lipschitz < _LARGEST_LOG else ()
        if self.contraction > _MOST_CONTRACTION:
            return lipschitz
        log_rounding = math.log(_EPS) - self.n_layers * math.log1p(-self.contraction)
        if log_rounding > math.log(_MOST_ROUNDING):
            return lipschitz
        error = max(1e-8, math.exp(log_rounding))
        return (Claim("invertible", error, "points"), Claim("volume", 1e-9, "points"), *lipschitz)

    def probe(self, n: int, generator: torch.Generator) -> Tensor:
        """Normal points."""
        return torch.randn(n, self.dim, generator=generator, dtype=torch.float64)

    def branch(self, k: int, z: Float[Tensor, "batch dim"]) -> Float[Tensor, "batch dim"]:
        """g(z) in layer k."""
        return self._branch(k)(z)

    def _branch(self, k: int) -> Callable[[Tensor], Tensor]:
        """The branch of layer k, whose norms are computed once for all steps of an iteration."""
        W, V = self.weights(k)
        sigma = by_name(self.activation)
        return lambda z: sigma(linear(z, W, self.b[k])) @ V.T

    def transform_layer(
        self, k: int, z: Float[Tensor, "batch dim"]
    ) -> tuple[Float[Tensor, "batch dim"], Float[Tensor, "batch"]]:
        """z + g(z), and log |det (I + g′(z))|."""
        W, V = self.weights(k)
        sigma = by_name(self.activation)
        s = sigma(linear(z, W, self.b[k]))
        identity = torch.eye(self.dim, dtype=z.dtype, device=z.device)
        J = identity + torch.einsum("iw,bw,wj->bij", V, sigma.slope(s), W)
        return z + s @ V.T, torch.linalg.slogdet(J).logabsdet

    def layer(self, k: int, z: Float[Tensor, "batch dim"]) -> Float[Tensor, "batch dim"]:
        """z + g(z)."""
        return z + self.branch(k, z)

    def fixed_point(
        self, k: int, z: Float[Tensor, "batch dim"], n_iterations: int
    ) -> Float[Tensor, "iterate batch dim"]:
        """The iterates x₀ = z, …, x_n on the way to what layer k made z of.

        Parameters
        ----------
        k
            Number of the layer.
        z
            What came out of it.
        n_iterations
            The number n of steps.

        Returns
        -------
        Tensor
            All iterates, shape (n + 1, batch, dim); the first one is `z`.
        """
        iterates, branch = [z], self._branch(k)
        for _ in range(n_iterations):
            iterates.append(z - branch(iterates[-1]))
        return torch.stack(iterates)

    def undo_layer(self, k: int, z: Float[Tensor, "batch dim"]) -> Float[Tensor, "batch dim"]:
        """What layer k made z of, to rounding; where the iteration does not converge, its last iterate."""
        x, branch = z, self._branch(k)
        for _ in range(_MOST_ITERATIONS):
            x, before = z - branch(x), x
            if not (x - before).abs().max() > 2 * torch.finfo(x.dtype).eps * (1 + x.abs().max()):
                break
        return x

    def weights(self, k: int) -> tuple[Float[Tensor, "width dim"], Float[Tensor, "dim width"]]:
        """W, and V of layer k scaled so that the product of their norms is at most c; c is over L."""
        c = self.contraction / by_name(self.activation).lipschitz
        W, V = self.W[k], self.V[k]
        product = torch.linalg.matrix_norm(W, 2) * torch.linalg.matrix_norm(V, 2)
        return W, c * V / product.clamp(min=1.0)
