"""The numbers of a projector: how much of every pixel falls into every detector bin, as sparse matrices.

Steep rays cross one row of pixels after the other. Each row is taken as a slab that is constant across each
of its pixels, with its mass on its middle line; seen at the angle θ a pixel is then a box of the width
cos θ times its side, and a bin gets the share of the box that it covers, exactly ("distance driven"). The
boxes of a row leave no gaps, so every view keeps the mass of the image to rounding.

References
----------
De Man, Basu: Distance-driven projection and backprojection in three dimensions. Phys. Med. Biol. 49, 2004.
"""

import math
import warnings
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from structviz.errors import ConfigError
from structviz.tomography.geometry import ParallelBeam

__all__ = ["MEMORY_LIMIT", "Matrices", "build", "estimated_bytes"]

MEMORY_LIMIT = 4 * 10**9
"""Bytes that the matrices of one projector may take."""

_NEGLIGIBLE = 1e-12
"""Share of a pixel below which an overlap is rounding."""


@dataclass(frozen=True, eq=False)
class Matrices:
    """A matrix and its transpose, both in compressed rows with 32-bit indices, which the fast kernels need.

    Rows of `forward` are (view, detector), its columns are pixels, row by row.
    """

    forward: Tensor
    backward: Tensor

    @property
    def n_bytes(self) -> int:
        """What both take in memory."""
        parts = [(m.crow_indices(), m.col_indices(), m.values()) for m in (self.forward, self.backward)]
        return sum(part.numel() * part.element_size() for three in parts for part in three)


def estimated_bytes(geometry: ParallelBeam, angles: Sequence[float], dtype: torch.dtype) -> int:
    """Memory of the matrices that `build` would make, to about one per cent."""
    # A box of w bins, placed anywhere, meets w + 1 bins on average.
    ratio = geometry.pixel_size / geometry.spacing
    entries = geometry.image_size**2 * sum(ratio * math.cos(angle) + 1 for angle in angles)
    rows = geometry.image_size**2 + len(angles) * geometry.sinogram_shape[1]
    return int(2 * entries * (dtype.itemsize + 4) + 4 * rows)


def build(geometry: ParallelBeam, angles: Sequence[float], device: torch.device | str, dtype: torch.dtype) -> Matrices:
    """Build the matrices of views at the given angles, all in [0, π/4].

    Raises
    ------
    ConfigError
        If they would take more than `MEMORY_LIMIT`.
    """
    needed = estimated_bytes(geometry, angles, dtype)
    if needed > MEMORY_LIMIT:
        raise ConfigError(
            f"The matrices of a projector may take {MEMORY_LIMIT / 1e9:g} GB, but {geometry.n_views} views of "
            f"{geometry.image_size} x {geometry.image_size} pixels would take {needed / 1e9:.1f} GB: use fewer "
            f"views, a smaller image or views over half a turn, whose symmetry saves memory."
        )
    n_pixels, n_detectors = geometry.image_size**2, geometry.sinogram_shape[1]
    n_rows = len(angles) * n_detectors

    # Rows of the matrix: the entries of each view, sorted by bin.
    per_row, columns, values = [], [], []
    per_pixel = torch.zeros(n_pixels, dtype=torch.int64)
    for angle in angles:
        bins, weights, kept = _overlaps(geometry, angle)
        per_pixel += kept.sum(1)
        sorted_bins, order = bins[kept].sort(stable=True)
        per_row.append(torch.bincount(sorted_bins, minlength=n_detectors))
        pixels = torch.arange(n_pixels, dtype=torch.int32)[:, None].expand_as(bins)[kept]
        columns.append(pixels[order])
        values.append(weights[kept][order].to(dtype))
    row_ends, column_of, value_of = _starts(torch.cat(per_row)), torch.cat(columns), torch.cat(values)
    del columns, values
    forward = _compressed(row_ends, column_of, value_of, (n_rows, n_pixels), device)

    # Rows of the transpose: each view adds its few bins behind those of the views before it.
    starts = _starts(per_pixel)
    free = starts[:-1].long()
    column_of, value_of = torch.empty_like(column_of), torch.empty_like(value_of)
    for view, angle in enumerate(angles):
        bins, weights, kept = _overlaps(geometry, angle)
        places = (free[:, None] + kept.cumsum(1) - 1)[kept]
        column_of[places] = (bins[kept] + view * n_detectors).int()
        value_of[places] = weights[kept].to(dtype)
        free += kept.sum(1)
    return Matrices(forward, _compressed(starts, column_of, value_of, (n_pixels, n_rows), device))


def _overlaps(geometry: ParallelBeam, angle: float) -> tuple[Tensor, Tensor, Tensor]:
    """Bins that each pixel meets, what they get of it, and which of them exist; (pixels, few), float64."""
    n, p, spacing = geometry.image_size, geometry.pixel_size, geometry.spacing
    n_detectors = geometry.sinogram_shape[1]
    axis = (torch.arange(n, dtype=torch.float64) - (n - 1) / 2) * p
    # Rows count downwards, y upwards; all in units of bins, from the left end of the detector.
    middles = (axis * math.cos(angle) - axis[:, None] * math.sin(angle)).reshape(-1, 1) / spacing + n_detectors / 2
    width = p * math.cos(angle) / spacing
    left, right = middles - width / 2, middles + width / 2
    bins = left.floor().long() + torch.arange(math.ceil(width) + 1)
    covered = (torch.minimum(right, bins + 1.0) - torch.maximum(left, bins.double())).clamp(min=0) / width
    kept = (covered > _NEGLIGIBLE) & (bins >= 0) & (bins < n_detectors)
    # A box of mass p² in a bin: its mean along the bin is a line integral.
    return bins, covered * (p * p / spacing), kept


def _starts(counts: Tensor) -> Tensor:
    """Where each row begins, and where the last one ends."""
    return torch.cat([counts.new_zeros(1), counts.cumsum(0)]).int()


def _compressed(
    starts: Tensor, columns: Tensor, values: Tensor, shape: tuple[int, int], device: torch.device | str
) -> Tensor:
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Sparse CSR tensor support is in beta state", UserWarning)
        return torch.sparse_csr_tensor(
            starts.to(device), columns.to(device), values.to(device), shape, check_invariants=False
        )
