"""Geometries: what they say of their rays, and what they refuse."""

import dataclasses
import math

import pytest
import torch
from torch.testing import assert_close

from structviz.errors import ConfigError
from structviz.tomography import ParallelBeam


def test_defaults_are_written_out() -> None:
    geometry = ParallelBeam(image_size=512, n_views=50)
    # The diagonal is 724.08 pixels long.
    assert (geometry.n_detectors, geometry.detector_spacing) == (726, 0.1)
    assert geometry.sinogram_shape == (50, 726)
    assert (geometry.spacing, geometry.half_width) == (0.1, pytest.approx(25.6))


@pytest.mark.parametrize(
    ("size", "pixel_size"),
    [(2, 0.1), (3, 1 / 3), (31, 1.0), (32, 0.1), (99, 1 / 3), (100, 1.0), (181, 1.0), (985, 1 / 3), (2378, 0.1)],
)
def test_the_default_detector_sees_the_corners_and_no_more(size: int, pixel_size: float) -> None:
    _, n = ParallelBeam(size, 3, pixel_size=pixel_size).sinogram_shape
    assert n % 2 == size % 2
    assert size * math.sqrt(2) - 1e-6 <= n < size * math.sqrt(2) + 2


def test_the_default_detector_depends_on_its_spacing() -> None:
    assert ParallelBeam(64, 3, pixel_size=0.1, detector_spacing=0.05).sinogram_shape == (3, 182)
    assert ParallelBeam(64, 3, pixel_size=0.1, detector_spacing=0.2).sinogram_shape == (3, 46)


def test_angles_and_offsets() -> None:
    geometry = ParallelBeam(8, 4, 3, angular_range=2.0, first_angle=0.5, detector_spacing=0.2)
    assert_close(geometry.angles, torch.tensor([0.5, 1.0, 1.5, 2.0], dtype=torch.float64))
    assert_close(geometry.offsets, torch.tensor([-0.2, 0.0, 0.2], dtype=torch.float64))


def test_refining_keeps_the_rays() -> None:
    coarse = ParallelBeam(32, 7, angular_range=2.0, first_angle=0.1, pixel_size=0.3)
    fine = coarse.refined(3)
    assert (fine.image_size, fine.pixel_size) == (96, pytest.approx(0.1))
    assert fine.half_width == pytest.approx(coarse.half_width)
    assert_close(fine.offsets, coarse.offsets, rtol=0, atol=0)
    assert_close(fine.angles, coarse.angles, rtol=0, atol=0)
    assert coarse.refined(1) == coarse


def test_is_a_value() -> None:
    geometry = ParallelBeam(32, 7)
    assert geometry == ParallelBeam(32, 7, n_detectors=46, detector_spacing=0.1)
    assert hash(geometry) == hash(ParallelBeam(32, 7))
    assert geometry != ParallelBeam(32, 7, first_angle=0.1)
    assert ParallelBeam(**dataclasses.asdict(geometry)) == geometry
    with pytest.raises(dataclasses.FrozenInstanceError):
        geometry.n_views = 8  # pyright: ignore[reportAttributeAccessIssue]


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"image_size": 1}, "image_size must be an integer from 2"),
        ({"image_size": 64.0}, "image_size must be an integer"),
        ({"image_size": 10**6}, "image_size must be an integer"),
        ({"n_views": 0}, "n_views must be an integer from 1"),
        ({"n_views": -3}, "n_views"),
        ({"n_views": True}, "n_views"),
        ({"n_detectors": 0}, "n_detectors must be an integer from 1"),
        ({"n_detectors": 7.5}, "n_detectors"),
        ({"pixel_size": 0.0}, "pixel_size must be a positive number of cm"),
        ({"pixel_size": math.nan}, "pixel_size"),
        ({"pixel_size": "1"}, "pixel_size"),
        ({"detector_spacing": -0.1}, "detector_spacing must be a positive number of cm"),
        ({"detector_spacing": math.inf}, "detector_spacing"),
        ({"angular_range": 0.0}, "angular_range must lie between"),
        ({"angular_range": 2 * math.pi}, "choose math.pi or less"),
        ({"angular_range": math.nan}, "angular_range"),
        ({"first_angle": math.nan}, "first_angle must lie between"),
        ({"first_angle": 360.0}, "first_angle"),
    ],
)
@pytest.mark.usefixtures("without_shape_checks")
def test_bad_numbers_are_named(change: dict, named: str) -> None:
    with pytest.raises(ConfigError, match=named):
        ParallelBeam(**{"image_size": 64, "n_views": 30, **change})


@pytest.mark.parametrize("factor", [0, 2.0, 1000])
@pytest.mark.usefixtures("without_shape_checks")
def test_bad_factors_are_refused(factor: int) -> None:
    with pytest.raises(ConfigError, match="must be an integer"):
        ParallelBeam(64, 30).refined(factor)
