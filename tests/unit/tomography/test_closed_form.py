"""Closed-form sinograms of ellipses, against sums over images and against integrals that are known."""

import math

import pytest
import torch
from torch.testing import assert_close

from structviz import data
from structviz.data import Ellipse
from structviz.tomography import ParallelBeam, ellipse_sinogram, line_integrals
from structviz.transforms import rotate

# Off the centre and oblique, so that every wrong sign shows.
SHAPES = (Ellipse(0.3, 0.2, 0.35, 0.15, 0.6, 1.0), Ellipse(-0.3, -0.1, 0.1, 0.2, 0.0, -0.4))


def test_agrees_with_column_sums_of_turned_images() -> None:
    size, angles = 128, torch.tensor([0.0, 0.4, 1.2, math.pi / 2, 2.5], dtype=torch.float64)
    turned = rotate(data.draw(SHAPES, size).expand(5, -1, -1, -1), -angles, padding="zeros")
    sums = turned.sum(dim=(1, 2)).double() * 2 / size
    closed = line_integrals(SHAPES, angles, (2 * torch.arange(size) + 1) / size - 1)
    assert (closed - sums).norm() < 0.02 * sums.norm()
    assert (closed.flip(-1) - sums).norm() > 0.5 * sums.norm()


def test_a_disc_shows_its_chords() -> None:
    offsets = torch.tensor([-0.7, -0.3, 0.0, 0.4, 0.5, 0.6], dtype=torch.float64)
    chords = line_integrals([Ellipse(0.0, 0.0, 0.5, 0.5, 0.0, 3.0)], torch.tensor([0.3]), offsets)
    assert_close(chords[0], torch.tensor([0.0, 2.4, 3.0, 1.8, 0.0, 0.0], dtype=torch.float64), rtol=0, atol=1e-12)


def test_every_view_has_the_mass_and_the_centre() -> None:
    shape, angles = SHAPES[0], torch.linspace(0, math.pi, 9, dtype=torch.float64)
    offsets = torch.linspace(-1, 1, 20001, dtype=torch.float64)
    views = line_integrals([shape], angles, offsets) * 1e-4
    mass = math.pi * shape.a * shape.b * shape.value
    assert_close(views.sum(1), torch.full((9,), mass, dtype=torch.float64), rtol=1e-5, atol=0)
    centre = shape.x * angles.cos() + shape.y * angles.sin()
    assert_close((views * offsets).sum(1) / mass, centre, rtol=0, atol=1e-6)


@pytest.mark.parametrize("width", [0.01, 0.3, 5.0])
def test_means_over_strips_are_means_of_lines(width: float) -> None:
    angles = torch.tensor([0.2, 1.9], dtype=torch.float64)
    offsets = torch.tensor([-0.35, 0.1, 0.33], dtype=torch.float64)
    inside = (torch.arange(20001, dtype=torch.float64) / 20001 - 0.5 + 0.5 / 20001) * width
    lines = line_integrals(SHAPES, angles, (offsets[:, None] + inside).flatten()).view(2, 3, -1)
    assert_close(line_integrals(SHAPES, angles, offsets, width), lines.mean(-1), rtol=0, atol=2e-5)


@pytest.mark.parametrize("pixel_size", [0.1, 0.7])
@pytest.mark.parametrize("binned", [False, True])
def test_lengths_scale_with_the_image(pixel_size: float, binned: bool) -> None:
    unit = ParallelBeam(20, 6, 28, angular_range=2.0, first_angle=0.2, pixel_size=0.1)
    geometry = ParallelBeam(20, 6, 28, angular_range=2.0, first_angle=0.2, pixel_size=pixel_size)
    assert unit.half_width == pytest.approx(1)
    expected = line_integrals(SHAPES, unit.angles, unit.offsets, 0.1 * binned)
    found = ellipse_sinogram(SHAPES, geometry, binned)
    assert (found.shape, found.dtype) == ((1, 1, 6, 28), torch.float64)
    assert_close(found[0, 0], expected * pixel_size / 0.1)


def test_nothing_casts_no_shadow() -> None:
    assert not ellipse_sinogram([], ParallelBeam(8, 3)).any()
