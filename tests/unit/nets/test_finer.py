"""A nonlinearity on a grid twice as fine."""

import math
from collections.abc import Callable

import pytest
import torch
from torch import Tensor

from structviz.nets.finer import FINER, on_finer_grid
from structviz.studies.turning_errors import band_limited, turn
from structviz.transforms import disc_mask
from tests.tolerances import PRECISIONS

EXACT = PRECISIONS[torch.float64]


@pytest.mark.parametrize("value", [-0.7, 0.3])
def test_constants_come_out_as_from_the_nonlinearity(value: float) -> None:
    u = torch.full((2, 3, 5, 8), value, dtype=torch.float64)
    torch.testing.assert_close(FINER["relu-fine"](u), u.clamp(min=0), atol=EXACT, rtol=0)


@pytest.mark.parametrize("frequency", [0.0, 0.1, 0.25, 0.4, 0.5])
@pytest.mark.parametrize("axis", [-1, -2])
def test_the_filters_let_waves_pass_as_the_formula_says(frequency: float, axis: int) -> None:
    n = 40
    wave = (2 * math.pi * frequency * torch.arange(n, dtype=torch.float64)).cos()
    u = wave.expand(1, 1, n, n) if axis == -1 else wave[:, None].expand(1, 1, n, n)
    # Half of the wave itself, and half of what was interpolated twice.
    half_way = sum(2 * t * math.cos(math.pi * frequency * k) for t, k in ((150, 1), (-25, 3), (3, 5))) / 256
    inside = (..., slice(8, -8), slice(8, -8))
    expected = (0.5 + 0.5 * half_way**2) * u
    torch.testing.assert_close(on_finer_grid(u, lambda z: z)[inside], expected[inside], atol=EXACT, rtol=0)


def test_each_direction_is_filtered_once(generator: torch.Generator) -> None:
    u = torch.randn(1, 1, 30, 30, generator=generator, dtype=torch.float64)

    def along(z: Tensor, axis: int) -> Tensor:
        taps = torch.tensor([3, -25, 150, 150, -25, 3], dtype=z.dtype) / 256
        half = torch.stack([t * z.roll(k, axis) for t, k in zip(taps, range(3, -3, -1), strict=True)]).sum(0)
        return torch.stack([half, z], dim=axis).flatten(axis - 1, axis)

    def back(z: Tensor, axis: int) -> Tensor:
        taps = torch.tensor([3, 0, -25, 0, 150, 256, 150, 0, -25, 0, 3], dtype=z.dtype) / 512
        kept = torch.stack([t * z.roll(k, axis) for t, k in zip(taps, range(-5, 6), strict=True)]).sum(0)
        return kept[..., 1::2] if axis == -1 else kept[..., 1::2, :]

    expected = back(back(along(along(u, -1), -2).relu(), -1), -2)
    inside = (..., slice(8, -8), slice(8, -8))
    torch.testing.assert_close(on_finer_grid(u, torch.relu)[inside], expected[inside], atol=EXACT, rtol=0)


@pytest.mark.parametrize("shape", [(2, 3, 9, 9), (1, 2, 12, 7), (1, 1, 1, 1)], ids=str)
def test_quarter_turns_commute(shape: tuple[int, ...], generator: torch.Generator) -> None:
    u = torch.randn(shape, generator=generator, dtype=torch.float64)
    sigma = FINER["relu-fine"]
    assert sigma(u).shape == u.shape
    torch.testing.assert_close(sigma(u.rot90(1, (-2, -1))), sigma(u).rot90(1, (-2, -1)), atol=EXACT, rtol=0)


@pytest.mark.parametrize("angle", [15.0, 45.0])
def test_low_frequencies_commute_better_than_on_the_pixels(angle: float, generator: torch.Generator) -> None:
    u = band_limited(torch.randn(4, 1, 64, 64, generator=generator, dtype=torch.float64), 0.2)
    disc = disc_mask(64, 64, 10.0)

    def error(sigma: Callable[[Tensor], Tensor]) -> float:
        found = sigma(turn(u, math.radians(angle)))[..., disc]
        expected = turn(sigma(u), math.radians(angle))[..., disc]
        return float((found - expected).norm() / expected.norm())

    assert error(FINER["relu-fine"]) < 0.6 * error(torch.relu)
