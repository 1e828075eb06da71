"""Wide stripes: one frequency, at the angle and phase that were asked for, and they turn as images do."""

import math
from collections.abc import Callable

import pytest
import torch
from torch.testing import assert_close

from structviz import data
from structviz.data.gratings import AMPLITUDE
from structviz.errors import ConfigError
from structviz.transforms import disc_mask, rotate


def test_horizontal_stripes_are_a_cosine_of_the_row() -> None:
    (image,) = data.grating(0.0, math.pi / 3, size=9, period=4.0)[0]
    rows = [0.5 + 2 / math.pi * math.cos(math.pi / 2 * (4 - row) + math.pi / 3) for row in range(9)]
    assert_close(image, torch.tensor(rows)[:, None].expand(9, 9), rtol=0, atol=1e-6)
    assert image.dtype == torch.float32


@pytest.mark.parametrize("angle", [0.0, math.pi / 2, math.atan2(3, 4), math.atan2(-4, 3)])
@pytest.mark.parametrize("period", [4.0, 8.0])
def test_the_spectrum_is_the_mean_and_one_wave(period: float, angle: float) -> None:
    """On 80 pixels these waves have whole numbers of periods both ways, so that three entries are not zero."""
    (image,) = data.grating(angle, 0.3, size=80, period=period)[0]
    spectrum = torch.fft.fft2(image.double()) / image.numel()
    down, right = (round(80 / period * share) for share in (math.cos(angle), math.sin(angle)))
    expected = torch.zeros_like(spectrum)
    expected[0, 0] = 0.5
    # Rows count downwards from the rim, the phase is that of the centre.
    phase = 0.3 + 2 * math.pi / period * 39.5 * (math.cos(angle) + math.sin(angle))
    wave = AMPLITUDE / 2 * torch.polar(torch.ones((), dtype=torch.float64), torch.tensor(phase, dtype=torch.float64))
    expected[-down, -right], expected[down, right] = wave, wave.conj()
    assert_close(spectrum, expected, rtol=0, atol=1e-6)


@pytest.mark.parametrize("degrees", [90, 180, 270])
def test_a_quarter_turn_of_the_image_is_one_of_the_angle(degrees: int) -> None:
    image = data.grating(0.2, 0.7, size=17)
    turned = data.grating(0.2 + math.radians(degrees), 0.7, size=17)
    assert_close(torch.rot90(image, degrees // 90, (-2, -1)), turned, rtol=0, atol=1e-6)


@pytest.mark.parametrize("degrees", [10.0, 45.0, -30.0, 130.0])
def test_a_turned_image_is_the_image_of_the_turned_angle(degrees: float) -> None:
    angle = math.radians(degrees)
    image = data.grating(0.3, 1.1, size=64)
    turned = data.grating(0.3 + angle, 1.1, size=64)
    inner = disc_mask(64, 64, 6.0)
    # The spline costs 2 %; the other way round the stripes would be uncorrelated.
    difference = (rotate(image, angle) - turned)[..., inner].square().mean().sqrt()
    assert difference < 0.02
    assert (rotate(image, -angle) - turned)[..., inner].square().mean().sqrt() > 0.3


def test_angles_and_phases_fill_the_ranges_evenly(generator: torch.Generator) -> None:
    """The angle is read off the image: it is steepest across the stripes."""
    low, high, period = math.radians(-22.5), math.radians(10), 8.0
    images = data.gratings(400, 32, low, high, generator, period)
    down, right = torch.gradient(images[:, 0].double(), dim=(1, 2))
    steepness = torch.stack([part[:, 1:-1, 1:-1].square().mean((1, 2)).sqrt() for part in (right, down)])
    # The central difference of a wave of frequency k is sin k times as steep.
    k_right, k_down = torch.asin((steepness / (AMPLITUDE / math.sqrt(2))).clamp(max=1.0))
    found = torch.atan2(k_right, k_down)
    assert found.max() == pytest.approx(math.radians(22.5), abs=0.03)
    share = (found > math.radians(10)).double().mean().item()
    assert share == pytest.approx(12.5 / 32.5, abs=5 * 0.5 / 20), "only angles below zero are that steep"
    centre = images[:, 0, 15:17, 15:17].double().mean((1, 2)) - 0.5
    assert centre.mean().abs() < 5 * 0.45 / 20
    assert centre.min() < -0.5
    assert centre.max() > 0.5


def test_phases_go_all_the_way_round(generator: torch.Generator) -> None:
    """Phases of half a circle would have the same cosines; the wave's share of e^{iky} has both coordinates."""
    period, size = 8.0, 32
    rows = data.gratings(400, size, 0.0, 0.0, generator, period)[:, 0, :, 0].double() - 0.5
    up = (size - 1) / 2 - torch.arange(size, dtype=torch.float64)
    turn = torch.polar(torch.ones_like(up), -2 * math.pi / period * up)
    found = (rows * turn).mean(1) * 2 / AMPLITUDE
    assert_close(found.abs(), torch.ones(400, dtype=torch.float64), rtol=0, atol=1e-5)
    for harmonic in (1, 2):
        assert (found**harmonic).mean().abs() < 5 / 20


def test_the_generator_decides_all() -> None:
    a, b, c = (data.gratings(3, 16, generator=torch.Generator().manual_seed(seed)) for seed in (1, 1, 2))
    assert_close(a, b, rtol=0, atol=0)
    assert not torch.allclose(a, c, atol=0.1)
    assert_close(data.gratings(3, 16), data.gratings(3, 16), rtol=0, atol=0)
    assert not torch.allclose(a[0], a[1], atol=0.1)


def test_images_stay_within_the_wave() -> None:
    images = data.gratings(20, 31)
    assert images.min() >= 0.5 - AMPLITUDE - 1e-6
    assert images.max() <= 0.5 + AMPLITUDE + 1e-6


@pytest.mark.usefixtures("without_shape_checks")
@pytest.mark.parametrize(
    ("call", "named"),
    [
        (lambda: data.grating(0.0, period=2.0), "more than 2 pixels"),
        (lambda: data.grating(0.0, period=math.inf), "more than 2 pixels"),
        (lambda: data.grating(math.nan), "finite numbers"),
        (lambda: data.grating(torch.zeros(3), torch.zeros(2)), "3 angles and 2 phases"),
        (lambda: data.grating(0.0, size=0), "size must be"),
        (lambda: data.gratings(0), "n must be"),
        (lambda: data.gratings(2, low=1.0, high=0.0), "the lower first; got 1.0 and 0.0"),
        (lambda: data.gratings(2, high=math.inf), "finite limits"),
    ],
)
def test_bad_arguments_are_named(call: Callable[[], object], named: str) -> None:
    with pytest.raises(ConfigError, match=named):
        call()
