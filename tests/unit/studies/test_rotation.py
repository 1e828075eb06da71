import csv
import io
import math

import pytest
import torch
from torch import nn

from structviz import data
from structviz.errors import ConfigError
from structviz.metrics import psnr, ssim
from structviz.nets import ConvDenoiser
from structviz.studies.rotation import compare
from structviz.transforms import add_gaussian, disc_mask, rotate


class Left(nn.Module):
    """Takes each pixel from its right-hand neighbour: as far from equivariant as can be."""

    def forward(self, y: torch.Tensor) -> torch.Tensor:
        return torch.roll(y, -1, dims=-1)


def test_numbers_are_those_of_the_pictures() -> None:
    image = data.image("camera", 48)
    angle = math.radians(30)
    result = compare({"shift": Left()}, image, angle, "gaussian", 0.1, seed=4)
    mask = disc_mask(48, 48)
    assert result.angles == (0.0, angle)
    assert torch.equal(result.mask, mask)
    for k, a in enumerate(result.angles):
        clean = rotate(image, a)
        noisy = add_gaussian(clean, 0.1, torch.Generator().manual_seed(4))
        assert torch.equal(result.clean[k], clean)
        assert torch.equal(result.noisy[k].image, noisy)
        shown = result.arms["shift"][k]
        torch.testing.assert_close(shown.image, Left()(noisy))
        assert shown.psnr == pytest.approx(psnr(shown.image, clean, mask=mask).item())
        assert shown.ssim == pytest.approx(ssim(shown.image, clean, mask=mask).item())


def test_noise_stays_with_the_sensor() -> None:
    image = data.image("coins", 32)
    result = compare({}, image, math.pi / 2, "gaussian", 0.2)
    upright, turned = (noisy.image - clean for noisy, clean in zip(result.noisy, result.clean, strict=True))
    torch.testing.assert_close(upright, turned, atol=1e-6, rtol=0)


def test_noise_can_turn_with_the_object() -> None:
    image = data.image("coins", 32)
    fixed = compare({}, image, math.pi / 2, "gaussian", 0.2)
    turning = compare({}, image, math.pi / 2, "gaussian", 0.2, noise_turns=True)
    upright, turned = (noisy.image for noisy in turning.noisy)
    assert torch.equal(upright, fixed.noisy[0].image)
    assert torch.equal(turned, rotate(upright, math.pi / 2))
    assert turning.noisy[1].psnr == pytest.approx(turning.noisy[0].psnr, abs=1e-4)


def test_with_noise_that_turns_equivariance_keeps_the_psnr_and_a_shift_does_not() -> None:
    image = data.image("coins", 32)
    nets = {"relu": nn.ReLU(), "shift": Left()}
    result = compare(nets, image, math.pi / 2, "gaussian", 0.3, noise_turns=True)
    changes = {arm: abs(shown[1].psnr - shown[0].psnr) for arm, shown in result.arms.items()}
    assert changes["relu"] < 1e-4 < 0.01 < changes["shift"]


def test_zero_has_one_row() -> None:
    assert compare({}, data.image("moon", 32), 0.0).angles == (0.0,)


def test_corners_do_not_count() -> None:
    def spoil_corners(y: torch.Tensor) -> torch.Tensor:
        return torch.where(disc_mask(32, 32), y, torch.full_like(y, 9.0))

    image = data.image("moon", 32)
    result = compare({"identity": nn.Identity(), "spoilt": spoil_corners}, image, math.pi / 2)
    for plain, spoilt in zip(result.arms["identity"], result.arms["spoilt"], strict=True):
        assert plain.psnr == spoilt.psnr


def test_equivariance_error_belongs_to_the_angle() -> None:
    image = data.image("moon", 32)
    nets = {"identity": nn.Identity(), "shift": Left()}
    result = compare(nets, image, math.pi / 2)
    assert result.equivariance_errors["identity"] == 0
    assert result.equivariance_errors["shift"] > 0.1


def test_an_image_that_cannot_turn_is_refused() -> None:
    with pytest.raises(ConfigError, match=r"square.*32×40"):
        compare({}, torch.zeros(1, 1, 32, 40), 0.3)


def test_csv_repeats_the_numbers() -> None:
    torch.manual_seed(0)
    result = compare({"ordinary": ConvDenoiser(4, (1, 1)).eval()}, data.stripes(1, 20), math.pi / 2)
    rows = list(csv.DictReader(io.StringIO(result.to_csv())))
    assert [(row["arm"], row["angle_degrees"]) for row in rows] == [
        ("noisy", "0"),
        ("noisy", "90"),
        ("ordinary", "0"),
        ("ordinary", "90"),
    ]
    assert float(rows[3]["psnr_db"]) == pytest.approx(result.arms["ordinary"][1].psnr, abs=1e-3)
    assert float(rows[3]["equivariance_error"]) == pytest.approx(result.equivariance_errors["ordinary"], rel=1e-2)
    assert rows[2]["equivariance_error"] == "nan"
