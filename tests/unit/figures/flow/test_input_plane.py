"""Maps of the input plane show decisions and folds where they are."""

import math
import re

import numpy as np
import pytest
import torch

from structviz.errors import ShapeError
from structviz.figures import CLASS_COLOURS
from structviz.figures.flow.input_plane import decision_map, fold_map
from tests.unit.figures.flow.figures import check_size, drawn, note, spiral, traces


def test_a_decision_map_has_its_first_row_on_top_and_class_one_in_its_colour() -> None:
    rising = torch.linspace(0.9, 0.1, 8)[:, None].expand(8, 5)  # more certain of class 1 upwards
    points, labels = torch.tensor([[0.5, 1.0], [-0.5, -1.0], [9.0, 0.0]]), torch.tensor([1, 0, 1])
    figure = decision_map(rising, 2.0, points, labels)
    (ground,) = (t for t in drawn(figure) if t.type == "contour")
    np.testing.assert_array_equal(ground.z[1:-1, 1:-1], rising.numpy())
    assert (np.diff(ground.y) < 0).all()
    assert (np.diff(ground.x) > 0).all()
    np.testing.assert_allclose(ground.y[[0, 1, -1]], [2.0, 1.75, -2.0])
    np.testing.assert_allclose(ground.x[[0, 1, -1]], [-2.0, -1.6, 2.0])
    assert (ground.zmin, ground.zmax) == (0, 1)
    assert ground.contours.start == ground.contours.end == 0.5
    for stop, label in ((0, 0), (-1, 1)):
        levels = [int(level) for level in re.findall(r"\d+", ground.colorscale[stop][1])[:3]]
        assert levels == [int(CLASS_COLOURS[label][i : i + 2], 16) for i in (1, 3, 5)]
    np.testing.assert_array_equal(traces(figure, "class 1")[0].x, [0.5])
    np.testing.assert_array_equal(traces(figure, "class 0")[0].y, [-1.0])


def test_wrong_points_have_rings() -> None:
    points, labels = torch.tensor([[0.5, 1.0], [-0.5, -1.0], [9.0, 0.0]]), torch.tensor([1, 0, 1])
    wrong = torch.tensor([False, True, True])
    rings = traces(decision_map(torch.rand(4, 4), 2.0, points, labels, wrong), "wrongly classified")
    assert [r.showlegend for r in rings] == [False, False, True]
    for ring in rings[:2]:
        assert ring.marker.symbol == "circle-open"
        np.testing.assert_array_equal(np.stack([ring.x, ring.y], 1), [[-0.5, -1.0]])
    assert not traces(decision_map(torch.rand(4, 4), 2.0, points, labels, wrong & False), "wrongly classified")
    assert not traces(decision_map(torch.rand(4, 4), 2.0, points, labels), "wrongly classified")


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64, torch.int64, torch.int8])
def test_folds_are_hatched_where_the_sign_is_negative(dtype: torch.dtype) -> None:
    signs = torch.ones(20, 30)
    signs[:5, 20:] = -1  # top right
    signs[10, 10] = 0
    figure = fold_map(signs.to(dtype), torch.full((20, 30), 0.5), 2.0)
    (lines,) = traces(figure, "turned over")
    x, y = lines.x[~np.isnan(lines.x)], lines.y[~np.isnan(lines.y)]
    np.testing.assert_allclose([x.min(), x.max(), y.min(), y.max()], [2 / 3, 2.0, 1.0, 2.0], atol=1e-6)
    (outline,) = (t for t in drawn(figure) if t.type == "contour")
    np.testing.assert_array_equal(outline.z < 0, signs.numpy() < 0)
    np.testing.assert_allclose(outline.y[0], 1.9)
    assert outline.contours.start == outline.contours.end == 0
    assert lines.line.color == outline.line.color == "#E4003A"
    assert note(figure) == ""


def test_a_map_without_folds_says_so() -> None:
    figure = fold_map(torch.ones(4, 4), torch.ones(4, 4), 2.0)
    assert len(drawn(figure)) == 1
    assert "nothing is turned over" in note(figure)
    unknown = fold_map(torch.zeros(4, 4), torch.ones(4, 4), 2.0)
    assert len(drawn(unknown)) == 1
    assert note(unknown) == ""


def test_heat_is_the_logarithm_of_the_smallest_singular_value() -> None:
    smallest = torch.tensor([[1.0, 0.1], [0.0, math.nan], [1e-9, 0.02]])
    figure = fold_map(torch.ones(3, 2), smallest, 1.0)
    (heat,) = drawn(figure)
    np.testing.assert_allclose(heat.z, [[0, -1], [-4, math.nan], [-4, math.log10(0.02)]], atol=1e-6)
    assert (heat.zmin, heat.zmax) == (-4, 0)
    np.testing.assert_allclose(heat.y, [2 / 3, 0, -2 / 3], atol=1e-12)
    np.testing.assert_allclose(heat.x, [-0.5, 0.5])
    assert list(heat.colorbar.ticktext) == ["10<sup>-4</sup>", "0.001", "0.01", "0.1", "1"]


@pytest.mark.usefixtures("without_shape_checks")
def test_signs_and_values_belong_together() -> None:
    with pytest.raises(ShapeError, match=r"\(3, 4\) and \(4, 3\)"):
        fold_map(torch.ones(3, 4), torch.ones(4, 3), 1.0)


def test_figures_are_small_and_change_nothing() -> None:
    film = spiral(pixels=128)
    noise = torch.rand(200, 200, generator=torch.Generator().manual_seed(0))
    signs = (noise - 0.5).sign()
    before = noise.clone(), signs.clone()
    check_size(decision_map(noise, 2.0, film.positions[0], film.labels, film.labels > 0))
    check_size(fold_map(signs, noise, 2.0))
    assert noise.equal(before[0])
    assert signs.equal(before[1])
