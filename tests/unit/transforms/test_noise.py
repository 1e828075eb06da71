"""Noises: moments against their closed forms, with tolerances from the number of samples."""

import math

import pytest
import torch
from torch import Generator, Tensor

from structviz.errors import ConfigError, ShapeError
from structviz.transforms import (
    NOISES,
    add_gaussian,
    add_noise,
    add_poisson,
    add_salt_and_pepper,
    add_speckle,
)

N_SIGMA = 5.0
"""Standard errors: a correct sampler fails such a test once in two million seeds."""

SHAPE = (2, 3, 101, 150)
N = math.prod(SHAPE)


def assert_moments(values: Tensor, mean: float, variance: float, kurtosis: float) -> None:
    """Compare sample mean and variance; their standard errors follow from variance and kurtosis."""
    values = values.double()
    n = values.numel()
    assert abs(values.mean().item() - mean) < N_SIGMA * math.sqrt(variance / n)
    assert abs(values.var().item() - variance) < N_SIGMA * variance * math.sqrt((kurtosis - 1) / n)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_gaussian_moments(dtype: torch.dtype, generator: Generator) -> None:
    noisy = add_gaussian(torch.full(SHAPE, 0.4, dtype=dtype), 0.25, generator)
    assert noisy.dtype == dtype
    assert_moments(noisy, 0.4, 0.25**2, 3)
    assert noisy.min() < 0
    assert noisy.max() > 1


@pytest.mark.parametrize("kind", NOISES)
def test_the_noises_of_a_batch_are_independent(kind: str, generator: Generator) -> None:
    clean = torch.full((4, 1, 60, 80), 0.4)
    noise = (add_noise(clean, kind, 0.25, generator) - clean).flatten(1).double()
    correlations = torch.corrcoef(noise) - torch.eye(4)
    assert correlations.abs().max() < N_SIGMA / math.sqrt(noise.shape[1])


def test_speckle_moments_follow_the_pixel(generator: Generator) -> None:
    assert_moments(add_speckle(torch.full(SHAPE, 0.4), 0.25, generator), 0.4, (0.4 * 0.25) ** 2, 3)
    assert not add_speckle(torch.zeros(SHAPE), 0.25, generator).any()


def test_poisson_moments_and_counts(generator: Generator) -> None:
    photons, pixel = 16.0, 0.4
    noisy = add_poisson(torch.full(SHAPE, pixel), photons, generator)
    assert_moments(noisy, pixel, pixel / photons, 3 + 1 / (pixel * photons))
    counts = noisy.double() * photons
    assert torch.equal(counts, counts.round())


def test_poisson_takes_overshoots_for_black(generator: Generator) -> None:
    assert not add_poisson(torch.full((1, 1, 3, 4), -0.05), 100, generator).any()


def test_salt_and_pepper_hits_the_fraction_evenly(generator: Generator) -> None:
    fraction = 0.3
    noisy = add_salt_and_pepper(torch.full(SHAPE, 0.4), fraction, generator)
    for value in (0.0, 1.0):
        share = (noisy == value).double().mean().item()
        p = fraction / 2
        assert abs(share - p) < N_SIGMA * math.sqrt(p * (1 - p) / N)
    assert set(noisy.unique().tolist()) == {0.0, 1.0, torch.tensor(0.4).item()}
    assert set(add_salt_and_pepper(noisy, 1.0, generator).unique().tolist()) == {0.0, 1.0}


@pytest.mark.parametrize("kind", [kind for kind in NOISES if kind != "salt_and_pepper"])
def test_the_level_is_the_standard_deviation_on_white(kind: str, generator: Generator) -> None:
    noisy = add_noise(torch.ones(SHAPE), kind, 0.25, generator)
    assert noisy.double().std().item() == pytest.approx(0.25, rel=N_SIGMA * math.sqrt(0.5 * 1.1 / N))


@pytest.mark.parametrize("kind", NOISES)
def test_every_noise_keeps_its_promises(kind: str) -> None:
    images = torch.rand(3, 2, 7, 12, generator=Generator().manual_seed(1))
    before = images.clone()
    noisy, again, other = (add_noise(images, kind, 0.3, Generator().manual_seed(seed)) for seed in (5, 5, 6))
    assert torch.equal(noisy, again)
    assert not torch.equal(noisy, other)
    assert noisy.shape == images.shape
    assert torch.equal(images, before)


@pytest.mark.parametrize("kind", NOISES)
def test_level_zero_changes_nothing(kind: str, generator: Generator) -> None:
    images = torch.rand(3, 1, 7, 12, generator=generator)
    assert torch.equal(add_noise(images, kind, 0, generator), images)
    levels = torch.tensor([0.3, 0.0, 0.5])
    unchanged = (add_noise(images, kind, levels, generator) == images).flatten(1).all(1)
    assert unchanged.tolist() == [False, True, False]


@pytest.mark.parametrize("kind", NOISES)
def test_levels_per_image_equal_one_level_for_all(kind: str) -> None:
    images = torch.rand(3, 1, 7, 12, generator=Generator().manual_seed(1))
    one = add_noise(images, kind, 0.25, Generator().manual_seed(5))
    each = add_noise(images, kind, torch.full((3,), 0.25), Generator().manual_seed(5))
    assert torch.equal(one, each)


@pytest.mark.parametrize("level", [1e-9, 1e-4])
def test_tiny_levels_of_poisson_are_finite(level: float, generator: Generator) -> None:
    white = torch.ones(1, 1, 5, 6, dtype=torch.float64)
    assert (add_noise(white, "poisson", level, generator) - white).abs().max() < 10 * max(level, 1e-6)


def test_gradients_pass_through_gaussian_noise(generator: Generator) -> None:
    images = torch.zeros(1, 1, 3, 4, requires_grad=True)
    add_gaussian(images, 0.1, generator).sum().backward()
    assert images.grad is not None
    assert torch.equal(images.grad, torch.ones(1, 1, 3, 4))


def test_registry_names_itself() -> None:
    assert list(NOISES) == [noise.name for noise in NOISES.values()]
    assert all(noise.title and noise.meaning and noise.level_range == (0.0, 0.5) for noise in NOISES.values())


IMAGES = torch.zeros(2, 1, 4, 5)


@pytest.mark.usefixtures("without_shape_checks")
@pytest.mark.parametrize(
    ("function", "level", "error", "message"),
    [
        (add_gaussian, -0.1, ConfigError, r"sigma must be .* >= 0, got -0\.1"),
        (add_speckle, math.nan, ConfigError, r"got nan"),
        (add_poisson, 0.0, ConfigError, r"photons must be .* got 0"),
        (add_poisson, math.inf, ConfigError, r"got inf"),
        (add_salt_and_pepper, 1.5, ConfigError, r"from 0 to 1, got 1\.5"),
        (add_gaussian, torch.tensor([0.1, -1.0]), ConfigError, r"got -1"),
        (add_gaussian, torch.zeros(3), ShapeError, r"each of the 2 images, got shape \(3,\)"),
    ],
)
def test_bad_levels_are_refused(
    function: object, level: object, error: type[Exception], message: str, generator: Generator
) -> None:
    with pytest.raises(error, match=message):
        function(IMAGES, level, generator)  # pyright: ignore[reportCallIssue]


@pytest.mark.usefixtures("without_shape_checks")
def test_bad_kinds_levels_and_images_are_refused(generator: Generator) -> None:
    with pytest.raises(ConfigError, match=r"gaussian, poisson, salt_and_pepper, speckle, got 'snow'"):
        add_noise(IMAGES, "snow", 0.1, generator)
    with pytest.raises(ConfigError, match=r"level must be .* from 0 to 0\.5, got 0\.6"):
        add_noise(IMAGES, "gaussian", 0.6, generator)
    with pytest.raises(ShapeError, match="float"):
        add_gaussian(IMAGES.long(), 0.1, generator)
    with pytest.raises(ShapeError, match="missing axes"):
        add_poisson(IMAGES[0], 1.0, generator)
