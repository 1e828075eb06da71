"""The film strip: all arms at all angles, computed in batched passes and looked at in any order."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor

from structviz.errors import ConfigError, ShapeError
from structviz.metrics import psnr, ssim
from structviz.transforms import add_noise, disc_mask, is_quarter_turn, rotate, side_of_square
from structviz.types import Image, Images, Mask, PerImage

__all__ = [
    "Angles",
    "EquivarianceCurves",
    "FilmStrip",
    "Frames",
    "equivariance_curves",
    "film_strip",
    "film_strip_arm",
    "turn_angles",
]

Angles = Float[Tensor, "angle"]
"""Radians, counter-clockwise."""

_CHUNK_PIXELS = 2**14
"""Pixels that a network gets at once on the CPU: its hidden layers then stay in the cache."""


_MEASURED_AT_ONCE = 4
"""Frames whose PSNR and SSIM are computed together."""


@dataclass(frozen=True)
class Frames:
    """The pictures of one arm, one for each angle, with their PSNR (dB) and SSIM in the disc."""

    images: Images
    psnr: PerImage
    ssim: PerImage


@dataclass(frozen=True)
class FilmStrip:
    """All arms at all angles.

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
        The pixels that PSNR and SSIM count: those that stay inside while the image turns.
    """

    angles: Angles
    clean: Images
    noisy: Frames
    arms: Mapping[str, Frames]
    mask: Mask


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


@torch.no_grad()
def film_strip(
    nets: Mapping[str, Callable[[Images], Images]],
    image: Image,
    n_angles: int = 72,
    noise: str = "gaussian",
    level: float = 0.25,
    seed: int = 0,
    noise_turns: bool = False,
) -> FilmStrip:
    """Turn an image through a full circle and let every network denoise every angle.

    Parameters
    ----------
    nets
        The arms by name.
    image
        The clean upright image, square.
    n_angles
        Frames of the strip, a multiple of 4.
    noise, level, seed
        As for `structviz.studies.comparison.compare`; the same noise at every angle.
    noise_turns
        Whether the noise turns with the image, as dirt on the object would, instead of staying where it
        is, as the noise of a camera does.

    Raises
    ------
    ConfigError
        If the image is not square, the number of angles does not fit or the noise is not valid.

    Examples
    --------
    >>> from structviz import data
    >>> strip = film_strip({"identity": lambda y: y}, data.stripes(1, size=16), n_angles=8)
    >>> strip.arms["identity"].images.shape
    torch.Size([8, 1, 16, 16])
    """
    side = side_of_square(image)
    angles = turn_angles(n_angles)
    clean = rotate(image.expand(n_angles, -1, -1, -1), angles)
    if noise_turns:
        upright = add_noise(image, noise, level, torch.Generator().manual_seed(seed))
        noisy = rotate(upright.expand(n_angles, -1, -1, -1), angles)
    else:
        # One generator for each frame, since some kinds of noise draw as the image demands.
        noisy = torch.cat(
            [add_noise(frame, noise, level, torch.Generator().manual_seed(seed)) for frame in clean.split(1)]
        )
    mask = disc_mask(side, side)
    return FilmStrip(
        angles=angles,
        clean=clean,
        noisy=_measured(noisy, clean, mask),
        arms={arm: _measured(_in_chunks(net, noisy), clean, mask) for arm, net in nets.items()},
        mask=mask,
    )


@torch.no_grad()
def film_strip_arm(net: Callable[[Images], Images], strip: FilmStrip) -> Frames:
    """What one more network makes of a strip's noisy frames: arms can so be computed and kept one by one.

    Examples
    --------
    >>> from structviz import data
    >>> strip = film_strip({}, data.stripes(1, size=16), n_angles=8)
    >>> film_strip_arm(lambda y: y, strip).psnr.equal(strip.noisy.psnr)
    True
    """
    return _measured(_in_chunks(net, strip.noisy.images), strip.clean, strip.mask)


@dataclass(frozen=True)
class EquivarianceCurves:
    """How far each arm is from turning its output with its input, at every angle.

    Attributes
    ----------
    angles
        Of one full turn, from 0.
    arms
        For each arm the equivariance error at each angle, as `structviz.checks.equivariance_error` has it.
    interpolation
        What turning the clean image there and back costs by itself: `structviz.checks.interpolation_error`.
    """

    angles: Angles
    arms: Mapping[str, tuple[float, ...]]
    interpolation: tuple[float, ...]


@torch.no_grad()
def equivariance_curves(
    nets: Mapping[str, Callable[[Images], Images]],
    image: Image,
    n_angles: int = 72,
    noise: str = "gaussian",
    level: float = 0.25,
    seed: int = 0,
) -> EquivarianceCurves:
    """Measure the equivariance error of every network over a full turn of one noisy image.

    Parameters
    ----------
    nets
        The arms by name.
    image
        The clean upright image, square.
    n_angles
        Angles of the curves, a multiple of 4.
    noise, level, seed
        As for `film_strip`. The noisy image itself is turned, so that the noise turns with it.

    Raises
    ------
    ConfigError
        If the image is not square, the number of angles does not fit or the noise is not valid.

    Examples
    --------
    >>> from structviz import data
    >>> equivariance_curves({"sigmoid": torch.sigmoid}, data.stripes(1, size=16), n_angles=4).arms["sigmoid"]
    (0.0, 0.0, 0.0, 0.0)
    """
    side = side_of_square(image)
    angles = turn_angles(n_angles)
    noisy = add_noise(image, noise, level, torch.Generator().manual_seed(seed))
    # An eighth of the image from the rim inwards does not count between quarter turns: corners reach into it.
    margin = side / 8
    inner, whole = disc_mask(side, side, margin), torch.ones(side, side, dtype=torch.bool)
    masks = torch.stack([whole if is_quarter_turn(angle) else inner for angle in angles.tolist()])

    def relative(left: Images, right: Images) -> tuple[float, ...]:
        if left.shape != right.shape or left.shape[-2:] != masks.shape[-2:]:
            raise ShapeError(
                f"A denoiser keeps the {side}×{side} pixels of its input; got {left.shape[-2]}×{left.shape[-1]}. "
                "Use one that does."
            )
        left, right = (torch.where(masks[:, None], x.double(), 0.0).flatten(1) for x in (left, right))
        difference, size = (left - right).norm(dim=1), right.norm(dim=1)
        # As in the check: an output that vanishes is wrong by infinitely much, unless both do.
        return tuple(torch.where(difference == 0, 0.0, difference / size).tolist())

    def turned(image: Image) -> Images:
        return rotate(image.expand(n_angles, -1, -1, -1), angles)

    inputs = turned(noisy)
    return EquivarianceCurves(
        angles=angles,
        arms={arm: relative(_in_chunks(net, inputs), turned(net(noisy))) for arm, net in nets.items()},
        interpolation=relative(rotate(turned(image), -angles), image.expand(n_angles, -1, -1, -1)),
    )


def _measured(images: Images, clean: Images, mask: Mask) -> Frames:
    # In pieces, since the windows of SSIM take several times the memory of the images.
    pairs = list(zip(images.split(_MEASURED_AT_ONCE), clean.split(_MEASURED_AT_ONCE), strict=True))
    return Frames(
        images,
        torch.cat([psnr(x, reference, mask=mask) for x, reference in pairs]),
        torch.cat([ssim(x, reference, mask=mask) for x, reference in pairs]),
    )


def _in_chunks(net: Callable[[Images], Images], images: Images) -> Images:
    """Apply a network to many images, in pieces and in the memory order that convolutions like best."""
    if images.device.type != "cpu":
        return net(images)
    images = images.to(memory_format=torch.channels_last)
    size = max(1, _CHUNK_PIXELS // (images.shape[-2] * images.shape[-1]))
    return torch.cat([net(chunk) for chunk in images.split(size)])
