"""What every study of a turning image shares: the angles, the pixels that count, the frames of a film."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from structviz.checks.relative import relative_errors
from structviz.errors import ConfigError
from structviz.stopping import stop_if_asked
from structviz.transforms import disc_mask, is_quarter_turn, rotate
from structviz.types import Image, Images, Mask, PerImage

__all__ = ["Angles", "FilmStrip", "Frames", "errors_by_angle", "in_chunks", "rim", "turn_angles", "turned_to"]

_CHUNK_PIXELS = 2**14
"""Pixels that a network gets at once on the CPU: its hidden layers then stay in the cache."""

Angles = Float[Tensor, "angle"]
"""Radians, counter-clockwise."""


@dataclass(frozen=True)
class Frames:
    """The pictures of one arm, one for each angle, with their PSNR (dB) and SSIM in the disc."""

    images: Images
    psnr: PerImage
    ssim: PerImage


@dataclass(frozen=True)
class FilmStrip:
    """All arms at several angles.

    Attributes
    ----------
    angles
        Where the image stands in each frame.
    clean
        The turned image.
    noisy
        What every arm gets.
    arms
        What each arm makes of it.
    mask
        The pixels that stay inside while the image turns.
    counted
        Those that PSNR and SSIM count.
    given
        What `noisy` is called in headings and tables.
    """

    angles: Angles
    clean: Images
    noisy: Frames
    arms: Mapping[str, Frames]
    mask: Mask
    counted: Mask
    given: str = "noisy"


def turn_angles(n_angles: int = 72) -> Angles:
    """Equally spaced angles of one full turn, from 0.

    Raises
    ------
    ConfigError
        If `n_angles` is not a positive multiple of 4, which puts every quarter turn on the strip.
    """
    if n_angles < 4 or n_angles % 4:
        raise ConfigError(f"A film strip has a multiple of 4 angles, so that quarter turns are exact; got {n_angles}.")
    return torch.arange(n_angles, dtype=torch.float64) * (2 * math.pi / n_angles)


def rim(side: int) -> float:
    """Width in pixels of the rim that does not count between quarter turns, since corners reach into it."""
    return side / 8


def errors_by_angle(found: Images, expected: Images, angles: Angles) -> Float[Tensor, "angle"]:
    """Relative error of each turned image: over all pixels at quarter turns, otherwise in the disc without its `rim`.

    Parameters
    ----------
    found, expected
        One square image for each angle.
    angles
        Radians.

    Returns
    -------
    Tensor
        See `structviz.checks.relative.relative_errors`.

    Raises
    ------
    ShapeError
        If the shapes differ.
    """
    side = expected.shape[-1]
    inner, whole = disc_mask(side, side, rim(side)), torch.ones(side, side, dtype=torch.bool)
    masks: Bool[Tensor, "angle row column"] = torch.stack(
        [whole if is_quarter_turn(angle) else inner for angle in angles.tolist()]
    )
    return relative_errors(*(torch.where(masks[:, None], x.double(), 0.0) for x in (found, expected)))


def turned_to(image: Image, angles: Angles) -> Images:
    """An image rotated to each of the angles."""
    return rotate(image.expand(len(angles), -1, -1, -1), angles)


def in_chunks(net: Callable[[Images], Images], images: Images) -> Images:
    """Apply a network to many images, in pieces and in the memory order that convolutions like best.

    Between the pieces it can be given up, see `structviz.stopping`.
    """
    if images.device.type != "cpu" or len(images) <= 2:  # another memory order does not pay for a pair
        return net(images)
    images = images.to(memory_format=torch.channels_last)
    size = max(1, _CHUNK_PIXELS // (images.shape[-2] * images.shape[-1]))
    outputs = []
    for chunk in images.split(size):
        stop_if_asked()
        outputs.append(net(chunk))
    return torch.cat(outputs)
