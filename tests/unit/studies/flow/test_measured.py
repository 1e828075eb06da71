import dataclasses
import math

import pytest
import torch

from structviz.data import toy
from structviz.nets import PointClassifier
from structviz.studies.flow import (
    FlowNetwork,
    Interpolation,
    distance_to_flow,
    map_input_plane,
    measured_films,
    panels_for,
    same_weights,
)


def test_films_have_the_numbers_of_their_ends() -> None:
    panels = panels_for("donut2d", "steps", n_steps=4)
    films = measured_films(panels)
    assert same_weights(films)
    for film, panel in zip(films, panels, strict=True):
        end = panel.motion.trajectory(panel.points)[-1]
        right = (panel.network.net.classify(end) > 0) == (panel.labels == 1)
        assert film.accuracy == pytest.approx(right.double().mean().item())
        assert film.misclassified.equal(~right)
        assert film.distance == distance_to_flow(panel.network.net, panel.points[:50], "euler", panel.n_steps or 40)
    assert films[0].folded > 0.05
    assert films[1].folded == 0
    assert films[0].distance > films[1].distance > 0
    assert [film.n_layers for film in films] == [4, 40]


def test_distances_are_measured_only_where_they_are_compared() -> None:
    (film,) = measured_films(panels_for("xor", "one"))
    assert math.isnan(film.distance)
    pair = measured_films(panels_for("xor", "plain"))
    assert not same_weights(pair)
    assert all(math.isnan(film.distance) for film in pair)


def test_weights_that_change_within_a_layer_belong_to_another_flow() -> None:
    network = FlowNetwork(PointClassifier("rk4", n_layers=6, time=3.0), "w")
    points = toy("xor", 20)
    cases: tuple[tuple[Interpolation, bool], ...] = (("constant", True), ("linear", False))
    for interpolation, is_measured in cases:
        how = {"method": "rk4", "n_steps": 10, "interpolation": interpolation}
        stepped, layered = measured_films(panels_for(points, "steps", networks=[network], **how))
        assert stepped.distance == distance_to_flow(network.net, points[0], "rk4", 10, interpolation)
        assert (not math.isnan(layered.distance)) is is_measured


def test_a_network_in_space_has_no_folds_to_count() -> None:
    plane, space = measured_films(panels_for("donut2d", "width", n_points=100))
    assert plane.folded == 0
    assert math.isnan(space.folded)
    seen = map_input_plane(space.panel.network.net, space.panel.motion, space.panel.half_width, 16)
    assert seen.signs.eq(0).all()
    assert seen.folded == 0


def test_lost_points_are_counted_and_count_as_misclassified() -> None:
    (film,) = measured_films(panels_for("xor", n_points=100))
    assert film.n_lost == 0
    positions = film.film.positions.clone()
    positions[-1, :3] = torch.nan
    positions[-1, 3, 0] = torch.inf
    lost = dataclasses.replace(film, film=dataclasses.replace(film.film, positions=positions))
    assert lost.n_lost == 4
    assert lost.misclassified[:3].all()


def test_spreads_are_those_of_the_first_and_of_the_last_frame() -> None:
    (film,) = measured_films(panels_for("xor", n_points=100))
    first = film.film.positions[0]
    positions = film.film.positions.clone()
    positions[-1] = first / 10 + 3
    squeezed = dataclasses.replace(film, film=dataclasses.replace(film.film, positions=positions))
    before, after = squeezed.spreads
    assert after == pytest.approx(before / 10, rel=1e-4)
    assert before == pytest.approx((first - first.mean(0)).norm(dim=1).max().item())
