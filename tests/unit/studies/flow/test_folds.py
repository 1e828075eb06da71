"""What folds and what collapses, for steps whose answers are known, and for products far below round-off."""

import math
from collections.abc import Callable

import pytest
import torch
from torch import Generator, Tensor
from torch.testing import assert_close

from structviz.checks import jacobians
from structviz.studies.flow import ROUND_OFF, Motion, folds_along, layers
from tests.unit.checks.smooth_networks import smooth_network

POINTS = torch.tensor([[0.3, 1.0], [-2.0, 0.5]])


def motion(*steps: Callable[[Tensor], Tensor]) -> Motion:
    return Motion(steps, tuple(float(k) for k in range(len(steps) + 1)))


def mirror(z: Tensor) -> Tensor:
    return z.flip(1)


def fold(z: Tensor) -> Tensor:
    """Turns over the half plane on the left."""
    return torch.stack([z[:, 0] ** 2, z[:, 1]], 1)


def squeeze(z: Tensor) -> Tensor:
    """Keeps one direction, which lies along neither axis, and shortens the one across to a hundredth."""
    along, across = torch.tensor([0.8, 0.6]), torch.tensor([-0.6, 0.8])
    return (z @ along)[:, None] * along + 0.01 * (z @ across)[:, None] * across


def test_what_was_folded_twice_stays_folded() -> None:
    twice = motion(mirror, mirror, lambda z: 2 * z)
    assert folds_along(twice, POINTS, [0, 1, 2, 3]).turned.tolist() == [[False] * 2, [True] * 2, [True] * 2, [True] * 2]
    assert folds_along(twice, POINTS, [3]).turned.tolist() == [[True] * 2]
    assert folds_along(motion(fold), POINTS, [0, 1]).turned.tolist() == [[False] * 2, [False, True]]


def test_a_step_is_asked_where_the_points_are_then() -> None:
    moved = motion(lambda z: z - torch.tensor([1.0, 0.0]), fold)
    assert folds_along(moved, POINTS, [1, 2]).turned.tolist() == [[False] * 2, [True] * 2]


@pytest.mark.parametrize("n_steps", [1, 4, 20])
def test_small_singular_values_keep_their_digits_far_below_round_off(n_steps: int) -> None:
    squeezed = motion(*[squeeze] * n_steps)
    found = folds_along(squeezed, POINTS, [n_steps])
    assert_close(found.smallest, torch.full((2,), 0.01**n_steps, dtype=torch.float64), rtol=1e-3, atol=0)
    assert found.collapsed.tolist() == [0.01**n_steps < ROUND_OFF] * 2
    assert not found.turned.any()


def test_singular_values_are_those_of_all_steps(generator: Generator) -> None:
    for width in (2, 3):
        net = smooth_network(generator, "euler", width, n_layers=4)
        z = POINTS.double()
        found = folds_along(layers(net), net.enter(z), [4])
        J = jacobians(net.last, z)
        assert_close(found.smallest, torch.linalg.svdvals(J)[:, -1], rtol=1e-9, atol=0)


def test_points_and_lines_are_collapsed_and_lost_ones_are_not_known() -> None:
    assert folds_along(motion(lambda z: 0 * z), POINTS, [1]).collapsed.all()
    onto_a_line = folds_along(motion(lambda z: z[:, :1].expand(-1, 2)), POINTS, [1])
    assert onto_a_line.smallest.tolist() == [0.0, 0.0]
    assert not onto_a_line.turned.any()
    lost = folds_along(motion(lambda z: z / 0.0), POINTS, [1])
    assert math.isnan(lost.smallest[0].item())
    assert not lost.collapsed.any()


def test_space_has_no_orientation_to_lose() -> None:
    found = folds_along(motion(lambda z: z.flip(1)), torch.nn.functional.pad(POINTS, (0, 1)), [0, 1])
    assert not found.turned.any()
    assert_close(found.smallest, torch.ones(2, dtype=torch.float64))
