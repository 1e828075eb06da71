"""Checkpoints: a run that was put down ends as if it never had been."""

import dataclasses
import random
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from torch import nn

from structviz.config import (
    ClassifierShape,
    DenoiserShape,
    LipschitzShape,
    NetShape,
    NonexpansiveShape,
    ODENetShape,
    PlaneShape,
    PointShape,
    ResidualFlowShape,
    SphereShape,
    TrainConfig,
    UnrolledShape,
)
from structviz.errors import CheckpointError, ConfigError
from structviz.training import RECIPES, Checkpoint, Outcome, Training, train
from structviz.training.memory import fits, largest_that_fits

ROOT = Path(__file__).parents[3]

STEPS, BREAK = 40, 13
"""Steps in all, and before the break."""

SMALL = DenoiserShape(width=8, dilations=(1, 1), residual=True)
SHAPES: dict[str, NetShape] = {
    "stripes": SMALL,
    "images": SMALL,
    "stability": NonexpansiveShape(width=8, n_layers=2, kernel_size=3),
    "flow": PointShape(n_layers=4, time=1.0),
    "ct": UnrolledShape(image_size=24, n_views=8, iterations=2, width=8, memory=1),
    "plane": PlaneShape(n_layers=3),
    "control": ODENetShape("simplex", n_layers=3),
    "invertibility": ResidualFlowShape(width=4, n_layers=2),
    "manifolds": SphereShape(n_layers=3),
    "digits": ClassifierShape(width=8, kernel_size=3),
}
CASES = [
    (name, arm, dataset)
    for name, recipe in RECIPES.items()
    for arm in recipe.arms
    for dataset in (recipe.datasets if name == "ct" else (None,))
]


def config(recipe: str = "stripes", arm: str = "ordinary", dataset: str | None = None, **values: object) -> TrainConfig:
    settings = {"steps": STEPS, "n_train": 4, "batch_size": 3, "learning_rate": 0.01, **values}
    own: dict[tuple[str, str], NetShape] = {
        ("stability", "ordinary"): SMALL,
        ("digits", "nonexpansive"): LipschitzShape(width=16),
    }
    net = own.get((recipe, arm), SHAPES[recipe])
    return TrainConfig(recipe, arm, dataset=dataset, net=net, **settings)


def trained(settings: TrainConfig, steps: int, start: Checkpoint | None = None) -> Training:
    training = Training(RECIPES[settings.recipe], settings, "cpu", start)
    while training.step < steps:
        assert training.advance()
    return training


def weights(net: nn.Module) -> torch.Tensor:
    return torch.cat([value.double().flatten() for value in net.state_dict().values()])


def losses(training: Training) -> list[tuple[int, float]]:
    return [(report.step, report.loss) for report in training.watch.history]


@pytest.mark.parametrize(("recipe", "arm", "dataset"), CASES)
def test_a_run_goes_on_bit_for_bit(recipe: str, arm: str, dataset: str | None, tmp_path: Path) -> None:
    settings = config(recipe, arm, dataset)
    whole = trained(settings, STEPS)
    trained(settings, BREAK).checkpoint().save(tmp_path / "checkpoint.safetensors")
    again = trained(settings, STEPS, Checkpoint.load(tmp_path / "checkpoint.safetensors"))
    assert losses(again) == losses(whole)
    assert torch.equal(weights(again.network()), weights(whole.network()))


def test_a_break_between_two_reports_is_none() -> None:
    settings = config("flow", steps=230)
    whole = trained(settings, 230)
    again = trained(settings, 230, trained(settings, 75).checkpoint())
    assert [report.step for report in again.watch.history][:3] == [2, 4, 6]
    assert losses(again) == losses(whole)
    assert again.result(Outcome.FINISHED).metrics == whole.result(Outcome.FINISHED).metrics


def test_long_runs_report_every_hundredth_step() -> None:
    short, long = (Training(RECIPES["flow"], config("flow", steps=steps), "cpu") for steps in (300, 50_000))
    assert (short.reports, long.reports) == (100, 500)
    while long.step < 250:
        long.advance()
    assert [report.step for report in long.watch.history] == [100, 200]


def test_without_the_moments_of_the_optimiser_it_would_be_another_run() -> None:
    start = trained(config(), BREAK).checkpoint()
    forgetful = {name: 0 * value if "exp_avg" in name else value for name, value in start.tensors.items()}
    whole, other = trained(config(), STEPS), trained(config(), STEPS, dataclasses.replace(start, tensors=forgetful))
    assert not torch.equal(weights(other.network()), weights(whole.network()))


def test_a_preview_of_the_network_changes_nothing() -> None:
    settings = config(arm="equivariant")
    training = Training(RECIPES["stripes"], settings, "cpu")
    while training.step < STEPS:
        training.network()
        training.advance()
    assert losses(training) == losses(trained(settings, STEPS))


def test_a_run_that_is_taken_up_diverges_where_it_would_have(tmp_path: Path) -> None:
    settings = config(steps=60, learning_rate=1e6)
    whole = train(settings, "cpu")
    assert whole.outcome is Outcome.DIVERGED
    before = len(whole.history) - 1
    training = trained(settings, before)
    training.checkpoint().save(tmp_path / "c")
    again = Training(RECIPES["stripes"], settings, "cpu", Checkpoint.load(tmp_path / "c"))
    while again.advance():
        pass
    result = again.result(Outcome.DIVERGED)
    assert len(result.history) == len(whole.history)
    assert torch.equal(weights(result.net), weights(whole.net))


def test_a_checkpoint_of_another_run_is_refused() -> None:
    start = trained(config(), 5).checkpoint()
    with pytest.raises(CheckpointError, match="the settings differ"):
        trained(config(seed=1), 5, start)
    lacking = {name: value for name, value in start.tensors.items() if name != "descent/1/exp_avg"}
    with pytest.raises(CheckpointError, match="does not fit the network"):
        trained(config(), 5, dataclasses.replace(start, tensors=lacking))


@pytest.mark.parametrize("content", [b"", b"half a file", b"\x10\x00\x00\x00\x00\x00\x00\x00{}"])
def test_damaged_checkpoints_get_a_sentence(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "checkpoint.safetensors"
    path.write_bytes(content)
    with pytest.raises(CheckpointError, match="no checkpoint that a run can go on from"):
        Checkpoint.load(path)
    path.unlink()
    with pytest.raises(CheckpointError, match="Begin anew"):
        Checkpoint.load(path)


def test_no_flipped_bit_changes_weights_without_a_word(tmp_path: Path) -> None:
    path = tmp_path / "checkpoint.safetensors"
    start = trained(config(), 2).checkpoint()
    start.save(path)
    good, generator = path.read_bytes(), random.Random(0)
    header = 8 + int.from_bytes(good[:8], "little")
    refused = 0
    for k in range(200):
        bit = generator.randrange(8 * header, 8 * len(good)) if k % 2 else generator.randrange(8 * header)
        content = bytearray(good)
        content[bit // 8] ^= 1 << bit % 8
        path.write_bytes(content)
        try:
            again = Checkpoint.load(path)
        except CheckpointError:
            refused += 1
            continue
        assert (again.config, again.step, again.history) == (start.config, start.step, start.history)
        assert set(again.tensors) == set(start.tensors)
        assert all(torch.equal(value, start.tensors[name]) for name, value in again.tensors.items())
    assert refused >= 100


def test_mixed_precision_learns_and_is_another_run() -> None:
    full, mixed = train(config(), "cpu"), train(config(precision="bfloat16"), "cpu")
    assert mixed.history[-1].loss < 0.5 * mixed.history[0].loss
    assert mixed.history[-1].loss == pytest.approx(full.history[-1].loss, rel=0.5)
    assert not torch.equal(weights(mixed.net), weights(full.net))
    assert next(mixed.net.parameters()).dtype == torch.float32


def test_the_cpu_compiles_nothing() -> None:
    with pytest.raises(ConfigError, match="CUDA devices only"):
        train(config(compiled=True), "cpu")


class Scarce:
    """A step that finds memory for some examples only, and a training set that may be too large."""

    def __init__(self, batch: int, n_train: int = 1000) -> None:
        self.batch, self.n_train = batch, n_train

    def __call__(self, training: Training) -> bool:
        settings = training.config
        if (settings.batch_size or 0) > self.batch or (settings.n_train or 0) > self.n_train:
            raise RuntimeError("DefaultCPUAllocator: can't allocate memory")
        return True


@pytest.mark.parametrize(
    ("scarce", "expected"),
    [(Scarce(1000), (48, 64)), (Scarce(13), (12, 64)), (Scarce(48, 20), (48, 16)), (Scarce(1, 3), (1, 2))],
)
def test_what_fits_is_found(scarce: Scarce, expected: tuple[int, int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Training, "advance", lambda self: scarce(self))
    settings = config(batch_size=48, n_train=64)
    found = largest_that_fits(RECIPES["stripes"], settings, "cpu")
    assert found is not None
    assert (found.batch_size, found.n_train) == expected
    assert fits(RECIPES["stripes"], found, "cpu")


def test_where_nothing_fits_nothing_is_promised(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Training, "advance", lambda self: Scarce(0)(self))
    assert largest_that_fits(RECIPES["stripes"], config(), "cpu") is None


def test_other_errors_are_no_lack_of_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_training: Training) -> bool:
        raise RuntimeError("a bug")

    monkeypatch.setattr(Training, "advance", broken)
    with pytest.raises(RuntimeError, match="a bug"):
        fits(RECIPES["stripes"], config(), "cpu")


@pytest.mark.parametrize("recipe", ["flow", "ct"])
def test_recipes_that_need_full_precision_say_so(recipe: str) -> None:
    with pytest.raises(ConfigError, match=f"Layers of {recipe} compute in float32; got the precision 'bfloat16'"):
        train(config(recipe, precision="bfloat16"), "cpu")


def test_memory_grows_with_what_is_held() -> None:
    """In a process of its own: one that has let go of much takes its room again without growing."""
    code = (
        "import torch; from structviz.training.memory import memory_used; place = torch.device('cpu');"
        "before = memory_used(place); held = torch.ones(50_000_000, dtype=torch.uint8);"
        "print(memory_used(place) - before)"
    )
    grown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert int(grown.stdout) > 40_000_000
