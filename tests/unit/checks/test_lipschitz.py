"""Ratios of distances: against singular values, and a search that finds the worst pair."""

import pytest
import torch
from torch import Tensor

from structviz.checks import averaged_ratio, lipschitz_ratio, worst_pair
from structviz.errors import ConfigError

A = torch.tensor([[2.0, 1.0, 0.0], [0.0, 1.5, -1.0]], dtype=torch.float64)
NORM = torch.linalg.matrix_norm(A, 2).item()


def linear(z: Tensor) -> Tensor:
    return z @ A.T


def test_the_ratio_along_a_singular_vector_is_the_norm(generator: torch.Generator) -> None:
    x = torch.randn(5, 3, generator=generator, dtype=torch.float64)
    direction = torch.linalg.svd(A)[2][0]
    ratios = lipschitz_ratio(linear, x, x + 0.3 * direction)
    torch.testing.assert_close(ratios, torch.full((5,), NORM, dtype=torch.float64))
    others = lipschitz_ratio(linear, x, torch.randn(5, 3, generator=generator, dtype=torch.float64))
    assert (others < NORM).all()


def test_the_norm_runs_over_all_axes_but_the_first(generator: torch.Generator) -> None:
    x, y = torch.randn(2, 4, 1, 5, 6, generator=generator, dtype=torch.float64)
    ratios = lipschitz_ratio(lambda z: z.sum((1, 2, 3)), x, y)
    torch.testing.assert_close(ratios, (x - y).sum((1, 2, 3)).abs() / (x - y).square().sum((1, 2, 3)).sqrt())


def test_equal_inputs_have_the_ratio_zero() -> None:
    assert lipschitz_ratio(linear, torch.ones(1, 3).double(), torch.ones(1, 3).double()).item() == 0


def test_the_search_reaches_the_norm_of_a_linear_map(generator: torch.Generator) -> None:
    x = torch.randn(4, 3, generator=generator, dtype=torch.float64)
    ratio, at, to = worst_pair(linear, x, 60)
    assert NORM * (1 - 1e-9) <= ratio <= NORM * (1 + 1e-9)
    assert at.shape == to.shape == (1, 3)
    assert lipschitz_ratio(linear, at, to).item() == ratio
    assert worst_pair(linear, x, 0)[0] < 0.99 * NORM


def test_the_search_moves_to_where_a_map_is_steep() -> None:
    def steep(z: torch.Tensor) -> torch.Tensor:
        return torch.sin(z) * z.new_tensor([1.0, 0.0])  # most at z₁ = 0

    start = torch.tensor([[1.0, 0.0]], dtype=torch.float64)
    assert worst_pair(steep, start, 0)[0] < 0.6
    assert worst_pair(steep, start, 300)[0] > 0.99


def test_a_map_without_gradient_is_searched_too() -> None:
    assert worst_pair(torch.zeros_like, torch.ones(2, 2), 3)[0] == 0


def test_not_a_number_is_the_worst_of_all() -> None:
    ratio, *_ = worst_pair(lambda z: z / 0 * 0, torch.ones(2, 2), 3)
    assert ratio != ratio
    calls = iter([torch.nan])
    ratio, *_ = worst_pair(lambda z: z * next(calls, 1.0), torch.ones(2, 2), 3)
    assert ratio != ratio, "it stays, whatever is met later"


def test_a_rotation_is_not_averaged_and_its_mean_with_the_identity_is(generator: torch.Generator) -> None:
    x, y = torch.randn(2, 20, 2, generator=generator, dtype=torch.float64)
    turn = torch.tensor([[0.0, 1.0], [-1.0, 0.0]], dtype=torch.float64)
    assert (averaged_ratio(lambda z: z @ turn, x, y) > 2.9).all()  # 1 + |1 - i|²
    torch.testing.assert_close(averaged_ratio(lambda z: (z + z @ turn) / 2, x, y), torch.ones(20).double())
    # For α = 3/4 another average is the extremal one.
    torch.testing.assert_close(averaged_ratio(lambda z: z / 4 + z @ turn * 3 / 4, x, y, 0.75), torch.ones(20).double())


@pytest.mark.parametrize("alpha", [0.0, 1.1])
def test_weights_of_an_average_lie_between_0_and_1(alpha: float) -> None:
    with pytest.raises(ConfigError, match="lies in"):
        averaged_ratio(linear, torch.ones(1, 3).double(), torch.zeros(1, 3).double(), alpha)
