"""Relative errors by hand, and where something vanishes."""

import math

import pytest
import torch

from structviz.checks import relative_errors
from structviz.errors import ShapeError


def test_each_item_has_its_own_norms() -> None:
    found = torch.tensor([[[3.0, 4.0]], [[1.0, 1.0]]])
    expected = torch.tensor([[[0.0, 8.0]], [[1.0, 1.0]]])
    errors = relative_errors(found, expected)
    assert errors.dtype == torch.float64
    assert errors.tolist() == pytest.approx([5 / 8, 0.0])


def test_what_vanishes_is_right_or_infinitely_wrong() -> None:
    zero = torch.zeros(2, 3)
    assert relative_errors(zero, zero).tolist() == [0.0, 0.0]
    assert relative_errors(zero + 1, zero).tolist() == [math.inf, math.inf]
    assert math.isnan(relative_errors(zero + math.nan, zero + 1)[0])


@pytest.mark.usefixtures("without_shape_checks")
def test_other_shapes_are_refused() -> None:
    with pytest.raises(ShapeError, match=r"\(2, 3\) and \(2, 4\)"):
        relative_errors(torch.zeros(2, 3), torch.zeros(2, 4))
