"""What one step of training does: its random numbers, its learning rate, what the arms are shown, and the loss."""

import dataclasses
import math

import pytest
import torch
from torch import Tensor, nn

from structviz.arms import ROTATION_ARMS
from structviz.config import DenoiserShape, TrainConfig, UnrolledShape
from structviz.nets import ConvDenoiser
from structviz.training import recipe
from structviz.training.descent import Descent, initial_network
from structviz.training.recipes import complete
from structviz.training.stripes import SIGMA

SHAPE = DenoiserShape(width=4, dilations=(1, 1), residual=True)


def settings(**values: object) -> TrainConfig:
    config = TrainConfig(recipe="stripes", steps=100, n_train=4, batch_size=4, learning_rate=0.01, net=SHAPE)
    config = dataclasses.replace(config, **values)
    return complete(config, recipe(config.recipe))


def network() -> ConvDenoiser:
    torch.manual_seed(0)
    return ConvDenoiser(width=4, dilations=(1, 1), residual=True)


def batch(config: TrainConfig, seed: int = 1) -> tuple[Tensor, Tensor]:
    return next(recipe(config.recipe).batches(config, torch.Generator().manual_seed(seed)))


def losses(config: TrainConfig, n_steps: int = 3) -> list[float]:
    """Of a few steps that begin with the same weights, whatever the seed."""
    training = Descent(recipe(config.recipe), config, network(), torch.device("cpu"))
    return [training.step().item() for _ in range(n_steps)]


@pytest.mark.parametrize("name", ["stripes", "images"])
def test_the_seed_decides_the_batches_too(name: str) -> None:
    config = settings(recipe=name)
    assert losses(config) == losses(config)
    assert losses(config) != losses(dataclasses.replace(config, seed=config.seed + 1))


@pytest.mark.parametrize(("taken", "share"), [(0, 1e-3 / 0.051), (4, 0.041 / 0.051), (5, 1.0), (100, 0.0)])
def test_the_learning_rate_rises_and_falls(taken: int, share: float) -> None:
    config = settings()
    training = Descent(recipe("stripes"), config, network(), torch.device("cpu"))
    training.taken = taken
    before = [p.detach().clone() for p in training._parameters]
    training.step()
    moved = max((p - old).abs().max().item() for p, old in zip(training._parameters, before, strict=True))
    # The first step of Adam goes as far as the learning rate in each coordinate, whatever the gradient.
    assert moved == pytest.approx(0.01 * share, rel=1e-3, abs=1e-9)


@pytest.mark.parametrize(("taken", "share"), [(525, 1 / 2), (50 + 950 // 3, 3 / 4), (50 + 950 * 2 // 3, 1 / 4)])
def test_the_learning_rate_falls_along_a_cosine(taken: int, share: float) -> None:
    training = Descent(recipe("stripes"), settings(steps=1000), network(), torch.device("cpu"))
    training.taken = taken
    training.step()
    assert training._optimiser.param_groups[0]["lr"] == pytest.approx(0.01 * share, rel=0.005)


class Scale(nn.Module):
    """The linear network Φ(y) = a y."""

    def __init__(self, a: float) -> None:
        super().__init__()
        self.a = nn.Parameter(torch.tensor(a))

    def forward(self, y: Tensor) -> Tensor:
        return self.a * y


@pytest.mark.parametrize("name", ["stripes", "images"])
def test_a_step_descends_the_mean_loss_of_its_batch(name: str) -> None:
    """For Φ(y) = a y the loss is the mean of ½ (a y − x)², and its gradient the mean of (a y − x) y."""
    config, net = settings(recipe=name, seed=3), Scale(0.9)
    training = Descent(recipe(name), config, net, torch.device("cpu"))
    loss = training.step().item()
    y, x = (part.double() for part in batch(config, seed=3))
    residual = 0.9 * y - x
    assert loss == pytest.approx(0.5 * residual.square().mean().item(), rel=1e-5)
    assert net.a.grad is not None
    slope = (residual * y).mean().item()
    assert net.a.grad.item() == pytest.approx(slope, rel=1e-4)
    assert abs(slope) < 1  # not clipped
    # The first step of Adam goes downhill by the learning rate, here a fiftieth of the full one.
    assert net.a.item() == pytest.approx(0.9 - math.copysign(0.01 * 1e-3 / 0.051, slope), abs=1e-6)


def test_gradients_are_clipped_at_length_one() -> None:
    net = Scale(100.0)
    Descent(recipe("stripes"), settings(), net, torch.device("cpu")).step()
    assert net.a.grad is not None
    assert net.a.grad.item() == pytest.approx(1.0, rel=1e-5)


@pytest.mark.parametrize("name", ["stripes", "images", "ct", "flow"])
def test_the_seed_decides_the_initial_weights(name: str) -> None:
    def weights(seed: int) -> Tensor:
        config = complete(TrainConfig(recipe=name, seed=seed), recipe(name))
        return torch.cat([p.detach().flatten() for p in initial_network(recipe(name), config).parameters()])

    assert torch.equal(weights(1), weights(1))
    assert not torch.equal(weights(1), weights(2))


@pytest.mark.parametrize("name", ["images", "ct", "flow"])
def test_the_seed_decides_the_training_set(name: str) -> None:
    """Of one example, so that every batch holds it, whatever else is drawn."""
    net = UnrolledShape(image_size=16, n_views=6) if name == "ct" else None

    def example(seed: int) -> Tensor:
        config = TrainConfig(recipe=name, n_train=2 if name == "flow" else 1, batch_size=2, net=net, seed=seed)
        y, x = batch(complete(config, recipe(name)), seed)
        return y if name == "flow" else x

    assert torch.equal(example(1), example(1))
    assert not torch.equal(example(1), example(2))


def test_only_augmented_arms_see_turned_stripes() -> None:
    for arm in ROTATION_ARMS:
        _, x = batch(settings(arm=arm, batch_size=64))
        varies_along_rows = (x[..., 1:] != x[..., :-1]).flatten(1).any(1)
        assert varies_along_rows.any() == ("augmented" in arm), arm
        assert not varies_along_rows.all(), arm


def test_only_augmented_arms_see_turned_photographs() -> None:
    upright = batch(settings(recipe="images", n_train=1))[1]
    assert (upright - upright[:1]).abs().max() == 0
    for arm in ("augmented", "equivariant-augmented"):
        turned = batch(settings(recipe="images", n_train=1, arm=arm))[1]
        assert (turned[1:] - turned[:1]).abs().mean() > 0.01, arm


def test_stripes_have_the_noise_of_the_lecture_and_photographs_any_up_to_the_largest() -> None:
    y, x = batch(settings(batch_size=64))
    assert (y - x).std().item() == pytest.approx(SIGMA, rel=0.01)
    y, x = batch(settings(recipe="images", batch_size=64))
    levels = (y - x).flatten(1).std(1)
    assert levels.min() < 0.1 * levels.max()


@pytest.mark.parametrize("name", ["stripes", "images"])
def test_the_loss_of_an_image_is_half_of_the_mean_squared_error(name: str) -> None:
    found, wanted = torch.rand(3, 1, 4, 5), torch.rand(3, 1, 4, 5)
    expected = [sum((a - b) ** 2 for a, b in zip(u, v, strict=True)) / 40 for u, v in _rows(found, wanted)]
    assert recipe(name).loss(found, wanted).tolist() == pytest.approx(expected, rel=1e-5)


def test_the_loss_of_a_point_is_the_logistic_one() -> None:
    logits, labels = torch.tensor([2.0, -1.0]), torch.tensor([1, 1])
    expected = [math.log1p(math.exp(-2)), math.log1p(math.exp(1))]
    assert recipe("flow").loss(logits, labels).tolist() == pytest.approx(expected)


def _rows(found: Tensor, wanted: Tensor) -> list[tuple[list[float], list[float]]]:
    return list(zip(found.flatten(1).tolist(), wanted.flatten(1).tolist(), strict=True))
