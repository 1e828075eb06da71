"""Differences of neighbouring pixels, and a lower bound on every energy that is built from them.

The energy E(x) = ½ ‖Ax - y‖² + λ TV(x) has the dual D(q, p) = -½ ‖q‖² - ⟨q, y⟩ over q in the space of data and
fields p with |p| ≤ λ in every pixel, where v = Aᵀq + ∇ᵀp must vanish, or be nonnegative if x must. Then D ≤ E for
all images. Where the squared misfit of a ray has the weight w, the square of q has 1 / w. An iteration meets these
conditions only in the limit, so its q and p are first moved to the nearest ones that do.
"""

import math
from collections.abc import Callable
from functools import lru_cache

import torch
from jaxtyping import Float
from torch import Tensor

from structviz.types import PerImage, Sinograms, SquareImages

__all__ = ["dot", "feasible", "gradient", "gradient_adjoint", "lengths", "lower_bound", "solve_poisson"]

Field = Float[Tensor, "batch 2 n n"]


def gradient(x: SquareImages) -> Field:
    """∇x: differences to the pixel below and to the pixel on the right; zero at the last row or column."""
    down = torch.nn.functional.pad(x[:, :, 1:] - x[:, :, :-1], (0, 0, 0, 1))
    right = torch.nn.functional.pad(x[..., 1:] - x[..., :-1], (0, 1))
    return torch.cat([down, right], dim=1)


def gradient_adjoint(p: Field) -> SquareImages:
    """∇ᵀp, the transpose of `gradient`; minus the divergence."""
    down = torch.nn.functional.pad(p[:, :1, :-1], (0, 0, 1, 1))
    right = torch.nn.functional.pad(p[:, 1:, :, :-1], (1, 1))
    return down[:, :, :-1] - down[:, :, 1:] + right[..., :-1] - right[..., 1:]


def lengths(p: Field) -> SquareImages:
    """|p| in every pixel."""
    return torch.hypot(p[:, :1], p[:, 1:])


def dot(u: Float[Tensor, "batch c h w"], v: Float[Tensor, "batch c h w"]) -> PerImage:
    """Inner product for each image of a batch."""
    return (u * v).sum(dim=(1, 2, 3))


def lower_bound(
    adjoint: Callable[[Tensor], Tensor],
    y: Sinograms,
    weight: float | Tensor,
    q: Sinograms,
    p: Field,
    nonnegative: bool,
    ray_weights: Sinograms | None = None,
) -> PerImage:
    """Lower bound on the energy of every image: D at the pair that `feasible` makes of q and p.

    Parameters
    ----------
    adjoint, y, weight, q, p, nonnegative, ray_weights
        As for `feasible`.

    Returns
    -------
    PerImage
        One bound for each image of the batch.
    """
    q, _ = feasible(adjoint, y, weight, q, p, nonnegative, ray_weights)
    return -dot(q, q if ray_weights is None else q / ray_weights) / 2 - dot(q, y)


def feasible(
    adjoint: Callable[[Tensor], Tensor],
    y: Sinograms,
    weight: float | Tensor,
    q: Sinograms,
    p: Field,
    nonnegative: bool,
    ray_weights: Sinograms | None = None,
) -> tuple[Sinograms, Field]:
    """Move a pair that nearly meets the conditions to one that does.

    ∇ᵀp sums to zero, so first a constant is added to q until the sum of v is right. Then p loses the gradient
    of the solution u of ∇ᵀ∇u = v - v', where v' is zero, or the positive part of v scaled to the same sum.
    At last both shrink by the factor that brings |p| below λ, or by less if D is larger there.

    Parameters
    ----------
    adjoint
        Aᵀ, from sinograms to images.
    y
        The sinograms that were measured.
    weight
        λ, the weight of the total variation: one, or one for each image, (batch, 1, 1, 1).
    q, p
        The dual variables of the data and of the gradient.
    nonnegative
        Whether images must be nonnegative.
    ray_weights
        Of the squared misfits, shape of y; all 1 by default.

    Returns
    -------
    tuple of Sinograms and Field
        The pair that meets the conditions.
    """
    constant = torch.ones_like(y)
    unit = adjoint(constant)
    v = adjoint(q) + gradient_adjoint(p)
    shift = -v.sum(dim=(1, 2, 3), keepdim=True) / unit.sum(dim=(1, 2, 3), keepdim=True)
    if nonnegative:
        shift = shift.clamp(min=0)
    q, v = q + shift * constant, v + shift * unit
    allowed = torch.zeros_like(v)
    if nonnegative:
        positive = v.clamp(min=0)
        whole, above = v.sum(dim=(1, 2, 3), keepdim=True).clamp(min=0), positive.sum(dim=(1, 2, 3), keepdim=True)
        allowed = positive * torch.where(above > 0, whole / above, 0.0)
    p = p - gradient(solve_poisson(v - allowed))

    largest = lengths(p).amax(dim=(1, 2, 3), keepdim=True)
    slope, curvature = -dot(q, y), dot(q, q if ray_weights is None else q / ray_weights)
    factor = torch.where(curvature > 0, slope / curvature, 0.0).clamp(min=0)[:, None, None, None]
    factor = torch.minimum(factor, torch.where(largest > weight, weight / largest, 1.0))
    return factor * q, factor * p


def solve_poisson(r: SquareImages) -> SquareImages:
    """The u of mean zero with ∇ᵀ∇u = r less its mean, by the cosine transform that makes ∇ᵀ∇ diagonal."""
    cosines, eigenvalues = _cosine_basis(r.shape[-1])
    C, eigenvalues = cosines.to(r), eigenvalues.to(r)
    total = eigenvalues[:, None] + eigenvalues
    # The constant has the eigenvalue zero, and is left out.
    inverse = torch.where(total > 0, 1 / total, 0.0)
    return C.T @ (C @ r @ C.T * inverse) @ C


@lru_cache(maxsize=8)
def _cosine_basis(n: int) -> tuple[Tensor, Tensor]:
    """Orthonormal eigenvectors, as rows, and eigenvalues of one-dimensional second differences."""
    k = torch.arange(n, dtype=torch.float64)
    cosines = torch.cos(math.pi / n * k[:, None] * (k + 0.5)) * math.sqrt(2 / n)
    cosines[0] = math.sqrt(1 / n)
    return cosines, 2 - 2 * torch.cos(math.pi / n * k)
