"""What is measured of a design: on images whose turn is known."""

import dataclasses
import math
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from torch import Tensor
from torch.nn.functional import conv2d, pad

from structviz.errors import CheckpointError
from structviz.nets.equivariant import EquivariantDenoiser
from structviz.studies import designs
from structviz.studies.designs import ANGLES, DESIGNS, TODAY, Design, DesignRow
from structviz.transforms import disc_mask, rotate

ROW = DesignRow(
    **dataclasses.asdict(TODAY), seed=0, rate=0.01, validation=25.5, parameters=12, layer_error=1.25,
    untrained_15=0.5, untrained_22_5=0.6, untrained_30=0.7, untrained_45=0.8, untrained_90=0.0,
    error_15=0.02, error_22_5=0.03, error_30=0.04, error_45=0.05, error_90=0.0,
    psnr=26.5, psnr_least=26.0, psnr_most=27.0, cost=1.0,
)  # fmt: skip


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


def test_every_design_sees_equally_far() -> None:
    assert {sum(design.dilations) * (design.kernel_size // 2) for design in DESIGNS} == {12}
    assert DESIGNS[0] == TODAY
    assert len(set(DESIGNS)) == len(DESIGNS)


def test_frequencies_beyond_the_band_are_left_out_in_every_direction() -> None:
    # Along rows and columns neither wave is beyond the band.
    for f, gain in ((0.3, 1.0), (0.6, 0.0)):
        inner = designs.band_limited(wave(f))[..., 12:-12, 12:-12]
        assert (inner - gain * wave(f)[..., 12:-12, 12:-12]).abs().max() < 0.05


@pytest.mark.parametrize("side", [31, 32])
def test_quarter_turns_are_exact(side: int, generator: torch.Generator) -> None:
    images = torch.randn(2, 1, side, side, generator=generator, dtype=torch.float64)
    for k in (1, 2, 3):
        torch.testing.assert_close(
            designs.turn(images, k * math.pi / 2), torch.rot90(images, k, (-2, -1)), atol=1e-12, rtol=0
        )


def test_a_turn_loses_less_noise_than_that_of_the_spline(generator: torch.Generator) -> None:
    noise = designs.band_limited(torch.randn(1, 1, 64, 64, generator=generator))
    disc = disc_mask(64, 64, 8.0)

    def lost(turn: Callable[[Tensor, float], Tensor]) -> float:
        return float((turn(turn(noise, 0.5), -0.5) - noise)[..., disc].norm() / noise[..., disc].norm())

    assert lost(designs.turn) < 0.2 * lost(rotate)


def test_the_error_tells_maps_that_turn_from_maps_that_do_not() -> None:
    still, moving = designs.turning_errors(blur), designs.turning_errors(lambda y: blur(y, shift=1))
    assert list(still) == list(ANGLES)
    assert max(still.values()) < 2e-3
    assert still[90.0] < 1e-6
    assert min(moving.values()) > 1e-2
    # Without the mean grey there is less to compare with, and the difference stays.
    assert designs.turning_errors(lambda y: blur(y, shift=1), mean=False)[45.0] > 1.5 * moving[45.0]


def test_interpolation_alone_costs_less_than_the_aim() -> None:
    shares = designs.interpolation_shares()
    assert max(shares.values()) < 0.01
    assert shares[90.0] < 1e-6 < min(share for angle, share in shares.items() if angle != 90.0)


def test_psnr_is_that_of_the_noise_where_nothing_is_done() -> None:
    found = designs.psnr_over_angles(lambda y: y)
    assert found.shape == (len(designs.QUARTER),)
    torch.testing.assert_close(found, torch.full_like(found, -20 * math.log10(designs.SIGMA)), atol=0.1, rtol=0)


def test_the_worst_layer_counts() -> None:
    torch.manual_seed(0)
    assert designs.layer_error(EquivariantDenoiser("C8", 2, (1, 1, 1)).export(), "C8") < 0.1
    assert designs.layer_error(EquivariantDenoiser("C8", 2, (1, 3, 1)).export(), "C8") > 1.0


def test_the_table_comes_back(tmp_path: Path) -> None:
    rows = (ROW, dataclasses.replace(ROW, dilated=False, padding="zeros", stride=2, group="C16", error_90=0.03))
    designs.write_designs(rows, tmp_path / "designs.csv")
    again = designs.read_designs(tmp_path / "designs.csv")
    assert again == rows
    assert again[1].design == Design(padding="zeros", stride=2, group="C16")
    assert (again[0].worst, again[0].errors[1], again[0].untrained[3]) == (0.05, 0.03, 0.8)


@pytest.mark.parametrize("text", ["", "kernel_size\nthree\n"])
def test_other_files_are_no_tables(tmp_path: Path, text: str) -> None:
    path = tmp_path / "designs.csv"
    designs.write_designs([ROW], path)
    good = path.read_text(encoding="utf-8")
    path.write_text(text or good.replace("True", "perhaps"), encoding="utf-8")
    with pytest.raises(CheckpointError, match="is no table of designs"):
        designs.read_designs(path)
