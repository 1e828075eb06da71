"""The plane in which points are seen: heights over the classifier's line, what is outside, which frame is which."""

import dataclasses
import math

import numpy as np
import pytest
import torch

from structviz.errors import ConfigError
from structviz.figures.flow.view import frames_after, inside_window, seen, view_of, words
from tests.unit.figures.flow.figures import spiral


def test_a_plane_network_is_seen_as_it_is() -> None:
    film = spiral()
    view = view_of(film)
    np.testing.assert_allclose(seen(film.positions[7], view.axes), film.positions[7].numpy(), rtol=1e-6)
    np.testing.assert_allclose(view.normal, film.normal.numpy())
    assert (view.offset, view.half_width, view.note) == (film.offset, film.half_width, "")


@pytest.mark.parametrize("dim", [3, 5])
def test_a_wide_network_is_seen_along_the_plane_of_its_classifier(dim: int) -> None:
    normal = torch.tensor([1.0, -0.5, 2.0, 0.3, -0.7])[:dim]
    film = spiral(3)
    wider = torch.nn.functional.pad(film.positions, (0, dim - 3))
    if dim == 5:
        wider[..., 3] = 0.3 * wider[..., 1]
    film = dataclasses.replace(film, positions=wider, normal=normal, mesh=torch.zeros(41, 9, 9, dim))
    view = view_of(film)
    for layer in (0, 20, 40):
        places = seen(film.positions[layer], view.axes)
        # A projection: the height above the line is the distance from the plane, with its sign, and lengths shrink.
        wanted = (film.positions[layer] @ normal + film.offset) / normal.norm()
        np.testing.assert_allclose(
            (places @ view.normal + view.offset) / np.linalg.norm(view.normal), wanted, atol=1e-5
        )
        assert (np.linalg.norm(places, axis=1) < film.positions[layer].norm(dim=1).numpy() + 1e-5).all()
        assert inside_window(places, view.half_width)[1] == 0
    assert view.half_width >= film.half_width
    assert f"Width {dim}" in view.note


@pytest.mark.parametrize(("normal", "axis"), [((5.0, 0.0, 1.0), 1), ((0.0, 5.0, 1.0), 0), ((0.0, 0.0, 1.0), 0)])
def test_the_input_plane_is_not_seen_from_its_end(normal: tuple[float, ...], axis: int) -> None:
    film = dataclasses.replace(spiral(3), normal=torch.tensor(normal))
    places = seen(film.positions[0], view_of(film).axes)
    np.testing.assert_allclose(places[:, 0], film.positions[0, :, axis].numpy(), atol=1e-6)


@pytest.mark.parametrize("bad", [0.0, math.nan, math.inf])
def test_a_classifier_that_is_none_leaves_the_first_two_coordinates(bad: float) -> None:
    film = dataclasses.replace(spiral(3), normal=torch.full((3,), bad))
    np.testing.assert_allclose(view_of(film).axes, np.eye(2, 3))


def test_what_is_lost_is_outside() -> None:
    places = np.array([[0.0, 2.0], [math.nan, 0.0], [math.inf, 0.0], [0.0, -1e30]])
    kept, n_outside = inside_window(places, 2.0)
    np.testing.assert_array_equal(kept, places[:1])
    assert n_outside == 3


def test_a_film_of_nothing_has_a_view() -> None:
    for dim in (2, 3):
        film = spiral(dim)
        lost = dataclasses.replace(film, positions=torch.full_like(film.positions, math.nan))
        assert view_of(lost).half_width == film.half_width


def test_frames_are_told_by_their_times() -> None:
    film = spiral(n_layers=40)
    assert frames_after(film, [0, 15, 40]) == [(0, 0), (15, 15), (40, 40)]
    assert frames_after(film, [0, 40, 81, 160], n_layers=160) == [(0, 0), (10, 40), (20, 80), (40, 160)]


@pytest.mark.parametrize("layers", [[], [0, 41], [-1]])
def test_layers_that_are_none_are_refused(layers: list[int]) -> None:
    with pytest.raises(ConfigError, match="0 to 40 layers"):
        frames_after(spiral(), layers)


def test_headings_count_layers_and_lost_points() -> None:
    assert [words(0, 0), words(1, 0), words(15, 3)] == ["input", "after 1 layer", "after 15 layers (3 outside)"]
