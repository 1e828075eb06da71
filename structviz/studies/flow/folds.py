"""Whether the steps of a motion turn the plane over or squeeze it onto a line, place by place."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from structviz.checks import jacobians
from structviz.studies.flow.refinement import Motion

__all__ = ["ROUND_OFF", "Folds", "folds_along"]

ROUND_OFF = torch.finfo(torch.float32).eps
"""Neighbours that are squeezed by more than this factor are the same point in single precision, 1.2e-7."""


@dataclass(frozen=True)
class Folds:
    """What steps do to the neighbourhoods of points on their way.

    Attributes
    ----------
    turned
        In each frame, whether one of the steps so far has reversed the orientation. A second reversal does not undo
        the first: the plane lies folded twice there, and no flow gets there.
    smallest
        The smallest singular value of the Jacobian of all steps; nan where it is no number.
    """

    turned: Bool[Tensor, "frame batch"]
    smallest: Float[Tensor, "batch"]

    @property
    def collapsed(self) -> Bool[Tensor, "batch"]:
        """Where neighbours in some direction end at the same point, up to round-off."""
        return self.smallest < ROUND_OFF


def folds_along(motion: Motion, z: Float[Tensor, "batch width"], shown: Sequence[int]) -> Folds:
    """Follow the neighbourhoods of points of the plane through the steps of a motion.

    Each step is asked by itself: the determinant of all together may be too close to zero for its sign to be seen, and
    has the sign of a plane that was never folded where it was folded twice.

    Parameters
    ----------
    motion
        The steps, of which all are followed.
    z
        Where the points start; beyond the plane, only the plane's directions are followed.
    shown
        After how many steps it is asked what was turned over, ascending.

    Returns
    -------
    Folds
        In space nothing is turned over, since there an orientation of the plane has no meaning.

    Examples
    --------
    >>> mirror = Motion((lambda z: z.flip(1), lambda z: z.flip(1)), (0.0, 1.0, 2.0))
    >>> folds_along(mirror, torch.ones(1, 2), [0, 1, 2]).turned.flatten()
    tensor([False,  True,  True])
    """
    planar = z.shape[1] == 2
    turned = torch.zeros(len(z), dtype=torch.bool, device=z.device)
    # In double precision, so that a product of many small factors keeps its digits.
    whole = torch.eye(z.shape[1], 2, dtype=torch.float64, device=z.device).expand(len(z), -1, -1)
    determinant = whole.new_ones(len(z))
    frames = []
    for k, step in enumerate(motion.steps):
        if k in shown:
            frames.append(turned)
        J = jacobians(step, z).double()
        z = step(z).detach()
        whole = J @ whole
        if planar:
            one = torch.linalg.det(J)
            turned = turned | (one < 0)
            determinant = determinant * one.abs()
    if len(motion.steps) in shown:
        frames.append(turned)
    return Folds(torch.stack(frames), _smallest(whole, determinant if planar else None))


def _smallest(J: Float[Tensor, "batch width 2"], determinant: Float[Tensor, "batch"] | None) -> Tensor:
    """The smaller of two singular values; in the plane from the determinant, which knows it far below round-off."""
    lost = ~J.isfinite().flatten(1).all(1)
    values = torch.linalg.svdvals(J.nan_to_num(0.0, 0.0, 0.0))
    smallest = values[:, 1]
    if determinant is not None:
        smallest = torch.where(values[:, 0] > 0, determinant / values[:, 0], 0.0)
    return smallest.masked_fill(lost, torch.nan)
