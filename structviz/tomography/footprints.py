"""What a detector sees of a pixel: which bins it falls into, and how much of it falls into each.

Steep rays cross one row of pixels after the other. Each row is taken as a slab with its mass on its middle line,
constant across each pixel. Seen at the angle θ, a pixel is then a box as wide as cos θ times its side, and a bin
gets the share of the box that it covers, exactly ("distance driven"). The boxes of a row leave no gaps, so
every view keeps the mass of the image to rounding.

References
----------
De Man, Basu: Distance-driven projection and backprojection in three dimensions. Phys. Med. Biol. 49, 2004.
"""

import math

import torch
from torch import Tensor

from structviz.tomography.geometry import ParallelBeam

__all__ = ["bins_per_pixel", "overlaps"]

_NEGLIGIBLE = 1e-12
"""Share of a pixel below which an overlap is rounding."""


def overlaps(geometry: ParallelBeam, angle: float) -> tuple[Tensor, Tensor, Tensor]:
    """Entries of the view at an angle in [0, π/4], where rays are steep.

    Returns
    -------
    bins, weights, kept
        Bins that each pixel may meet, what they get of it in cm, and which of them exist and get anything; each
        of shape (pixels, few), weights in float64.
    """
    n, n_detectors = geometry.image_size, geometry.sinogram_shape[1]
    axis = (torch.arange(n, dtype=torch.float64) - (n - 1) / 2) * geometry.pixel_size
    # Rows count downwards, y upwards. From here on in bins, from the left end of the detector.
    s = axis * math.cos(angle) - axis[:, None] * math.sin(angle)
    middles = s.reshape(-1, 1) / geometry.spacing + n_detectors / 2
    width = geometry.pixel_size * math.cos(angle) / geometry.spacing
    left, right = middles - width / 2, middles + width / 2
    bins = left.floor().long() + torch.arange(math.ceil(width) + 1)
    covered = (torch.minimum(right, bins + 1.0) - torch.maximum(left, bins.double())).clamp(min=0) / width
    kept = (covered > _NEGLIGIBLE) & (bins >= 0) & (bins < n_detectors)
    # The mass of a pixel is its area; the mean over a bin is a line integral.
    return bins, covered * (geometry.pixel_size**2 / geometry.spacing), kept


def bins_per_pixel(geometry: ParallelBeam, angle: float) -> float:
    """How many bins a pixel meets on average: a box of w bins, placed anywhere, meets w + 1."""
    return geometry.pixel_size * math.cos(angle) / geometry.spacing + 1
