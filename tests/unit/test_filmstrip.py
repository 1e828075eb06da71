import math

import pytest
import torch
from torch import nn

from structviz import data
from structviz.comparison import compare
from structviz.errors import ConfigError
from structviz.filmstrip import film_strip, turn_angles
from structviz.nets import ConvDenoiser
from structviz.transforms import NOISES, rotate


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


def test_an_image_that_cannot_turn_is_refused() -> None:
    with pytest.raises(ConfigError, match="square"):
        film_strip({}, torch.zeros(1, 1, 8, 9))
