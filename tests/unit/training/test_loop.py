import dataclasses
import math
import shlex
import tomllib
from pathlib import Path

import pytest
import torch
from torch import nn

from structviz import training, zoo
from structviz.cli import main
from structviz.config import (
    ClassifierShape,
    CouplingShape,
    DenoiserShape,
    LipschitzShape,
    NonexpansiveShape,
    ODENetShape,
    PlaneShape,
    PointShape,
    SphereShape,
    TrainConfig,
    UnrolledShape,
)
from structviz.errors import ConfigError
from structviz.nets import (
    ConvClassifier,
    ConvDenoiser,
    CouplingFlow,
    LearnedProximalGradient,
    LipschitzClassifier,
    NonexpansiveDenoiser,
    ODENet,
    PointClassifier,
)
from structviz.nets.plane_classifier import PlaneClassifier
from structviz.nets.sphere_classifier import SphereClassifier
from structviz.training import (
    RECIPES,
    SHIPPED,
    Event,
    Finished,
    Outcome,
    Progress,
    Started,
    Training,
    command_line,
    pick_device,
    recipe,
    train,
)
from structviz.training.recipes import complete
from structviz.training.wide_stripes import WIDE

ROOT = Path(__file__).parents[3]

TINY = DenoiserShape(width=8, dilations=(1, 1), residual=True)


def tiny(**values: object) -> TrainConfig:
    """A run of a second."""
    settings = {"recipe": "stripes", "steps": 30, "n_train": 4, "batch_size": 4, "net": TINY, **values}
    return TrainConfig.from_dict({**settings, "net": {"width": 8, "dilations": [1, 1], "residual": True}})


NETS = {
    "stripes": (TINY, ConvDenoiser),
    "images": (TINY, ConvDenoiser),
    "stability": (NonexpansiveShape(width=8, n_layers=2, kernel_size=3), NonexpansiveDenoiser),
    "flow": (PointShape(n_layers=6, time=2.0), PointClassifier),
    "ct": (UnrolledShape(image_size=32, n_views=16, iterations=2, width=8, memory=1), LearnedProximalGradient),
    "plane": (PlaneShape(n_layers=3), PlaneClassifier),
    "control": (ODENetShape(n_layers=3), ODENet),
    "invertibility": (CouplingShape(width=8, n_layers=2), CouplingFlow),
    "manifolds": (SphereShape(n_layers=3), SphereClassifier),
    "digits": (ClassifierShape(width=8, kernel_size=3), ConvClassifier),
    "nonexpansive digits": (LipschitzShape(width=16), LipschitzClassifier),
}


@pytest.mark.parametrize(("name", "arm"), [(name, arm) for name in RECIPES for arm in RECIPES[name].arms])
def test_every_recipe_trains_its_arms(name: str, arm: str) -> None:
    own = {("stability", "ordinary"): "images", ("digits", "nonexpansive"): "nonexpansive digits"}
    shape, plain = NETS[own.get((name, arm), name)]
    config = dataclasses.replace(tiny(recipe=name, arm=arm, learning_rate=0.01), net=shape)
    result = train(config, device="cpu")
    assert result.outcome is Outcome.FINISHED
    assert isinstance(result.net, plain)
    assert not result.net.training
    assert not any(p.requires_grad for p in result.net.parameters())
    assert result.history[-1].step == 30
    first, last = (sum(p.loss for p in part) for part in (result.history[:5], result.history[-5:]))
    assert last < first
    assert all(math.isfinite(value) for value in result.metrics.values())


def test_the_same_seed_gives_the_same_run() -> None:
    a, b, c = (train(tiny(steps=5, seed=seed), device="cpu") for seed in (1, 1, 2))
    assert [p.loss for p in a.history] == [p.loss for p in b.history] != [p.loss for p in c.history]
    for ours, theirs in zip(a.net.parameters(), b.net.parameters(), strict=True):
        assert torch.equal(ours, theirs)


def test_training_leaves_the_global_generator_alone() -> None:
    torch.manual_seed(1)
    expected = torch.rand(3)
    torch.manual_seed(1)
    train(tiny(steps=2, arm="equivariant"), device="cpu")
    assert torch.equal(torch.rand(3), expected)


def test_events_tell_the_whole_story() -> None:
    events: list[Event] = []
    result = train(tiny(steps=7), device="cpu", on_event=events.append)
    started, *progress, finished = events
    assert isinstance(started, Started)
    assert started.config == result.config
    assert started.n_parameters == sum(p.numel() for p in ConvDenoiser(8, (1, 1)).parameters())
    assert [p.step for p in progress if isinstance(p, Progress)] == [1, 2, 3, 4, 5, 6, 7]
    assert isinstance(finished, Finished)
    assert finished.outcome is Outcome.FINISHED
    assert finished.metrics == result.metrics


def test_cancelling_stops_at_once_and_keeps_the_weights() -> None:
    asked = 0

    def should_stop() -> bool:
        nonlocal asked
        asked += 1
        return asked > 3

    result = train(tiny(steps=1000), device="cpu", should_stop=should_stop)
    assert result.outcome is Outcome.CANCELLED
    assert [p.step for p in result.history] == []
    assert asked == 4
    assert not torch.equal(first_weights(result.net), first_weights(fresh()))


def fresh() -> ConvDenoiser:
    """The network of `tiny` before its training."""
    with torch.random.fork_rng():
        torch.manual_seed(0)
        return ConvDenoiser(8, (1, 1), residual=True)


def first_weights(net: nn.Module) -> torch.Tensor:
    return next(net.parameters()).detach()


def test_divergence_is_an_outcome_and_keeps_the_last_good_weights() -> None:
    config = tiny(steps=60, learning_rate=1e6)
    result = train(config, device="cpu")
    assert result.outcome is Outcome.DIVERGED
    # So short a run reports every step. The loss of the last reported weights is the one that was too large.
    n_good = len(result.history) - 1
    asked = iter(range(n_good + 1))
    stopped = train(config, device="cpu", should_stop=lambda: next(asked) == n_good)
    assert stopped.outcome is Outcome.CANCELLED
    for ours, theirs in zip(result.net.parameters(), stopped.net.parameters(), strict=True):
        assert torch.equal(ours, theirs)
    assert (result.weights_step, stopped.weights_step) == (n_good, n_good)
    assert result.diverged_at == len(result.history) + 1


@pytest.mark.parametrize("steps", [200, 300])
@pytest.mark.parametrize("arm", ["ordinary", "equivariant"])
def test_a_rate_that_ruins_the_first_step_keeps_the_initial_weights(arm: str, steps: int) -> None:
    # With reports every few steps, the first report holds the loss of the initial network and those of the ruin.
    result = train(tiny(arm=arm, steps=steps, learning_rate=1e5), device="cpu")
    assert (result.outcome, result.diverged_at, result.weights_step) == (Outcome.DIVERGED, 2, 0)
    assert result.sentence.startswith("Training diverged at step 2; the weights are the initial ones.")
    initial = RECIPES["stripes"].evaluate(Training(RECIPES["stripes"], result.config, "cpu").network(), result.config)
    assert result.metrics == initial


def test_a_spike_of_the_loss_is_no_divergence(monkeypatch: pytest.MonkeyPatch) -> None:
    shipped, count = RECIPES["stripes"], iter(range(200))

    def spiky(x: torch.Tensor, reference: torch.Tensor) -> torch.Tensor:
        return shipped.loss(x, reference) * (20 if next(count) == 150 else 1)

    monkeypatch.setitem(training._RECIPES, "stripes", dataclasses.replace(shipped, loss=spiky))
    assert train(tiny(steps=200), device="cpu").outcome is Outcome.FINISHED


@pytest.mark.parametrize(
    "error",
    [torch.OutOfMemoryError("CUDA out of memory"), RuntimeError("DefaultCPUAllocator: can't allocate memory")],
    ids=["cuda", "cpu"],
)
def test_lack_of_memory_is_an_outcome(monkeypatch: pytest.MonkeyPatch, error: RuntimeError) -> None:
    def greedy(self: nn.Module, y: torch.Tensor) -> torch.Tensor:
        if self.training:
            raise error
        return y

    monkeypatch.setattr(ConvDenoiser, "forward", greedy)
    result = train(tiny(), device="cpu")
    assert result.outcome is Outcome.OUT_OF_MEMORY
    assert torch.equal(first_weights(result.net), first_weights(fresh()))


def test_other_errors_are_not_swallowed(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(self: nn.Module, y: torch.Tensor) -> torch.Tensor:
        raise RuntimeError("a bug")

    monkeypatch.setattr(ConvDenoiser, "forward", broken)
    with pytest.raises(RuntimeError, match="a bug"):
        train(tiny(), device="cpu")


def test_matching_by_parameters_gives_about_as_many() -> None:
    ordinary = train(tiny(steps=1), device="cpu").n_parameters
    by_channels = train(tiny(steps=1, arm="equivariant"), device="cpu").n_parameters
    by_parameters = train(tiny(steps=1, arm="equivariant", matching="parameters"), device="cpu").n_parameters
    assert by_channels < 0.6 * ordinary
    assert abs(by_parameters - ordinary) < 0.2 * ordinary


@pytest.mark.parametrize(
    ("config", "message"),
    [
        (TrainConfig(recipe="soup"), "A recipe is one of stripes, .*, control.*; got 'soup'"),
        (
            TrainConfig(arm="third"),
            "An arm of stripes to train is one of ordinary, augmented, equivariant, equivariant-augmented; got 'third'",
        ),
        (TrainConfig(arm="ordinary", group="C4"), "Only equivariant arms have a group; got 'C4'"),
        (TrainConfig(arm="equivariant", group="C7"), "A group is one of C4"),
        (TrainConfig(arm="equivariant", group="C8", net=DenoiserShape(width=12)), "multiple of 8 channels; got 12"),
    ],
)
def test_impossible_wishes_are_refused(config: TrainConfig, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        train(config, device="cpu")


def test_device_is_checked() -> None:
    assert pick_device("cpu") == torch.device("cpu")
    assert pick_device("auto").type == ("cuda" if torch.cuda.is_available() else "cpu")
    with pytest.raises(ConfigError, match="got 'toaster'"):
        pick_device("toaster")


def test_shipped_configurations_are_complete_and_named() -> None:
    for name, shipped in SHIPPED.items():
        config = complete(shipped, recipe(shipped.recipe))
        assert None not in (config.n_train, config.steps, config.batch_size, config.learning_rate, config.net), name
        if config.recipe == "flow":  # one arm, several sets of points
            assert name.startswith("flow/")
            assert name.endswith(f"-{config.dataset}")
        elif config.recipe == "stability":
            assert name == f"stability/{config.arm.removesuffix('-equivariant')}{'-c4' if config.group else ''}"
        elif isinstance(config.net, PlaneShape):
            assert name == f"plane/{config.net.structure}-{config.dataset}"
        elif config.recipe in ("invertibility", "control", "manifolds"):  # likewise
            assert name in recipe(config.recipe).shipped(config)
        else:
            kind = "wide-" if config.dataset == WIDE else ""
            assert name.startswith(f"{config.recipe}/{kind}{config.arm}")
        assert command_line(shipped, name) == f"structviz pretrain --only {name}"


@pytest.mark.parametrize(
    "config",
    [
        TrainConfig(steps=2, n_train=2, batch_size=1),
        TrainConfig("stripes", "equivariant", "C8", "parameters", 2, 2, 1, 0.01, 3, TINY),
        TrainConfig("flow", n_train=9, steps=2, net=PointShape("rk4", 3, 4), dataset="xor", regularisation=0.5),
    ],
    ids=["few", "all", "points"],
)
def test_command_line_trains_the_same_again(config: TrainConfig, tmp_path: Path) -> None:
    name = f"{config.recipe}/mine"
    program, *arguments = shlex.split(command_line(config, name))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["scripts"][program] == f"structviz.cli:{main.__name__}"
    arguments[arguments.index("DIR")] = str(tmp_path)
    assert main(arguments) == 0
    assert zoo.card(name, tmp_path).config == complete(config, recipe(config.recipe))
