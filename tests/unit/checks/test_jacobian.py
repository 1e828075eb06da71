"""Folds, squeezing and stretching: maps whose answers are known, and maps that must raise the alarm."""

import math
from collections.abc import Callable

import pytest
import torch
from torch import Generator, Tensor, nn
from torch.testing import assert_close

from structviz import checks
from structviz.checks import jacobian, jacobians, lipschitz_constant, orientations, smallest_singular_values
from structviz.errors import ShapeError
from tests.unit.checks.smooth_networks import scattered

PointMap = Callable[[Tensor], Tensor]


def columns(*coordinates: Tensor) -> Tensor:
    return torch.stack(coordinates, dim=1)


def fold(z: Tensor) -> Tensor:
    """(x, y) ↦ (x², y)."""
    return columns(z[:, 0] ** 2, z[:, 1])


def square(z: Tensor) -> Tensor:
    """The square of x + iy: it turns and stretches by 2|z|, and keeps the orientation everywhere."""
    x, y = z.unbind(1)
    return columns(x * x - y * y, 2 * x * y)


def conjugate(z: Tensor) -> Tensor:
    return columns(z[:, 0], -z[:, 1])


def linear(M: Tensor) -> PointMap:
    return lambda z: z @ M.T


# Jacobians.


@pytest.mark.parametrize(("n_out", "dim"), [(2, 2), (3, 2), (1, 2), (4, 5), (2, 1)])
def test_jacobian_of_a_linear_map_is_its_matrix(n_out: int, dim: int, generator: Generator) -> None:
    M = torch.randn(n_out, dim, generator=generator, dtype=torch.float64)
    assert_close(jacobians(linear(M), scattered(6, generator, dim)), M.expand(6, -1, -1), rtol=1e-14, atol=0)


def test_jacobian_of_a_fold_and_of_a_square(generator: Generator) -> None:
    z = scattered(7, generator)
    x, y = z.unbind(1)
    nought, one = torch.zeros_like(x), torch.ones_like(x)
    assert_close(jacobians(fold, z), torch.stack([columns(2 * x, nought), columns(nought, one)], 1))
    assert_close(jacobians(square, z), torch.stack([columns(2 * x, -2 * y), columns(2 * y, 2 * x)], 1))


def test_jacobian_agrees_with_differences(generator: Generator) -> None:
    net = nn.Sequential(nn.Linear(2, 9), nn.Tanh(), nn.Linear(9, 3)).double()
    z = scattered(5, generator)
    steps = 1e-6 * torch.eye(2, dtype=torch.float64)
    differences = torch.stack([(net(z + step) - net(z - step)) / 2e-6 for step in steps], dim=2)
    assert_close(jacobians(net, z), differences, rtol=0, atol=1e-8)


def test_maps_that_do_not_look_have_no_slope(generator: Generator) -> None:
    z = scattered(3, generator)
    assert torch.equal(jacobians(lambda z: torch.ones(len(z), 2, dtype=z.dtype), z), torch.zeros(3, 2, 2).double())
    half = jacobians(lambda z: columns(z[:, 0], torch.ones(len(z), dtype=z.dtype)), z)
    assert torch.equal(half, torch.tensor([[1.0, 0.0], [0.0, 0.0]]).double().expand(3, 2, 2))


def test_nothing_is_left_behind(generator: Generator) -> None:
    net = nn.Linear(2, 2).double()
    z = scattered(3, generator).requires_grad_()
    before = z.detach().clone()
    with torch.no_grad():
        found = jacobians(net, z)
    assert not found.requires_grad
    assert z.grad is None
    assert net.weight.grad is None
    assert torch.equal(z, before)
    with torch.inference_mode():
        inside = jacobians(net, torch.ones(1, 2, dtype=torch.float64))
    assert_close(inside, net.weight[None].detach())


# Orientation.


def test_a_fold_reverses_one_half_of_the_plane() -> None:
    z = torch.tensor([[0.5, 1.0], [-0.5, 1.0], [0.0, 1.0], [2.0, -3.0]])
    assert orientations(fold, z).tolist() == [1, -1, 0, 1]


def test_orientation_of_known_maps(generator: Generator) -> None:
    z = scattered(30, generator)
    assert (orientations(square, z) == 1).all()
    assert (orientations(conjugate, z) == -1).all()
    assert (orientations(lambda z: square(conjugate(z)), z) == -1).all()
    assert (orientations(lambda z: conjugate(square(conjugate(z))), z) == 1).all()


def test_orientation_in_space(generator: Generator) -> None:
    z = scattered(5, generator, 3)
    assert (orientations(lambda z: -z, z) == -1).all()  # unlike in the plane
    assert (orientations(lambda z: -z[:, :2], z[:, :2]) == 1).all()


def test_what_is_no_number_has_no_orientation() -> None:
    z = torch.tensor([[math.nan, 1.0], [1.0, 1.0]])
    assert orientations(square, z).tolist() == [0, 1]
    # √x has no finite slope where x is 0.
    assert math.isnan(smallest_singular_values(lambda z: z.sqrt(), torch.tensor([[0.0, 1.0]])).item())


def test_maps_into_another_dimension_have_none(generator: Generator) -> None:
    with pytest.raises(ShapeError, match="as many coordinates out as in, got 3 from 2: look at the smallest"):
        orientations(lambda z: torch.cat([z, z[:, :1]], 1), scattered(3, generator))


# Squeezing.


@pytest.mark.parametrize(("n_out", "dim"), [(2, 2), (3, 2), (5, 4)])
def test_smallest_singular_value_of_a_linear_map(n_out: int, dim: int, generator: Generator) -> None:
    M = torch.randn(n_out, dim, generator=generator, dtype=torch.float64)
    expected = torch.linalg.eigvalsh(M.T @ M)[0].sqrt()
    assert_close(
        smallest_singular_values(linear(M), scattered(4, generator, dim)), expected.expand(4), rtol=1e-10, atol=0
    )


def test_squeezing_of_known_maps(generator: Generator) -> None:
    z = scattered(20, generator)
    assert_close(smallest_singular_values(square, z), 2 * z.norm(dim=1))
    assert_close(smallest_singular_values(fold, z), (2 * z[:, 0].abs()).clamp(max=1))
    assert smallest_singular_values(fold, torch.tensor([[0.0, 1.0]])).item() == 0


def test_into_fewer_dimensions_a_direction_is_lost(generator: Generator) -> None:
    assert torch.equal(smallest_singular_values(lambda z: z[:, :1], scattered(3, generator)), torch.zeros(3).double())


def test_rotations_do_not_squeeze_and_projections_do(generator: Generator) -> None:
    turn = torch.tensor([[0.6, -0.8], [0.8, 0.6]], dtype=torch.float64)
    z = scattered(3, generator)
    assert_close(smallest_singular_values(linear(turn), z), torch.ones(3).double())
    assert smallest_singular_values(linear(torch.ones(2, 2).double()), z).max() < 1e-15


# Stretching.


def test_it_is_exact_for_linear_maps_once_the_points_show_all_directions(generator: Generator) -> None:
    M = torch.randn(3, 2, generator=generator, dtype=torch.float64)
    norm = torch.linalg.matrix_norm(M, 2).item()
    few, many = scattered(3, generator), scattered(300, generator)
    assert lipschitz_constant(linear(M), few) <= norm * (1 + 1e-12)
    assert 0.999 * norm < lipschitz_constant(linear(M), many) <= norm * (1 + 1e-12)
    angle = 0.3
    cos, sin = math.cos(angle), math.sin(angle)
    turn = torch.tensor([[cos, -sin], [sin, cos]], dtype=torch.float64)
    assert lipschitz_constant(linear(2.5 * turn), few) == pytest.approx(2.5, rel=1e-12)


def test_it_is_a_lower_bound_that_grows_with_the_points(generator: Generator) -> None:
    z = scattered(200, generator)
    found = [lipschitz_constant(torch.tanh, z[:n]) for n in (2, 20, 200)]
    assert found == sorted(found)
    assert found[0] < found[2] <= 1
    # Twice as steep, and the bound is broken.
    assert lipschitz_constant(lambda z: torch.tanh(2 * z), z) > 1.5


def test_it_is_the_largest_ratio_of_all_pairs(generator: Generator, monkeypatch: pytest.MonkeyPatch) -> None:
    z = scattered(23, generator)
    z[7] = z[3]  # no distance, no ratio
    images = square(z)
    expected = max(
        ((images[i] - images[j]).norm() / (z[i] - z[j]).norm()).item()
        for i in range(23)
        for j in range(i)
        if (i, j) != (7, 3)
    )
    for pairs in (1, 50, 10**6):  # one row at a time, two, all at once
        monkeypatch.setattr(jacobian, "_PAIRS", pairs)
        assert lipschitz_constant(square, z) == pytest.approx(expected, rel=1e-13)


def test_close_points_keep_their_digits() -> None:
    z = torch.tensor([[1.0, 1.0], [1.0, 1.0 + 1e-9], [5.0, -3.0]], dtype=torch.float64)
    assert lipschitz_constant(lambda z: 3 * z, z) == pytest.approx(3, rel=1e-6)


def test_what_is_no_number_is_said(generator: Generator) -> None:
    z = scattered(5, generator)
    spoilt = z.clone()
    spoilt[2] = math.nan
    assert math.isnan(lipschitz_constant(lambda _: spoilt, z))
    assert lipschitz_constant(nn.Linear(2, 2).double(), z) > 0


@pytest.mark.parametrize("n", [0, 1, 4])
def test_one_place_has_no_ratio(n: int) -> None:
    with pytest.raises(ShapeError, match=f"two points that differ, got {n}"):
        lipschitz_constant(lambda z: z, torch.ones(n, 2))


@pytest.mark.parametrize("check", [jacobians, smallest_singular_values, orientations, lipschitz_constant])
@pytest.mark.parametrize(
    ("net", "shape"), [(lambda z: z[:, 0], r"\(3,\)"), (lambda z: z[:2], r"\(2, 2\)")], ids=["numbers", "fewer"]
)
def test_maps_that_lose_points_are_refused(check: Callable, net: PointMap, shape: str, generator: Generator) -> None:
    with pytest.raises(ShapeError, match=f"one point for each of the 3, got the shape {shape}"):
        check(net, scattered(3, generator))


def test_public_names() -> None:
    assert {"jacobians", "orientations", "smallest_singular_values", "lipschitz_constant"} <= set(checks.__all__)
