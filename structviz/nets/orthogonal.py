"""Networks with orthogonal weights: Cayley transforms and exponentials of skew matrices."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import torch
from jaxtyping import Float
from torch import Tensor, nn

from structviz.errors import ConfigError, ShapeError
from structviz.nets.claims import Claim
from structviz.nets.layered import LayeredMap
from structviz.nets.shape import check_depth, check_rows, shape_of
from structviz.ode.exponential import matrix_exponential

__all__ = ["ORTHOGONAL_ACTIVATIONS", "ORTHOGONAL_WEIGHTS", "OrthogonalNet", "cayley", "max_min"]


def cayley(S: Float[Tensor, "*batch n n"]) -> Float[Tensor, "*batch n n"]:
    """The orthogonal matrix (I − S/2)⁻¹(I + S/2) of a skew one, S + Sᵀ = 0.

    It is a rotation, and −1 is not an eigenvalue of it: half turns are limits of such matrices.

    Raises
    ------
    ConfigError
        If a matrix is not square and skew: then it has no such transform that is orthogonal, or none at all.

    Examples
    --------
    >>> cayley(torch.tensor([[0.0, -2.0], [2.0, 0.0]]))  # a quarter turn
    tensor([[ 0., -1.],
            [ 1.,  0.]])
    """
    if S.ndim < 2 or S.shape[-1] != S.shape[-2]:
        raise ConfigError(f"A skew matrix is square; got the shape {tuple(S.shape)}.")
    off = (S + S.mT).detach().abs()
    if (off > 1e-5 * (1 + S.detach().abs())).any():
        raise ConfigError(
            f"A Cayley transform is orthogonal for skew matrices, S + Sᵀ = 0; got entries of S + Sᵀ up to "
            f"{off.max().item():.1e}. Take S = A − Aᵀ."
        )
    identity = torch.eye(S.shape[-1], dtype=S.dtype, device=S.device)
    return torch.linalg.solve(identity - S / 2, identity + S / 2)


def max_min(u: Float[Tensor, "batch dim"]) -> Float[Tensor, "batch dim"]:
    """Sort neighbours: of each pair of coordinates the larger one first. The derivative is a permutation.

    Raises
    ------
    ShapeError
        If the number of coordinates is odd.

    References
    ----------
    Anil, Lucas, Grosse: Sorting out Lipschitz function approximation. ICML 2019.

    Examples
    --------
    >>> max_min(torch.tensor([[1.0, 2.0, 4.0, 3.0]]))
    tensor([[2., 1., 4., 3.]])
    """
    if u.ndim != 2 or u.shape[1] % 2:
        raise ShapeError(
            f"MaxMin sorts pairs of coordinates, an even number in each row; got the shape {tuple(u.shape)}: add a "
            "coordinate that is 0."
        )
    return u.unflatten(1, (-1, 2)).sort(dim=2, descending=True).values.flatten(1)


ORTHOGONAL_WEIGHTS: Mapping[str, Callable[[Tensor], Tensor]] = MappingProxyType(
    {"cayley": cayley, "exponential": matrix_exponential}
)
"""How a skew matrix becomes an orthogonal one. Both give rotations only."""

ORTHOGONAL_ACTIVATIONS: Mapping[str, Callable[[Tensor], Tensor]] = MappingProxyType(
    {"abs": torch.abs, "max-min": max_min, "relu": torch.relu}
)
"""Nonlinearities: the first two keep the lengths of gradients, the ReLU does not."""


class OrthogonalNet(LayeredMap):
    """Φ(x) = z^K with z^{k+1} = σ(W^k z^k + b^k) and orthogonal W^k, whatever the parameters are.

    All singular values of W^K ⋯ W^1 are 1. With a σ whose derivative is orthogonal wherever there is one, such as the
    absolute value, so are those of Φ′(x): gradients neither vanish nor explode. With the ReLU they can vanish.

    Parameters
    ----------
    dim
        Coordinates of a point; even for "max-min".
    n_layers
        The number K of layers.
    weights
        One of `ORTHOGONAL_WEIGHTS`, of S = A − Aᵀ with the parameters A.
    activation
        One of `ORTHOGONAL_ACTIVATIONS`.

    Raises
    ------
    ConfigError
        If a setting is unknown or out of range.

    References
    ----------
    Helfrich, Willmott, Ye: Orthogonal recurrent neural networks with scaled Cayley transform. ICML 2018.
    Lezcano-Casado, Martínez-Rubio: Cheap orthogonal constraints in neural networks. ICML 2019.

    Examples
    --------
    >>> net = OrthogonalNet(4, n_layers=3)
    >>> W = net.orthogonal_weights[0][0]
    >>> torch.allclose(W.T @ W, torch.eye(4), atol=1e-6)
    True
    """

    def __init__(self, dim: int = 2, n_layers: int = 20, weights: str = "cayley", activation: str = "abs") -> None:
        super().__init__()
        check_depth(n_layers)
        if weights not in ORTHOGONAL_WEIGHTS or activation not in ORTHOGONAL_ACTIVATIONS:
            raise ConfigError(
                f"An orthogonal network has weights by {' or '.join(ORTHOGONAL_WEIGHTS)} and the nonlinearity "
                f"{', '.join(ORTHOGONAL_ACTIVATIONS)}; got {weights!r} and {activation!r}."
            )
        if dim < 1 or (activation == "max-min" and dim % 2):
            raise ConfigError(f"Points have a coordinate or more, and pairs of them for max-min; got {dim}.")
        self.dim, self.n_layers, self.weights, self.activation = dim, n_layers, weights, activation
        self.A = nn.Parameter(torch.randn(n_layers, dim, dim))
        self.b = nn.Parameter(torch.randn(n_layers, dim))

    @property
    def shape(self) -> dict[str, Any]:
        """The arguments that build a network of this shape."""
        return shape_of(self)

    @property
    def claims(self) -> tuple[Claim, ...]:
        """Orthogonal weights, and so no two points move apart: each σ here has a slope of at most 1."""
        return (Claim("orthogonal", 1e-12, "weights"), Claim("non-expansive", 1.0, "points"))

    @property
    def orthogonal_weights(self) -> tuple[Float[Tensor, "layer dim dim"]]:
        """All that promise to be orthogonal: W^1, …, W^K."""
        return (ORTHOGONAL_WEIGHTS[self.weights](self.A - self.A.mT),)

    def probe(self, n: int, generator: torch.Generator) -> Tensor:
        """Normal points."""
        return torch.randn(n, self.dim, generator=generator, dtype=torch.float64)

    def enter(self, x: Float[Tensor, "batch dim"], /) -> Float[Tensor, "batch dim"]:
        """z⁰ = x; a ShapeError for another number of coordinates."""
        check_rows(x, f"Points with {self.dim} coordinates", self.dim)
        return x

    def layer(self, k: int, z: Float[Tensor, "batch dim"]) -> Float[Tensor, "batch dim"]:
        """σ(W^k z + b^k)."""
        A = self.A[k]
        W = ORTHOGONAL_WEIGHTS[self.weights](A - A.mT)
        return ORTHOGONAL_ACTIVATIONS[self.activation](nn.functional.linear(z, W, self.b[k]))
