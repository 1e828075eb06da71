"""Scans against the library's own parts, on small grids."""

import math

import pytest
import torch
from torch import Tensor
from torch.nn.functional import avg_pool2d

from structviz.errors import ConfigError, ShapeError
from structviz.studies.ct import (
    acquire,
    acquire_strip,
)
from structviz.tomography import ParallelBeam, RayTransform, measure
from structviz.tomography.turns import turn_sinogram
from structviz.transforms import disc_mask, rotate
from tests.unit.studies.ct.parts import GEOMETRY, N, X


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
