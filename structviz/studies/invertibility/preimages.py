"""The twin: a coarse ResNet folds the plane, and then one code has two preimages."""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor

from structviz.checks import jacobians, orientations
from structviz.types import Points

__all__ = ["Preimages", "least_squares_inverse", "two_preimages"]

PlaneMap = Callable[[Tensor], Tensor]


@dataclass(frozen=True, eq=False)
class Preimages:
    """Pairs of points that a map sends to the same place.

    Attributes
    ----------
    one, other
        The two preimages of each pair.
    codes
        Where both go.
    """

    one: Points
    other: Points
    codes: Points


def least_squares_inverse(
    net: PlaneMap, z: Float[Tensor, "batch 2"], start: Float[Tensor, "batch 2"], n_steps: int = 100
) -> tuple[Float[Tensor, "batch 2"], Float[Tensor, "batch"]]:
    """Search the point that a map of the plane sends closest to a code, from a given start.

    Levenberg–Marquardt: Gauss–Newton steps for ‖Φ(x) − z‖² with a damping that shrinks after a step downhill and grows
    otherwise. It finds one of several preimages, or a point where ‖Φ(x) − z‖ has a minimum that is not 0.

    Parameters
    ----------
    net
        A differentiable map of the plane.
    z
        The codes.
    start
        Where the searches start.
    n_steps
        Most steps; it ends before where all residuals are rounding.

    Returns
    -------
    x, residuals
        The points, and ‖Φ(x) − z‖.

    References
    ----------
    Nocedal, Wright: Numerical optimization, 2nd edition, 2006, section 10.3.
    """
    x, damping = start.clone(), start.new_full((len(start), 1, 1), 1e-2)
    with torch.no_grad():
        residual = net(x) - z
    identity = torch.eye(2, dtype=x.dtype, device=x.device)
    enough = 4 * torch.finfo(z.dtype).eps * (1 + z.norm(dim=1))
    for _ in range(n_steps):
        if (residual.norm(dim=1) <= enough).all():
            break
        J = jacobians(net, x)
        normal = J.mT @ J + damping * identity
        trial = x - torch.linalg.solve_ex(normal, J.mT @ residual[..., None]).result[..., 0]
        with torch.no_grad():
            there = net(trial) - z
        better = there.norm(dim=1) < residual.norm(dim=1)
        x = torch.where(better[:, None], trial, x)
        residual = torch.where(better[:, None], there, residual)
        damping = torch.where(better[:, None, None], damping / 5, damping * 4).clamp(1e-15, 1e6)
    return x, residual.norm(dim=1)


def two_preimages(net: PlaneMap, points: Points, tolerance: float = 1e-9) -> Preimages:
    """Find a second preimage of the codes of points, where there is one.

    Searches start from the points whose neighbourhood the map folds over, if there are any: there its degree says that
    other points go to the same place.

    Parameters
    ----------
    net
        A differentiable map of the plane.
    points
        Where to look.
    tolerance
        Most ‖Φ(x) − z‖ of a preimage; two of them are at least a thousand times as far apart.

    Returns
    -------
    Preimages
        Empty if none was found, which proves nothing.
    """
    folded = points[orientations(net, points) < 0]
    if not len(folded):
        return Preimages(points[:0], points[:0], points[:0])
    with torch.no_grad():
        codes = net(folded)
    kept = points[orientations(net, points) > 0]
    if not len(kept):
        return Preimages(points[:0], points[:0], points[:0])
    with torch.no_grad():
        nearest = torch.cdist(codes, net(kept)).argmin(1)
    found, residuals = least_squares_inverse(net, codes, kept[nearest])
    two = (residuals <= tolerance) & ((found - folded).norm(dim=1) > 1000 * tolerance)
    return Preimages(folded[two], found[two], codes[two])
