"""Orthogonal weights beside free ones: in training, in the product of many layers, and for gradients through them."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import torch
from jaxtyping import Float
from torch import Generator, Tensor, nn
from torch.nn import functional

from structviz.checks import orthogonality_error
from structviz.data import toy
from structviz.errors import ConfigError, ShapeError
from structviz.nets import ORTHOGONAL_ACTIVATIONS, ORTHOGONAL_WEIGHTS
from structviz.ode.exponential import matrix_exponential
from structviz.studies.manifolds.threads import one_thread

__all__ = [
    "WEIGHTS",
    "WeightTraining",
    "gradient_norms",
    "layer_weights",
    "product_singular_values",
    "train_weights",
]

FREE = "free"

WEIGHTS: Mapping[str, str] = MappingProxyType(
    {"cayley": "Cayley transform", "exponential": "matrix exponential", FREE: "free weights"}
)
"""Kinds of weights, with titles."""

_FACTORS, _SETTLED = 20_000, 1e-12
"""Decompositions at most, and the change of a logarithm at which they end. There and back through a hundred random
layers once would nearly do, as their singular values lie far apart; of few layers they do not."""

_DIM, _LAYERS, _POINTS, _RATE = 8, 10, 100, 0.03
"""Of the networks that are trained."""


def layer_weights(
    kind: str, n_layers: int, dim: int, generator: Generator, gain: float = 1.0
) -> Float[Tensor, "layer row column"]:
    """Random weights of a deep network, in float64.

    Parameters
    ----------
    kind
        One of `WEIGHTS`.
    n_layers, dim
        How many matrices, and how many rows each has.
    generator
        Draws them.
    gain
        Free weights have independent normal entries of the standard deviation gain / √dim; for orthogonal weights it
        is not used.

    Returns
    -------
    Tensor
        Square matrices, shape (n_layers, dim, dim), float64.

    Raises
    ------
    ConfigError
        If the kind is unknown or the gain not positive.
    """
    if kind not in WEIGHTS or not 0 < gain < float("inf"):
        raise ConfigError(f"Weights are {', '.join(WEIGHTS)} with a positive gain; got {kind!r} and {gain!r}.")
    A = torch.randn(n_layers, dim, dim, generator=generator, dtype=torch.float64)
    return gain * A / dim**0.5 if kind == FREE else ORTHOGONAL_WEIGHTS[kind](A - A.mT)


@torch.no_grad()
def product_singular_values(W: Float[Tensor, "layer row column"]) -> Float[Tensor, "row"]:
    """The natural logarithms of the singular values of W^K ⋯ W¹, largest first.

    The product itself is never formed: of a hundred random layers its singular values span more orders of magnitude
    than a float64 has digits. Subspaces are carried through the layers and back, with a QR decomposition after each.

    Parameters
    ----------
    W
        W¹, …, W^K, square.

    Raises
    ------
    ConfigError, ShapeError
        If an entry is not finite; if there is no layer, or it is not square.

    References
    ----------
    Golub, Van Loan: Matrix computations, 4th edition, 2013, section 8.2.4. Benettin et al.: Lyapunov characteristic
    exponents. Meccanica 15, 1980.

    Examples
    --------
    >>> product_singular_values(torch.diag(torch.tensor([1e-3, 1e3])).double().expand(60, 2, 2)).div(60).exp()
    tensor([1.0000e+03, 1.0000e-03], dtype=torch.float64)
    """
    if W.ndim != 3 or W.shape[1] != W.shape[2] or not W.numel():
        raise ShapeError(f"Layers have the shape (layers, rows, rows), one or more; got {tuple(W.shape)}.")
    if not W.isfinite().all():
        raise ConfigError("Weights that are not finite have no singular values; take them from before they diverged.")
    Q = torch.eye(W.shape[1], dtype=W.dtype)
    logs = torch.full((W.shape[1],), torch.nan, dtype=W.dtype)
    for _ in range(max(3, _FACTORS // (2 * len(W)))):
        before, logs = logs, torch.zeros_like(logs)
        for factor in (*W, *W.mT.flip(0)):
            Q, R = torch.linalg.qr(factor @ Q)
            logs += R.diagonal().abs().log()
        if torch.allclose(logs, before, rtol=0, atol=_SETTLED):
            break
    return (logs / 2).sort(descending=True).values


@one_thread()
def gradient_norms(
    W: Float[Tensor, "layer dim dim"], activation: str, generator: Generator, n_points: int = 64
) -> Float[Tensor, "frame"]:
    """Root mean squares of ‖∂L/∂z^k‖ over random points, k = 0, …, K, relative to that at the last layer.

    The layers are z^{k+1} = σ(W^k z^k), without biases; L is a random linear function of z^K.

    Parameters
    ----------
    W
        Weights of all layers.
    activation
        One of `structviz.nets.ORTHOGONAL_ACTIVATIONS`.
    generator
        Draws the points and the function.
    n_points
        How many points.

    Returns
    -------
    Tensor
        K + 1 ratios, 0 or more, shape (K + 1,); the last one is 1.

    Raises
    ------
    ConfigError
        If the activation is unknown.
    """
    if activation not in ORTHOGONAL_ACTIVATIONS:
        raise ConfigError(f"An activation is one of {', '.join(ORTHOGONAL_ACTIVATIONS)}; got {activation!r}.")
    sigma = ORTHOGONAL_ACTIVATIONS[activation]
    z, direction = torch.randn(2, n_points, W.shape[1], generator=generator, dtype=W.dtype).unbind()
    with torch.enable_grad():
        states = [z.requires_grad_()]
        for factor in W:
            states.append(sigma(states[-1] @ factor.T))
        gradients = torch.autograd.grad((states[-1] * direction).sum(), states)
    norms = torch.stack([gradient.square().sum(1).mean().sqrt() for gradient in gradients])
    return norms / norms[-1]


@dataclass(frozen=True)
class WeightTraining:
    """How weights change while a network learns.

    Attributes
    ----------
    off
        The largest ‖WᵀW − I‖ of all layers, before the first step and after each.
    loss
        Before each step, and after the last.
    """

    off: tuple[float, ...]
    loss: tuple[float, ...]


@one_thread()
def train_weights(kind: str, n_steps: int, activation: str = "abs", seed: int = 0) -> WeightTraining:
    """Train a network of ten layers in eight dimensions on the donut with Adam; free weights start orthogonal, too.

    All kinds start with the same matrices: the exponentials of the same skew ones, for Cayley their transforms.

    Parameters
    ----------
    kind
        One of `WEIGHTS`.
    n_steps
        Of Adam, with all points.
    activation
        One of `structviz.nets.ORTHOGONAL_ACTIVATIONS`.
    seed
        Of the first weights; the points are those of seed 0.

    Returns
    -------
    WeightTraining
        Distances ‖WᵀW − I‖ and losses in nats, `n_steps` + 1 of each.

    Raises
    ------
    ConfigError
        If the kind or the activation is unknown.
    """
    if kind not in WEIGHTS or activation not in ORTHOGONAL_ACTIVATIONS:
        raise ConfigError(
            f"Weights are {', '.join(WEIGHTS)} and activations {', '.join(ORTHOGONAL_ACTIVATIONS)}; got {kind!r} and "
            f"{activation!r}."
        )
    points, labels = toy("donut2d", _POINTS)
    x, y = functional.pad(points.double(), (0, _DIM - 2)), labels.double()
    A = 0.3 * torch.randn(_LAYERS, _DIM, _DIM, generator=Generator().manual_seed(seed), dtype=torch.float64)
    make = ORTHOGONAL_WEIGHTS.get(kind)
    start = nn.Parameter(matrix_exponential(A - A.mT) if make is None else A)
    b, normal = nn.Parameter(torch.zeros(_LAYERS, _DIM).double()), nn.Parameter(torch.ones(_DIM).double() / _DIM)
    offset = nn.Parameter(torch.zeros(()).double())
    optimiser = torch.optim.Adam([start, b, normal, offset], _RATE)
    off, losses = [], []
    for step in range(n_steps + 1):
        W = start if make is None else make(start - start.mT)
        off.append(orthogonality_error(W))
        z = x
        for factor, bias in zip(W, b, strict=True):
            z = ORTHOGONAL_ACTIVATIONS[activation](z @ factor.T + bias)
        loss = functional.binary_cross_entropy_with_logits(z @ normal + offset, y)
        losses.append(loss.item())
        if step < n_steps:
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
    return WeightTraining(tuple(off), tuple(losses))
