"""A box shows the faces that look at the eye, and is as large as its matrix says."""

import math

import numpy as np

from structviz.figures.box import FACES, box

HALF = (1.0, 0.8, 0.5)


def share(picture: np.ndarray, colour: str) -> float:
    """Of the pixels that have a colour."""
    wanted = [int(colour[i : i + 2], 16) for i in (1, 3, 5)]
    return float(((np.abs(picture[..., :3].astype(int) - wanted).max(-1) < 12) & (picture[..., 3] > 250)).mean())


def test_the_eye_sees_the_faces_that_look_at_it() -> None:
    above = np.asarray(box(np.eye(3), HALF, (0.0, math.pi / 2), 200))
    assert share(above, FACES[2][0]) > 0.2
    assert sum(share(above, colour) for pair in FACES for colour in pair) < 1.05 * share(above, FACES[2][0])
    below = np.asarray(box(np.diag([1.0, -1.0, -1.0]), HALF, (0.0, math.pi / 2), 200))
    assert share(below, FACES[2][1]) > 0.2


def test_a_matrix_that_shrinks_draws_a_smaller_box_and_one_that_is_lost_none() -> None:
    whole, half, lost = (np.asarray(box(size * np.eye(3), HALF, side=200)) for size in (1.0, 0.5, np.nan))
    assert 3.5 < share(whole, FACES[2][0]) / share(half, FACES[2][0]) < 5
    assert share(lost, FACES[2][0]) == 0
