"""Outlines: areas against closed forms, whatever the grid."""

from math import pi

import numpy as np
import pytest

from structviz.data.outlines import Box, Outlines, blob, box_around, coverage, offset, path, rounded, smooth, stroke

TRIANGLE = np.array([[[-0.71, -0.52], [0.83, -0.13], [-0.22, 0.64]]])
TRIANGLE_AREA = 0.5 * (1.54 * 1.16 - 0.39 * 0.49)


def _area(outlines: Outlines, size: int) -> float:
    return float(coverage([outlines], size).sum()) * (2 / size) ** 2


@pytest.mark.parametrize("size", [1, 2, 7, 64])
def test_areas_are_exact_on_every_grid(size: int) -> None:
    assert _area(TRIANGLE, size) == pytest.approx(TRIANGLE_AREA, abs=1e-12)


def test_the_direction_of_an_outline_does_not_matter() -> None:
    np.testing.assert_allclose(coverage([TRIANGLE[:, ::-1]], 20), coverage([TRIANGLE], 20), atol=1e-12)


def test_y_is_up_and_x_to_the_right() -> None:
    # The lower right quarter of the square, up to a quarter of a pixel.
    corner = np.array([[[0.0, -1.0], [1.0, -1.0], [1.0, -0.125], [0.0, -0.125]]])
    cover = coverage([corner], 4)
    expected = np.zeros((4, 4))
    expected[2:, 2:] = [[0.75, 0.75], [1, 1]]
    np.testing.assert_allclose(cover, expected, atol=1e-12)


@pytest.mark.parametrize("size", [32, 33])
def test_turning_the_outline_turns_the_pixels(size: int) -> None:
    turned = np.stack([-TRIANGLE[..., 1], TRIANGLE[..., 0]], axis=-1)
    turns = [np.rot90(coverage([TRIANGLE], size), k) for k in (1, -1)]
    np.testing.assert_allclose(coverage([turned], size), turns[0], atol=1e-12)
    assert np.abs(coverage([turned], size) - turns[1]).max() > 0.5


def test_finer_pixels_average_to_the_coarse_ones() -> None:
    for shape in (TRIANGLE, blob(0.3, 0.2, 0.4, 0.3, 20)):
        fine = coverage([shape], 96)
        np.testing.assert_allclose(fine.reshape(48, 2, 48, 2).mean((1, 3)), coverage([shape], 48), atol=1e-12)


def test_unions_are_covered_once() -> None:
    box = blob(0, 0, 0.5, 0.5)
    np.testing.assert_allclose(coverage([box, 0.7 * box, box[:, ::-1]], 16).max(), 1)
    middle = coverage([box, box], 64)[16:48, 16:48][8:24, 8:24]
    np.testing.assert_allclose(middle, 1, atol=1e-12)


def test_what_leaves_the_square_is_cut_off() -> None:
    assert _area(np.array([[[-3.0, -3.0], [3, -3], [3, 3], [-3, 3]]]), 9) == pytest.approx(4)
    half = blob(1.0, 0.2, 0.5, 0.5)
    assert _area(half, 200) == pytest.approx(pi / 8, rel=2e-3)
    assert _area(blob(3.0, 0.0, 0.5, 0.5), 16) == 0
    assert _area(np.array([[[0.0, -9.0], [0.5, -9.0], [0.5, 9.0], [0.0, 9.0]]]), 16) == pytest.approx(1)


def test_a_box_shows_the_same_pixels() -> None:
    whole = coverage([TRIANGLE], 40)
    box = box_around([TRIANGLE], 40)
    inside = np.zeros((40, 40))
    inside[box.top : box.bottom, box.left : box.right] = coverage([TRIANGLE], 40, box)
    np.testing.assert_allclose(inside, whole, atol=1e-12)
    assert (box.bottom - box.top) * (box.right - box.left) < 1000
    part = Box(10, 12, 25, 22)
    np.testing.assert_allclose(coverage([TRIANGLE], 40, part), whole[10:25, 12:22], atol=1e-12)


def test_blobs_are_turned_ellipses() -> None:
    assert _area(blob(0.1, -0.2, 0.6, 0.3, 30), 100) == pytest.approx(pi * 0.18, rel=2e-3)
    x, y = blob(0, 0, 0.6, 0.3, 30)[0].T
    assert (x * y).sum() > 0  # counter-clockwise with y up: the long axis rises to the right
    grown = blob(0, 0, 0.3, 0.3, wobble=np.full(8, 0.1))
    np.testing.assert_allclose(np.hypot(*grown[0].T), 0.33)


@pytest.mark.parametrize("n", [7, 8])
def test_smooth_curves_meet_their_control_points(n: int) -> None:
    controls = np.random.default_rng(0).normal(size=(n, 2))
    curve = smooth(controls, 4 * n)
    np.testing.assert_allclose(curve[::4], controls, atol=1e-12)


def test_strokes_have_the_area_of_a_brush() -> None:
    line = np.array([[[-0.5, 0.1], [0.0, 0.1], [0.5, 0.1]]])
    assert _area(stroke(line, np.array([[0.1]])), 50) == pytest.approx(0.2 + pi * 0.01, abs=2e-3)
    tapered = _area(stroke(line, np.array([[0.1, 0.05, 0.0]])), 50)
    assert tapered == pytest.approx(0.1 + pi * 0.01 / 2, abs=1e-3)
    assert _area(stroke(line, np.array([[-0.1]])), 50) == pytest.approx(0, abs=1e-12)


def test_thin_strokes_keep_their_area_on_coarse_grids() -> None:
    thin = stroke(np.array([[[-0.5, -0.3], [0.6, 0.4]]]), np.array([[0.002]]))
    for size in (8, 64):
        assert _area(thin, size) == pytest.approx(_area(thin, 512), rel=1e-9)


def test_offsets_go_outwards() -> None:
    circle = blob(0, 0, 0.5, 0.5)[0]
    np.testing.assert_allclose(np.hypot(*offset(circle, 0.1).T), 0.6, atol=1e-9)
    np.testing.assert_allclose(np.hypot(*offset(circle, -0.1).T), 0.4, atol=1e-9)


def test_paths_run_between_directions() -> None:
    circle = blob(0, 0, 0.5, 0.5)[0]
    arc = path(circle, -80, 100, 19)
    np.testing.assert_allclose(
        np.degrees(np.unwrap(np.arctan2(arc[:, 1], arc[:, 0]))), np.linspace(-80, 100, 19), atol=0.2
    )


def test_rounded_lines_keep_their_ends_and_lose_their_corners() -> None:
    corner = np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 1.0]])
    curve = rounded(corner)
    np.testing.assert_allclose(curve[[0, -1]], corner[[0, -1]])
    steps = np.diff(curve, axis=0)
    turns = np.diff(np.unwrap(np.arctan2(steps[:, 1], steps[:, 0])))
    assert np.degrees(turns).max() < 30
    assert np.degrees(turns).sum() == pytest.approx(90)
