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
from structviz.studies.flow import Interpolation, distance_to_flow, layers, refined
from structviz.ui.pages.flow import films
from structviz.ui.pages.flow.choice import COMPARISONS, OWN, FlowChoice
from structviz.ui.pages.flow.panels import MOST_SHOWN, digest, own_network, shipped, sides

OWN_POINTS = toy("xor", 20)
KINDS = {"plain": ("plain", "resnet"), "trained": ("resnet", "rk4"), "width": ("resnet", "wide"), "one": ("resnet",)}


def trained(scheme: str = "euler") -> PointClassifier:
    return PointClassifier(scheme, n_layers=6, time=3.0)


@pytest.mark.parametrize("source", TOY_SETS)
@pytest.mark.parametrize("compare", KINDS)
def test_shipped_networks_stand_side_by_side(compare: str, source: str) -> None:
    found = sides(FlowChoice(source, compare), None, None)
    cards = [zoo.card(f"flow/{kind}-{source}") for kind in KINDS[compare]]
    assert [side.network.digest for side in found] == [card.sha256 for card in cards]
    points, labels = toy_split(source, 1000, 300, 0)[1]
    for side, card in zip(found, cards, strict=True):
        assert {"class": "PointClassifier", **side.network.net.shape} == card.network
        assert side.points.equal(points)
        assert side.labels.equal(labels)
        assert side.method is None


def test_half_moons_and_donut_have_points_and_networks_of_their_own() -> None:
    found = sides(FlowChoice(n_points=100, seed=3, noise=0.5), None, None)
    for side, name in zip(found, ("halfmoon2d", "donut2d"), strict=True):
        assert side.title == TOY_SETS[name].title
        assert side.network is shipped("resnet", name)
        assert side.points.equal(toy_split(name, 1000, 100, 3, 0.05)[1][0])


@pytest.mark.parametrize(("compare", "place"), [("steps", 0), ("integrator", 1)])
def test_other_steps_have_the_same_weights_and_points(compare: str, place: int) -> None:
    found = sides(FlowChoice("donut2d", compare, 8, "heun", "linear"), None, None)
    stepped, layered = found[place], found[1 - place]
    assert stepped.network is layered.network is shipped("resnet", "donut2d")
    assert stepped.points is layered.points
    net, z = stepped.network.net, stepped.points
    assert stepped.motion.trajectory(z).equal(refined(net, "heun", 8, "linear").trajectory(z))
    assert layered.motion.trajectory(z).equal(layers(net).trajectory(z))
    assert stepped.title == "Heun, 8 steps of Δt = 0.5"
    assert layered.title == "Euler, 40 layers of Δt = 0.1, as trained"


def test_a_network_of_ones_own_says_its_step() -> None:
    here = own_network(trained(), 7)
    assert [s.title for s in sides(FlowChoice(compare="one"), None, here)] == ["Trained on this page, step 7"]
    beside = sides(FlowChoice("xor", "plain"), None, here)
    assert [s.title for s in beside] == ["ResNet, as shipped", "Trained on this page, step 7"]
    assert beside[0].network is shipped("resnet", "xor")
    stepped, layered = sides(FlowChoice("xor", "steps", 2), None, here)
    assert stepped.title == "Euler, 2 steps of Δt = 1.5"
    assert layered.title == "Euler, 6 layers of Δt = 0.5, step 7 of training"


@pytest.mark.parametrize("compare", COMPARISONS)
def test_a_plain_network_of_ones_own_has_no_other_steps(compare: str) -> None:
    here = own_network(trained(PLAIN), 1)
    found = sides(FlowChoice(compare=compare), None, here)
    assert found[-1].network is here
    assert all(side.method is None for side in found)


@pytest.mark.parametrize("compare", COMPARISONS)
def test_own_points_need_a_network_that_learned_from_them(compare: str) -> None:
    choice = FlowChoice(OWN, compare)
    with pytest.raises(ConfigError, match="No network was trained on your points"):
        sides(choice, OWN_POINTS, None)
    here = own_network(trained(), 7)
    found = sides(choice, OWN_POINTS, here)
    assert len(found) == (2 if compare in ("steps", "integrator") else 1)
    assert all(side.network is here and side.points.equal(OWN_POINTS[0]) for side in found)


def test_of_many_own_points_a_fair_part_is_shown() -> None:
    points, labels = toy("xor", 4 * MOST_SHOWN)
    by_class = labels.argsort(stable=True)
    (side,) = sides(FlowChoice(OWN, "one"), (points[by_class], labels[by_class]), own_network(trained(), 1))
    assert len(side.points) == MOST_SHOWN
    assert side.labels.double().mean().item() == pytest.approx(0.5, abs=0.1)
    of = {tuple(point): label for point, label in zip(points.tolist(), labels.tolist(), strict=True)}
    assert [of[tuple(point)] for point in side.points.tolist()] == side.labels.tolist()


@pytest.mark.parametrize(
    "change",
    [{"steps": 41}, {"source": "cats"}, {"compare": "all"}, {"integrator": "magic"}, {"noise": 9.0}, {"seed": -1},
     {"n_points": 7}, {"network": "mine"}],
    ids=str,
)  # fmt: skip
def test_what_no_control_offers_is_refused(change: dict) -> None:
    with pytest.raises(ConfigError, match="This page cannot show"):
        dataclasses.replace(FlowChoice(), **change)


def test_keys_tell_everything_apart_that_changes_a_film() -> None:
    side = sides(FlowChoice("xor", "steps", 8), None, None)[0]
    others = [
        dataclasses.replace(side, title="other"),
        dataclasses.replace(side, network=own_network(trained(), 1)),
        dataclasses.replace(side, points=side.points + 1e-6),
        dataclasses.replace(side, labels=1 - side.labels),
        dataclasses.replace(side, method="rk4"),
        dataclasses.replace(side, n_steps=10),
        dataclasses.replace(side, interpolation="linear"),
    ]
    assert len({side.key, *(other.key for other in others)}) == 1 + len(others)
    assert dataclasses.replace(side, points=side.points.clone()).key == side.key


def test_digests_follow_shape_and_content_and_no_process() -> None:
    x = torch.arange(6.0)
    assert digest(x) != digest(x.reshape(2, 3)) != digest(x.double())
    assert digest(x, x) != digest(x)
    code = "import torch; from structviz.ui.pages.flow.panels import digest; print(digest(torch.arange(6.0)))"
    root = Path(structviz.__file__).parent.parent
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=root)
    assert run.stdout.strip() == digest(x)


def test_networks_of_ones_own_differ_by_weights_and_by_shape() -> None:
    net = trained()
    same, longer = PointClassifier(n_layers=6, time=3.0), PointClassifier(n_layers=6, time=4.0)
    for other in (same, longer):
        other.load_state_dict(net.state_dict())
    assert own_network(net, 1).digest == own_network(same, 2).digest
    assert own_network(net, 1).digest != own_network(longer, 1).digest
    with torch.no_grad():
        same.A[0, 0, 0] += 1e-3
    assert own_network(net, 1).digest != own_network(same, 1).digest


# ---- films and their numbers


def test_a_screening_has_the_numbers_of_its_film() -> None:
    chosen = sides(FlowChoice("donut2d", "steps", 4), None, None)
    shown, packed = films.screen(chosen)
    for one, side in zip(shown, chosen, strict=True):
        end = side.motion.trajectory(side.points)[-1]
        right = (side.network.net.classify(end) > 0) == (side.labels == 1)
        assert one.accuracy == pytest.approx(right.double().mean().item())
        method, n_steps = ("euler", side.n_steps or 40)
        assert one.distance == distance_to_flow(side.network.net, side.points[:50], method, n_steps)
    assert shown[0].folded > 0.05
    assert shown[1].folded == 0
    assert shown[0].distance > shown[1].distance > 0
    assert [one.n_layers for one in shown] == [4, 40]
    assert films.screen(chosen)[1] is packed, "it is computed once"


def test_distances_are_measured_only_where_they_are_compared() -> None:
    (one,), _ = films.screen(sides(FlowChoice("xor", "one"), None, None))
    assert one.distance != one.distance
    shown, _ = films.screen(sides(FlowChoice("xor", "plain"), None, None))
    assert all(one.distance != one.distance for one in shown)


def test_weights_that_change_within_a_layer_belong_to_another_flow() -> None:
    net = own_network(trained("rk4"), 1)
    cases: tuple[tuple[Interpolation, bool], ...] = (("constant", True), ("linear", False))
    for interpolation, measured in cases:
        choice = FlowChoice(OWN, "steps", 10, "rk4", interpolation)
        stepped, layered = films.screen(sides(choice, OWN_POINTS, net))[0]
        assert stepped.distance == distance_to_flow(net.net, OWN_POINTS[0], "rk4", 10, interpolation)
        assert (layered.distance == layered.distance) is measured


def test_a_network_in_space_has_no_folds_to_count() -> None:
    shown, _ = films.screen(sides(FlowChoice("donut2d", "width", n_points=100), None, None))
    assert shown[0].folded == 0
    assert shown[1].folded != shown[1].folded
    assert films.look_closer(shown[1].side).signs.eq(0).all()
