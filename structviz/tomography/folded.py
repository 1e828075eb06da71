"""A matrix for the views of one octant, applied to all views, and differentiable."""

from typing import Any

import torch
from torch import Tensor

from structviz.tomography.cache import MatrixCache
from structviz.tomography.geometry import ParallelBeam
from structviz.tomography.matrix import build
from structviz.tomography.octants import fold, turn, turn_back
from structviz.types import Sinograms, SquareImages

__all__ = ["FoldedMatrix", "forget_unused_matrices"]

_CACHE = MatrixCache(limit=7 * 10**8)


def forget_unused_matrices(seconds: float, keep: int = 10**8) -> int:
    """Drop matrices of projectors that nobody asked for in the last seconds; the next projector builds them anew.

    Parameters
    ----------
    seconds
        What was asked for since then stays.
    keep
        Bytes that may stay, however old: those of the usual scans, 128² pixels and 50 views, have 25 MB.

    Returns
    -------
    int
        How many were dropped.
    """
    return _CACHE.forget_unused(seconds, keep)


class FoldedMatrix:
    """The linear map from images to sinograms, and its transpose.

    The matrix is shared by all maps of the same geometry, device and dtype.

    Parameters
    ----------
    geometry
        Where the rays run.
    device, dtype
        Where and in which precision.

    Raises
    ------
    ConfigError
        If the matrix would take too much memory.
    """

    def __init__(self, geometry: ParallelBeam, device: torch.device, dtype: torch.dtype) -> None:
        folding = fold(geometry.angles.tolist())
        self.image_size, self.n_detectors = geometry.image_size, geometry.sinogram_shape[1]
        self.n_base = len(folding.angles)
        self.octants = sorted(set(folding.octant))
        self._base = torch.tensor(folding.base, device=device)
        self._slot = torch.tensor([self.octants.index(octant) for octant in folding.octant], device=device)
        self.matrices = _CACHE.get(
            (geometry, device, dtype),
            lambda: build(geometry, folding.angles, device, dtype),
        )

    def apply(self, x: SquareImages) -> Sinograms:
        """From images to sinograms."""
        return _Apply.apply(x, self, False)

    def apply_transpose(self, y: Sinograms) -> SquareImages:
        """The transpose of `apply`."""
        return _Apply.apply(y, self, True)

    def _project(self, x: Tensor) -> Tensor:
        # One product serves all octants: turned images are further columns.
        turned = torch.stack([turn(x[:, 0], octant) for octant in self.octants])
        columns = turned.flatten(2).flatten(0, 1).t().contiguous()
        folded = self.matrices.forward @ columns
        folded = folded.view(self.n_base, self.n_detectors, len(self.octants), x.shape[0])
        return folded[self._base, :, self._slot].permute(2, 0, 1)[:, None].contiguous()

    def _backproject(self, y: Tensor) -> Tensor:
        """Transpose of `_project`, step by step."""
        folded = y.new_zeros(self.n_base, self.n_detectors, len(self.octants), y.shape[0])
        # No two views share a place: neighbouring angles differ by more than what folds onto each other.
        folded[self._base, :, self._slot] = y[:, 0].permute(1, 2, 0)
        columns = self.matrices.backward @ folded.flatten(2).flatten(0, 1)
        turned = columns.t().reshape(len(self.octants), y.shape[0], self.image_size, self.image_size)
        total = turn_back(turned[0], self.octants[0])
        for images, octant in zip(turned[1:], self.octants[1:], strict=True):
            total = total + turn_back(images, octant)
        return total[:, None].contiguous()


class _Apply(torch.autograd.Function):
    """Each of the two maps is the derivative of the other, so that derivatives of any order exist."""

    @staticmethod
    def forward(ctx: Any, values: Tensor, matrix: FoldedMatrix, transposed: bool) -> Tensor:
        ctx.matrix, ctx.transposed = matrix, transposed
        return matrix._backproject(values) if transposed else matrix._project(values)

    @staticmethod
    def backward(ctx: Any, *grad_outputs: Tensor) -> tuple[Tensor, None, None]:
        return _Apply.apply(grad_outputs[0], ctx.matrix, not ctx.transposed), None, None
