"""Filtered backprojection: the classical inverse of the ray transform."""

import math
from collections.abc import Callable, Mapping
from types import MappingProxyType

import torch
from jaxtyping import Float
from torch import Tensor

from structviz.errors import ConfigError
from structviz.tomography.projector import RayTransform
from structviz.types import Sinograms, SquareImages

__all__ = ["FILTERS", "fbp", "filter_sinogram"]

FILTERS: Mapping[str, Callable[[Tensor], Tensor]] = MappingProxyType(
    {
        "ramp": torch.ones_like,
        "shepp-logan": lambda f: torch.sinc(f / 2),
        "hann": lambda f: (1 + torch.cos(math.pi * f)) / 2,
    }
)
"""Windows on the ramp |f|, as functions of the frequency from 0 to 1, the highest that the detector resolves.

The ramp is the sharpest and lets through the most noise; Hann's is the smoothest."""


def fbp(A: RayTransform, y: Sinograms, filter: str = "ramp") -> SquareImages:
    """Reconstruct images by filtered backprojection.

    Linear and differentiable. With few views, a limited angle or a detector that does not see the whole
    object the inverse is not exact, and shows it by streaks.

    Parameters
    ----------
    A
        The projector; its transpose does the backprojection.
    y
        Sinograms, shape (batch, 1, views, detectors).
    filter
        One of `FILTERS`.

    Returns
    -------
    Tensor
        Shape (batch, 1, n, n), attenuation in 1/cm; may be negative.

    Raises
    ------
    ConfigError
        If the filter is unknown.
    ShapeError
        If shape, dtype or device are not those of the projector.

    References
    ----------
    Kak, Slaney: Principles of computerized tomographic imaging, 1988, section 3.3.
    """
    A.check_sinograms(y)
    geometry = A.geometry
    filtered = filter_sinogram(y, geometry.spacing, filter)
    # Aᵀ spreads pixel_size² / spacing over the bins that see a pixel; the mean of those bins is wanted.
    scale = geometry.spacing / geometry.pixel_size**2 * geometry.angular_range / geometry.n_views
    return scale * A.adjoint(filtered)


def filter_sinogram(
    y: Float[Tensor, "*rest detectors"], spacing: float, filter: str = "ramp"
) -> Float[Tensor, "*rest detectors"]:
    """Convolve each view with the ramp filter under a window.

    The ramp is the transform of its band-limited kernel on the detector grid, not |f| itself, whose samples
    would take away the mean; views are padded with zeros, so that their ends do not meet.

    Parameters
    ----------
    y
        Views along the last axis.
    spacing
        Width of a detector bin in cm.
    filter
        One of `FILTERS`.

    Returns
    -------
    Tensor
        Shape of `y`, in 1/cm.

    Raises
    ------
    ConfigError
        If the filter is unknown.
    """
    if filter not in FILTERS:
        raise ConfigError(f"filter must be one of {', '.join(FILTERS)}, got {filter!r}: choose one of these.")
    n_detectors = y.shape[-1]
    length = 2 ** math.ceil(math.log2(max(2 * n_detectors, 2)))
    distance = torch.arange(length, dtype=torch.float64)
    distance = torch.minimum(distance, length - distance)
    # Equation 61 of the reference: 1/4 in the middle, -1/(π k)² at odd distances k, 0 at even ones.
    kernel = torch.where(distance % 2 == 1, -1 / (math.pi * distance.clamp(min=1)) ** 2, 0.0)
    kernel[0] = 0.25
    frequencies = torch.linspace(0, 1, length // 2 + 1, dtype=torch.float64)
    response = torch.fft.rfft(kernel).real * FILTERS[filter](frequencies) / spacing
    spectrum = torch.fft.rfft(y, length) * response.to(y)
    return torch.fft.irfft(spectrum, length)[..., :n_detectors]
