"""Filtered backprojection: its filter in closed form, discs in the right units, and what it inherits from A."""

import math

import pytest
import torch
from torch.testing import assert_close

from structviz import data
from structviz.checks import equivariance_error
from structviz.data import Ellipse
from structviz.errors import ConfigError
from structviz.metrics import psnr
from structviz.tomography import FILTERS, ParallelBeam, RayTransform, ellipse_sinogram, fbp, filter_sinogram
from structviz.transforms import disc_mask
from tests.tolerances import EQUIVARIANCE

ALL = pytest.mark.parametrize("filter", FILTERS)

# Of the frequency in cycles per bin, at most 1/2.
WINDOWS = {
    "ramp": lambda _: 1.0,
    "shepp-logan": lambda f: math.sin(math.pi * f) / (math.pi * f),
    "hann": lambda f: math.cos(math.pi * f) ** 2,
}


def inner_disc(size: int, radius: float) -> torch.Tensor:
    axis = (2 * torch.arange(size, dtype=torch.float64) + 1) / size - 1
    return torch.hypot(axis, axis[:, None]) < radius


@ALL
@pytest.mark.parametrize(
    "change",
    [{}, {"pixel_size": 0.37}, {"detector_spacing": 0.06}, {"detector_spacing": 0.15}, {"first_angle": 1.0}],
    ids=str,
)
def test_a_disc_gets_its_value_and_nothing_lies_outside(filter: str, change: dict) -> None:
    geometry = ParallelBeam(96, 120, **change)
    A = RayTransform(geometry, dtype=torch.float64)
    x = fbp(A, ellipse_sinogram([Ellipse(0.0, 0.0, 0.6, 0.6, 0.0, 0.3)], geometry), filter)[0, 0]
    inside = inner_disc(96, 0.5)
    assert float(x[inside].mean()) == pytest.approx(0.3, rel=0.003)
    assert float((x[inside] - 0.3).abs().max()) < 0.02 * 0.3
    outside = inner_disc(96, 0.95) & ~inner_disc(96, 0.7)
    assert float(x[outside].abs().max()) < 0.04 * 0.3


def test_the_place_and_the_turn_are_right() -> None:
    shapes = [Ellipse(0.3, 0.2, 0.5, 0.2, 0.6, 1.0), Ellipse(-0.3, -0.1, 0.1, 0.4, 0.2, -0.4)]
    geometry = ParallelBeam(128, 200)
    x = fbp(RayTransform(geometry, dtype=torch.float64), ellipse_sinogram(shapes, geometry))
    image = data.draw(shapes, 128).double()
    assert float((x - image).norm() / image.norm()) < 0.1
    for wrong in (image.mT, image.flip(-1), image.flip(-2), torch.rot90(image, 1, (-2, -1))):
        assert float((x - wrong).norm() / image.norm()) > 0.5


def test_gets_better_with_views_and_pixels() -> None:
    def error(size: int, n_views: int) -> float:
        A = RayTransform(ParallelBeam(size, n_views))
        image = data.shepp_logan(size)
        return float((fbp(A, A(image)) - image).norm() / image.norm())

    views = [error(64, n) for n in (10, 20, 40, 80)]
    assert views == sorted(views, reverse=True)
    assert error(128, 200) < error(64, 100) < error(32, 50)
    assert error(128, 200) < 0.15


@ALL
def test_is_no_worse_than_scikit_image(filter: str) -> None:
    from skimage.transform import iradon

    size, n_views = 129, 90
    A = RayTransform(ParallelBeam(size, n_views, n_detectors=size, pixel_size=1.0), dtype=torch.float64)
    image, inside = data.shepp_logan(size).double(), disc_mask(size, size)
    y, theta = A(image), torch.rad2deg(A.geometry.angles).numpy()
    peer = torch.from_numpy(iradon(y[0, 0].T.numpy(), theta, filter_name=filter, circle=True))[None, None]
    ours, theirs = (psnr(x, image, mask=inside).item() for x in (fbp(A, y, filter), peer))
    assert theirs > 22
    assert ours > theirs


@ALL
@pytest.mark.parametrize("spacing", [0.1, 0.4])
def test_the_filter_multiplies_spectra_by_the_windowed_ramp(filter: str, spacing: float) -> None:
    # A smooth wave packet: at its frequency, in cycles per bin, the filter is |f| under the window.
    n, s = 512, torch.arange(512, dtype=torch.float64) - 255.5
    for frequency in (0.1, 0.25, 0.4):
        packet = torch.exp(-((s / 60) ** 2) / 2) * torch.cos(2 * math.pi * frequency * s)
        gain = frequency / spacing * WINDOWS[filter](frequency)
        middle = slice(n // 4, 3 * n // 4)
        filtered = filter_sinogram(packet, spacing, filter)
        assert_close(filtered[middle], gain * packet[middle], rtol=0, atol=0.03 * gain)


@pytest.mark.parametrize("n", [1, 2, 16, 37])
def test_the_ramp_has_the_band_limited_kernel_and_ends_do_not_meet(n: int) -> None:
    kernel = [0.25] + [-1 / (math.pi * k) ** 2 if k % 2 else 0.0 for k in range(1, n)]
    expected = [[kernel[abs(i - j)] / 0.3 for j in range(n)] for i in range(n)]
    found = filter_sinogram(torch.eye(n, dtype=torch.float64), 0.3)
    assert_close(found, torch.tensor(expected, dtype=torch.float64), rtol=0, atol=1e-12)


def test_a_gaussian_is_inverted_as_the_fourier_slice_theorem_says() -> None:
    # Its views are Gaussians again; the filtered one is ∫ |f| ĝ(f) exp(2π i f s) df.
    spacing, width = 0.1, 0.5
    s = (torch.arange(400, dtype=torch.float64) - 199.5) * spacing
    f = torch.linspace(0, 5, 20001, dtype=torch.float64)
    spectrum = width * math.sqrt(2 * math.pi) * torch.exp(-2 * (math.pi * width * f) ** 2)
    waves = torch.cos(2 * math.pi * s[:, None] * f)
    expected = 2 * torch.trapezoid(f * spectrum * waves, f, dim=-1)
    found = filter_sinogram(torch.exp(-((s / width) ** 2) / 2), spacing)
    assert_close(found[100:300], expected[100:300], rtol=0, atol=2e-3 * float(expected.max()))


@ALL
def test_a_constant_that_fills_the_detector_is_not_a_ring(filter: str) -> None:
    # With samples of |f| instead of the transform of the kernel the mean would be lost.
    n = 301
    middle = filter_sinogram(torch.ones(n, dtype=torch.float64), 1.0, filter)[n // 2]
    # The ramp's kernel sums to zero over the whole line; what lies beyond ±150 bins is missing.
    beyond = 2 * sum(1 / (math.pi * k) ** 2 for k in range(151, 100_001, 2))
    assert float(middle) == pytest.approx(beyond, rel=0.02)


def test_smoother_windows_let_through_less_noise(generator: torch.Generator) -> None:
    A = RayTransform(ParallelBeam(64, 60))
    noise = torch.randn(1, 1, *A.geometry.sinogram_shape, generator=generator)
    ramp, shepp_logan, hann = (float(fbp(A, noise, filter).std()) for filter in ("ramp", "shepp-logan", "hann"))
    assert ramp > 1.1 * shepp_logan > 1.2 * hann


@ALL
@pytest.mark.parametrize("dtype", EQUIVARIANCE, ids=str)
@pytest.mark.parametrize("n_detectors", [None, 65, 66])
def test_the_whole_way_commutes_with_quarter_turns(
    filter: str, dtype: torch.dtype, n_detectors: int | None, generator: torch.Generator
) -> None:
    x = torch.rand(2, 1, 46, 46, generator=generator, dtype=dtype)
    A = RayTransform(ParallelBeam(46, 30, n_detectors), dtype=dtype)
    odd = RayTransform(ParallelBeam(46, 31, n_detectors), dtype=dtype)
    for angle in (math.pi / 2, math.pi):
        assert equivariance_error(lambda x: fbp(A, A(x), filter), x, angle) < EQUIVARIANCE[dtype]
    # With an odd number of views the turned views are not there.
    assert equivariance_error(lambda x: fbp(odd, odd(x), filter), x, math.pi / 2) > 1e-3


@ALL
def test_is_linear_differentiable_and_keeps_images_apart(filter: str, generator: torch.Generator) -> None:
    A = RayTransform(ParallelBeam(9, 6), dtype=torch.float64)
    y = torch.randn(2, 1, *A.geometry.sinogram_shape, generator=generator, dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(lambda y: fbp(A, y, filter), y, fast_mode=True)
    both = fbp(A, y, filter)
    assert_close(both, torch.cat([fbp(A, y[:1], filter), fbp(A, 2 * y[1:], filter) / 2]))


def test_a_limited_angle_weighs_its_views_as_a_part_of_the_circle() -> None:
    # Two halves of the circle add up to the whole.
    whole = ParallelBeam(32, 20)
    halves = [ParallelBeam(32, 10, angular_range=math.pi / 2, first_angle=k * math.pi / 2) for k in range(2)]
    image = data.shepp_logan(32).double()
    parts = []
    for geometry in [whole, *halves]:
        A = RayTransform(geometry, dtype=torch.float64)
        parts.append(fbp(A, A(image)))
    assert_close(parts[1] + parts[2], parts[0])


def test_unknown_filters_are_named() -> None:
    A = RayTransform(ParallelBeam(8, 3))
    with pytest.raises(ConfigError, match="ramp, shepp-logan, hann, got 'cosine'"):
        fbp(A, torch.zeros(1, 1, *A.geometry.sinogram_shape), "cosine")
