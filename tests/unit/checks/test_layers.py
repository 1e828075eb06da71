"""The error of one layer, against waves that are convolved one by one."""

import math

import pytest
import torch
from torch.nn.functional import conv2d

from structviz.checks import layer_equivariance_error
from structviz.errors import ShapeError
from structviz.nets import GROUPS, Element, commuting_kernel

STEP = Element(False, 1)
C4, C8 = GROUPS["C4"], GROUPS["C8"]


def wave(f: torch.Tensor, side: int = 21) -> torch.Tensor:
    """cos(2πf·p) and sin(2πf·p) round the centre, as two images."""
    place = torch.arange(side, dtype=torch.float64) - side // 2
    phase = 2 * math.pi * (f[0] * place[:, None] + f[1] * place)
    return torch.stack((phase.cos(), phase.sin()))[:, None]


@pytest.mark.parametrize("dilation", [1, 2])
def test_equals_the_error_of_waves_that_are_turned_exactly(dilation: int, generator: torch.Generator) -> None:
    """A grey layer: each wave of the band is turned by its formula, convolved and read at the centre."""
    kernel = torch.randn(1, 1, 3, 5, generator=generator, dtype=torch.float64)
    angle, band = 0.4, 0.2
    turn = torch.tensor([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]], dtype=torch.float64)
    axis = torch.linspace(-band, band, 21, dtype=torch.float64)
    difference = size = 0.0
    for f in torch.cartesian_prod(axis, axis):
        if f.norm() > band:
            continue
        first, last = (conv2d(wave(g), kernel, dilation=dilation)[:, 0] for g in (turn @ f, f))
        row, column = (n // 2 for n in first.shape[-2:])
        difference += float((first - last)[:, row, column].square().sum())
        size += float(last[:, row, column].square().sum())
    found = layer_equivariance_error(kernel, angle, dilation=dilation)
    assert found == pytest.approx(math.sqrt(difference / size), rel=1e-9)


@pytest.mark.parametrize(("regular_in", "regular_out"), [(True, True), (False, True), (True, False)])
def test_kernels_that_commute_have_none_at_quarter_turns(
    regular_in: bool, regular_out: bool, generator: torch.Generator
) -> None:
    kernel = torch.randn(8 if regular_out else 3, 4 if regular_in else 2, 3, 3, generator=generator)
    kernel = commuting_kernel(kernel.double(), C4, regular_in=regular_in, regular_out=regular_out)
    turned = C4.permutation(STEP)
    out, into = (turned if regular_out else [0]), (turned if regular_in else [0])
    assert layer_equivariance_error(kernel, math.pi / 2, out, into) < 1e-12
    assert layer_equivariance_error(kernel, -math.pi / 2, out, into) > 0.1  # channels permuted the wrong way


def test_a_shift_does_not_turn_and_a_point_turns_by_any_angle() -> None:
    point = torch.zeros(1, 1, 3, 3)
    point[..., 1, 1] = 1.0
    assert layer_equivariance_error(point, 0.7) < 1e-12
    assert layer_equivariance_error(torch.roll(point, 1, -1), 0.7) > 0.3


def test_low_frequencies_turn_better() -> None:
    x, y = torch.meshgrid(torch.arange(-2.0, 3), torch.arange(-2.0, 3), indexing="ij")
    bump = torch.exp(-(x**2 + y**2) / 1.5)[None, None]
    errors = [layer_equivariance_error(bump, math.pi / 4, band=band) for band in (0.1, 0.2, 0.4)]
    assert errors == sorted(errors)
    assert errors[0] < 0.3 * errors[2]


def test_channels_must_fill_fields() -> None:
    with pytest.raises(ShapeError, match="Fields of 8 channels must fill the layer; got 12"):
        layer_equivariance_error(torch.zeros(12, 8, 3, 3), 0.1, C8.permutation(STEP), C8.permutation(STEP))
