"""The recipe `flow`: its defaults, data, loss and regulariser, and that it learns."""

import dataclasses
import json
import math
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Generator, Tensor
from torch.testing import assert_close

from structviz import cli, zoo
from structviz.checks import lipschitz_constant
from structviz.config import DenoiserShape, PointShape, TrainConfig
from structviz.data import TOY_SETS, toy_split
from structviz.errors import ConfigError, ShapeError
from structviz.nets import PLAIN, SCHEMES, PointClassifier
from structviz.training import FLOW, Outcome, TrainResult, flow_on, save_result, train
from structviz.training.descent import Descent, initial_network
from structviz.training.flow import N_TEST, cross_entropy, drawn_from, evaluate_classifier, smoothness
from structviz.training.loop import fit
from structviz.training.recipes import Recipe, complete
from tests.unit.checks.smooth_networks import scattered, smooth_network

SMALL = PointShape(n_layers=5, time=1.5)


def tiny(**values: Any) -> TrainConfig:
    """A run of a blink."""
    settings: dict[str, Any] = {"n_train": 40, "steps": 12, "net": SMALL}
    return TrainConfig("flow", **{**settings, **values})


def run(recipe: Recipe = FLOW, **values: Any) -> TrainResult:
    return fit(recipe, tiny(**values), "cpu")


def points_net(result: TrainResult) -> PointClassifier:
    assert isinstance(result.net, PointClassifier)
    return result.net


# Settings.


def test_defaults() -> None:
    config = complete(TrainConfig("flow"), FLOW)
    assert config == TrainConfig(
        "flow",
        n_train=1000,
        steps=2000,
        batch_size=1000,
        learning_rate=0.03,
        net=PointShape("euler", 2, 40, 4.0, "tanh", "learned"),
        dataset=next(iter(TOY_SETS)),
        regularisation=1e-4,
    )
    assert complete(config, FLOW) == config
    assert complete(TrainConfig("flow", net=PointShape(PLAIN)), FLOW).regularisation == 0


def test_what_is_given_is_kept() -> None:
    given = tiny(batch_size=7, learning_rate=0.5, dataset="xor", regularisation=0.0, seed=3)
    assert complete(given, FLOW) == given


@pytest.mark.parametrize(("n_train", "batch_size"), [(2, 2), (1000, 1000), (4096, 4096), (4097, 4096), (100_000, 4096)])
def test_all_points_are_in_a_batch_as_long_as_it_holds_them(n_train: int, batch_size: int) -> None:
    assert complete(TrainConfig("flow", n_train=n_train), FLOW).batch_size == batch_size


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"net": DenoiserShape()}, "recipe flow trains networks of the kind 'points'; got 'denoiser'"),
        ({"arm": "equivariant"}, "An arm of flow to train is one of ordinary; got 'equivariant'"),
        ({"dataset": "iris"}, "A data set of flow is one of halfmoon2d, .*; got 'iris'"),
        ({"group": "C4"}, "Only equivariant arms have a group"),
        ({"net": PointShape(scheme="leapfrog")}, "A layer is one of plain, euler"),
        ({"net": PointShape(width=1)}, "The width must be from 2 to 64"),
        ({"n_train": 1}, "n_train must be an integer from 2"),
    ],
)
def test_impossible_wishes_are_refused(values: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        run(**values)


@pytest.mark.parametrize("name", ["stripes", "images"])
def test_what_belongs_to_points_is_refused_by_the_other_recipes(name: str) -> None:
    few = TrainConfig(name, steps=1, n_train=2)
    several = "A data set of stripes is one of lecture, wide; got 'xor'"
    refusal = several if name == "stripes" else "has one data set and takes no name; got 'xor'"
    for config, message in (
        (dataclasses.replace(few, net=SMALL), "A denoiser needs the shape of one"),
        (dataclasses.replace(few, dataset="xor"), refusal),
        (dataclasses.replace(few, regularisation=0.1), "has no regulariser; got the weight 0.1"),
    ):
        with pytest.raises(ConfigError, match=message):
            train(config, "cpu")


# Data.


@pytest.mark.parametrize("dataset", TOY_SETS)
def test_it_trains_on_one_draw_and_tests_on_another(dataset: str) -> None:
    config = complete(tiny(dataset=dataset, seed=5), FLOW)
    (points, labels), (test_points, test_labels) = toy_split(dataset, 40, N_TEST, 5)
    for _, (x, y) in zip(range(3), FLOW.batches(config, torch.Generator()), strict=False):
        assert torch.equal(x, points)
        assert torch.equal(y, labels)
    assert torch.cdist(points, test_points, compute_mode="donot_use_mm_for_euclid_dist").min() > 0
    net = smooth_network(torch.Generator().manual_seed(1)).float()
    figures = FLOW.evaluate(net, config)
    assert figures == evaluate_classifier(net, (points, labels), (test_points, test_labels))
    assert figures != FLOW.evaluate(net, dataclasses.replace(config, seed=6))


def test_figures_are_what_they_are_called(generator: Generator) -> None:
    net = smooth_network(generator).float()
    train_set, test_set = toy_split("spiral2d", 30, 50, 1)
    figures = evaluate_classifier(net, train_set, test_set)
    for name, (points, labels) in (("train", train_set), ("test", test_set)):
        p = torch.sigmoid(net(points).double())
        right = torch.where(labels == 1, p, 1 - p)
        assert figures[f"accuracy_{name}"] == pytest.approx((right > 0.5).double().mean().item())
        assert figures[f"loss_{name}"] == pytest.approx(-right.log().mean().item(), rel=1e-5)
    assert figures["lipschitz_constant"] == lipschitz_constant(net.last, test_set[0])
    assert set(figures) == {"accuracy_train", "accuracy_test", "loss_train", "loss_test", "lipschitz_constant"}


def test_batches_are_drawn_from_all_points(generator: Generator) -> None:
    points = torch.arange(20.0).view(10, 2)
    labels = torch.arange(10) % 2
    config = complete(tiny(batch_size=4), FLOW)
    seen = set()
    for _, (x, y) in zip(range(50), drawn_from(points, labels, config, generator), strict=False):
        assert x.shape == (4, 2)
        rows = (x[:, 0] / 2).long()
        assert torch.equal(x, points[rows])
        assert torch.equal(y, labels[rows])
        seen |= set(rows.tolist())
    assert seen == set(range(10))


# Loss and regulariser.


def test_the_loss_is_the_logistic_one() -> None:
    logits = torch.tensor([-200.0, -1.0, 0.0, 2.0, 200.0], dtype=torch.float64)
    for label in (0, 1):
        labels = torch.full((5,), label)
        sign = 1 if label == 0 else -1
        expected = [max(0.0, sign * u) + math.log1p(math.exp(-abs(u))) for u in logits.tolist()]
        assert_close(cross_entropy(logits, labels), torch.tensor(expected, dtype=torch.float64))


def literal_penalty(net: PointClassifier, weight: float) -> float:
    """λ/2 Σ_k (‖(θ^{k+1} − θ^k) / Δt‖² + ‖θ^k‖²) Δt, the integrals as sums."""
    thetas = [torch.cat([A.flatten(), b]) for A, b in zip(net.A, net.b, strict=True)]
    dt = net.time / net.n_layers
    change = sum(((after - before) / dt).norm() ** 2 * dt for before, after in pairwise(thetas))
    size = sum(theta.norm() ** 2 * dt for theta in thetas)
    return float(weight / 2 * (change + size))


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("n_layers", [1, 2, 7])
def test_the_regulariser_is_that_of_the_formula(scheme: str, n_layers: int, generator: Generator) -> None:
    net = smooth_network(generator, scheme, 3, n_layers, time=2.5)
    config = tiny(regularisation=0.3)
    expected = 0.0 if scheme == PLAIN else literal_penalty(net, 0.3)
    assert float(smoothness(net, config)) == pytest.approx(expected, rel=1e-12)
    assert (expected > 0.1) == (scheme != PLAIN)
    assert smoothness(net, tiny(regularisation=0.0)) == 0
    assert smoothness(net, tiny()) == 0


def test_the_regulariser_is_added_to_the_loss() -> None:
    weak, strong = run(steps=1, regularisation=0.0), run(steps=1, regularisation=10.0)
    torch.manual_seed(0)
    start = PointClassifier(**dataclasses.asdict(SMALL)).requires_grad_(False)
    difference = strong.history[0].loss - weak.history[0].loss
    assert difference == pytest.approx(literal_penalty(start, 10.0), rel=1e-4)


def variation(net: PointClassifier) -> float:
    return net.A.diff(dim=0).norm().item() / net.A.norm().item()


def test_the_regulariser_makes_weights_change_less() -> None:
    free, held = (points_net(run(steps=150, regularisation=weight)) for weight in (0.0, 0.1))
    assert variation(held) < 0.5 * variation(free)


# Learning.


def test_half_moons_are_parted() -> None:
    result = train(TrainConfig("flow", steps=300, dataset="halfmoon2d"), "cpu")
    assert result.outcome is Outcome.FINISHED
    assert result.metrics["accuracy_train"] >= 0.99
    assert result.metrics["accuracy_test"] >= 0.98
    assert result.history[-1].loss < 0.2 * result.history[0].loss
    net = points_net(result)
    assert not net.training
    assert not any(p.requires_grad for p in net.parameters())
    assert result.n_parameters == 40 * (4 + 2) + 2 + 1


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("classifier", ["learned", "fixed"])
def test_every_scheme_learns(scheme: str, classifier: str) -> None:
    shape = PointShape(scheme, 3, 4, 2.0, "tanh", classifier)
    result = run(net=shape, steps=40, dataset="xor", learning_rate=0.1)
    assert result.outcome is Outcome.FINISHED
    assert result.history[-1].loss < 0.8 * result.history[0].loss
    assert points_net(result).shape == dataclasses.asdict(shape)


def test_batches_smaller_than_the_set_learn_too() -> None:
    result = run(steps=100, n_train=200, batch_size=16, dataset="gaussians")
    assert result.outcome is Outcome.FINISHED
    assert result.metrics["accuracy_train"] > 0.95


@pytest.mark.parametrize("batch_size", [1, 2, 5])
def test_hard_examples_are_no_divergence(batch_size: int) -> None:
    # One example in thirty has the wrong label here; alone in a batch, its loss is a hundred times that of others.
    for seed in range(3):
        result = run(steps=100, n_train=300, batch_size=batch_size, dataset="gaussians", seed=seed)
        assert result.outcome is Outcome.FINISHED
        losses = [report.loss for report in result.history]
        assert len(losses) == 100
        assert batch_size > 1 or max(losses) > 100 * min(losses)


@pytest.mark.parametrize("batch_size", [1, 7, 40])
def test_divergence_is_seen_and_gives_back_weights_that_did_well(batch_size: int) -> None:
    result = run(steps=120, learning_rate=1e5, batch_size=batch_size)
    assert result.outcome is Outcome.DIVERGED
    assert result.history[-1].step < 20
    assert all(p.isfinite().all() for p in points_net(result).parameters())
    if batch_size == 40:  # fewer leave more doubt
        assert result.metrics["loss_train"] < 2 * result.history[0].loss


def test_cancelling_keeps_the_weights_of_the_last_step() -> None:
    asked = iter(range(100))
    result = train(tiny(steps=50), "cpu", should_stop=lambda: next(asked) == 5)
    assert result.outcome is Outcome.CANCELLED
    assert len(result.history) == 5
    config = complete(tiny(steps=50), FLOW)
    net = initial_network(FLOW, config)
    descent = Descent(FLOW, config, net, torch.device("cpu"))
    for _ in range(5):
        descent.step()
    for ours, theirs in zip(result.net.parameters(), net.parameters(), strict=True):
        assert torch.equal(ours, theirs)


def test_the_same_seed_gives_the_same_network() -> None:
    first, again, other = (run(seed=seed, batch_size=8) for seed in (1, 1, 2))
    assert [p.loss for p in first.history] == [p.loss for p in again.history] != [p.loss for p in other.history]
    assert torch.equal(points_net(first).A, points_net(again).A)


# Points of one's own.


def own(n: int, generator: Generator) -> tuple[Tensor, Tensor]:
    points = scattered(n, generator).float()
    return points, (points[:, 0] > 0.3).long()


def test_points_of_ones_own_are_trained_and_tested_on(generator: Generator) -> None:
    points, labels = own(31, generator)
    recipe = flow_on(points, labels)
    result = run(recipe, n_train=7, steps=60)
    assert result.config.n_train == 31
    assert result.config.dataset is None
    assert result.metrics["accuracy_train"] == result.metrics["accuracy_test"] > 0.95
    assert result.metrics == evaluate_classifier(result.net, (points, labels), (points, labels))
    x, y = next(recipe.batches(result.config, torch.Generator()))
    assert torch.equal(x, points)
    assert torch.equal(y, labels)
    assert recipe.data == "31 points of one's own."


def test_more_points_than_the_default_are_all_used(generator: Generator) -> None:
    config = complete(TrainConfig("flow"), flow_on(*own(1500, generator)))
    assert (config.n_train, config.batch_size) == (1500, 1500)


def test_points_of_ones_own_have_no_name(generator: Generator) -> None:
    with pytest.raises(ConfigError, match="takes no name; got 'xor'"):
        complete(tiny(dataset="xor"), flow_on(*own(5, generator)))
    config = complete(tiny(), flow_on(*own(5, generator)))
    with pytest.raises(ConfigError, match="can only be measured on those"):
        FLOW.evaluate(smooth_network(generator).float(), config)


@pytest.mark.usefixtures("without_shape_checks")
def test_tables_that_do_not_fit_are_refused(generator: Generator) -> None:
    points, labels = own(5, generator)
    with pytest.raises(ShapeError, match=r"got the shapes \(5, 2\) and \(4,\)"):
        flow_on(points, labels[:4])
    with pytest.raises(ShapeError, match=r"got the shapes \(5, 3\)"):
        flow_on(torch.ones(5, 3), labels)
    with pytest.raises(ShapeError, match="The label of a point is 0 or 1; got -1"):
        flow_on(points, 2 * labels - 1)


# From training to a file and back.


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("classifier", ["learned", "fixed"])
def test_saved_networks_come_back(scheme: str, classifier: str, tmp_path: Path) -> None:
    result = run(net=PointShape(scheme, 3, 4, 2, "softplus", classifier), steps=2)
    card = save_result(result, "flow/mine", tmp_path, FLOW.data_of(result.config), "none")
    loaded = zoo.load("flow/mine", folder=tmp_path)
    assert isinstance(loaded, PointClassifier)
    assert loaded.shape == points_net(result).shape
    points = toy_split("xor", 9, 9, 0)[0][0]
    assert torch.equal(loaded(points), result.net(points))
    assert zoo.card("flow/mine", tmp_path).config == result.config == card.config
    assert FLOW.evaluate(loaded, card.config) == result.metrics


def test_the_command_line_trains_and_measures_them(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    net = json.dumps({"kind": "points", **dataclasses.asdict(SMALL)})
    arguments = ["--recipe", "flow", "--dataset", "xor", "--steps", "5", "--n-train", "30", "--regularisation", "0.01"]
    assert cli.main(["train", *arguments, "--net", net, "--out", str(tmp_path), "--device", "cpu", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["name"] == "flow/ordinary"
    card = zoo.card("flow/ordinary", tmp_path)
    assert card.config == complete(tiny(steps=5, n_train=30, dataset="xor", regularisation=0.01), FLOW)
    assert "--dataset xor" in card.command
    assert cli.main(["evaluate", "--folder", str(tmp_path), "--json"]) == 0
    (row,) = json.loads(capsys.readouterr().out)["networks"]
    assert row["differences"] == {"accuracy_train": 0, "accuracy_test": 0}

    path = tmp_path / "flow" / "ordinary.json"
    boast = json.loads(path.read_text())
    boast["metrics"]["accuracy_test"] += 0.02
    path.write_text(json.dumps(boast))
    assert cli.main(["evaluate", "--folder", str(tmp_path)]) == 1
    assert "flow/ordinary: accuracy_test differs by 0.02, at most 0.01 is allowed" in capsys.readouterr().out
