"""How well a denoiser turns: measured on images whose turn is known."""

import math
from collections.abc import Callable

import pytest
import torch
from torch import Tensor
from torch.nn.functional import conv2d, pad

from structviz.nets.equivariant import EquivariantDenoiser
from structviz.studies import turning_errors as module
from structviz.studies.turning_errors import ANGLES
from structviz.transforms import disc_mask, rotate


def blur(images: Tensor, shift: int = 0) -> Tensor:
    """A Gaussian of two pixels, which turns by any angle, and a shift, which does not."""
    x = torch.arange(-6.0, 7)
    bell = torch.exp(-(x**2) / 8)
    kernel = (bell[:, None] * bell / bell.sum() ** 2)[None, None]
    return torch.roll(conv2d(pad(images, (6,) * 4, mode="replicate"), kernel), shift, -1)


def wave(f: float, side: int = 48) -> Tensor:
    """A cosine of frequency f along the diagonal."""
    place = torch.arange(side, dtype=torch.float64)
    return torch.cos(2 * math.pi * f * (place[:, None] + place) / math.sqrt(2))[None, None]


def test_frequencies_beyond_the_band_are_left_out_in_every_direction() -> None:
    # Along rows and columns neither wave is beyond the band.
    for f, gain in ((0.3, 1.0), (0.6, 0.0)):
        inner = module.band_limited(wave(f))[..., 12:-12, 12:-12]
        assert (inner - gain * wave(f)[..., 12:-12, 12:-12]).abs().max() < 0.05


@pytest.mark.parametrize("side", [31, 32])
def test_quarter_turns_are_exact(side: int, generator: torch.Generator) -> None:
    images = torch.randn(2, 1, side, side, generator=generator, dtype=torch.float64)
    for k in (1, 2, 3):
        torch.testing.assert_close(
            module.turn(images, k * math.pi / 2), torch.rot90(images, k, (-2, -1)), atol=1e-12, rtol=0
        )


def test_a_turn_loses_less_noise_than_that_of_the_spline(generator: torch.Generator) -> None:
    noise = module.band_limited(torch.randn(1, 1, 64, 64, generator=generator))
    disc = disc_mask(64, 64, 8.0)

    def lost(turn: Callable[[Tensor, float], Tensor]) -> float:
        return float((turn(turn(noise, 0.5), -0.5) - noise)[..., disc].norm() / noise[..., disc].norm())

    assert lost(module.turn) < 0.2 * lost(rotate)


def test_the_error_tells_maps_that_turn_from_maps_that_do_not() -> None:
    still, moving = module.turning_errors(blur), module.turning_errors(lambda y: blur(y, shift=1))
    assert list(still) == list(ANGLES)
    assert max(still.values()) < 2e-3
    assert still[90.0] < 1e-6
    assert min(moving.values()) > 1e-2
    # Without the mean grey there is less to compare with, and the difference stays.
    assert module.turning_errors(lambda y: blur(y, shift=1), mean=False)[45.0] > 1.5 * moving[45.0]


def test_interpolation_alone_costs_less_than_the_aim() -> None:
    shares = module.interpolation_shares()
    assert max(shares.values()) < 0.01
    assert shares[90.0] < 1e-6 < min(share for angle, share in shares.items() if angle != 90.0)


def test_psnr_is_that_of_the_noise_where_nothing_is_done() -> None:
    found = module.psnr_over_angles(lambda y: y)
    assert found.shape == (len(module.QUARTER),)
    torch.testing.assert_close(found, torch.full_like(found, -20 * math.log10(module.SIGMA)), atol=0.1, rtol=0)


def test_the_worst_layer_counts() -> None:
    torch.manual_seed(0)
    assert module.layer_error(EquivariantDenoiser("C8", 2, (1, 1, 1)).export(), "C8") < 0.1
    assert module.layer_error(EquivariantDenoiser("C8", 2, (1, 3, 1)).export(), "C8") > 1.0
