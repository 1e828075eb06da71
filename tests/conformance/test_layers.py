"""Every equivariant layer turns its features by the smallest angle of its group."""

import pytest
import torch
from torch import nn

from structviz.checks import layer_equivariance_error
from structviz.nets import GROUPS, Element, Group
from structviz.nets.filters import FILTERS
from structviz.nets.steerable import SteerableConv
from tests.covering import every_pair

LAYER = 0.1
"""Relative error of one layer on features below 0.2 cycles per pixel; the layers here stay below 0.03."""

SIDES = (3, *FILTERS)
FIELDS = {"lift": (False, True), "middle": (True, True), "project": (True, False)}


def error_of_layer(group: Group, kernel_size: int, dilation: int, fields: str, seed: int, band: float = 0.2) -> float:
    """Of a layer as it is exported, with random weights, at the smallest angle of its group."""
    regular_in, regular_out = FIELDS[fields]
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        layer = SteerableConv(
            group,
            2,
            3,
            regular_in=regular_in,
            regular_out=regular_out,
            kernel_size=kernel_size,
            dilation=dilation,
        )
    plain = nn.Conv2d(2 * (group.order if regular_in else 1), 3 * (group.order if regular_out else 1), kernel_size)
    layer.copy_to(plain)
    step = Element(False, 1)
    turned = group.permutation(step)
    return layer_equivariance_error(
        plain.weight, group.angle(step), turned if regular_out else [0], turned if regular_in else [0], dilation, band
    )


@every_pair(group=GROUPS.values(), kernel_size=SIDES, fields=FIELDS, seed=range(2))
def test_a_layer_turns_by_the_smallest_angle_of_its_group(
    group: Group, kernel_size: int, fields: str, seed: int
) -> None:
    assert error_of_layer(group, kernel_size, 1, fields, seed) < (1e-6 if group.rotations == 4 else LAYER)


@every_pair(group=[GROUPS["C8"], GROUPS["C16"], GROUPS["D8"]], dilation=[2, 3], fields=FIELDS, seed=range(2))
def test_a_dilated_layer_does_not(group: Group, dilation: int, fields: str, seed: int) -> None:
    assert error_of_layer(group, 3, dilation, fields, seed) > 5 * LAYER


@pytest.mark.parametrize("kernel_size", FILTERS)
def test_chosen_rings_turn_better_than_small_kernels(kernel_size: int) -> None:
    assert error_of_layer(GROUPS["C8"], kernel_size, 1, "middle", 0) < 0.7 * error_of_layer(
        GROUPS["C8"], 3, 1, "middle", 0
    )


def test_kernels_of_9_pixels_turn_fine_features_as_well() -> None:
    """Up to 0.35 cycles per pixel: two waves round a ring of one pixel, as 5×5 kernels have them, do not turn there."""
    errors = {side: error_of_layer(GROUPS["C16"], side, 1, "middle", 0, band=0.35) for side in (5, 9)}
    assert errors[9] < 0.005 < 0.02 < errors[5]


def test_each_ring_has_its_own_number_of_waves() -> None:
    assert [FILTERS[9].cut_off(radius) for radius in (0.0, 1.2000000476837158, 2.4000000953674316)] == [0, 1, 2]
