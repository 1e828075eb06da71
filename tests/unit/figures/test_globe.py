"""Pictures of the sphere: what it hides, and what stands off it."""

import math

import numpy as np

from structviz.figures.globe import axes_of, globe, visible


def test_only_what_the_sphere_hides_is_missing() -> None:
    in_front = np.array([[0.0, 0.0, 1.0], [0.1, 0.0, 1.0]])
    behind, beside = in_front * [1, 1, -1], in_front * [1, 1, -1] + [2, 0, 0]
    assert len(visible(np.stack([in_front, behind, beside]))) == 2
    through = np.array([[[-1.5, 0.0, -0.5], [-1.2, 0.0, -0.5], [0.0, 0.0, -0.5], [1.2, 0.0, -0.5], [1.5, 0.0, -0.5]]])
    assert [len(piece) for piece in visible(through)] == [2, 2]


def test_the_eye_looks_from_where_it_is_said_to_be() -> None:
    axes = axes_of(math.radians(90), math.radians(30))
    np.testing.assert_allclose(axes.T @ axes, np.eye(3), atol=1e-15)
    np.testing.assert_allclose(axes[:, 2], [0, math.cos(math.pi / 6), 0.5], atol=1e-15)
    np.testing.assert_allclose(axes[:, 0], [-1, 0, 0], atol=1e-15)
    assert np.linalg.det(axes) > 0


def test_points_off_the_sphere_have_a_spike_of_the_colour_that_is_asked_for() -> None:
    place = np.array([[[1.5, 0.0, 0.0]]])
    on, off = (np.asarray(globe(place * size, np.array([1]), "#00FF00", (1.2, 0.0), 200)) for size in (1 / 1.5, 1.0))

    def green(picture: np.ndarray) -> int:
        return int(((picture[..., 1] > 200) & (picture[..., 0] < 60) & (picture[..., 3] > 200)).sum())

    assert green(on) == 0
    assert green(off) > 30

    def blue(picture: np.ndarray) -> int:
        return int(((picture[..., 2] > 150) & (picture[..., 0] < 60) & (picture[..., 3] > 200)).sum())

    lost = np.asarray(globe(place * np.nan, np.array([1]), "#00FF00", (1.2, 0.0), 200))
    assert blue(on) > 30 > blue(lost) == 0
