"""Objects of known size: line integrals, photons and networks follow from the width that is scanned."""

import math

import numpy as np
import pytest
import torch
from torch import Tensor

from structviz import data, zoo
from structviz.studies.ct import PHANTOMS, Scan, acquire_scan, learned_method, reconstruct

pytest.importorskip("pydicom", reason="needs the extra: pip install pydicom")

from tests.unit.data.dicom_files import ct

N = 64


def disc(diameter: float, width: float, size: int = 2 * N) -> Tensor:
    """Water in a disc in the middle of an image, anti-aliased; both lengths in cm."""
    fine = 4 * size
    along = (torch.arange(fine) + 0.5) * (width / fine) - width / 2
    inside = (along[:, None] ** 2 + along**2 <= (diameter / 2) ** 2).float()[None, None]
    return data.MU_WATER * torch.nn.functional.avg_pool2d(inside, 4)


@pytest.mark.parametrize("width", [8.5, 22.0, 44.0])
def test_a_disc_of_water_lets_through_what_beer_and_lambert_say(width: float) -> None:
    diameter = 0.8 * width
    scan = Scan(phantom=None, image_size=N, n_views=12, n_photons=1e6, field_of_view=width)
    acquired = acquire_scan(scan, disc(diameter, width))
    expected = data.MU_WATER * diameter
    assert acquired.thickest == pytest.approx(expected, rel=0.01)
    middle = acquired.sinogram.shape[-1] // 2
    counts = 1e6 * torch.exp(-acquired.sinogram[0, 0, :, middle - 1 : middle + 1].double())
    assert counts.mean().item() == pytest.approx(1e6 * math.exp(-expected), rel=0.05)
    offsets = scan.geometry.offsets
    chords = 2 * (diameter**2 / 4 - offsets**2).clamp(min=0).sqrt()
    exact = acquire_scan(
        Scan(phantom=None, image_size=N, n_views=12, n_photons=math.inf, field_of_view=width), disc(diameter, width)
    )
    rms = (exact.sinogram[0, 0].double() - data.MU_WATER * chords).square().mean().sqrt()
    assert rms < 0.02 * expected


def test_a_slice_is_scanned_as_wide_as_its_header_says() -> None:
    """A disc of water 6.8 cm wide in a slice 8.5 cm wide; taken for 44 cm it would stop nearly all X-rays."""
    side = 128
    along = (np.arange(side) + 0.5) / side - 0.5
    inside = along[:, None] ** 2 + along**2 <= 0.4**2
    spacing = 85 / side
    content = ct(np.where(inside, 1024, 24).astype(np.uint16), PixelSpacing=[spacing, spacing])
    uploaded = data.read_scan(content, 2 * N)
    assert uploaded.width == pytest.approx(8.5)
    scan = Scan(phantom=None, image_size=N, field_of_view=uploaded.width)
    acquired = acquire_scan(scan, uploaded.image)
    arrive = 1e4 * math.exp(-acquired.thickest)
    assert arrive == pytest.approx(1e4 * math.exp(-data.MU_WATER * 6.8), rel=0.02)
    assumed = acquire_scan(Scan(phantom=None, image_size=N), uploaded.image)
    assert 1e4 * math.exp(-assumed.thickest) < 10


def test_every_phantom_has_a_width() -> None:
    for name, width in PHANTOMS.items():
        assert Scan(phantom=name).geometry.pixel_size == pytest.approx(width / 128)
    assert Scan(phantom="thorax").width == data.FIELD_OF_VIEW
    assert Scan(phantom=None).width == data.FIELD_OF_VIEW, "where nobody knows, that of training"
    assert Scan(phantom="thorax", field_of_view=30.0).width == 30.0


def test_networks_see_attenuation_not_line_integrals() -> None:
    """Attenuation keeps its unit when the object shrinks; who rescales it to the lengths of training does worse."""
    scan, trained = Scan(phantom=None, field_of_view=8.5), Scan(phantom=None)
    acquired = acquire_scan(scan, Scan().image())
    net = zoo.load("ct/equivariant-large")
    physical = reconstruct(learned_method(net, scan.geometry), acquired).psnr[-1]
    in_lengths_of_training = learned_method(net, trained.geometry)
    rescaled = reconstruct(lambda y: in_lengths_of_training(y) * (44 / 8.5), acquired).psnr[-1]
    assert physical > rescaled + 5
    assert physical > 28
