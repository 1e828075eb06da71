"""Measurements: the law of Beer and Lambert, Poisson's moments, and rays that no photon passes."""

import math

import pytest
import torch
from torch import Tensor
from torch.testing import assert_close

from structviz import data
from structviz.errors import ConfigError, ShapeError
from structviz.tomography import (
    FEWEST_COUNTS,
    ParallelBeam,
    RayTransform,
    add_photon_noise,
    count_weights,
    ellipse_sinogram,
    log_transform,
    measure,
    photon_counts,
    pixel_error,
)

GEOMETRY = ParallelBeam(32, 20, pixel_size=0.5)


def head(size: int) -> Tensor:
    return 0.2 * data.shepp_logan(size)


def constant(value: float, n: int = 40_000) -> Tensor:
    return torch.full((1, 1, 1, n), value, dtype=torch.float64)


@pytest.mark.parametrize("factor", [1, 2, 3])
def test_without_noise_it_is_the_projector_of_the_finer_image(factor: int) -> None:
    x = head(32 * factor)
    before = x.clone()
    assert torch.equal(measure(x, GEOMETRY, math.inf), RayTransform(GEOMETRY.refined(factor))(x))
    assert torch.equal(x, before)


def test_finer_images_come_closer_to_the_object() -> None:
    exact = 0.2 * ellipse_sinogram(data.SHEPP_LOGAN, GEOMETRY, binned=True)
    errors = [float((measure(head(32 * f), GEOMETRY, math.inf) - exact).norm() / exact.norm()) for f in (1, 2, 4)]
    assert errors[0] > 1.7 * errors[1]
    assert errors[1] > 1.7 * errors[2]


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_measuring_adds_the_noise_of_photons_to_that(dtype: torch.dtype, generator: torch.Generator) -> None:
    x = head(64).to(dtype).expand(3, -1, -1, -1)
    state = generator.get_state()
    y = measure(x, GEOMETRY, 1e4, generator)
    assert (y.shape, y.dtype) == ((3, 1, 20, 46), dtype)
    generator.set_state(state)
    assert torch.equal(measure(x, GEOMETRY, 1e4, generator), y)
    assert not torch.equal(y[0], y[1])
    generator.set_state(state)
    assert torch.equal(add_photon_noise(measure(x, GEOMETRY, math.inf), 1e4, generator), y)


@pytest.mark.parametrize("y", [0.0, 1.0, 3.0])
def test_counts_have_the_moments_of_poisson(y: float, generator: torch.Generator) -> None:
    mean = 200 * math.exp(-y)
    counts = photon_counts(constant(y), 200, generator)
    assert torch.equal(counts, counts.round())
    # Five standard deviations of the estimates.
    n = counts.numel()
    assert float(counts.mean()) == pytest.approx(mean, abs=5 * math.sqrt(mean / n))
    assert float(counts.var()) == pytest.approx(mean, abs=5 * math.sqrt((mean + 2 * mean**2) / n))


@pytest.mark.parametrize("n_photons", [1e4, 1e8, 1e10, 1e15, 1e30, 1e300])
def test_sinograms_have_the_right_mean_and_variance_for_any_number_of_photons(
    n_photons: float, generator: torch.Generator
) -> None:
    y = add_photon_noise(constant(1.5), n_photons, generator)
    variance = math.exp(1.5) / n_photons
    # Rounding in float64 adds to the noise of 1e30 photons, and more.
    rounding = 1e-15
    n, spread = y.numel(), math.sqrt(variance)
    assert float(y.mean()) == pytest.approx(1.5 + variance / 2, abs=5 * spread / math.sqrt(n) + rounding)
    assert float(y.std()) == pytest.approx(spread, rel=5 / math.sqrt(2 * n), abs=rounding)


def test_a_ray_that_no_photon_passes_gets_the_largest_value() -> None:
    counts = torch.tensor([[[[0.0, 1.0, 2.0, 1000.0]]]], dtype=torch.float64)
    y = log_transform(counts, 1000)[0, 0, 0].tolist()
    assert y == pytest.approx([math.log(1000 / FEWEST_COUNTS), math.log(1000), math.log(500), 0.0])


def test_metal_gives_finite_numbers(generator: torch.Generator) -> None:
    y = add_photon_noise(constant(60.0, 50), 1e4, generator)
    assert_close(y, torch.full_like(y, math.log(2e4)))
    single = measure(torch.full((1, 1, 64, 64), 50.0), GEOMETRY, 1e4, generator)
    assert torch.isfinite(single).all()
    assert float(single.max()) == pytest.approx(math.log(2e4))


def test_counts_and_logarithm_are_inverse_to_each_other_but_for_noise(generator: torch.Generator) -> None:
    y = torch.rand(2, 1, 5, 7, generator=generator, dtype=torch.float64)
    assert_close(log_transform(1e6 * torch.exp(-y), 1e6), y, rtol=0, atol=1e-12)


@pytest.mark.parametrize("shape", [(1, 1, 33, 33), (1, 1, 16, 16), (1, 1, 64, 32), (1, 3, 64, 64), (64, 64)])
@pytest.mark.usefixtures("without_shape_checks")
def test_images_that_are_no_multiple_are_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(ShapeError, match="must have the shape"):
        measure(torch.zeros(shape), GEOMETRY, math.inf)


@pytest.mark.parametrize("n_photons", [0, -1, math.nan, -math.inf, "many", True])
@pytest.mark.usefixtures("without_shape_checks")
def test_numbers_of_photons_are_checked(n_photons: float, generator: torch.Generator) -> None:
    with pytest.raises(ConfigError, match="n_photons must be a positive number"):
        measure(head(64), GEOMETRY, n_photons, generator)
    with pytest.raises(ConfigError, match="n_photons must be a positive number"):
        log_transform(constant(1.0, 3), n_photons)


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
@pytest.mark.parametrize("n_photons", [1e4, math.inf])
def test_images_that_are_not_finite_are_refused(bad: float, n_photons: float, generator: torch.Generator) -> None:
    x = head(64)
    x[0, 0, 32, 32] = bad
    with pytest.raises(ConfigError, match="must be finite numbers"):
        measure(x, GEOMETRY, n_photons, generator)


def test_what_is_no_count_is_refused(generator: torch.Generator) -> None:
    with pytest.raises(ConfigError, match=r"pass a torch\.Generator"):
        measure(head(64), GEOMETRY, 1e4)
    with pytest.raises(ConfigError, match="Counts must be >= 0, but the least is -2"):
        log_transform(-2 * constant(1.0, 3), 1e4)
    with pytest.raises(ConfigError, match="must be finite numbers"):
        log_transform(constant(math.nan, 3), 1e4)
    with pytest.raises(ConfigError, match="so negative"):
        photon_counts(constant(-800.0, 3), 1e4, generator)
    with pytest.raises(ConfigError, match="n_photons must be"):
        photon_counts(constant(1.0, 3), math.inf, generator)


@pytest.mark.parametrize("line_integral", [0.5, 3.0])
def test_a_ray_weighs_as_the_inverse_of_its_variance(line_integral: float) -> None:
    y, in_air = constant(line_integral), constant(0.0)
    variances = [add_photon_noise(one, 1e4, torch.Generator().manual_seed(0)).var().item() for one in (in_air, y)]
    weight = count_weights(y, 1e4)
    assert weight.unique().item() == pytest.approx(variances[0] / variances[1], rel=0.05)
    assert weight.unique().item() == pytest.approx(math.exp(-line_integral))


def test_what_the_grid_cannot_explain_makes_rays_more_alike() -> None:
    y = constant(4.0, 1)
    error = 0.05
    expected = (1e-4 + error**2) / (1e-4 * math.exp(4.0) + error**2)
    assert count_weights(y, 1e4, error).item() == pytest.approx(expected)
    assert count_weights(y, 1e4).item() < expected < 1
    assert count_weights(y, math.inf, error).item() == 1
    # Noise makes line integrals through air negative; no ray weighs more than one through air.
    assert count_weights(-y, 1e4).item() == 1


def test_an_edge_hides_in_a_pixel_in_proportion_to_its_side() -> None:
    assert pixel_error(ParallelBeam(128, 10, pixel_size=44 / 128)) == pytest.approx(0.05, abs=1e-3)
    assert pixel_error(ParallelBeam(128, 10, pixel_size=11 / 128)) == pytest.approx(0.0125, abs=1e-3)


@pytest.mark.parametrize("error", [-0.1, math.nan, math.inf])
def test_errors_of_the_model_are_numbers_from_zero_on(error: float) -> None:
    with pytest.raises(ConfigError, match="model_error must be a number of at least 0"):
        count_weights(constant(1.0, 1), 1e4, error)


def test_weights_need_photons() -> None:
    with pytest.raises(ConfigError, match="n_photons must be a positive number"):
        count_weights(constant(1.0, 1), 0.0)
