"""Panels of small pictures: where points and squares are placed."""

from itertools import pairwise

import numpy as np
import pytest
from numpy.testing import assert_allclose

from structviz.figures.svg import VIEW_BOX, Panel, squares


def test_panel_turns_y_up_and_keeps_shapes() -> None:
    panel = Panel(10, 20, 100, 50)
    square = np.array([[-1.0, -1.0], [1.0, 1.0]])
    (placed,) = panel.fit(square, margin=0)
    assert_allclose(placed, [[35, 70], [85, 20]])
    (stretched,) = panel.fit(square, alike=False, margin=0)
    assert_allclose(stretched, [[10, 70], [110, 20]])


@pytest.mark.parametrize("n", [1, 2, 3])
def test_squares_fit_side_by_side(n: int) -> None:
    panels = squares(n)
    assert panels[0].left >= 0
    assert panels[-1].left + panels[-1].width <= VIEW_BOX[0] + 1e-9
    assert all(b.left - (a.left + a.width) == pytest.approx(8) for a, b in pairwise(panels))
