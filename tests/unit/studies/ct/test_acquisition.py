"""From an object to numbers: every step against the library's own parts, on small grids."""

import csv
import io
import math

import pytest
import torch
from torch import Tensor
from torch.nn.functional import avg_pool2d

from structviz.data import MU_RANGE, thorax
from structviz.errors import ConfigError, ShapeError
from structviz.metrics import psnr, ssim
from structviz.nets.unrolled import LearnedProximalGradient
from structviz.studies.ct import (
    OVERSAMPLING,
    Reconstruction,
    acquire,
    acquire_strip,
    figures_csv,
    reconstruct,
    strip_frames,
)
from structviz.tomography import ParallelBeam, RayTransform, fbp, measure
from structviz.tomography.turns import turn_sinogram
from structviz.transforms import disc_mask, rotate
from tests.tolerances import EQUIVARIANCE

N = 32
GEOMETRY = ParallelBeam(N, 12, pixel_size=44 / N)
X = thorax(1, OVERSAMPLING * N, torch.Generator().manual_seed(3))


def net() -> LearnedProximalGradient:
    made = LearnedProximalGradient(N, 12, iterations=3, width=4, memory=2).eval().requires_grad_(False)
    generator = torch.Generator().manual_seed(5)
    for parameter in made.parameters():  # as it begins, it leaves its start as it is
        parameter.copy_(0.2 * torch.randn(parameter.shape, generator=generator))
    return made


def backprojected(y: Tensor) -> Tensor:
    return fbp(RayTransform(GEOMETRY), y)[None]


def test_the_truth_and_the_data_are_those_of_the_turned_object() -> None:
    acquired = acquire(X, GEOMETRY, 1e4, seed=7, angle=0.4)
    turned = rotate(X, 0.4, "zeros").clamp(min=0)
    assert torch.equal(acquired.truth, avg_pool2d(turned, 2))
    expected = measure(turned, GEOMETRY, 1e4, torch.Generator().manual_seed(7))
    assert torch.equal(acquired.sinogram, expected)
    assert torch.equal(acquired.mask, disc_mask(N, N))
    assert acquired.geometry == GEOMETRY


def test_angles_turn_counter_clockwise() -> None:
    spot = torch.zeros(1, 1, 2 * N, 2 * N)
    spot[..., N - 4 : N + 4, 2 * N - 12 : 2 * N - 4] = 0.2  # on the right
    (row,), (column,) = (
        (acquire(spot, GEOMETRY, math.inf, angle=math.pi / 2).truth[0, 0] > 0.15).nonzero().double().mean(0).split(1)
    )
    assert (row < N / 4, abs(column - (N - 1) / 2) < 1) == (True, True), "it has come to the top"
    (row,), _ = (acquire(spot, GEOMETRY, math.inf, angle=-0.7).truth[0, 0] > 0.15).nonzero().double().mean(0).split(1)
    assert row > N / 2 + 4


@pytest.mark.parametrize("quarters", [1, 2, 3, -1])
def test_quarter_turns_permute_pixels_and_views(quarters: int) -> None:
    upright, turned = (acquire(X, GEOMETRY, math.inf, angle=k * math.pi / 2) for k in (0, quarters))
    # Means of four pixels are summed in another order.
    torch.testing.assert_close(turned.truth, torch.rot90(upright.truth, quarters, (-2, -1)), atol=1e-7, rtol=0)
    torch.testing.assert_close(turned.sinogram, turn_sinogram(upright.sinogram, GEOMETRY, quarters))


def test_without_noise_the_seed_does_not_matter_and_with_noise_it_does() -> None:
    def scans(n_photons: float) -> list[Tensor]:
        return [acquire(X, GEOMETRY, n_photons, seed).sinogram for seed in (0, 0, 1)]

    one, same, other = scans(math.inf)
    assert torch.equal(one, same)
    assert torch.equal(one, other)
    torch.testing.assert_close(one, RayTransform(GEOMETRY.refined())(X), rtol=1e-5, atol=1e-5)
    one, same, other = scans(1e4)
    assert torch.equal(one, same)
    assert not torch.equal(one, other)


def test_more_photons_come_closer_to_no_noise() -> None:
    clean = acquire(X, GEOMETRY, math.inf).sinogram
    errors = [(acquire(X, GEOMETRY, n).sinogram - clean).norm() for n in (1e3, 1e5)]
    assert errors[0] > 5 * errors[1] > 0


def test_the_object_is_left_as_it_is() -> None:
    x = X.clone()
    acquire(x, GEOMETRY, 1e3, angle=1.0)
    assert torch.equal(x, X)


def test_every_iterate_has_the_figures_of_the_metrics() -> None:
    acquired = acquire(X, GEOMETRY, 1e4, angle=0.3)
    found = reconstruct(net().iterates, acquired)
    images = net().iterates(acquired.sinogram)
    assert found.iterates.shape == (4, N, N)
    for k, image in enumerate(images):
        assert torch.equal(found.iterates[k], image[0, 0])
        expected = psnr(image, acquired.truth, MU_RANGE, disc_mask(N, N)).item()
        assert found.psnr[k] == pytest.approx(expected, abs=1e-4)
        assert found.ssim[k] == pytest.approx(ssim(image, acquired.truth, MU_RANGE, disc_mask(N, N)).item(), abs=1e-5)
    assert len({round(value, 3) for value in found.psnr}) == 4
    error = ((images[-1] - acquired.truth)[0, 0][acquired.mask].double() ** 2).mean()
    assert found.psnr[-1] == pytest.approx(10 * math.log10(MU_RANGE**2 / error), abs=1e-3)


def test_a_perfect_reconstruction_is_infinitely_good() -> None:
    acquired = acquire(X, GEOMETRY, 1e4)
    found = reconstruct(lambda y: acquired.truth.expand(len(y), -1, -1, -1)[None], acquired)
    assert found.psnr == (math.inf,)
    assert found.ssim == pytest.approx((1.0,), abs=1e-6)


def test_an_equivariant_method_turns_with_the_object_and_another_does_not() -> None:
    upright, turned = (acquire(X, GEOMETRY, math.inf, angle=k * math.pi / 2) for k in (0, 1))

    def error(method: object) -> float:
        expected = torch.rot90(method(upright.sinogram)[-1], 1, (-2, -1))  # pyright: ignore[reportCallIssue]
        return float((method(turned.sinogram)[-1] - expected).norm() / expected.norm())  # pyright: ignore[reportCallIssue]

    assert error(backprojected) < EQUIVARIANCE[torch.float32]
    assert error(net().iterates) > 1e-3


def test_each_frame_of_a_strip_is_the_scan_at_its_angle() -> None:
    strip = acquire_strip(X, GEOMETRY, 1e4, seed=2, n_angles=12)
    method = net().iterates
    frames = strip_frames(method, strip)
    assert frames.images.shape == (12, 1, N, N)
    for k in (0, 1, 3, 5, 11):
        single = acquire(X, GEOMETRY, 1e4, 2, strip.angles[k].item())
        assert torch.equal(strip.truth[k : k + 1], single.truth)
        assert torch.equal(strip.sinograms[k : k + 1], single.sinogram)
        found = reconstruct(method, single)
        torch.testing.assert_close(frames.images[k, 0] * MU_RANGE, found.iterates[-1], atol=1e-6, rtol=1e-4)
        assert frames.psnr[k].item() == pytest.approx(found.psnr[-1], abs=1e-3)
        assert frames.ssim[k].item() == pytest.approx(found.ssim[-1], abs=1e-4)


def test_the_table_has_a_line_for_each_iterate() -> None:
    blank = torch.zeros(2, 4, 4)
    text = figures_csv(
        {
            "tv": Reconstruction(blank, (20.12345, 30.0), (0.5, 0.98765)),
            "fbp": Reconstruction(blank[:1], (math.inf,), (1.0,)),
        }
    )
    assert list(csv.reader(io.StringIO(text))) == [
        ["method", "iterate", "psnr_db", "ssim"],
        ["tv", "0", "20.123", "0.5000"],
        ["tv", "1", "30.000", "0.9877"],
        ["fbp", "0", "inf", "1.0000"],
    ]


@pytest.mark.usefixtures("without_shape_checks")
@pytest.mark.parametrize(
    ("x", "error", "words"),
    [
        (torch.zeros(1, 1, 64, 60), ConfigError, "square"),
        (torch.zeros(1, 1, 70, 70), ShapeError, "70"),
        (torch.full((1, 1, 64, 64), math.nan), ConfigError, "finite"),
    ],
    ids=["oblong", "no multiple", "NaN"],
)
def test_objects_that_cannot_be_scanned_are_refused(x: Tensor, error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        acquire(x, GEOMETRY, 1e4)


@pytest.mark.parametrize("n_photons", [0, -1, math.nan])
def test_without_photons_there_is_no_scan(n_photons: float) -> None:
    with pytest.raises(ConfigError, match="photons"):
        acquire(X, GEOMETRY, n_photons)


def test_without_views_there_is_no_scan() -> None:
    with pytest.raises(ConfigError, match="n_views"):
        ParallelBeam(N, 0)


@pytest.mark.parametrize("n_angles", [0, 6])
def test_strips_need_quarter_turns(n_angles: int) -> None:
    with pytest.raises(ConfigError, match="multiple of 4"):
        acquire_strip(X, GEOMETRY, 1e4, n_angles=n_angles)
