"""The norm ‖A‖ of a linear operator in the Euclidean norm: from below by iteration, for convolutions from above."""

import math
from collections.abc import Callable

import torch
from jaxtyping import Float
from torch import Tensor

from structviz.errors import ConfigError
from structviz.nets.projection import Kernel

__all__ = ["CONVOLUTION_EXCESS", "convolution_norm", "power_iteration"]

_FREQUENCIES = 16
"""Frequencies in each direction, per entry of the kernel's side."""

CONVOLUTION_EXCESS = 1 / math.cos(math.pi / (2 * _FREQUENCIES)) ** 2
"""By how much `convolution_norm` may exceed the norm on an unbounded grid, as a factor: 1.0097."""


def convolution_norm(kernel: Kernel) -> Float[Tensor, ""]:
    """Bound the norm of a convolution with zero padding from above, for images of every size at once.

    On an unbounded grid the norm is the largest ‖K̂(f)‖₂ over all frequencies f, where K̂(f) is the matrix by which a
    plane wave is multiplied. Images with zeros around them are a part of that grid, and leaving out outputs at the
    border, or all but every second one, shortens no vector, so the norm for any size and stride is not larger.

    K̂ is a trigonometric polynomial of degree d = (side − 1) / 2 in each direction. Between N equally spaced
    frequencies such a polynomial rises by a factor of at most 1 / cos(πd/N) above its largest sample; with N = 16 sides
    the result is an upper bound, and at most `CONVOLUTION_EXCESS` times the norm on the unbounded grid.

    Parameters
    ----------
    kernel
        Weights of a convolution, stride and dilation left out: they do not raise the norm.

    Returns
    -------
    Tensor
        The bound; differentiable with respect to the kernel.

    References
    ----------
    Sedghi, Gupta, Long: The singular values of convolutional layers. ICLR 2019.
    Ehlich, Zeller: Schwankung von Polynomen zwischen Gitterpunkten. Math. Z. 86, 1964.

    Examples
    --------
    >>> convolution_norm(torch.ones(1, 1, 1, 1)).item()
    1.0
    """
    sides = kernel.shape[-2:]
    counts = [_FREQUENCIES * side for side in sides]
    spectrum = torch.fft.rfft2(kernel, s=counts).permute(2, 3, 0, 1)
    largest = _largest_singular_values(spectrum).max()
    excess = math.prod(
        1 / math.cos(math.pi * (side - 1) / 2 / count) for side, count in zip(sides, counts, strict=True)
    )
    return excess * largest


@torch.no_grad()
def power_iteration(
    A: Callable[[Tensor], Tensor],
    adjoint: Callable[[Tensor], Tensor],
    x: Float[Tensor, "1 *rest"],
    n_iterations: int = 100,
) -> float:
    """Approach the norm of a linear operator from below, by x ← AᵀAx / ‖AᵀAx‖.

    The result never exceeds ‖A‖, so it cannot serve as a certificate by itself.

    Parameters
    ----------
    A, adjoint
        A linear operator and its transpose, with all that belongs to them, such as padding.
    x
        Where to start, as a batch of one; noise has a part along every singular vector.
    n_iterations
        How often the operator and its transpose are applied.

    Returns
    -------
    float
        A lower bound of ‖A‖, without unit, which rises with the number of iterations.

    Raises
    ------
    ConfigError
        If the number of iterations is not positive.

    Examples
    --------
    >>> A = torch.tensor([[3.0, 0.0], [0.0, 1.0]])
    >>> round(power_iteration(lambda x: x @ A.T, lambda y: y @ A, torch.ones(1, 2)), 4)
    3.0
    """
    if n_iterations < 1:
        raise ConfigError(f"A power iteration needs one step or more; got {n_iterations}.")
    norm = 0.0
    for _ in range(n_iterations):
        length = x.norm()
        if length == 0:
            return 0.0
        y = A(x / length)
        norm = y.norm().item()
        x = adjoint(y)
    return norm


def _largest_singular_values(matrices: Tensor) -> Tensor:
    """‖M‖₂ of each matrix of a stack, by the smaller of its two Gram matrices."""
    rows, columns = matrices.shape[-2:]
    if min(rows, columns) == 1:
        return torch.linalg.vector_norm(matrices, dim=(-2, -1))
    gram = matrices.mH @ matrices if columns <= rows else matrices @ matrices.mH
    return torch.linalg.eigvalsh(gram)[..., -1].clamp(min=0).sqrt()
