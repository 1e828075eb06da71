"""Iterations that bring ‖Ax - y‖ down: what they reach first is smooth, noise comes last, so one stops early."""

from collections.abc import Iterator
from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor

from structviz.data.arguments import check_integer
from structviz.stopping import stop_if_asked
from structviz.tomography.projector import RayTransform
from structviz.types import Sinograms, SquareImages

__all__ = ["MOST_ITERATIONS", "SolverTrace", "conjugate_gradients", "sirt"]

MOST_ITERATIONS = 1_000_000


@dataclass(frozen=True)
class SolverTrace:
    """What an iteration went through.

    Parameters
    ----------
    image
        Where it ended.
    iterates
        Images on the way, the zero image it started from first and `image` last.
    kept
        Number of the iteration of each of `iterates`.
    residuals
        ‖Ax - y‖ of each of `iterates` and each image of the batch.
    """

    image: SquareImages
    iterates: Float[Tensor, "kept batch 1 n n"]
    kept: tuple[int, ...]
    residuals: Float[Tensor, "kept batch"]


def conjugate_gradients(A: RayTransform, y: Sinograms, n_iterations: int, keep_every: int = 1) -> SolverTrace:
    """Minimise ‖Ax - y‖ by conjugate gradients on the normal equations, starting from x = 0.

    After k steps no image of the Krylov space of the order k fits the data better: nothing that only uses A and
    Aᵀ gets there in fewer steps. It also reaches the noise soonest: few steps are best.

    Parameters
    ----------
    A
        The projector.
    y
        Sinograms, shape (batch, 1, views, detectors); each is solved by itself.
    n_iterations
        At least 1.
    keep_every
        Which iterates stay in memory; the first and the last always do.

    Returns
    -------
    Run
        Residuals never grow.

    Raises
    ------
    ConfigError
        If a number is out of range.
    ShapeError
        If shape, dtype or device of `y` are not those of the projector.

    References
    ----------
    Hestenes, Stiefel: Methods of conjugate gradients for solving linear systems. J. Res. NBS 49, 1952.
    """
    return _follow(_conjugate_gradients(A, y), n_iterations, keep_every)


def sirt(
    A: RayTransform,
    y: Sinograms,
    n_iterations: int,
    nonnegative: bool = False,
    keep_every: int = 1,
) -> SolverTrace:
    """Simultaneous iterative reconstruction, x ← x + C Aᵀ R (y - Ax), starting from x = 0.

    R and C divide by the sums of the rows and columns of A: every pixel gets the mean of what its rays miss.
    It converges slowly and evenly to the least ‖R^½ (Ax - y)‖, and keeps constraints easily.

    Parameters
    ----------
    A
        The projector.
    y
        Sinograms, shape (batch, 1, views, detectors).
    n_iterations
        At least 1.
    nonnegative
        Whether negative values are set to zero after each step.
    keep_every
        Which iterates stay in memory; the first and the last always do.

    Returns
    -------
    Run
        The norm above never grows; the plain residuals, which the run records, nearly always fall too.

    Raises
    ------
    ConfigError
        If a number is out of range.
    ShapeError
        If shape, dtype or device of `y` are not those of the projector.

    References
    ----------
    Gregor, Benson: Computational analysis and improvement of SIRT. IEEE Trans. Med. Imaging 27, 2008.
    """
    return _follow(_sirt(A, y, nonnegative), n_iterations, keep_every)


def _follow(states: Iterator[tuple[Tensor, Tensor]], n_iterations: int, keep_every: int) -> SolverTrace:
    """Collect (x, y - Ax) of an endless iteration."""
    check_integer("n_iterations", n_iterations, 1, MOST_ITERATIONS)
    check_integer("keep_every", keep_every, 1, MOST_ITERATIONS)
    kept, iterates, residuals = [], [], []
    with torch.no_grad():
        for k, (x, residual) in zip(range(n_iterations + 1), states, strict=False):
            stop_if_asked()
            if k % keep_every == 0 or k == n_iterations:
                kept.append(k)
                iterates.append(x)
                residuals.append(residual.flatten(1).norm(dim=1))
    return SolverTrace(iterates[-1], torch.stack(iterates), tuple(kept), torch.stack(residuals))


def _conjugate_gradients(A: RayTransform, y: Tensor) -> Iterator[tuple[Tensor, Tensor]]:
    residual = y
    gradient = A.adjoint(residual)
    x, direction, squared = torch.zeros_like(gradient), gradient, _dot(gradient, gradient)
    while True:
        yield x, residual
        step = A(direction)
        length = _ratio(squared, _dot(step, step))
        x, residual = x + length * direction, residual - length * step
        gradient = A.adjoint(residual)
        before, squared = squared, _dot(gradient, gradient)
        direction = gradient + _ratio(squared, before) * direction


def _sirt(A: RayTransform, y: Tensor, nonnegative: bool) -> Iterator[tuple[Tensor, Tensor]]:
    columns = A.adjoint(torch.ones_like(y[:1]))
    rows = A(torch.ones_like(columns))
    # What no ray meets stays zero.
    C, R = (torch.where(sums > 0, 1 / sums, 0.0) for sums in (columns, rows))
    x, residual = torch.zeros_like(columns).expand(y.shape[0], -1, -1, -1), y
    while True:
        yield x, residual
        x = x + C * A.adjoint(R * residual)
        if nonnegative:
            x = x.clamp(min=0)
        residual = y - A(x)


def _dot(u: Tensor, v: Tensor) -> Tensor:
    return (u * v).sum(dim=(1, 2, 3), keepdim=True)


def _ratio(above: Tensor, below: Tensor) -> Tensor:
    """Zero where nothing is left to do."""
    return torch.where(below > 0, above / below, 0.0)
