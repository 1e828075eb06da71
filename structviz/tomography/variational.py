"""Total variation: among images that explain the data, prefer the one whose jumps are short and few."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor

from structviz.data.arguments import check_integer
from structviz.errors import ConfigError, ShapeError
from structviz.stopping import stop_if_asked
from structviz.tomography.duality import dot, gradient, gradient_adjoint, lengths, lower_bound
from structviz.tomography.least_squares import MOST_ITERATIONS
from structviz.tomography.projector import RayTransform
from structviz.types import PerImage, Sinograms, SquareImages

__all__ = ["TVRun", "total_variation", "total_variation_run", "tv_energy"]

_GRADIENT_NORM_SQUARED = 8.0
"""Bound on ‖∇‖² for forward differences in two dimensions."""

_STEP = 8.0
"""Primal step where ‖A‖ is scaled to 1; the balance with the dual step has no unit, and 4 to 16 do best."""

_SAFETY = 0.98
"""The norm is known from below."""


@dataclass(frozen=True)
class TVRun:
    """What the iteration went through.

    Parameters
    ----------
    image
        Where it ended.
    iterates
        Images on the way, the zero image it started from first and `image` last.
    kept
        Number of the iteration of each of `iterates`.
    energies
        ½ ‖Ax - y‖² + λ TV(x), the squares weighed if rays have weights, of each of `iterates` and each image of the
        batch.
    gaps
        How far `energies` may lie above the least possible one, at most. Never negative, but for rounding.
    """

    image: SquareImages
    iterates: Float[Tensor, "kept batch 1 n n"]
    kept: tuple[int, ...]
    energies: Float[Tensor, "kept batch"]
    gaps: Float[Tensor, "kept batch"]


def total_variation(
    A: RayTransform,
    y: Sinograms,
    weight: float,
    n_iterations: int = 300,
    nonnegative: bool = True,
    ray_weights: Sinograms | None = None,
) -> SquareImages:
    """Minimise ½ ‖Ax - y‖² + λ TV(x) over images x ≥ 0.

    TV(x) is the sum over pixels of the length of (difference to the pixel below, difference to the right one),
    in 1/cm and not divided by the pixel size; data have no unit; so the weight λ is a length in cm. It must
    grow with the noise: for 30 to 60 views of a head 20 cm wide, 0.01 to 0.03 cm do best with 10,000 photons for
    each ray, twice as much with 1,000.

    Parameters
    ----------
    A
        The projector.
    y
        Sinograms, shape (batch, 1, views, detectors).
    weight
        λ in cm, positive.
    n_iterations
        At least 1; `total_variation_run` tells how far that gets.
    nonnegative
        Whether attenuations below zero are ruled out.
    ray_weights
        Of the squared misfit of each ray, shape of `y`, positive: ½ Σ wᵢ (Ax - y)ᵢ². By default all are 1; see
        `structviz.tomography.count_weights`.

    Returns
    -------
    Tensor
        Shape (batch, 1, n, n), attenuation in 1/cm.

    Raises
    ------
    ConfigError
        If a number is out of range.
    ShapeError
        If shape, dtype or device of `y` or of the weights are not those of the projector.

    References
    ----------
    Rudin, Osher, Fatemi: Nonlinear total variation based noise removal algorithms. Physica D 60, 1992.
    Chambolle, Pock: A first-order primal-dual algorithm for convex problems. J. Math. Imaging Vis. 40, 2011.
    """
    return total_variation_run(A, y, weight, n_iterations, nonnegative, n_iterations, ray_weights).image


def total_variation_run(
    A: RayTransform,
    y: Sinograms,
    weight: float,
    n_iterations: int = 300,
    nonnegative: bool = True,
    keep_every: int = 10,
    ray_weights: Sinograms | None = None,
) -> TVRun:
    """Do as `total_variation` does, and report on the way.

    Parameters
    ----------
    A, y, weight, n_iterations, nonnegative, ray_weights
        As in `total_variation`.
    keep_every
        Which iterates stay in memory with their energies and gaps; the first and the last always do.

    Returns
    -------
    TVRun
        Not converged is a result: its gaps tell.

    Raises
    ------
    ConfigError
        If a number is out of range.
    ShapeError
        If shape, dtype or device of `y` are not those of the projector.
    """
    _check_weight(weight)
    check_integer("n_iterations", n_iterations, 1, MOST_ITERATIONS)
    check_integer("keep_every", keep_every, 1, MOST_ITERATIONS)
    with torch.no_grad():
        problem = _Problem(A, y, weight, nonnegative, ray_weights)
        kept, iterates, energies, gaps = [], [], [], []
        for k, state in zip(range(n_iterations + 1), _primal_dual(problem), strict=False):
            stop_if_asked()
            if k % keep_every == 0 or k == n_iterations:
                energy, gap = problem.energy_and_gap(state)
                kept.append(k)
                iterates.append(state.x)
                energies.append(energy)
                gaps.append(gap)
    return TVRun(iterates[-1], torch.stack(iterates), tuple(kept), torch.stack(energies), torch.stack(gaps))


def tv_energy(
    A: RayTransform, x: SquareImages, y: Sinograms, weight: float, ray_weights: Sinograms | None = None
) -> PerImage:
    """Energy ½ ‖Ax - y‖² + λ TV(x) of each image: what `total_variation` minimises.

    Parameters
    ----------
    A
        The projector.
    x
        Images in 1/cm.
    y
        Sinograms of as many images.
    weight
        λ, in cm.
    ray_weights
        As in `total_variation`.

    Returns
    -------
    PerImage
        One energy for each image.

    Raises
    ------
    ShapeError
        If shape, dtype or device of `x` are not those of the projector.
    """
    residual = A(x) - y
    weighed = residual if ray_weights is None else ray_weights * residual
    return dot(residual, weighed) / 2 + weight * _total_variation(x)


@dataclass(frozen=True)
class _State:
    """Primal and dual variables with their images under the operators, in the units of `_Problem`."""

    x: Tensor
    Ax: Tensor
    q: Tensor
    p: Tensor


class _Problem:
    """The problem in units in which A has the norm 1 and the rays of an image a geometric mean weight of 1.

    The images keep their unit. The weights are in the proximal map of the data, not in A: a map √W A, with weights that
    differ by factors of a hundred, would need a hundred times as many iterations.
    """

    def __init__(
        self, A: RayTransform, y: Tensor, weight: float, nonnegative: bool, ray_weights: Tensor | None = None
    ) -> None:
        A.check_sinograms(y)
        self._A, self._norm = A, A.norm()
        self.ray_weights, self.nonnegative = torch.ones_like(y), nonnegative
        unit = y.new_full((len(y), 1, 1, 1), self._norm**2)
        if ray_weights is not None:
            _check_ray_weights(A, y, ray_weights)
            typical = ray_weights.log().mean(dim=(1, 2, 3), keepdim=True).exp()
            self.ray_weights, unit = ray_weights / typical, unit * typical
        self.y, self.weight = y / self._norm, weight / unit
        self._unit = unit[:, 0, 0, 0]

    def forward(self, x: Tensor) -> Tensor:
        return self._A(x) / self._norm

    def adjoint(self, q: Tensor) -> Tensor:
        return self._A.adjoint(q) / self._norm

    def energy_and_gap(self, state: _State) -> tuple[Tensor, Tensor]:
        """In the units of the caller."""
        residual = state.Ax - self.y
        misfit = dot(residual, self.ray_weights * residual) / 2
        energy = misfit + self.weight[:, 0, 0, 0] * _total_variation(state.x)
        bound = lower_bound(self.adjoint, self.y, self.weight, state.q, state.p, self.nonnegative, self.ray_weights)
        return self._unit * energy, self._unit * (energy - bound)


def _primal_dual(problem: _Problem) -> Iterator[_State]:
    """Chambolle's and Pock's algorithm 1, with one dual step for the data and one for the gradient.

    It converges if step · (step_q ‖A‖² + step_p ‖∇‖²) ≤ 1; each of the two takes half of that.
    """
    step_q = _SAFETY / (2 * _STEP)
    step_p = _SAFETY / (2 * _STEP * _GRADIENT_NORM_SQUARED)
    q, Ax = torch.zeros_like(problem.y), torch.zeros_like(problem.y)
    x = torch.zeros_like(problem.adjoint(q))
    p = gradient(x)
    while True:
        yield _State(x, Ax, q, p)
        before, A_before = x, Ax
        x = x - _STEP * (problem.adjoint(q) + gradient_adjoint(p))
        if problem.nonnegative:
            x = x.clamp(min=0)
        Ax = problem.forward(x)
        q = (q + step_q * (2 * Ax - A_before - problem.y)) / (1 + step_q / problem.ray_weights)
        p = p + step_p * gradient(2 * x - before)
        p = p / (lengths(p) / problem.weight).clamp(min=1)


def _total_variation(x: Tensor) -> Tensor:
    return lengths(gradient(x)).sum(dim=(1, 2, 3))


def _check_ray_weights(A: RayTransform, y: Tensor, ray_weights: Tensor) -> None:
    A.check_sinograms(ray_weights)
    if len(ray_weights) != len(y):
        raise ShapeError(
            f"ray_weights must have the shape of y, {tuple(y.shape)}, got {tuple(ray_weights.shape)}: "
            "give each sinogram its own."
        )
    if not (torch.isfinite(ray_weights).all() and (ray_weights > 0).all()):
        raise ConfigError(
            f"ray_weights must be positive and finite, but the least is {ray_weights.min().item():g}: "
            "pass for example count_weights(y, 1e4)."
        )


def _check_weight(weight: float) -> None:
    if isinstance(weight, bool) or not (isinstance(weight, int | float) and 0 < weight < math.inf):
        raise ConfigError(
            f"weight must be a positive number of cm, got {weight!r}: pass for example 0.02, or use "
            f"conjugate_gradients for no weight at all."
        )
