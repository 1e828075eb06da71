import dataclasses
import subprocess
import sys
from pathlib import Path

import pytest
import torch

import structviz
from structviz import zoo
from structviz.data import TOY_SETS, toy, toy_split
from structviz.errors import ConfigError
from structviz.nets import PLAIN, PointClassifier
from structviz.studies.flow import (
    COMPARISONS,
    MAX_SHOWN,
    FlowNetwork,
    digest,
    layers,
    panels_for,
    refined,
    shipped_network,
)

OWN_POINTS = toy("xor", 20)
KINDS = {"plain": ("plain", "resnet"), "trained": ("resnet", "rk4"), "width": ("resnet", "wide"), "one": ("resnet",)}


def network(scheme: str = "euler", title: str = "In training", step: int | None = 7) -> FlowNetwork:
    return FlowNetwork(PointClassifier(scheme, n_layers=6, time=3.0), f"{scheme} {title}", title, step)


@pytest.mark.parametrize("source", TOY_SETS)
@pytest.mark.parametrize("compare", KINDS)
def test_shipped_networks_stand_side_by_side(compare: str, source: str) -> None:
    found = panels_for(source, compare)
    cards = [zoo.card(f"flow/{kind}-{source}") for kind in KINDS[compare]]
    assert [panel.network.digest for panel in found] == [card.sha256 for card in cards]
    points, labels = toy_split(source, 1000, 300, 0)[1]
    for panel, card in zip(found, cards, strict=True):
        assert {"class": "PointClassifier", **panel.network.net.shape} == card.network
        assert panel.points.equal(points)
        assert panel.labels.equal(labels)
        assert panel.method is None


def test_half_moons_and_donut_have_points_and_networks_of_their_own() -> None:
    found = panels_for("halfmoon2d", "sets", n_points=100, seed=3, noise=0.5)
    for panel, name in zip(found, ("halfmoon2d", "donut2d"), strict=True):
        assert panel.title == TOY_SETS[name].title
        assert panel.network is shipped_network("resnet", name)
        assert panel.points.equal(toy_split(name, 1000, 100, 3, 0.05)[1][0])
        assert panel.method is None


def test_half_moons_and_donut_take_other_steps_from_the_same_points() -> None:
    trained = panels_for("halfmoon2d", "sets", n_points=100)
    found = panels_for("halfmoon2d", "sets", method="heun", n_steps=5, n_points=100)
    steps = "Heun, 5 steps of Δt = 0.8"
    assert [panel.title for panel in found] == [f"Half moons: {steps}", f"Donut: {steps}"]
    for panel, before in zip(found, trained, strict=True):
        assert (panel.method, panel.n_steps) == ("heun", 5)
        assert panel.network is before.network
        assert panel.points.equal(before.points)


@pytest.mark.parametrize(("compare", "place"), [("steps", 0), ("integrator", 1)])
def test_other_steps_have_the_same_weights_and_points(compare: str, place: int) -> None:
    found = panels_for("donut2d", compare, method="heun", n_steps=8, interpolation="linear")
    stepped, layered = found[place], found[1 - place]
    assert stepped.network is layered.network is shipped_network("resnet", "donut2d")
    assert stepped.points is layered.points
    net, z = stepped.network.net, stepped.points
    assert stepped.motion.trajectory(z).equal(refined(net, "heun", 8, "linear").trajectory(z))
    assert layered.motion.trajectory(z).equal(layers(net).trajectory(z))
    assert stepped.title == "Heun, 8 steps of Δt = 0.5"
    assert layered.title == "Euler, 40 layers of Δt = 0.1, as trained"


def test_a_network_in_training_says_its_step() -> None:
    training = network()
    assert [panel.title for panel in panels_for("halfmoon2d", training=training)] == ["In training"]
    beside = panels_for("xor", "plain", training=training)
    assert [panel.title for panel in beside] == ["ResNet, as shipped", "In training"]
    assert beside[0].network is shipped_network("resnet", "xor")
    stepped, layered = panels_for("xor", "steps", n_steps=2, training=training)
    assert stepped.title == "Euler, 2 steps of Δt = 1.5"
    assert layered.title == "Euler, 6 layers of Δt = 0.5, step 7 of training"


@pytest.mark.parametrize("compare", COMPARISONS)
def test_a_plain_network_has_no_other_steps(compare: str) -> None:
    plain = network(PLAIN)
    for panels in (panels_for("xor", compare, training=plain), panels_for("xor", compare, networks=[plain])):
        assert panels[-1].network is plain
        assert all(panel.method is None for panel in panels)


@pytest.mark.parametrize("compare", COMPARISONS)
def test_own_points_need_a_network(compare: str) -> None:
    with pytest.raises(ConfigError, match="No network was trained on these points"):
        panels_for(OWN_POINTS, compare)
    for found in (
        panels_for(OWN_POINTS, compare, training=network()),
        panels_for(OWN_POINTS, compare, networks=[network()]),
    ):
        assert len(found) == (2 if compare in ("steps", "integrator") else 1)
        assert all(panel.network.title == "In training" for panel in found)
        assert all(panel.points.equal(OWN_POINTS[0]) for panel in found)


def test_networks_of_ones_own_stand_beside_what_is_shown_alone() -> None:
    first, second, third = (network(title=title, step=None) for title in "abc")
    assert [panel.title for panel in panels_for("xor", "plain", networks=[first])] == ["ResNet, as shipped", "a"]
    assert [panel.title for panel in panels_for("xor", "one", networks=[first])] == ["a"]
    assert [panel.title for panel in panels_for("xor", "plain", networks=[first, second, third])] == ["a", "b"]
    assert [panel.title for panel in panels_for(OWN_POINTS, "plain", networks=[first])] == ["a"]
    beside = panels_for("xor", "plain", training=network(), networks=[first])
    assert [panel.title for panel in beside] == ["In training", "a"]
    assert all(panel.network is first for panel in panels_for("xor", "steps", networks=[first, second]))


def test_of_many_own_points_a_fair_part_is_shown() -> None:
    points, labels = toy("xor", 4 * MAX_SHOWN)
    by_class = labels.argsort(stable=True)
    (panel,) = panels_for((points[by_class], labels[by_class]), training=network())
    assert len(panel.points) == MAX_SHOWN
    assert panel.labels.double().mean().item() == pytest.approx(0.5, abs=0.1)
    of = {tuple(point): label for point, label in zip(points.tolist(), labels.tolist(), strict=True)}
    assert [of[tuple(point)] for point in panel.points.tolist()] == panel.labels.tolist()


def test_unknown_names_are_refused_with_the_known_ones() -> None:
    with pytest.raises(ConfigError, match=r"A comparison is one of sets, one, .*; got 'all'"):
        panels_for("xor", "all")
    with pytest.raises(ConfigError, match=r"A set of points is one of .*; got 'cats'"):
        panels_for("cats")


def test_keys_tell_everything_apart_that_changes_a_film() -> None:
    panel = panels_for("xor", "steps", n_steps=8)[0]
    others = [
        dataclasses.replace(panel, title="other"),
        dataclasses.replace(panel, network=network()),
        dataclasses.replace(panel, points=panel.points + 1e-6),
        dataclasses.replace(panel, labels=1 - panel.labels),
        dataclasses.replace(panel, method="rk4"),
        dataclasses.replace(panel, n_steps=10),
        dataclasses.replace(panel, interpolation="linear"),
    ]
    assert len({panel.key, *(other.key for other in others)}) == 1 + len(others)
    assert dataclasses.replace(panel, points=panel.points.clone()).key == panel.key


def test_digests_follow_shape_and_content_and_no_process() -> None:
    x = torch.arange(6.0)
    assert digest(x) != digest(x.reshape(2, 3)) != digest(x.double())
    assert digest(x, x) != digest(x)
    code = "import torch; from structviz.studies.flow import digest; print(digest(torch.arange(6.0)))"
    root = Path(structviz.__file__).parent.parent
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=root)
    assert run.stdout.strip() == digest(x)


FIVE_LINES = """
from structviz.studies.flow import MAX_MEASURED, map_input_plane, measured_films, panels_for, study_steps
films = measured_films(panels_for("donut2d", "steps", n_steps=8))
for film in films: print(film.panel.title, film.accuracy, film.folded, film.distance, sep=" | ")
print(map_input_plane(films[0].panel.network.net, films[0].panel.motion, films[0].panel.half_width).folded)
print(study_steps(films[0].panel.network.net, films[0].panel.points[:MAX_MEASURED], ["euler"]).slopes["euler"])
"""


def test_all_that_the_page_shows_can_be_had_in_five_lines_without_the_app() -> None:
    assert len(FIVE_LINES.strip().splitlines()) == 5
    code = f"{FIVE_LINES}\nimport sys\nassert 'streamlit' not in sys.modules"
    root = Path(structviz.__file__).parent.parent
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=root)
    few, many, folded, slope = run.stdout.splitlines()
    assert few.startswith("Euler, 8 steps of Δt = 0.5 | ")
    assert many.startswith("Euler, 40 layers of Δt = 0.1, as trained | ")
    distances = [float(line.split(" | ")[-1]) for line in (few, many)]
    assert distances[0] > distances[1] > 0
    assert float(folded) > 0
    assert float(slope) == pytest.approx(1, abs=0.2)
