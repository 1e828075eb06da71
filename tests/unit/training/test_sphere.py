"""The recipe `manifolds`: what its figures and maps mean."""

import math
from pathlib import Path

import pytest
import torch
from torch import Tensor, nn

from structviz import zoo
from structviz.checks import audit
from structviz.config import PointShape, RotationShape, SphereShape, TrainConfig
from structviz.data import spherical, tumbled
from structviz.errors import ConfigError
from structviz.nets import ROTATION_LAYERS, RotationFlow
from structviz.nets.claims import claims
from structviz.nets.sphere_classifier import SPHERE_LAYERS, SphereClassifier
from structviz.ode import so3_exp
from structviz.training import MANIFOLDS, save_result, train
from structviz.training.recipes import complete


class Height(nn.Module):
    """A classifier by the distance from the plane z = 0."""

    def forward(self, x: Tensor) -> Tensor:
        return 50 * (0.45 - x[:, 2].abs())


def settings(**values: object) -> TrainConfig:
    return complete(TrainConfig("manifolds", **{"n_train": 200, **values}), MANIFOLDS)


def test_a_map_has_the_class_of_the_nearest_place() -> None:
    decision = MANIFOLDS.preview(Height(), settings(dataset="belt")).pictures["decision"]
    truth = MANIFOLDS.examples(settings(dataset="belt"))["decision"]
    assert decision.shape == (48, 48)
    assert ((decision > 0.5) == (truth.truth > 0.5)).float().mean() > 0.95
    assert set(truth.given.unique().tolist()) == {0.0, 0.5, 1.0}
    spirals = MANIFOLDS.examples(settings(dataset="spirals"))["decision"]
    # Half a turn exchanges the arms.
    assert (spirals.truth != spirals.truth.roll(24, 1)).float().mean() > 0.9


class North(nn.Module):
    """A classifier by the height alone."""

    def forward(self, x: Tensor) -> Tensor:
        return 50 * x[:, 2]


def test_the_first_row_of_a_map_is_the_north_pole() -> None:
    decision = MANIFOLDS.preview(North(), settings(dataset="belt")).pictures["decision"]
    assert decision[0].min() > 0.9
    assert decision[-1].max() < 0.1


def test_figures_are_accuracies_on_both_sets() -> None:
    figures = MANIFOLDS.evaluate(Height(), settings(dataset="belt"))
    assert figures["accuracy_train"] > 0.98
    assert figures["accuracy_test"] > 0.98
    assert "distance" not in figures


@pytest.mark.parametrize("layers", SPHERE_LAYERS)
def test_the_distance_on_a_card_is_rounding_for_layers_that_stay(layers: str) -> None:
    config = settings(dataset="spirals", net=SphereShape(layers, n_layers=5))
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        net = MANIFOLDS.export(MANIFOLDS.build(config))
    assert isinstance(net, SphereClassifier)
    distance = MANIFOLDS.evaluate(net, config)["distance"]
    assert distance < 1e-12 if net.stays else distance > 1e-5


def test_layers_that_stay_promise_so_and_keep_it() -> None:
    for layers in SPHERE_LAYERS:
        net = SphereClassifier(layers).double()
        assert [claim.kind for claim in claims(net)] == (["norm"] if net.stays else [])
        findings = audit(net, torch.Generator().manual_seed(0))
        assert all(finding.holds for finding in findings)
        assert len(findings) == len(claims(net))


def test_an_audit_sees_layers_that_leave_the_sphere() -> None:
    net = SphereClassifier("euler").double()
    promise = SphereClassifier().claims

    class Boaster(nn.Module):
        claims, probe, last = promise, staticmethod(net.probe), staticmethod(net.last)

    (finding,) = audit(Boaster(), torch.Generator().manual_seed(0))
    assert not finding.holds


def test_points_off_the_sphere_are_put_onto_it() -> None:
    net = SphereClassifier()
    points, _ = spherical("belt", 10)
    torch.testing.assert_close(net(3 * points), net(points))


def test_kinds_of_layers_have_the_same_weights_and_other_paths() -> None:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        weights = SphereClassifier(n_layers=3).state_dict()
    points, _ = spherical("spirals", 10)
    ends = []
    for layers in SPHERE_LAYERS:
        net = SphereClassifier(layers, n_layers=3)
        net.load_state_dict(weights)
        ends.append(net.trajectory(points)[-1])
    assert all(not torch.allclose(a, b, atol=1e-4) for i, a in enumerate(ends) for b in ends[:i])


def test_smooth_weights_cost_nothing_and_others_their_changes() -> None:
    config = settings(dataset="belt", net=SphereShape(n_layers=4), regularisation=0.5)
    net = MANIFOLDS.build(config)
    assert isinstance(net, SphereClassifier)
    with torch.no_grad():
        assert float(MANIFOLDS.regulariser(net, config)) == 0
        net.flow.b[1, 0] += 2.0
        assert float(MANIFOLDS.regulariser(net, config)) == pytest.approx(0.25 * 4 * (2 * 2.0**2))


def test_misuse_is_said() -> None:
    with pytest.raises(ConfigError, match="exponential, projection"):
        SphereClassifier("straight")
    with pytest.raises(ConfigError, match="'sphere'"):
        complete(TrainConfig("manifolds", net=PointShape()), MANIFOLDS)
    with pytest.raises(ConfigError, match="must be a number"):
        SphereShape(time=math.nan)


def tumbling(**values: object) -> TrainConfig:
    return settings(dataset="tumbling", **values)


@pytest.mark.usefixtures("without_shape_checks")
def test_rotations_are_learnt_and_kept() -> None:
    result = train(tumbling(n_train=20, steps=15), device="cpu")
    assert isinstance(result.net, RotationFlow)
    assert result.metrics["angle_test"] < 90
    assert result.metrics["distance"] < 1e-12
    free = train(tumbling(n_train=5, steps=1, net=RotationShape("free")), device="cpu")
    assert free.metrics["distance"] > 1e-2


@pytest.mark.usefixtures("without_shape_checks")
@pytest.mark.parametrize("layers", ROTATION_LAYERS)
def test_all_kinds_of_layers_learn_and_are_kept_by_the_zoo(layers: str, tmp_path: Path) -> None:
    start = train(tumbling(n_train=20, steps=1, net=RotationShape(layers)), device="cpu")
    result = train(tumbling(n_train=20, steps=30, net=RotationShape(layers)), device="cpu")
    assert result.metrics["angle_train"] < start.metrics["angle_train"]
    card = save_result(result, "manifolds/mine", tmp_path, "Attitudes.", "none")
    again = zoo.load("manifolds/mine", folder=tmp_path)
    x = so3_exp(torch.randn(3, 3))
    torch.testing.assert_close(again(x), result.net(x))
    assert card.n_parameters == sum(parameter.numel() for parameter in again.parameters())


def test_attitudes_ship_with_layers_that_turn_and_free_ones() -> None:
    assert MANIFOLDS.shipped(tumbling()) == ("manifolds/lie-euler-tumbling",)
    assert MANIFOLDS.shipped(tumbling(net=RotationShape("free"))) == ("manifolds/free-tumbling",)
    for layers in ("lie-euler", "free"):
        assert zoo.card(f"manifolds/{layers}-tumbling").config.net == RotationShape(layers)


def test_a_map_of_attitudes_is_that_of_the_solid() -> None:
    config = tumbling()
    picture = MANIFOLDS.examples(config)["height"]
    turned = Tumbler()
    preview = MANIFOLDS.preview(turned, config)
    torch.testing.assert_close(preview.pictures["height"], picture.truth)
    assert preview.figures["angle_test"] < 0.1
    # A turn by nearly nothing, in the middle, leaves the third axis upright; by half a turn, at the edge, it hangs.
    assert picture.given[24, 24] > 0.99
    assert picture.given[24, 0] < 0.01


class Tumbler(nn.Module):
    """The solid itself."""

    def forward(self, R: Tensor) -> Tensor:
        return tumbled(R)
