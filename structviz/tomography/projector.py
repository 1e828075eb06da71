"""The ray transform A and its exact transpose, as a differentiable map between images and sinograms."""

from functools import lru_cache
from typing import Any

import torch
from torch import Tensor

from structviz.errors import ConfigError, ShapeError
from structviz.tomography.folded import FoldedMatrix
from structviz.tomography.geometry import ParallelBeam
from structviz.types import Sinograms, SquareImages

__all__ = ["RayTransform"]

_NORM_STEPS = 1000
_NORM_TOLERANCE = {torch.float32: 1e-6, torch.float64: 1e-12}


class RayTransform:
    """The map A from attenuation images to their line integrals, with its transpose Aᵀ.

    A is a sparse matrix, linear and exact in its symmetries, and `adjoint` applies its transpose, entry by
    entry. Both are differentiable any number of times: the derivative of one is the other. Objects of one
    geometry share one matrix.

    Parameters
    ----------
    geometry
        Where the rays run.
    device
        Where the matrix lives; images and sinograms must live there too.
    dtype
        `torch.float32` or `torch.float64`, that of images and sinograms too.

    Raises
    ------
    ConfigError
        If the dtype is another one, or the matrix would not fit into the memory that it may take.

    Examples
    --------
    >>> A = RayTransform(ParallelBeam(image_size=64, n_views=30))
    >>> y = A(torch.ones(2, 1, 64, 64))
    >>> y.shape, A.adjoint(y).shape
    (torch.Size([2, 1, 30, 92]), torch.Size([2, 1, 64, 64]))
    """

    def __init__(
        self, geometry: ParallelBeam, device: torch.device | str = "cpu", dtype: torch.dtype = torch.float32
    ) -> None:
        if dtype not in _NORM_TOLERANCE:
            raise ConfigError(f"dtype must be torch.float32 or torch.float64, got {dtype}: choose one of them.")
        self.geometry = geometry
        self.device = _with_index(torch.device(device))
        self.dtype = dtype
        self._matrix = FoldedMatrix(geometry, self.device, dtype)

    def __call__(self, x: SquareImages) -> Sinograms:
        """Line integrals of images.

        Parameters
        ----------
        x
            Shape (batch, 1, n, n), attenuation in 1/cm.

        Returns
        -------
        Tensor
            Shape (batch, 1, views, detectors), without unit: the mean line integral over each detector bin.

        Raises
        ------
        ShapeError
            If shape, dtype or device are not those of the geometry.
        """
        n = self.geometry.image_size
        self._check("images", x, (n, n))
        return self._matrix.apply(x)

    def adjoint(self, y: Sinograms) -> SquareImages:
        """Apply Aᵀ: smear sinograms back along their rays, unfiltered.

        Parameters
        ----------
        y
            Shape (batch, 1, views, detectors).

        Returns
        -------
        Tensor
            Shape (batch, 1, n, n).

        Raises
        ------
        ShapeError
            If shape, dtype or device are not those of the geometry.
        """
        self.check_sinograms(y)
        return self._matrix.apply_transpose(y)

    def norm(self) -> float:
        """Largest singular value of A in cm, from below, by power iteration to a relative 1e-6 or better.

        The start is a constant image and nothing is random. The entries of A are nonnegative, so the
        singular vector is too, and the start is never orthogonal to it.
        """
        return _norm(self.geometry, self.device, self.dtype)

    @property
    def n_bytes(self) -> int:
        """Memory of the matrices, which all projectors of this geometry, device and dtype share."""
        return self._matrix.matrices.n_bytes

    def __repr__(self) -> str:
        return f"RayTransform({self.geometry!r}, device={str(self.device)!r}, dtype={self.dtype})"

    def __reduce__(self) -> tuple[Any, ...]:
        # Copies share the matrix, and a file or another process gets the recipe instead of the numbers.
        return RayTransform, (self.geometry, str(self.device), self.dtype)

    def check_sinograms(self, y: Tensor) -> None:
        """Raise a ShapeError unless `y` has the shape, dtype and device that `adjoint` takes."""
        self._check("sinograms", y, self.geometry.sinogram_shape)

    def _check(self, name: str, values: Tensor, shape: tuple[int, int]) -> None:
        if values.ndim != 4 or values.shape[1] != 1 or tuple(values.shape[2:]) != shape:
            raise ShapeError(
                f"{name} of this geometry must have the shape (batch, 1, {shape[0]}, {shape[1]}), got "
                f"{tuple(values.shape)}: reshape them or choose another ParallelBeam."
            )
        if values.dtype != self.dtype or values.device != self.device:
            raise ShapeError(
                f"{name} must be {self.dtype} on {self.device} as the projector is, got {values.dtype} on "
                f"{values.device}: move them, or build the RayTransform with their dtype and device."
            )


@lru_cache(maxsize=64)
@torch.no_grad()
def _norm(geometry: ParallelBeam, device: torch.device, dtype: torch.dtype) -> float:
    matrix = FoldedMatrix(geometry, device, dtype)
    x = torch.ones(1, 1, geometry.image_size, geometry.image_size, device=device, dtype=dtype)
    x, squared = x / x.norm(), 0.0
    for _ in range(_NORM_STEPS):
        x = matrix.apply_transpose(matrix.apply(x))
        before, squared = squared, x.norm().item()
        x = x / squared
        if squared - before <= _NORM_TOLERANCE[dtype] * squared:
            break
    return squared**0.5


def _with_index(device: torch.device) -> torch.device:
    """Tensors on "cuda" say "cuda:0"."""
    if device.type == "cuda" and device.index is None:
        return torch.device("cuda", torch.cuda.current_device())
    return device
