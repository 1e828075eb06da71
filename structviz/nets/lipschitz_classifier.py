"""Classifiers with a Lipschitz constant that is known: orthonormal weights, and between them pairs put in order."""

import math
from collections.abc import Iterable
from itertools import pairwise
from typing import Any

import torch
from jaxtyping import Float
from torch import Tensor, nn
from torch.nn.functional import linear

from structviz.errors import ConfigError, ShapeError
from structviz.nets.claims import Claim
from structviz.nets.digit_classifiers import N_CLASSES, SIDE, Logits
from structviz.nets.orthogonal import max_min
from structviz.nets.shape import check_depth, shape_of
from structviz.types import Images

__all__ = ["LipschitzClassifier", "OrthonormalClassifier", "rectangular_cayley", "sides_of"]

_PIXELS = SIDE * SIDE


def rectangular_cayley(A: Float[Tensor, "long short"]) -> Float[Tensor, "long short"]:
    """A matrix W with orthonormal columns, WᵀW = I, of any matrix that has at least as many rows as columns.

    With A = (U; V) and S = U − Uᵀ + VᵀV it is W = ((I − S)(I + S)⁻¹; −2V(I + S)⁻¹): the Cayley transform where V has no
    rows.

    References
    ----------
    Trockman, Kolter: Orthogonalizing convolutional layers with the Cayley transform. ICLR 2021.

    Examples
    --------
    >>> W = rectangular_cayley(torch.ones(3, 2))
    >>> torch.allclose(W.T @ W, torch.eye(2), atol=1e-6)
    True
    """
    short = A.shape[1]
    U, V = A[:short], A[short:]
    S = U - U.T + V.T @ V
    identity = torch.eye(short, dtype=A.dtype, device=A.device)
    inverse = torch.linalg.inv(identity + S)
    return torch.cat([(identity - S) @ inverse, -2 * V @ inverse])


class LipschitzClassifier(nn.Module):
    """Logits g of ten classes from digits, with ‖g(x) − g(y)‖ ≤ L ‖x − y‖ and L computed from the weights.

    The layers are z^{k+1} = σ(W^k z^k + b^k), and σ puts neighbours in order, which moves no two points apart. So
    L = ∏ ‖W^k‖₂ holds whatever the weights are; those that are trained are orthonormal, and L = 1 up to rounding.

    Parameters
    ----------
    width
        Coordinates of z^k, an even number.
    n_layers
        Number of linear maps, 2 or more.
    temperature
        By what the logits are divided before they become probabilities: with L = 1 they differ by little.

    Raises
    ------
    ConfigError
        If a setting is out of range.

    References
    ----------
    Anil, Lucas, Grosse: Sorting out Lipschitz function approximation. ICML 2019.
    Tsuzuku, Sato, Sugiyama: Lipschitz-margin training. NeurIPS 2018.

    Examples
    --------
    >>> LipschitzClassifier()(torch.zeros(2, 1, 28, 28)).shape
    torch.Size([2, 10])
    """

    def __init__(self, width: int = 128, n_layers: int = 3, temperature: float = 1.0) -> None:
        super().__init__()
        sides = sides_of(width, n_layers, temperature)
        self.width, self.n_layers, self.temperature = width, n_layers, float(temperature)
        self.W = nn.ParameterList(torch.randn(after, before) / before**0.5 for before, after in pairwise(sides))
        self.b = nn.ParameterList(torch.zeros(after) for after in sides[1:])

    @property
    def shape(self) -> dict[str, Any]:
        """The arguments that build a network of this shape."""
        return shape_of(self)

    @property
    def lipschitz_bound(self) -> float:
        """L = ∏ ‖W^k‖₂, by singular values in float64, with what rounds them added."""
        norms = [torch.linalg.matrix_norm(W.detach().double(), 2).item() for W in self.W]
        return math.prod(norms) * (1 + 1e-12)

    @property
    def claims(self) -> tuple[Claim, ...]:
        """The Lipschitz constant."""
        return (Claim("lipschitz", self.lipschitz_bound, "images"),)

    def probe(self, n: int, generator: torch.Generator) -> Tensor:
        """Noise in the range of grey values."""
        return torch.rand(n, 1, SIDE, SIDE, generator=generator, dtype=torch.float64)

    def forward(self, x: Images) -> Logits:
        """Classify a batch of digits."""
        return _layers(x, self.W, self.b)


class OrthonormalClassifier(nn.Module):
    """What is trained to become a `LipschitzClassifier`: its weights are orthonormal whatever the parameters are.

    Parameters
    ----------
    width, n_layers, temperature
        As for `LipschitzClassifier`.

    Raises
    ------
    ConfigError
        If a setting is out of range.
    """

    def __init__(self, width: int = 128, n_layers: int = 3, temperature: float = 1.0) -> None:
        super().__init__()
        sides = sides_of(width, n_layers, temperature)
        self.width, self.n_layers, self.temperature = width, n_layers, float(temperature)
        self.A = nn.ParameterList(torch.randn(max(pair), min(pair)) / max(pair) ** 0.5 for pair in pairwise(sides))
        self.b = nn.ParameterList(torch.zeros(after) for after in sides[1:])

    @property
    def weights(self) -> list[Float[Tensor, "after before"]]:
        """W^k: orthonormal rows, or orthonormal columns where they are longer."""
        made = map(rectangular_cayley, self.A)
        return [W if len(b) == len(W) else W.T for W, b in zip(made, self.b, strict=True)]

    def forward(self, x: Images) -> Logits:
        """Logits divided by the temperature, for a loss that compares probabilities."""
        return _layers(x, self.weights, self.b) / self.temperature

    @torch.no_grad()
    def export(self) -> LipschitzClassifier:
        """The same layers with their weights written out; its logits are not divided."""
        plain = LipschitzClassifier(self.width, self.n_layers, self.temperature).float()
        double = [rectangular_cayley(A.double().cpu()) for A in self.A]
        for ours, W, theirs, b in zip(plain.W, double, plain.b, self.b, strict=True):
            ours.copy_(W if len(b) == len(W) else W.T)
            theirs.copy_(b)
        return plain.eval().requires_grad_(False)


def sides_of(width: int, n_layers: int, temperature: float) -> tuple[int, ...]:
    """Coordinates before the first and after each linear map.

    Parameters
    ----------
    width, n_layers, temperature
        As for `LipschitzClassifier`.

    Returns
    -------
    tuple of int
        K + 1 numbers for K layers: from the pixels of a digit to its ten classes.

    Raises
    ------
    ConfigError
        If one is out of range.
    """
    check_depth(n_layers)
    if width < N_CLASSES or width % 2 or width > _PIXELS or n_layers < 2 or not 0 < temperature < math.inf:
        raise ConfigError(
            f"A Lipschitz classifier has an even width from {N_CLASSES} to {_PIXELS}, 2 layers or more and a positive "
            f"temperature; got {width}, {n_layers} and {temperature}."
        )
    return (_PIXELS, *[width] * (n_layers - 1), N_CLASSES)


def _layers(x: Images, weights: Iterable[Tensor], biases: Iterable[Tensor]) -> Logits:
    if x.shape[1:] != (1, SIDE, SIDE):
        raise ShapeError(f"A Lipschitz classifier takes digits of {SIDE}×{SIDE} grey pixels; got {tuple(x.shape)}.")
    z = x.flatten(1)
    *hidden, (W, b) = zip(weights, biases, strict=True)
    for W_k, b_k in hidden:
        z = max_min(linear(z, W_k, b_k))
    return linear(z, W, b)
