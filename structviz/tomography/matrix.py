"""The numbers of a projector as sparse matrices: how much of every pixel each detector bin gets."""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from structviz.errors import ConfigError
from structviz.tomography.footprints import bins_per_pixel, overlaps
from structviz.tomography.geometry import ParallelBeam

__all__ = ["MEMORY_LIMIT", "Matrices", "build", "estimated_bytes"]

MEMORY_LIMIT = 4 * 10**9
"""Bytes that the matrices of one projector may take."""


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
    """Memory of the matrices that `build` would make, to a few per cent.

    Parameters
    ----------
    geometry, angles, dtype
        As for `build`.

    Returns
    -------
    int
        Bytes of both matrices.
    """
    n_pixels = geometry.image_size**2
    entries = n_pixels * sum(bins_per_pixel(geometry, angle) for angle in angles)
    rows = n_pixels + len(angles) * geometry.sinogram_shape[1]
    return int(2 * entries * (dtype.itemsize + 4) + 4 * rows)


def build(
    geometry: ParallelBeam,
    angles: Sequence[float],
    device: torch.device | str,
    dtype: torch.dtype,
) -> Matrices:
    """Build the matrices of views at the given angles.

    Parameters
    ----------
    geometry
        Image and detector; its own angles do not matter.
    angles
        In radians, all in [0, π/4].
    device, dtype
        Of the matrices.

    Returns
    -------
    Matrices
        The projection of these views and its transpose.

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
            f"views, a smaller image, or an even number of views over half a turn, whose symmetry saves memory."
        )
    n_pixels, n_detectors = geometry.image_size**2, geometry.sinogram_shape[1]
    n_rows = len(angles) * n_detectors

    # Rows of the matrix: the entries of each view, sorted by bin.
    per_row, columns, values = [], [], []
    per_pixel = torch.zeros(n_pixels, dtype=torch.int64)
    for angle in angles:
        bins, weights, kept = overlaps(geometry, angle)
        per_pixel += kept.sum(1)
        sorted_bins, order = bins[kept].sort(stable=True)
        per_row.append(torch.bincount(sorted_bins, minlength=n_detectors))
        pixels = torch.arange(n_pixels, dtype=torch.int32)[:, None].expand_as(bins)[kept]
        columns.append(pixels[order])
        values.append(weights[kept][order].to(dtype))
    row_starts, column_of, value_of = _starts(torch.cat(per_row)), torch.cat(columns), torch.cat(values)
    del columns, values
    forward = _compressed(row_starts, column_of, value_of, (n_rows, n_pixels), device)

    # Rows of the transpose: each view adds its few bins behind those of the views before it.
    starts = _starts(per_pixel)
    free = starts[:-1].long()
    column_of, value_of = torch.empty_like(column_of), torch.empty_like(value_of)
    for view, angle in enumerate(angles):
        bins, weights, kept = overlaps(geometry, angle)
        places = (free[:, None] + kept.cumsum(1) - 1)[kept]
        column_of[places] = (bins[kept] + view * n_detectors).int()
        value_of[places] = weights[kept].to(dtype)
        free += kept.sum(1)
    return Matrices(forward, _compressed(starts, column_of, value_of, (n_pixels, n_rows), device))


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
