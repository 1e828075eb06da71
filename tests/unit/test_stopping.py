"""Long computations ask between their pieces whether anybody still waits for them."""

import math
from collections.abc import Callable
from itertools import count

import pytest
import torch

from structviz.data import stripes
from structviz.nets import PointClassifier
from structviz.stopping import StoppedError, stop_if_asked, stoppable
from structviz.studies.ct import acquire_strip, classical_method, strip_frames
from structviz.studies.flow import measured_films, panels_for
from structviz.studies.invertibility import errors_against_depth
from structviz.studies.rotation import film_strip, film_strip_arm
from structviz.studies.stability import attacked, denoising_quality, plug_and_play
from structviz.studies.turning import in_chunks
from structviz.tomography import ParallelBeam, RayTransform, conjugate_gradients, total_variation

GEOMETRY = ParallelBeam(16, 6, 23)
IMAGE = torch.full((1, 1, 32, 32), 0.2)


def rotation_film() -> object:
    return film_strip_arm(lambda y: y, film_strip({}, stripes(1, size=128), n_angles=4))


def many_images() -> object:
    return in_chunks(lambda y: y, torch.ones(4, 1, 128, 128))


def scans() -> object:
    return acquire_strip(IMAGE, GEOMETRY, math.inf, n_angles=4)


def ct_film() -> object:
    return strip_frames(classical_method("fbp", GEOMETRY), acquire_strip(IMAGE, GEOMETRY, math.inf, n_angles=4))


def least_squares() -> object:
    return conjugate_gradients(RayTransform(GEOMETRY), torch.ones(1, 1, 6, 23), 3)


def total_variation_image() -> object:
    return total_variation(RayTransform(GEOMETRY), torch.ones(1, 1, 6, 23), 0.02, 3)


def flow_films() -> object:
    return measured_films(panels_for("donut2d", "steps", n_steps=4))


def attack() -> object:
    return attacked(lambda y: y.square(), torch.ones(1, 1, 4, 4), 0.1, 2)


def restoration() -> object:
    y = torch.ones(1, 1, 4, 4)
    return plug_and_play(lambda x: x, lambda x: x, lambda x: x, y, torch.zeros_like(y), 0.5, 3)


def denoising() -> object:
    return denoising_quality(lambda y: y, torch.zeros(1, 1, 8, 8), [0.1, 0.2])


def depths() -> object:
    return errors_against_depth(PointClassifier(n_layers=4), torch.zeros(3, 2), n_iterations=2, depths=(1,))


LONG = [
    attack,
    restoration,
    denoising,
    depths,
    rotation_film,
    many_images,
    scans,
    ct_film,
    least_squares,
    total_variation_image,
    flow_films,
]


@pytest.mark.parametrize("compute", LONG, ids=lambda compute: compute.__name__)
def test_it_is_given_up_at_any_of_its_pieces(compute: Callable[[], object]) -> None:
    asked = count()
    with stoppable(lambda: next(asked) < 0):
        assert compute() is not None
    n = next(asked)
    assert n >= 2
    for last in {0, n // 2, n - 1}:
        asked = count()
        with pytest.raises(StoppedError), stoppable(lambda asked=asked, last=last: next(asked) == last):
            compute()
        assert next(asked) == last + 1, "nothing goes on afterwards"


def test_nothing_is_given_up_outside() -> None:
    with pytest.raises(StoppedError), stoppable(lambda: True):
        stop_if_asked()
    stop_if_asked()
