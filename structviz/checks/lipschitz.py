"""How far does a map pull two inputs apart, and which two does it pull apart most?"""

import math
from collections.abc import Callable

import torch
from jaxtyping import Float
from torch import Tensor

from structviz.errors import ConfigError, ShapeError

__all__ = ["averaged_ratio", "lipschitz_ratio", "worst_pair"]

Map = Callable[[Tensor], Tensor]

_SEPARATION = {torch.float64: 1e-3, torch.float32: 1e-1}
"""Distance of the two inputs of a pair, relative to their size: closer ones lose their ratio to rounding."""

_STRIDE = 0.05
"""How far the first input of a pair moves in one step of the search, relative to its size."""


@torch.no_grad()
def lipschitz_ratio(
    net: Map, x: Float[Tensor, "batch *rest"], y: Float[Tensor, "batch *rest"]
) -> Float[Tensor, "batch"]:
    """Measure ‖Φ(x) − Φ(y)‖ / ‖x − y‖ for each pair: a lower bound of the Lipschitz constant.

    Parameters
    ----------
    net
        Takes inputs to outputs, each by itself.
    x, y
        The two inputs of each pair: points, images or whatever the map takes. The norms run over all axes but the
        first.

    Returns
    -------
    Tensor
        Shape (batch,), in float64; 0 where both inputs are equal.

    Raises
    ------
    ShapeError
        If the shapes of both inputs differ.

    Examples
    --------
    >>> lipschitz_ratio(lambda z: 3 * z, torch.zeros(2, 1), torch.ones(2, 1))
    tensor([3., 3.], dtype=torch.float64)
    """
    if x.shape != y.shape:
        raise ShapeError(f"A pair has two inputs of one shape; got {tuple(x.shape)} and {tuple(y.shape)}.")
    return _quotient(_lengths(net(x), net(y)), _lengths(x, y))


def worst_pair(
    net: Map, x: Float[Tensor, "batch *rest"], steps: int, generator: torch.Generator | None = None
) -> tuple[float, Float[Tensor, "1 *rest"], Float[Tensor, "1 *rest"]]:
    """Search for the pair of inputs that a map pulls apart most, by climbing the gradient of the ratio.

    Each input x has a neighbour x + δ. In each step δ turns to the gradient of ‖Φ(x + δ) − Φ(x)‖², which for a linear
    map is the power iteration, and x moves along the gradient of the ratio. What is found is a lower bound: it can
    refute a promise and never prove one.

    Parameters
    ----------
    net
        A differentiable map of inputs to outputs, each by itself.
    x
        Where the search starts, from each of these.
    steps
        Number of steps, 0 or more.
    generator
        Draws the first δ; without it they are always the same.

    Returns
    -------
    ratio, x, y
        The largest ratio that was met, and the pair that has it, as batches of one.

    Raises
    ------
    ConfigError
        If there is no input, or the number of steps is negative.

    References
    ----------
    Moosavi-Dezfooli et al.: Robustness via curvature regularization, and vice versa. CVPR 2019 (the power iteration).

    Examples
    --------
    >>> ratio, x, y = worst_pair(lambda z: z * torch.tensor([1.0, 2.0]), torch.ones(1, 2), steps=20)
    >>> round(ratio, 3)
    2.0
    """
    if steps < 0 or len(x) == 0:
        raise ConfigError(f"A search needs an input and 0 steps or more; got {len(x)} inputs and {steps} steps.")
    generator = generator or torch.Generator().manual_seed(0)
    x = x.detach()
    size = 1 + x.double().flatten(1).norm(dim=1).to(x.dtype)
    length = _SEPARATION.get(x.dtype, 1e-1) * size
    delta = _scaled(torch.randn(x.shape, generator=generator, dtype=torch.float64).to(x), length)
    best, at, to = -1.0, x[:1], x[:1]
    for k in range(steps + 1):
        ratios = lipschitz_ratio(net, x, x + delta)
        worst = int(ratios.nan_to_num(nan=torch.inf).argmax())
        if not (math.isnan(best) or float(ratios[worst]) <= best):  # nan is the worst of all, and stays
            best, at, to = float(ratios[worst]), x[worst : worst + 1], (x + delta)[worst : worst + 1]
        if k < steps:
            by_x, by_delta = _gradients(net, x, delta)
            x = x + _scaled(by_x, _STRIDE * size / (1 + k) ** 0.5)
            delta = torch.where(_wide(by_delta.flatten(1).norm(dim=1), x) > 0, _scaled(by_delta, length), delta)
    return best, at, to


@torch.no_grad()
def averaged_ratio(
    net: Map, x: Float[Tensor, "batch *rest"], y: Float[Tensor, "batch *rest"], alpha: float = 0.5
) -> Float[Tensor, "batch"]:
    """Measure (‖Φx − Φy‖² + (1 − α)/α ‖(x − Φx) − (y − Φy)‖²) / ‖x − y‖², at most 1 for an α-averaged map.

    A map is α-averaged if it is (1 − α) I + α N with N non-expansive; for α = 1/2 it is firmly non-expansive.

    Parameters
    ----------
    net
        A map whose outputs have the shape of its inputs.
    x, y
        The two inputs of each pair.
    alpha
        The weight α of the non-expansive part, in (0, 1].

    Returns
    -------
    Tensor
        The ratio of each pair, shape (batch,), without unit: 0 or more, and at most 1 (up to rounding) for an
        α-averaged map.

    Raises
    ------
    ConfigError
        If the weight is out of range.

    References
    ----------
    Bauschke, Combettes: Convex analysis and monotone operator theory in Hilbert spaces, 2nd edition, 2017,
    proposition 4.35.

    Examples
    --------
    >>> averaged_ratio(lambda z: z / 2, torch.zeros(1, 2), torch.ones(1, 2))
    tensor([0.5000], dtype=torch.float64)
    """
    if not 0 < alpha <= 1:
        raise ConfigError(f"The weight of an average lies in (0, 1]; got {alpha}.")
    after, before = (net(x), net(y)), (x, y)
    moved = _lengths(before[0] - after[0], before[1] - after[1])
    squares = _lengths(*after).square() + (1 - alpha) / alpha * moved.square()
    return _quotient(squares, _lengths(*before).square())


def _gradients(net: Map, x: Tensor, delta: Tensor) -> tuple[Tensor, Tensor]:
    """Gradients of Σ log ‖Φ(x + δ) − Φ(x)‖ with respect to x and δ."""
    with torch.inference_mode(mode=False), torch.enable_grad():
        x, delta = x.clone().requires_grad_(), delta.clone().requires_grad_()
        apart = _rows(net(x + delta) - net(x)).square().sum(1)
        objective = apart.clamp(min=torch.finfo(apart.dtype).tiny).log().sum() / 2
        if not objective.requires_grad:
            return torch.zeros_like(x), torch.zeros_like(delta)
        by_x, by_delta = torch.autograd.grad(objective, (x, delta), materialize_grads=True)
    return by_x.nan_to_num(0.0, 0.0, 0.0), by_delta.nan_to_num(0.0, 0.0, 0.0)


def _scaled(direction: Tensor, lengths: Tensor) -> Tensor:
    """Each direction at a given length; zero where it has none."""
    norms = direction.flatten(1).norm(dim=1)
    factors = torch.where(norms > 0, lengths / norms.clamp(min=torch.finfo(norms.dtype).tiny), 0.0)
    return _wide(factors, direction) * direction


def _wide(numbers: Tensor, like: Tensor) -> Tensor:
    return numbers.reshape(-1, *(like.ndim - 1) * [1])


def _lengths(x: Tensor, y: Tensor) -> Tensor:
    return _rows(x.double() - y.double()).norm(dim=1)


def _quotient(above: Tensor, below: Tensor) -> Tensor:
    return torch.where(below == 0, 0.0, above / below)


def _rows(z: Tensor) -> Tensor:
    return z.reshape(len(z), -1)
