"""From attenuation to data as a scanner has them: photons are counted, and counted photons are few.

Beer and Lambert: of N₀ photons that enter along a ray, N₀ exp(-Ax) leave it on average. How many do is Poisson
distributed, and the logarithm of the counts is the noisy sinogram.
"""

import math

import torch
from jaxtyping import Float
from torch import Generator, Tensor

from structviz.errors import ConfigError, ShapeError
from structviz.tomography.geometry import ParallelBeam
from structviz.tomography.projector import RayTransform
from structviz.transforms.validation import check_images
from structviz.types import Sinograms

__all__ = [
    "FEWEST_COUNTS",
    "add_photon_noise",
    "count_weights",
    "log_transform",
    "measure",
    "photon_counts",
    "pixel_error",
]

FEWEST_COUNTS = 0.5
"""What stands for no photon at all, whose logarithm does not exist: half of the least that is counted."""

_NORMAL_FROM = 1e9
"""Mean beyond which a Poisson variable is drawn as a rounded normal one: its skewness is below 4e-5, while the
sampler of torch loses digits and at last overflows."""

_HIDDEN_CONTRAST = 0.145
"""In 1/cm, about two thirds of the step from air to tissue. Chests of 128² pixels with 10³ to 10⁵ photons a ray are
reconstructed within 0.1 dB of the best for 0.10 to 0.20, by total variation with `count_weights`."""


def measure(
    x: Float[Tensor, "batch 1 fine_n fine_n"],
    geometry: ParallelBeam,
    n_photons: float,
    generator: Generator | None = None,
) -> Sinograms:
    """Simulate the sinogram of an image that is finer than the grid on which one reconstructs.

    Data made by the very matrix that is inverted are too easy ("inverse crime"). Here the object keeps
    the details that the working grid cannot have, under the same rays.

    Parameters
    ----------
    x
        Attenuation in 1/cm, shape (batch, 1, f n, f n), where n is the image size of the geometry and f a
        whole number: 2 or more, or 1 to commit the crime on purpose.
    geometry
        The working geometry; its detectors measure.
    n_photons
        Photons N₀ that enter each ray, positive; `math.inf` for data without noise.
    generator
        Draws the photons; not needed if there are infinitely many.

    Returns
    -------
    Tensor
        Shape (batch, 1, views, detectors): noisy line integrals, without unit.

    Raises
    ------
    ShapeError
        If the size of `x` is no multiple of that of the geometry.
    ConfigError
        If `x` or `n_photons` is out of range, or the generator is missing.

    Examples
    --------
    >>> geometry = ParallelBeam(image_size=32, n_views=20)
    >>> measure(0.2 * torch.ones(1, 1, 64, 64), geometry, 1e4, torch.Generator().manual_seed(0)).shape
    torch.Size([1, 1, 20, 46])
    """
    check_images(x, "x")
    n = geometry.image_size
    factor = x.shape[-1] // n
    if x.shape[1] != 1 or factor < 1 or tuple(x.shape[2:]) != (factor * n, factor * n):
        raise ShapeError(
            f"x must have the shape (batch, 1, f n, f n) with n = {n} pixels of the geometry and f a whole "
            f"number, got {tuple(x.shape)}: draw it with {2 * n} x {2 * n} pixels."
        )
    y = RayTransform(geometry.refined(factor), x.device, x.dtype)(x)
    return add_photon_noise(y, n_photons, generator)


def add_photon_noise(y: Sinograms, n_photons: float, generator: Generator | None = None) -> Sinograms:
    """Count photons along rays of known line integrals, and take the logarithm of the counts.

    Parameters
    ----------
    y
        Line integrals, without unit.
    n_photons
        Photons N₀ that enter each ray, positive; `math.inf` for no noise.
    generator
        Draws the photons; not needed if there are infinitely many.

    Returns
    -------
    Tensor
        Shape and dtype of `y`; a new tensor.

    Raises
    ------
    ConfigError
        If a line integral is not finite, `n_photons` is not positive, or the generator is missing.
    """
    if n_photons == math.inf:
        _check_finite(y)
        return y.clone()
    return log_transform(photon_counts(y, n_photons, generator), n_photons).to(y)


def photon_counts(y: Sinograms, n_photons: float, generator: Generator | None) -> Sinograms:
    """Draw how many photons arrive: Poisson variables with the means N₀ exp(-y).

    Parameters
    ----------
    y
        Line integrals, without unit.
    n_photons
        Photons N₀ that enter each ray, positive and finite.
    generator
        Source of randomness; it may live on another device than `y`.

    Returns
    -------
    Tensor
        Shape of `y`, float64, whole numbers.

    Raises
    ------
    ConfigError
        If a line integral is not finite or so negative that counts overflow, `n_photons` is out of range, or
        the generator is missing.
    """
    _check_photons(n_photons)
    if generator is None:
        raise ConfigError("Photons are drawn at random, but the generator is None: pass a torch.Generator.")
    _check_finite(y)
    means = n_photons * torch.exp(-y.double())
    _check_finite(means)
    means = means.to(generator.device)
    counts = torch.poisson(means.clamp(max=_NORMAL_FROM), generator=generator)
    if (means > _NORMAL_FROM).any():
        normal = torch.randn(means.shape, generator=generator, dtype=means.dtype, device=means.device)
        counts = torch.where(means > _NORMAL_FROM, (means + means.sqrt() * normal).round(), counts)
    return counts.to(y.device)


def log_transform(counts: Sinograms, n_photons: float) -> Sinograms:
    """Turn counts into line integrals: -log(max(counts, 1/2) / N₀).

    A ray that no photon passed tells only that its line integral is large; it gets log(2 N₀), the largest
    value there is. Where a ray counts N photons on average, the logarithm adds noise of the variance 1 / N
    and lies too high by about 1 / (2 N).

    Parameters
    ----------
    counts
        Photons that arrived, >= 0.
    n_photons
        Photons N₀ that entered, positive and finite.

    Returns
    -------
    Tensor
        Shape and dtype of `counts`.

    Raises
    ------
    ConfigError
        If a count is negative or not finite, or `n_photons` is out of range.
    """
    _check_photons(n_photons)
    _check_finite(counts)
    if (counts < 0).any():
        raise ConfigError(f"Counts must be >= 0, but the least is {counts.min().item():g}: pass numbers of photons.")
    return -torch.log(counts.clamp(min=FEWEST_COUNTS) / n_photons)


def count_weights(y: Sinograms, n_photons: float, model_error: float = 0.0) -> Sinograms:
    """Weight of each ray in a least-squares fit: its variance in air divided by its own.

    A ray on which N photons are counted has noise of the variance 1 / N, and N is about N₀ exp(-y). What no image on
    the grid can explain, because its pixels are too coarse, adds the same variance to every ray. Without photon noise
    all rays weigh 1.

    Parameters
    ----------
    y
        Measured line integrals, without unit.
    n_photons
        Photons N₀ that enter each ray, positive; `math.inf` for data without noise.
    model_error
        Standard deviation of what the grid cannot explain, without unit, at least 0.

    Returns
    -------
    Tensor
        Shape of `y`, from 0 (exclusive) to 1.

    Raises
    ------
    ConfigError
        If a number is out of range.
    """
    if n_photons != math.inf:
        _check_photons(n_photons)
    if not (isinstance(model_error, int | float) and 0 <= model_error < math.inf):
        raise ConfigError(f"model_error must be a number of at least 0, got {model_error!r}: pass for example 0.05.")
    if n_photons == math.inf:
        return torch.ones_like(y)
    in_air, error = 1 / n_photons, model_error**2
    return (in_air + error) / (in_air * torch.exp(y.clamp(min=0)) + error)


def pixel_error(geometry: ParallelBeam) -> float:
    """What an edge inside of a pixel adds to a line integral that no image on the grid explains, without unit.

    The side of a pixel times a contrast of `_HIDDEN_CONTRAST`: for chests of 128² pixels 0.05.
    """
    return _HIDDEN_CONTRAST * geometry.pixel_size


def _check_photons(n_photons: float) -> None:
    if isinstance(n_photons, bool) or not (isinstance(n_photons, int | float) and 0 < n_photons < math.inf):
        raise ConfigError(
            f"n_photons must be a positive number of photons for each ray, got {n_photons!r}: pass for example 1e4."
        )


def _check_finite(values: Tensor) -> None:
    if not torch.isfinite(values).all():
        raise ConfigError(
            "Line integrals and counts must be finite numbers, but some are NaN, infinite or so negative that no "
            "number can count their photons: check the attenuation, in 1/cm and >= 0."
        )
