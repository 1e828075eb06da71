"""How the kernels of equivariant layers are made: rings that turn as well as the grid allows."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

__all__ = ["FILTERS", "Filters"]


@dataclass(frozen=True)
class Filters:
    """Angular waves on rings with a Gaussian profile, of which a kernel is made.

    A kernel turns as well as the grid samples its rings: a ring needs a width of half a pixel or more, all of it
    must lie inside the kernel, and its waves must be long against a pixel: two of them need a radius of two pixels. The
    ring of radius 0 is one pixel, which turns exactly; without it the layers could only blur.

    Attributes
    ----------
    radii, widths
        Of the rings, in pixels; a width is the standard deviation of the profile.
    frequencies
        Most waves round each ring; none fits on a point.

    References
    ----------
    Weiler, Cesa: General E(2)-equivariant steerable CNNs. NeurIPS 2019.
    """

    radii: tuple[float, ...]
    widths: tuple[float, ...]
    frequencies: tuple[int, ...]

    def cut_off(self, radius: float) -> int:
        """Most waves round the ring of a radius, which need not be given to the last digit."""
        return min(zip(self.radii, self.frequencies, strict=True), key=lambda ring: abs(ring[0] - radius))[1]


_POINT = 0.005
"""Width of the ring of radius 0: the neighbouring pixels get nothing."""

FILTERS: Mapping[int, Filters] = MappingProxyType(
    {
        5: Filters((0.0, 1.0, 1.8), (_POINT, 0.6, 0.5), (0, 2, 2)),
        7: Filters((0.0, 1.0, 2.0), (_POINT, 0.7, 0.7), (0, 2, 2)),
        9: Filters((0.0, 1.2, 2.4), (_POINT, 0.8, 0.8), (0, 1, 2)),
    }
)
"""The rings by the side of the kernel in pixels, chosen for a small error of one layer between quarter turns.

Other sides have escnn's own rings, which serve 3×3 kernels well as long as they are not dilated.
"""
