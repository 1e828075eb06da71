"""Attenuation and Hounsfield units."""

import pytest
import torch
from torch.testing import assert_close

from structviz import data
from structviz.errors import ShapeError


def test_the_scale_is_fixed_by_air_and_water() -> None:
    mu = torch.tensor([0.0, data.MU_WATER, 2 * data.MU_WATER])
    assert_close(data.to_hounsfield(mu), torch.tensor([-1000.0, 0.0, 1000.0]), rtol=0, atol=1e-4)


def test_there_and_back() -> None:
    hounsfield = torch.linspace(-1000, 3071, 50, dtype=torch.float64).reshape(5, 10)
    assert_close(data.to_hounsfield(data.from_hounsfield(hounsfield)), hounsfield)


def test_nothing_is_thinner_than_air() -> None:
    assert_close(data.from_hounsfield(torch.tensor([-1024.0, -5000.0])), torch.zeros(2))


@pytest.mark.parametrize(
    ("material", "low", "high"),
    [
        ("air", -1000, -1000),
        ("lung", -850, -650),
        ("fat", -120, -50),
        ("fluid", 0, 20),
        ("muscle", 30, 70),
        ("blood", 40, 300),
        ("marrow", 200, 500),
        ("bone", 1000, 2000),
    ],
)
def test_materials_are_where_radiologists_expect_them(material: str, low: float, high: float) -> None:
    assert low <= float(data.to_hounsfield(torch.tensor(data.MATERIALS[material]))) <= high


def test_nothing_in_a_patient_is_denser_than_bone_and_bone_is_the_end_of_the_scale() -> None:
    """A PSNR is relative to `MU_RANGE`, which is said to be all that a patient can hold."""
    assert max(data.MATERIALS.values()) == data.MATERIALS["bone"] == data.MU_RANGE


def test_materials_cannot_be_changed() -> None:
    with pytest.raises(TypeError):
        data.MATERIALS["air"] = 1.0  # pyright: ignore[reportIndexIssue]


def test_grey_images_become_attenuation() -> None:
    images = torch.rand(2, 1, 4, 5)
    before = images.clone()
    assert_close(data.as_attenuation(images), data.MU_SCALE * images)
    assert_close(images, before)
    brightest = float(data.to_hounsfield(data.as_attenuation(torch.ones(1, 1, 1, 1))))
    assert 0 < brightest < 300  # white is tissue, neither lung nor metal


@pytest.mark.usefixtures("without_shape_checks")
@pytest.mark.parametrize("images", [torch.ones(3, 3), torch.ones(1, 1, 2, 2, dtype=torch.uint8)])
def test_other_tensors_are_refused(images: torch.Tensor) -> None:
    with pytest.raises(ShapeError, match=str(images.dtype)):
        data.as_attenuation(images)
