"""Noises: how a picture gets worse, on one common scale of levels."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import torch
from torch import Generator, Tensor

from structviz.errors import ConfigError, ShapeError
from structviz.transforms.poisson import poisson_quantile
from structviz.transforms.validation import check_images
from structviz.types import Images, PerImage

__all__ = [
    "NOISES",
    "Level",
    "Noise",
    "add_gaussian",
    "add_noise",
    "add_poisson",
    "add_salt_and_pepper",
    "add_speckle",
]

Level = float | int | PerImage
"""How strong: one number for all images or one for each."""

_FEWEST_PHOTONS, _MOST_PHOTONS = 1e-12, 1e12
"""At the upper end the noise is a millionth of white; counts must stay within 64-bit integers."""


def add_gaussian(images: Images, sigma: Level, generator: Generator) -> Images:
    """Add normal noise, independent in every pixel and channel; nothing is clipped.

    Parameters
    ----------
    images
        Shape (batch, channel, row, column), range [0, 1].
    sigma
        Standard deviation, >= 0, in units of the images.
    generator
        Source of randomness; it may live on another device than the images.

    Returns
    -------
    Tensor
        Shape of `images`; leaves [0, 1].

    Raises
    ------
    ConfigError
        If `sigma` is negative or not finite.
    ShapeError
        If `sigma` is a tensor whose length is not the number of images.

    Examples
    --------
    >>> add_gaussian(torch.zeros(2, 1, 3, 4), 0.25, torch.Generator().manual_seed(0)).shape
    torch.Size([2, 1, 3, 4])
    """
    return images + _per_image(sigma, images, "sigma", 0.0, math.inf) * _normal(images, generator)


def add_speckle(images: Images, sigma: Level, generator: Generator) -> Images:
    """Multiply each pixel by 1 + sigma n, n standard normal: the noise of ultrasound and radar.

    Parameters
    ----------
    images
        Shape (batch, channel, row, column), range [0, 1].
    sigma
        Standard deviation relative to the pixel value, >= 0.
    generator
        Source of randomness; it may live on another device than the images.

    Returns
    -------
    Tensor
        Shape of `images`; leaves [0, 1].

    Raises
    ------
    ConfigError
        If `sigma` is negative or not finite.
    ShapeError
        If `sigma` is a tensor whose length is not the number of images.
    """
    return images * (1 + _per_image(sigma, images, "sigma", 0.0, math.inf) * _normal(images, generator))


def add_poisson(images: Images, photons: Level, generator: Generator) -> Images:
    """Count photons: each pixel becomes N / photons with N Poisson distributed of mean photons * pixel.

    The noise of cameras and of X-rays: its standard deviation is sqrt(pixel / photons). Values below 0, such
    as the overshoots of an interpolation, emit no photons. No gradient flows through the counts.

    Parameters
    ----------
    images
        Shape (batch, channel, row, column), range [0, 1].
    photons
        Mean count of a white pixel, 1e-12 to 1e12.
    generator
        Source of randomness; it may live on another device than the images.

    Returns
    -------
    Tensor
        Shape of `images`, multiples of 1 / photons.

    Raises
    ------
    ConfigError
        If `photons` is out of range.
    ShapeError
        If `photons` is a tensor whose length is not the number of images.
    """
    pixels = images.detach().double()
    scale = _per_image(photons, pixels, "photons", _FEWEST_PHOTONS, _MOST_PHOTONS)
    drawn = torch.rand(images.shape, generator=generator, device=generator.device, dtype=torch.float64)
    return (poisson_quantile(drawn.to(images.device), pixels.clamp(min=0) * scale) / scale).to(images.dtype)


def add_salt_and_pepper(images: Images, fraction: Level, generator: Generator) -> Images:
    """Replace a share of the values by black (0) or white (1), both equally likely: dead and hot pixels.

    Parameters
    ----------
    images
        Shape (batch, channel, row, column), range [0, 1].
    fraction
        Probability in [0, 1] that a value is replaced, independently in every pixel and channel.
    generator
        Source of randomness; it may live on another device than the images.

    Returns
    -------
    Tensor
        Shape of `images`.

    Raises
    ------
    ConfigError
        If `fraction` is outside [0, 1].
    ShapeError
        If `fraction` is a tensor whose length is not the number of images.
    """
    share = _per_image(fraction, images, "fraction", 0.0, 1.0)
    drawn = torch.rand(images.shape, generator=generator, device=generator.device, dtype=images.dtype)
    drawn = drawn.to(images.device)
    pepper = torch.where(drawn < share / 2, 0.0, images)
    return torch.where((drawn >= share / 2) & (drawn < share), 1.0, pepper)


def _poisson_of_level(images: Tensor, level: Level, generator: Generator) -> Tensor:
    levels = torch.as_tensor(level, dtype=torch.float64)
    photons = levels.pow(-2).clamp(max=_MOST_PHOTONS)
    return add_poisson(images, photons.expand(images.shape[0]), generator)


@dataclass(frozen=True)
class Noise:
    """A kind of noise, as a slider needs it: `function(images, level, generator)` and what `level` means."""

    name: str
    title: str
    function: Callable[[Tensor, Level, Generator], Tensor]
    meaning: str
    level_range: tuple[float, float] = (0.0, 0.5)


NOISES: Mapping[str, Noise] = MappingProxyType(
    {
        noise.name: noise
        for noise in (
            Noise("gaussian", "Gaussian", add_gaussian, "standard deviation in every pixel"),
            Noise("poisson", "Photon counts (Poisson)", _poisson_of_level, "standard deviation in a white pixel"),
            Noise(
                "salt_and_pepper",
                "Salt and pepper",
                add_salt_and_pepper,
                "share of pixels turned black or white",
            ),
            Noise("speckle", "Speckle", add_speckle, "standard deviation relative to the pixel"),
        )
    }
)
"""All noises by name, in the order of a menu."""


def add_noise(images: Images, kind: str, level: Level, generator: Generator) -> Images:
    """Add the noise called `kind`, as strong as `level` says.

    Parameters
    ----------
    images
        Shape (batch, channel, row, column), range [0, 1].
    kind
        A key of `NOISES`, which also tells what the level means.
    level
        In the noise's `level_range`, 0 to 0.5; images with level 0 come back as they are.
    generator
        Source of randomness; it may live on another device than the images.

    Returns
    -------
    Tensor
        A new tensor with the shape of `images`.

    Raises
    ------
    ConfigError
        If the kind is unknown or the level is out of range.
    ShapeError
        If `level` is a tensor whose length is not the number of images.

    Examples
    --------
    >>> white = torch.ones(1, 1, 4, 4)
    >>> torch.equal(add_noise(white, "poisson", 0.0, torch.Generator()), white)
    True
    """
    if kind not in NOISES:
        raise ConfigError(f"the noise must be one of {', '.join(NOISES)}, got {kind!r}: choose one of them")
    noise = NOISES[kind]
    levels = _per_image(level, images, "level", *noise.level_range)
    return torch.where(levels > 0, noise.function(images, level, generator), images)


def _normal(images: Tensor, generator: Generator) -> Tensor:
    drawn = torch.randn(images.shape, generator=generator, device=generator.device, dtype=images.dtype)
    return drawn.to(images.device)


def _per_image(value: Level, images: Tensor, name: str, lowest: float, highest: float) -> Tensor:
    """Check one number or one per image, and shape it so that it multiplies images."""
    check_images(images)
    numbers = torch.as_tensor(value, dtype=torch.float64)
    if numbers.ndim > 1 or (numbers.ndim == 1 and numbers.shape[0] != images.shape[0]):
        raise ShapeError(
            f"{name} must be one number, or one for each of the {images.shape[0]} images, got shape "
            f"{tuple(numbers.shape)}: pass a float or a 1-D tensor of length {images.shape[0]}"
        )
    wrong = ~(numbers.isfinite() & (numbers >= lowest) & (numbers <= highest))
    if wrong.any():
        bad = numbers[wrong].flatten()[0].item()
        rule = f">= {lowest:g}" if highest == math.inf else f"from {lowest:g} to {highest:g}"
        raise ConfigError(f"{name} must be a finite number {rule}, got {bad:g}: choose one in this range")
    return numbers.to(images).reshape(-1, 1, 1, 1)
