"""The exponential of a matrix: digits of small ones, which torch loses."""

import math

import pytest
import torch

from structviz.errors import ShapeError
from structviz.ode.exponential import matrix_exponential


@pytest.mark.parametrize("angle", [0.0, 1e-3, 0.01, 0.03, 0.049, 0.05, 0.3, 1.0, 20.0])
def test_of_a_skew_matrix_it_is_the_rotation_by_its_angle(angle: float) -> None:
    S = torch.tensor([[0.0, -angle], [angle, 0.0]], dtype=torch.float64)
    c, s = math.cos(angle), math.sin(angle)
    for found in (matrix_exponential(S), matrix_exponential(S[None])[0]):
        torch.testing.assert_close(found, S.new_tensor([[c, -s], [s, c]]), rtol=0, atol=1e-14)


def test_of_a_diagonal_matrix_it_is_that_of_each_entry_whatever_its_sign() -> None:
    entries = torch.tensor([[-30.0, -1.0, 0.02], [1e-3, 2e-3, -0.04]], dtype=torch.float64)
    torch.testing.assert_close(matrix_exponential(entries.diag_embed()), entries.exp().diag_embed(), rtol=0, atol=1e-14)


def test_its_derivative_is_right_where_the_matrix_is_small() -> None:
    M = 0.01 * torch.randn(3, 3, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    assert torch.autograd.gradcheck(matrix_exponential, M.requires_grad_())


@pytest.mark.usefixtures("without_shape_checks")
@pytest.mark.parametrize("shape", [(2,), (2, 3), (0, 0)])
def test_a_matrix_that_is_not_square_is_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(ShapeError, match="square matrix"):
        matrix_exponential(torch.zeros(shape))


def test_large_ones_do_not_overflow_on_the_way() -> None:
    M = torch.diag(torch.tensor([500.0, -500.0], dtype=torch.float64))
    torch.testing.assert_close(matrix_exponential(M), torch.diag(M.diagonal().exp()))
