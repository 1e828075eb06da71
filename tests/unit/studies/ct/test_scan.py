"""Settings of scans, and in which ways they leave what networks were trained for."""

import math
from dataclasses import replace

import pytest
import torch

from structviz import data, zoo
from structviz.config import UnrolledShape
from structviz.errors import ConfigError
from structviz.studies.ct import (
    PHANTOMS,
    Scan,
    acquire,
    acquire_scan,
    classical_method,
    learned_method,
    outside_training,
    phantom,
    reconstruct,
)
from structviz.tomography import ParallelBeam

SMALL = Scan(n_views=12, image_size=32)


def test_everything_on_the_page_takes_a_few_lines() -> None:
    scan = Scan()
    acquired = acquire_scan(scan, angle=math.pi / 2)
    methods = {
        name: learned_method(zoo.load(f"ct/{name}-small"), scan.geometry) for name in ("ordinary", "equivariant")
    }
    methods["fbp"] = classical_method("fbp", scan.geometry)
    psnr = {name: reconstruct(method, acquired).psnr[-1] for name, method in methods.items()}
    assert psnr["equivariant"] > psnr["ordinary"] + 1 > psnr["fbp"]


def test_a_scan_is_its_phantom_in_its_geometry() -> None:
    scan = replace(SMALL, patient=3, angular_range=math.radians(120), n_photons=3e3, seed=5)
    geometry = ParallelBeam(32, 12, angular_range=math.radians(120), pixel_size=data.FIELD_OF_VIEW / 32)
    assert scan.geometry == geometry
    found, expected = acquire_scan(scan, angle=0.3), acquire(phantom("thorax", 64, 3), geometry, 3e3, 5, 0.3)
    assert torch.equal(found.sinogram, expected.sinogram)
    assert torch.equal(found.truth, expected.truth)


def test_an_object_of_ones_own_takes_the_place_of_the_phantom() -> None:
    x = phantom("ellipses", 64, 1)
    assert torch.equal(acquire_scan(SMALL, x).truth, acquire(x, SMALL.geometry, 1e4).truth)
    with pytest.raises(ConfigError, match="one of thorax, shepp-logan, ellipses; got None"):
        acquire_scan(replace(SMALL, phantom=None))


@pytest.mark.parametrize("patient", [-1, 10_000])
def test_a_chest_that_training_might_draw_is_not_shown(patient: int) -> None:
    with pytest.raises(ConfigError, match=rf"from 0 to 9999; got {patient}"):
        replace(SMALL, patient=patient).image()
    assert replace(SMALL, patient=9_999).image().max() > 0
    assert replace(SMALL, phantom="ellipses", patient=10_000).image().max() > 0, "nobody learns from ellipses"


def test_phantoms_are_attenuation_and_differ() -> None:
    images = [replace(SMALL, phantom=name).image() for name in PHANTOMS]
    images += [replace(SMALL, phantom=name, patient=1).image() for name in ("thorax", "ellipses")]
    assert len({tuple(image.flatten().tolist()) for image in images}) == 5
    assert all(image.shape == (1, 1, 64, 64) for image in images)
    assert all(0.05 < image.max() < 1 for image in images), "1/cm"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"phantom": "ellipses"}, ["another object than a chest"]),
        ({"phantom": None}, ["another object than a chest"]),
        ({"n_views": 20}, ["20 views instead of 50"]),
        ({"angular_range": math.radians(120)}, ["views over 120° instead of 180°"]),
        ({"n_photons": 1e3}, ["1,000 photons a ray instead of 10,000"]),
        ({"n_photons": 1e5}, ["100,000 photons a ray, more than in training"]),
        ({"n_photons": math.inf}, ["no noise"]),
        ({"image_size": 64}, ["64² pixels instead of 128²"]),
        ({"patient": 5, "seed": 7}, []),
        ({"n_views": 20, "n_photons": math.inf}, ["20 views instead of 50", "no noise"]),
    ],
    ids=str,
)
def test_what_is_outside_of_training_is_said(changes: dict, words: list[str]) -> None:
    assert outside_training(replace(Scan(), **changes)) == words


def test_networks_can_be_trained_for_other_scans() -> None:
    shape = UnrolledShape(image_size=64, n_views=30, field_of_view=20.0)
    said = outside_training(Scan(n_views=30, image_size=64), shape)
    assert said == [f"images of {data.FIELD_OF_VIEW:g} cm instead of 20 cm"]
