"""Where a linear classifier is zero and positive in the window."""

import math

import numpy as np
import pytest

from structviz.figures.flow.hyperplane import half_plane, zero_set

HALF_WIDTH = 2.0


def area(corners: np.ndarray) -> float:
    x, y = corners.T
    return abs(float(x @ np.roll(y, 1) - y @ np.roll(x, 1))) / 2 if len(corners) else 0.0


# One line of each kind: oblique, horizontal, vertical, nearly flat, through the centre and through two corners.
@pytest.mark.parametrize(
    ("normal", "offset"),
    [((1.0, -0.5), 0.4), ((0.0, 2.0), -2.6), ((-3.0, 0.0), 0.0), ((-0.02, -0.01), 0.01), ((1.0, -1.0), 0.0)],
)
def test_the_line_goes_from_edge_to_edge_and_parts_the_window(normal: tuple[float, float], offset: float) -> None:
    A = np.array(normal)
    ends = zero_set(A, offset, HALF_WIDTH)
    assert ends.shape == (2, 2)
    np.testing.assert_allclose(ends @ A + offset, 0, atol=1e-12)
    np.testing.assert_allclose(np.abs(ends).max(1), HALF_WIDTH)
    assert np.abs(ends[0] - ends[1]).max() > 0.5
    zero, one = half_plane(-A, -offset, HALF_WIDTH), half_plane(A, offset, HALF_WIDTH)
    assert (zero @ A + offset < 1e-12).all()
    assert (one @ A + offset > -1e-12).all()
    assert area(zero) + area(one) == pytest.approx(16)


@pytest.mark.parametrize("offset", [9.0, -9.0])
def test_a_line_outside_the_window_is_not_seen(offset: float) -> None:
    normal = np.array([1.0, -0.5])
    assert len(zero_set(normal, offset, HALF_WIDTH)) == 0
    assert area(half_plane(normal, offset, HALF_WIDTH)) == pytest.approx(16 if offset > 0 else 0)


@pytest.mark.parametrize("normal", [(0.0, 0.0), (math.nan, 1.0), (math.inf, 1.0)])
def test_a_classifier_that_is_none_is_zero_nowhere(normal: tuple[float, float]) -> None:
    assert len(zero_set(np.array(normal), 0.4, HALF_WIDTH)) == 0
    assert len(half_plane(np.array(normal), 0.4, HALF_WIDTH)) == (4 if normal == (0.0, 0.0) else 0)


def test_a_plane_cuts_a_cube_in_a_convex_polygon() -> None:
    normal = np.array([1.0, 1.0, 1.0])
    corners = zero_set(normal, 0.0, HALF_WIDTH)
    assert corners.shape == (6, 3)  # a regular hexagon
    np.testing.assert_allclose(corners @ normal, 0, atol=1e-12)
    sides = np.linalg.norm(corners - np.roll(corners, 1, axis=0), axis=1)
    np.testing.assert_allclose(sides, math.sqrt(8))  # in the order of going round: no side is a diagonal
