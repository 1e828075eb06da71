"""Wide stripes of any direction: a single wave that the pixels resolve, so that it can be turned by any angle."""

import math

import torch
from torch import Tensor

from structviz.data.arguments import check_count, check_size
from structviz.errors import ConfigError
from structviz.types import Images, PerImage

__all__ = ["AMPLITUDE", "PERIOD", "grating", "gratings"]

PERIOD = 4.0
"""From stripe to stripe, in pixels."""

AMPLITUDE = 2 / math.pi
"""Of the wave: that of the fundamental of stripes which jump between 0 and 1."""


def grating(angles: PerImage | float, phases: PerImage | float = 0.0, size: int = 64, period: float = PERIOD) -> Images:
    """Stripes as a wave of one frequency, ½ + (2/π) cos.

    With x to the right and y upwards from the centre of the image, in pixels, and the angle θ, an image shows
    ½ + (2/π) cos(2π (y cos θ − x sin θ) / period + φ). There is no other frequency, so an image that is turned about
    its centre is the image of the turned angle with the same phase, whatever the angle.

    Parameters
    ----------
    angles
        How the stripes lie, in radians, counter-clockwise from the horizontal: a number for one image, or one for each.
    phases
        φ in radians: 0 puts the middle of a bright stripe at the centre.
    size
        Side in pixels.
    period
        From stripe to stripe, in pixels; more than 2, since pixels resolve no finer wave in all directions.

    Returns
    -------
    Images
        ``(n, 1, size, size)``, float32, from −0.14 to 1.14: the wave of stripes between 0 and 1 overshoots them.

    Raises
    ------
    ConfigError
        If the side or the period is out of range, an angle is not finite, or the numbers of angles and phases differ.

    Examples
    --------
    >>> from structviz.data import grating
    >>> grating(0.0, size=5, period=4)[0, 0, :, 0]  # a column through horizontal stripes
    tensor([-0.1366,  0.5000,  1.1366,  0.5000, -0.1366])
    """
    check_size(size)
    if not (math.isfinite(period) and period > 2):
        raise ConfigError(f"period must be more than 2 pixels, but it is {period!r}: choose a longer one.")
    angles, phases = (torch.as_tensor(values, dtype=torch.float64).reshape(-1) for values in (angles, phases))
    if len(phases) not in (1, len(angles)):
        raise ConfigError(f"There are {len(angles)} angles and {len(phases)} phases: give one of each for an image.")
    if not (angles.isfinite().all() and phases.isfinite().all()):
        raise ConfigError("Angles and phases must be finite numbers: remove those that are infinite or no number.")
    steps = torch.arange(size, dtype=torch.float64) - (size - 1) / 2
    x, y = steps[None, None, :], -steps[None, :, None]
    across = y * _of_image(angles.cos()) - x * _of_image(angles.sin())
    waves = 0.5 + AMPLITUDE * torch.cos(2 * math.pi / period * across + _of_image(phases))
    return waves.float()[:, None]


def gratings(
    n: int,
    size: int = 64,
    low: float = -math.pi / 8,
    high: float = math.pi / 8,
    generator: torch.Generator | None = None,
    period: float = PERIOD,
) -> Images:
    """Draw stripes with any phase, whose angles lie within a sector.

    The default is a sector of 45° about the horizontal. Stripes of every angle are stripes of this sector, turned by
    a multiple of 45°: a network that commutes with these turns has seen all there are.

    Parameters
    ----------
    n
        Number of images, at least 1.
    size, period
        As for `grating`.
    low, high
        Limits of the angles in radians, counter-clockwise from the horizontal.
    generator
        Draws the angle and then the phase of each image, evenly. Without it the images are the same each time.

    Returns
    -------
    Images
        ``(n, 1, size, size)``, as from `grating`.

    Raises
    ------
    ConfigError
        If ``n``, the side or the period is out of range, or the limits are not finite and in order.

    Examples
    --------
    >>> from structviz.data import gratings
    >>> gratings(3, size=32).shape
    torch.Size([3, 1, 32, 32])
    """
    check_count(n)
    if not (math.isfinite(low) and math.isfinite(high) and low <= high):
        raise ConfigError(f"The angles must lie between two finite limits, the lower first; got {low!r} and {high!r}.")
    generator = torch.Generator().manual_seed(0) if generator is None else generator
    shares, turns = torch.rand(2, n, generator=generator, dtype=torch.float64)
    return grating(low + (high - low) * shares, 2 * math.pi * turns, size, period)


def _of_image(values: Tensor) -> Tensor:
    return values[:, None, None]
