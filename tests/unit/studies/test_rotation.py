import csv
import io
import math
from collections.abc import Callable

import pytest
import torch
from torch import nn
from torch.testing import assert_close

from structviz import data
from structviz.errors import ConfigError
from structviz.metrics import psnr, ssim
from structviz.nets import ConvDenoiser
from structviz.studies.rotation import compare, film_strip, film_strip_arm
from structviz.studies.turning import turn_angles
from structviz.transforms import NOISES, add_gaussian, disc_mask, rotate


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


def test_of_a_pattern_that_a_formula_turns_the_rim_does_not_count() -> None:
    image = data.grating(0.0, size=48)
    result = compare({"shift": Left()}, image, 0.5, turned=lambda angles: data.grating(angles, size=48))
    assert torch.equal(result.mask, disc_mask(48, 48))
    assert torch.equal(result.counted, disc_mask(48, 48, 6))
    for k, shown in enumerate(result.arms["shift"]):
        clean, inner = result.clean[k], disc_mask(48, 48, 6)
        assert shown.psnr == pytest.approx(psnr(shown.image, clean, mask=inner).item())
        assert shown.ssim == pytest.approx(ssim(shown.image, clean, mask=inner).item())
        assert abs(shown.psnr - psnr(shown.image, clean, mask=disc_mask(48, 48)).item()) > 1e-3
    assert torch.equal(compare({}, image, 0.5).counted, result.mask)


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


def test_an_eighth_of_the_side_at_the_rim_does_not_count_between_quarter_turns(generator: torch.Generator) -> None:
    ramp = torch.linspace(-1, 1, 48).expand(48, 48)

    def spoil_rim(width: float) -> Callable[[torch.Tensor], torch.Tensor]:
        return lambda y: torch.where(disc_mask(48, 48, width), y, y + ramp)

    image = torch.rand(1, 1, 48, 48, generator=generator)
    errors = compare({"within": spoil_rim(5), "beyond": spoil_rim(9)}, image, math.radians(30)).equivariance_errors
    assert errors["within"] < 0.05
    assert errors["beyond"] > 0.15


def test_an_image_that_cannot_turn_is_refused() -> None:
    oblong = torch.zeros(1, 1, 32, 40)
    for study in (lambda: compare({}, oblong, 0.3), lambda: film_strip({}, oblong)):
        with pytest.raises(ConfigError, match=r"square.*32×40"):
            study()


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


@pytest.fixture
def net() -> nn.Module:
    torch.manual_seed(2)
    return ConvDenoiser(4, (1, 2, 1), residual=True).eval().requires_grad_(False)


@pytest.mark.parametrize("noise", NOISES)
def test_each_frame_is_the_comparison_at_its_angle(net: nn.Module, noise: str) -> None:
    image = data.image("coins", 40)
    strip = film_strip({"ordinary": net}, image, 12, noise, 0.2, seed=5)
    for k in (1, 3, 7):
        single = compare({"ordinary": net}, image, strip.angles[k].item(), noise, 0.2, seed=5)
        torch.testing.assert_close(strip.clean[k : k + 1], single.clean[1], atol=1e-6, rtol=0)
        torch.testing.assert_close(strip.noisy.images[k : k + 1], single.noisy[1].image, atol=1e-5, rtol=0)
        shown = single.arms["ordinary"][1]
        torch.testing.assert_close(strip.arms["ordinary"].images[k : k + 1], shown.image, atol=1e-5, rtol=1e-5)
        assert strip.arms["ordinary"].psnr[k].item() == pytest.approx(shown.psnr, abs=1e-3)
        assert strip.arms["ordinary"].ssim[k].item() == pytest.approx(shown.ssim, abs=1e-4)
        assert strip.noisy.psnr[k].item() == pytest.approx(single.noisy[1].psnr, abs=1e-3)


def test_angles_are_one_turn_with_exact_quarters() -> None:
    angles = turn_angles(72)
    assert angles[0] == 0
    assert (angles[1:] - angles[:-1]).allclose(torch.tensor(math.radians(5), dtype=torch.float64))
    image = data.image("coins", 40)
    strip = film_strip({}, image, 8)
    for k in (0, 2, 4, 6):
        assert torch.equal(strip.clean[k : k + 1], torch.rot90(image, k // 2, (-2, -1)))


def test_noise_that_turns_is_that_of_the_upright_image() -> None:
    image = data.image("coins", 40)
    fixed = film_strip({}, image, 8, level=0.2)
    turning = film_strip({}, image, 8, level=0.2, noise_turns=True)
    upright = fixed.noisy.images[:1]
    assert torch.equal(turning.noisy.images[:1], upright)
    for k in (2, 3):
        expected = rotate(upright, turning.angles[k].item())
        torch.testing.assert_close(turning.noisy.images[k : k + 1], expected, atol=1e-5, rtol=0)
    sensor = fixed.noisy.images - fixed.clean
    torch.testing.assert_close(sensor, sensor[:1].expand_as(sensor), atol=1e-6, rtol=0)


@pytest.mark.parametrize("n_angles", [0, 6, -4])
def test_strips_without_quarter_turns_are_refused(n_angles: int) -> None:
    with pytest.raises(ConfigError, match=f"multiple of 4.*{n_angles}"):
        turn_angles(n_angles)


def test_an_arm_that_comes_later_is_as_one_that_came_at_once(net: nn.Module) -> None:
    image = data.image("coins", 40)
    together = film_strip({"ordinary": net}, image, 8).arms["ordinary"]
    later = film_strip_arm(net, film_strip({}, image, 8))
    assert torch.equal(later.images, together.images)
    assert torch.equal(later.psnr, together.psnr)
    assert torch.equal(later.ssim, together.ssim)


def test_a_formula_turns_the_clean_image_without_interpolation() -> None:
    """The noise is drawn as without it, or turned by itself."""
    image = data.grating(0.3)

    def turned(angles: torch.Tensor) -> torch.Tensor:
        return data.grating(0.3 + angles)

    for noise_turns in (False, True):
        strip = film_strip({}, image, 8, noise_turns=noise_turns, turned=turned)
        rotated = film_strip({}, image, 8, noise_turns=noise_turns)
        assert torch.equal(strip.clean, turned(strip.angles))
        assert not torch.allclose(strip.clean[1], rotated.clean[1], atol=1e-3)
        noise, other = (film.noisy.images - film.clean for film in (strip, rotated))
        assert_close(noise, other, rtol=0, atol=1e-5)
        found = compare({}, image, math.pi / 4, noise_turns=noise_turns, turned=turned)
        assert torch.equal(found.clean[-1], strip.clean[1:2])
        assert_close(found.noisy[-1].image, strip.noisy.images[1:2], rtol=0, atol=1e-6)
