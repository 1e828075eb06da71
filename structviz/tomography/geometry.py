"""Where the rays of a parallel-beam scanner run: plain numbers, checked once, never changed."""

import math
from dataclasses import dataclass, replace

import torch
from jaxtyping import Float
from torch import Tensor

from structviz.data.arguments import MAX_SIDE, check_integer
from structviz.errors import ConfigError

__all__ = ["ParallelBeam"]

_MOST_VIEWS, _MOST_DETECTORS = 100_000, 100_000
_SMALLEST_RANGE = 1e-6
"""Radians; keeps neighbouring views further apart than rounding, whatever their number."""


@dataclass(frozen=True)
class ParallelBeam:
    """Parallel rays through a square image, seen from angles at equal distances.

    The image is centred at the origin, x to the right, y up, rows counting downwards. The view at the angle θ
    (counter-clockwise) measures along the lines x cos θ + y sin θ = s; the detector's coordinate s grows with
    its index and is 0 in the middle. Images are attenuations in 1/cm and lengths are cm, so line integrals
    have no unit.

    Parameters
    ----------
    image_size
        Side of the image in pixels, at least 2.
    n_views
        Number of angles, at least 1: ``first_angle + k * angular_range / n_views``.
    n_detectors
        Bins of each view, at least 1. By default as few as see the whole image from every angle, even or odd
        as `image_size` is, so that at θ = 0 each bin sees one column of pixels.
    angular_range
        Radians, at most π, beyond which parallel rays repeat themselves; less is a limited angle.
    first_angle
        Angle of the first view in radians.
    pixel_size
        Side of a pixel in cm. The default, one millimetre, makes an image of 350 pixels as wide as a chest.
    detector_spacing
        Width of a bin in cm, by default that of a pixel.

    Raises
    ------
    ConfigError
        If a number is out of range, of the wrong type or not finite.

    Examples
    --------
    >>> ParallelBeam(image_size=64, n_views=30).sinogram_shape
    (30, 92)
    """

    image_size: int
    n_views: int
    n_detectors: int | None = None
    angular_range: float = math.pi
    first_angle: float = 0.0
    pixel_size: float = 0.1
    detector_spacing: float | None = None

    def __post_init__(self) -> None:
        """Check the values and put numbers in the places of the defaults."""
        check_integer("image_size", self.image_size, 2, MAX_SIDE)
        check_integer("n_views", self.n_views, 1, _MOST_VIEWS)
        _check_length("pixel_size", self.pixel_size)
        if self.detector_spacing is None:
            object.__setattr__(self, "detector_spacing", self.pixel_size)
        _check_length("detector_spacing", self.spacing)
        if self.n_detectors is None:
            object.__setattr__(self, "n_detectors", self._enough_detectors())
        check_integer("n_detectors", self.sinogram_shape[1], 1, _MOST_DETECTORS)
        if not (_is_finite(self.angular_range) and _SMALLEST_RANGE <= self.angular_range <= math.pi + 1e-12):
            raise ConfigError(
                f"angular_range must lie between {_SMALLEST_RANGE:g} and π radians, got {self.angular_range!r}: "
                f"parallel rays repeat themselves after half a turn, choose math.pi or less."
            )
        if not (_is_finite(self.first_angle) and abs(self.first_angle) <= 2 * math.pi):
            raise ConfigError(
                f"first_angle must lie between -2π and 2π radians, got {self.first_angle!r}: choose one in that range."
            )

    @property
    def sinogram_shape(self) -> tuple[int, int]:
        """Numbers of views and of detectors."""
        n_detectors = self._enough_detectors() if self.n_detectors is None else self.n_detectors
        return self.n_views, n_detectors

    @property
    def spacing(self) -> float:
        """Width of a detector bin in cm."""
        return self.pixel_size if self.detector_spacing is None else self.detector_spacing

    @property
    def half_width(self) -> float:
        """Half the side of the image in cm: it spans [-half_width, half_width] along x and y."""
        return self.image_size * self.pixel_size / 2

    @property
    def angles(self) -> Float[Tensor, "views"]:
        """Angle of each view in radians, float64."""
        return self.first_angle + torch.arange(self.n_views, dtype=torch.float64) * (self.angular_range / self.n_views)

    @property
    def offsets(self) -> Float[Tensor, "detectors"]:
        """Coordinate s of the middle of each detector bin in cm, float64."""
        _, n = self.sinogram_shape
        return (torch.arange(n, dtype=torch.float64) - (n - 1) / 2) * self.spacing

    def refined(self, factor: int = 2) -> "ParallelBeam":
        """The same rays through the same square, cut into pixels that are `factor` times as small.

        Raises
        ------
        ConfigError
            If `factor` is below 1 or makes the image too large.
        """
        check_integer("factor", factor, 1, MAX_SIDE)
        return replace(self, image_size=factor * self.image_size, pixel_size=self.pixel_size / factor)

    def _enough_detectors(self) -> int:
        # A hair less than the diagonal, so that rounding never asks for one more.
        n = math.ceil(math.sqrt(2) * self.image_size * self.pixel_size / self.spacing * (1 - 1e-9))
        return n + (n - self.image_size) % 2


def _check_length(name: str, value: float) -> None:
    if not (_is_finite(value) and value > 0):
        raise ConfigError(f"{name} must be a positive number of cm, got {value!r}: pass for example 0.1.")


def _is_finite(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
