"""The recipe of optimal control: its step, its regulariser, and what becomes of time while it trains."""

import dataclasses
import itertools
from pathlib import Path
from typing import Any

import pytest
import safetensors.torch
import torch
from torch import Tensor, nn

from structviz.config import ODENetShape, PointShape, TrainConfig
from structviz.errors import CheckpointError, ConfigError
from structviz.nets import STEP_RULES, ODENet, project_to_simplex
from structviz.training import (
    CONTROL,
    CONTROL_SETS,
    OPTIMISERS,
    Outcome,
    Training,
    control_config,
    record_history,
    smoothness_config,
    train,
)
from structviz.training import control_history as histories
from structviz.training import control_weights as study
from structviz.training.backtracking import GROW, SHRINK, Backtracking
from structviz.training.control import control_points
from structviz.training.control_history import HISTORIES
from structviz.training.recipes import complete

SMALL = ODENetShape("simplex", n_layers=4)


def settings(**values: Any) -> TrainConfig:
    small: dict[str, Any] = {"dataset": "donut2d", "n_train": 40, "steps": 12, "net": SMALL}
    return complete(TrainConfig("control", **{**small, **values}), CONTROL)


def quadratic(theta: Tensor) -> Tensor:
    return 2 * theta[0] ** 2 + theta[1] ** 2 / 2


def test_backtracking_in_numbers() -> None:
    theta = nn.Parameter(torch.tensor([1.0, 1.0], dtype=torch.float64))
    search = Backtracking([theta], rate=1.0)
    assert search.step(lambda: quadratic(theta)).item() == 2.5
    # The curvature along the gradient (4, 1) is 65/17 = 3.8, so L = 1 and 2 are too small, and 4 will do.
    torch.testing.assert_close(theta.detach(), torch.tensor([0.0, 0.75], dtype=torch.float64))
    assert search.lipschitz == GROW * GROW * SHRINK


def test_the_objective_never_rises_and_the_minimum_stays(generator: torch.Generator) -> None:
    theta = nn.Parameter(torch.randn(2, generator=generator))
    search = Backtracking([theta], rate=100.0)
    values = [search.step(lambda: quadratic(theta)).item() for _ in range(200)]
    assert all(after <= before for before, after in itertools.pairwise(values))
    assert values[-1] < 1e-12
    wild = nn.Parameter(torch.tensor([1.0]))
    assert Backtracking([wild], rate=1.0).step(lambda: wild.sum() * float("nan")).isnan()
    assert wild.item() == 1


def test_each_trial_is_projected() -> None:
    # On the line θ₀ + θ₁ = 1, θ ≥ 0, the minimum of 2θ₀² + θ₁²/2 is at (1/5, 4/5), and no step leaves the line.
    net = ODENet("simplex", n_layers=2).double()
    search = Backtracking([net.h], rate=0.5, project=net.project_weights)
    for _ in range(80):
        search.step(lambda: quadratic(net.h))
        assert net.h.sum().item() == pytest.approx(1, abs=1e-14)
    torch.testing.assert_close(net.h.detach(), torch.tensor([0.2, 0.8], dtype=torch.float64), rtol=0, atol=1e-6)


@pytest.mark.parametrize("optimiser", OPTIMISERS)
def test_training_keeps_the_steps_on_the_simplex(optimiser: str) -> None:
    result = train(settings(optimiser=optimiser, steps=40), "cpu")
    net = result.net
    assert isinstance(net, ODENet)
    assert result.outcome is Outcome.FINISHED
    assert result.history[-1].loss < result.history[0].loss
    assert (net.h >= 0).all()
    assert net.h.sum().item() == pytest.approx(1, abs=1e-6)
    assert net.h.std() > 0.01, "the steps are learned"
    training = Training(CONTROL, settings(optimiser=optimiser, steps=40), "cpu")
    for _ in range(5):
        assert training.advance()
        stored = training.checkpoint().part("net")["h"]
        torch.testing.assert_close(project_to_simplex(stored), stored, rtol=0, atol=1e-6)
    assert result.metrics["sum_of_steps"] == pytest.approx(1, abs=1e-6)


def test_the_regulariser_is_that_of_the_formula() -> None:
    config = settings(regularisation=0.3, smoothness=0.2)
    net = CONTROL.build(config)
    assert isinstance(net, ODENet)
    theta = torch.cat([net.A.flatten(1), net.b], 1)
    expected = 0.15 * 0.25 * theta.square().sum() + 0.1 / 0.25 * theta.diff(dim=0).square().sum()
    torch.testing.assert_close(CONTROL.regulariser(net, config), expected)
    assert CONTROL.regulariser(ODENet("none"), config) == 0
    assert CONTROL.regulariser(net, settings(regularisation=0.0)) == 0
    rough, smooth = (train(settings(smoothness=weight, steps=30), "cpu").net for weight in (0.0, 1.0))
    changes = [net.get_parameter("A").diff(dim=0).norm() for net in (rough, smooth)]
    assert changes[1] < 0.3 * changes[0]


def test_defaults_and_points_are_those_of_the_paper() -> None:
    config = control_config("fixed", "spiral2d")
    assert (config.n_train, config.batch_size, config.optimiser) == (500, 500, "backtracking")
    assert tuple(CONTROL.datasets) == CONTROL_SETS == ("donut1d", "donut2d", "squares2d", "spiral2d")
    (train_points, _), (test_points, _) = control_points(config)
    assert train_points.shape == test_points.shape == (500, 2)
    assert not torch.equal(train_points, test_points)


def test_a_history_is_the_training_at_a_few_moments(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config = settings(steps=9)
    history = record_history(config, n_frames=5)
    assert history.steps == (0, 1, 2, 4, 9)
    result = train(config, "cpu")
    for name, value in result.net.state_dict().items():
        torch.testing.assert_close(history.network().state_dict()[name], value, rtol=0, atol=0)
    assert (history.network(0).h == 0.25).all()
    assert record_history(config, n_frames=2).steps == (0, 9)
    assert record_history(config, should_stop=lambda: True).steps == (0,)

    monkeypatch.setattr(histories, "CONTROL_SETS", ("donut1d",))

    def short(rule: str, dataset: str, optimiser: str) -> TrainConfig:
        return settings(dataset=dataset, optimiser=optimiser, net=ODENetShape(rule, n_layers=3), steps=2)

    monkeypatch.setattr(histories, "control_config", short)
    (tmp_path / "control").mkdir()
    histories.save_histories(tmp_path)
    found = histories.read_histories("donut1d", "adam", tmp_path)
    assert [h.config.net.steps for h in found if isinstance(h.config.net, ODENetShape)] == list(STEP_RULES)
    assert found[2].weights["h"].shape == (len(found[2].steps), 3)
    for optimiser in ("adam", "backtracking"):
        shipped = histories.read_histories("donut1d", optimiser, tmp_path)[1]
        again = record_history(short(list(STEP_RULES)[1], "donut1d", optimiser))
        assert (shipped.steps, shipped.config) == (again.steps, again.config)
        for name, value in again.weights.items():
            torch.testing.assert_close(shipped.weights[name], value, rtol=0, atol=0)
    broken = {name: value.clone() for name, value in safetensors.torch.load_file(tmp_path / HISTORIES).items()}
    broken[f"donut1d/{next(iter(STEP_RULES))}/adam/b"][0] = torch.nan
    (tmp_path / "broken" / "control").mkdir(parents=True)
    safetensors.torch.save_file(broken, tmp_path / "broken" / HISTORIES)
    with pytest.raises(CheckpointError, match="not finite"):
        histories.read_histories("donut1d", "adam", tmp_path / "broken")
    with pytest.raises(CheckpointError, match="cannot be read"):
        histories.read_histories("donut2d", "adam", tmp_path)


def test_the_study_of_smoothness_has_the_last_weights_of_each_seed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(study, "CONTROL_SETS", ("donut1d",))
    monkeypatch.setattr(study, "SMOOTHNESS_WEIGHTS", (0.0, 1.0))
    monkeypatch.setattr(study, "STUDY_SEEDS", 2)

    def short(weight: float, dataset: str, seed: int = 0) -> TrainConfig:
        return settings(
            dataset=dataset, net=ODENetShape("fixed", n_layers=3), steps=3, n_train=20, smoothness=weight, seed=seed
        )

    monkeypatch.setattr(study, "smoothness_config", short)
    (tmp_path / "control").mkdir()
    study.save_smoothness_study(tmp_path)
    found = study.read_smoothness_study("donut1d", tmp_path)
    assert len(found) == 2
    for seed, history in enumerate(found):
        for frame, weight in enumerate((0.0, 1.0)):
            expected = train(short(weight, "donut1d", seed), "cpu").net.state_dict()
            for name, value in expected.items():
                torch.testing.assert_close(history.weights[name][frame], value, rtol=0, atol=0)
    with pytest.raises(CheckpointError, match="cannot be read"):
        study.read_smoothness_study("donut2d", tmp_path)


def test_what_the_recipe_does_not_know_is_refused() -> None:
    with pytest.raises(ConfigError, match="steps of control are those of backtracking or adam; got 'lbfgs'"):
        settings(optimiser="lbfgs")
    with pytest.raises(ConfigError, match="trains networks of the kind 'odenet'"):
        settings(net=PointShape())
    with pytest.raises(ConfigError, match="flow has no weight of smoothness"):
        train(TrainConfig("flow", smoothness=0.1), "cpu")
    with pytest.raises(ConfigError, match="smoothness must be zero or a positive number"):
        dataclasses.replace(settings(), smoothness=-1.0)


def test_the_study_of_smoothness_trains_each_seed() -> None:
    assert [smoothness_config(0.1, "donut2d", seed).seed for seed in range(3)] == [0, 1, 2]
