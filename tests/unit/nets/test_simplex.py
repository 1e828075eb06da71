"""The projection onto the simplex: against a quadratic program, and its properties."""

import math

import numpy as np
import pytest
import torch
from scipy.optimize import minimize

from structviz.errors import ConfigError, ShapeError
from structviz.studies.control import project_to_simplex


def nearest(h: torch.Tensor, total: float) -> np.ndarray:
    """The solution of min ½‖x − h‖² with x ≥ 0 and Σx = total, by a general method."""
    wanted, start = h.numpy(), np.full(len(h), total / len(h))
    return minimize(
        lambda x: ((x - wanted) ** 2).sum() / 2,
        start,
        jac=lambda x: x - wanted,
        bounds=[(0, None)] * len(h),
        constraints={"type": "eq", "fun": lambda x: x.sum() - total, "jac": lambda x: np.ones_like(x)},
        method="SLSQP",
        options={"ftol": 1e-14},
    ).x


@pytest.mark.parametrize("total", [1.0, 4.0])
def test_it_is_the_nearest_point(total: float, generator: torch.Generator) -> None:
    h = torch.randn(6, 7, generator=generator, dtype=torch.float64)
    found = project_to_simplex(h, total)
    for row, point in zip(h, found, strict=True):
        np.testing.assert_allclose(point.numpy(), nearest(row, total), atol=1e-6)


def test_sum_sign_order_and_projection(generator: torch.Generator) -> None:
    h = 10 * torch.randn(200, 9, generator=generator, dtype=torch.float64)
    found = project_to_simplex(h)
    assert (found.sum(-1) - 1).abs().max() < 1e-12
    assert found.min() == 0, "some entries are cut off, and none is negative"
    assert (found.gather(-1, h.argsort(-1)).diff(dim=-1) >= 0).all(), "the order stays"
    torch.testing.assert_close(project_to_simplex(found), found, rtol=0, atol=1e-15)


def test_large_entries_keep_their_digits() -> None:
    h = torch.tensor([1e9 + 0.25, 1e9, 0.0], dtype=torch.float64)
    torch.testing.assert_close(
        project_to_simplex(h), torch.tensor([0.625, 0.375, 0.0], dtype=torch.float64), rtol=0, atol=1e-12
    )


def test_one_entry_and_equal_entries() -> None:
    assert project_to_simplex(torch.tensor([-5.0]), 2.0).tolist() == [2.0]
    assert project_to_simplex(torch.full((4,), 3.0)).tolist() == [0.25] * 4


def test_what_has_no_projection_is_refused() -> None:
    with pytest.raises(ShapeError, match="one entry or more"):
        project_to_simplex(torch.zeros(0))
    with pytest.raises(ConfigError, match="positive sum; got the sum -1"):
        project_to_simplex(torch.zeros(2), -1.0)
    with pytest.raises(ConfigError, match="Finite numbers"):
        project_to_simplex(torch.tensor([0.0, float("nan")]))


@pytest.mark.parametrize("entry", [math.nan, math.inf])
def test_entries_that_are_not_finite_are_named(entry: float) -> None:
    with pytest.raises(ConfigError, match="1 of 3 entries"):
        project_to_simplex(torch.tensor([0.0, entry, 1.0]))


@pytest.mark.usefixtures("without_shape_checks")
def test_a_number_is_no_point_of_a_simplex() -> None:
    with pytest.raises(ShapeError, match="one entry or more"):
        project_to_simplex(torch.tensor(1.0))
