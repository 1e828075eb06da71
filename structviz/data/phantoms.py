"""Phantoms made of ellipses: images that are known in closed form."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, hypot, isfinite, pi, radians, sin, sqrt

import numpy as np
import torch

from structviz.data.arguments import check_count, check_size
from structviz.errors import ConfigError
from structviz.types import Image, Images

__all__ = ["SHEPP_LOGAN", "Ellipse", "draw", "ellipses", "shepp_logan"]

_SUBPIXELS = 4


@dataclass(frozen=True)
class Ellipse:
    """A filled ellipse on the square [-1, 1] x [-1, 1], x to the right and y up.

    Parameters
    ----------
    x, y
        Centre.
    a, b
        Semi-axes, positive; ``a`` points along x before the ellipse is turned.
    angle
        Turn in radians, counter-clockwise.
    value
        What the ellipse adds to the image.

    Raises
    ------
    ConfigError
        If a semi-axis is not positive or a number is not finite.
    """

    x: float
    y: float
    a: float
    b: float
    angle: float
    value: float

    def __post_init__(self) -> None:
        """Refuse what cannot be drawn."""
        if min(self.a, self.b) <= 0:
            raise ConfigError(
                f"Semi-axes must be positive, but they are {self.a!r} and {self.b!r}: choose larger ones."
            )
        if not all(map(isfinite, (self.x, self.y, self.a, self.b, self.angle, self.value))):
            raise ConfigError(f"An ellipse needs finite numbers, but it is {self!r}: replace NaN and infinity.")

    @property
    def half_extents(self) -> tuple[float, float]:
        """Half width and half height of the upright box around the ellipse."""
        c, s = cos(self.angle), sin(self.angle)
        return hypot(self.a * c, self.b * s), hypot(self.a * s, self.b * c)


SHEPP_LOGAN = (
    Ellipse(0.0, 0.0, 0.69, 0.92, 0.0, 1.0),
    Ellipse(0.0, -0.0184, 0.6624, 0.874, 0.0, -0.8),
    Ellipse(0.22, 0.0, 0.11, 0.31, radians(-18), -0.2),
    Ellipse(-0.22, 0.0, 0.16, 0.41, radians(18), -0.2),
    Ellipse(0.0, 0.35, 0.21, 0.25, 0.0, 0.1),
    Ellipse(0.0, 0.1, 0.046, 0.046, 0.0, 0.1),
    Ellipse(0.0, -0.1, 0.046, 0.046, 0.0, 0.1),
    Ellipse(-0.08, -0.605, 0.046, 0.023, 0.0, 0.1),
    Ellipse(0.0, -0.605, 0.023, 0.023, 0.0, 0.1),
    Ellipse(0.06, -0.605, 0.023, 0.046, 0.0, 0.1),
)
"""The ten ellipses of the modified phantom, with the high contrast of Toft (1996)."""


def draw(shapes: Sequence[Ellipse], size: int) -> Image:
    """Add up ellipses on a pixel grid; each pixel is the mean of 4 x 4 points in it.

    Parameters
    ----------
    shapes
        Ellipses; their values add where they overlap. Parts outside of the square are cut off.
    size
        Side in pixels; pixel centres lie at -1 + (2 j + 1) / size.

    Returns
    -------
    Image
        ``(1, 1, size, size)``, float32, not clipped.

    Raises
    ------
    ConfigError
        If ``size`` is out of range.

    Examples
    --------
    >>> from structviz.data import Ellipse, draw
    >>> draw([Ellipse(x=0.0, y=0.0, a=0.5, b=0.5, angle=0.0, value=1.0)], 4)[0, 0, 1]
    tensor([0.0000, 0.8125, 0.8125, 0.0000])
    """
    check_size(size)
    canvas = np.zeros((size, size))
    for ellipse in shapes:
        _add(canvas, ellipse)
    return torch.from_numpy(canvas.astype(np.float32))[None, None]


def shepp_logan(size: int) -> Image:
    """Draw the modified Shepp-Logan head phantom.

    Parameters
    ----------
    size
        Side in pixels.

    Returns
    -------
    Image
        ``(1, 1, size, size)``, float32, in [0, 1].

    Raises
    ------
    ConfigError
        If ``size`` is out of range.

    References
    ----------
    Shepp, Logan: The Fourier reconstruction of a head section. IEEE Trans. Nucl. Sci. 21, 1974.
    Toft: The Radon transform, theory and implementation. PhD thesis, DTU, 1996.

    Examples
    --------
    >>> from structviz.data import shepp_logan
    >>> shepp_logan(128).shape
    torch.Size([1, 1, 128, 128])
    """
    # 1 - 0.8 - 0.2 is not 0 in binary.
    return draw(SHEPP_LOGAN, size).clamp(0, 1)


def ellipses(n: int, size: int, generator: torch.Generator) -> Images:
    """Draw random phantoms: a body and up to ten ellipses on it, inside the inscribed disc.

    The first ``m`` of ``n`` phantoms are those that the same generator gives for ``n = m``.

    Parameters
    ----------
    n
        Number of phantoms, at least 1.
    size
        Side in pixels.
    generator
        Draws the ellipses; on the CPU.

    Returns
    -------
    Images
        ``(n, 1, size, size)``, float32, in [0, 1], zero outside of the inscribed disc.

    Raises
    ------
    ConfigError
        If ``n`` or ``size`` is out of range.

    Examples
    --------
    >>> import torch
    >>> from structviz.data import ellipses
    >>> ellipses(3, 64, torch.Generator().manual_seed(0)).shape
    torch.Size([3, 1, 64, 64])
    """
    check_count(n)
    check_size(size)
    # One row of uniform numbers for each phantom, so that phantom i does not depend on n.
    draws = torch.rand(n, 11, 6, dtype=torch.float64, generator=generator)
    return torch.cat([draw(_random_shapes(rows), size).clamp(0, 1) for rows in draws.tolist()])


def _random_shapes(draws: list[list[float]]) -> list[Ellipse]:
    body, *details = draws
    shapes = [Ellipse(0.0, 0.0, 0.7 + 0.25 * body[0], 0.6 + 0.3 * body[1], pi * body[2], 0.2 + 0.3 * body[3])]
    count = 4 + int(7 * body[4])
    for u_radius, u_direction, u_a, u_b, u_angle, u_value in details[:count]:
        # The square root spreads the centres evenly over the disc.
        radius, direction = 0.7 * sqrt(u_radius), 2 * pi * u_direction
        longest = min(0.4, 0.95 - radius)
        a, b = (0.05 + (longest - 0.05) * u for u in (u_a, u_b))
        x, y = radius * cos(direction), radius * sin(direction)
        shapes.append(Ellipse(x, y, a, b, pi * u_angle, -0.3 + 0.8 * u_value))
    return shapes


def _add(canvas: np.ndarray, ellipse: Ellipse) -> None:
    """Add the ellipse to the pixels of its box; along y one line of points at a time, to save memory."""
    size = len(canvas)
    width, height = ellipse.half_extents
    left, right = _pixels(ellipse.x - width, ellipse.x + width, size)
    # Rows count downwards, y upwards.
    top, bottom = _pixels(-ellipse.y - height, -ellipse.y + height, size)
    if left >= right or top >= bottom:
        return
    fine = _SUBPIXELS * size
    x = (2 * np.arange(_SUBPIXELS * left, _SUBPIXELS * right) + 1) / fine - 1 - ellipse.x
    c, s = cos(ellipse.angle), sin(ellipse.angle)
    box = canvas[top:bottom, left:right]
    for line in range(_SUBPIXELS):
        y = 1 - (2 * np.arange(_SUBPIXELS * top + line, _SUBPIXELS * bottom, _SUBPIXELS) + 1) / fine - ellipse.y
        along = np.add.outer(y * (s / ellipse.a), x * (c / ellipse.a))
        across = np.add.outer(y * (c / ellipse.b), x * (-s / ellipse.b))
        inside = along**2 + across**2 <= 1
        hits = inside.reshape(bottom - top, right - left, _SUBPIXELS).sum(-1)
        box += (ellipse.value / _SUBPIXELS**2) * hits


def _pixels(low: float, high: float, size: int) -> tuple[int, int]:
    """Half-open range of the pixels that meet [low, high] on an axis from -1 to 1."""
    first, last = (int(np.clip(np.floor((end + 1) * size / 2), -1, size)) for end in (low, high))
    return max(first, 0), min(last + 1, size)
