"""Attacks that ask for outputs alone, and noise that asks for nothing."""

import pytest
import torch
from torch import Tensor, nn

from structviz import attacks
from structviz.attacks import Norm
from structviz.errors import ConfigError
from structviz.stopping import StoppedError, stoppable

NORMS: tuple[Norm, ...] = ("linf", "l2")


@pytest.fixture
def net(generator: torch.Generator) -> nn.Module:
    """Two classes, told apart by smooth weights of 8 × 8 pixels."""
    linear = nn.Linear(64, 2).requires_grad_(False)
    with torch.no_grad():
        linear.weight.copy_(torch.randn(2, 4, generator=generator).repeat_interleave(16, 1))
        linear.bias.zero_()
    return nn.Sequential(nn.Flatten(), linear)


def images(generator: torch.Generator) -> Tensor:
    return attacks.eight_bit(0.4 + 0.2 * torch.rand(5, 1, 8, 8, generator=generator))


@pytest.mark.parametrize("norm", NORMS)
@pytest.mark.parametrize("in_eight_bits", [False, True])
def test_squares_come_near_the_best_attack(
    net: nn.Module, norm: Norm, in_eight_bits: bool, generator: torch.Generator
) -> None:
    x = images(generator)
    labels = net(x).argmax(1)
    eps = 0.05 if norm == "linf" else 0.3
    best = attacks.fgsm(net, x, labels, eps, norm).history.diff(dim=0)[0]
    found = attacks.square(net, x, labels, eps, generator, norm, steps=300, in_eight_bits=in_eight_bits)
    gained = found.history[-1] - attacks.margins(net(x), labels)
    assert (gained > 0.7 * best).all()
    assert (gained <= best * (1 + 1e-5)).all()
    assert found.size.max() <= eps + 1e-6
    assert (found.history.diff(dim=0) >= 0).all()
    assert found.steps == 300


def test_a_network_without_gradients_is_attacked_all_the_same(net: nn.Module, generator: torch.Generator) -> None:
    """Rounded outputs have no gradient: an attack by gradients finds nothing, and that proves nothing."""

    def masked(x: Tensor) -> Tensor:
        logits = net(x)
        return logits.mul(20).round().div(20).detach() + 0 * logits

    x = images(generator)
    labels = masked(x).argmax(1)
    assert torch.equal(attacks.pgd(masked, x, labels, 0.1, steps=5).x, x)
    found = attacks.square(masked, x, labels, 0.1, generator, steps=200)
    assert (found.history[-1] > found.history[0]).all()


@pytest.mark.parametrize("norm", NORMS)
def test_noise_is_as_large_as_an_attack_and_does_far_less(
    net: nn.Module, norm: Norm, generator: torch.Generator
) -> None:
    x = images(generator)
    labels = net(x).argmax(1)
    eps = 4 / 255 if norm == "linf" else 0.3
    best = attacks.fgsm(net, x, labels, eps, norm).history.diff(dim=0)[0]
    noise = attacks.random_noise(net, x, labels, eps, generator, norm)
    assert noise.size == pytest.approx(eps, abs=1e-6)
    assert ((noise.history[1] - noise.history[0]).abs() < 0.6 * best).all()
    assert not torch.equal(noise.x, attacks.random_noise(net, x, labels, eps, generator, norm).x)
    several = attacks.random_noise(net, x, labels, eps, generator, norm, draws=5)
    assert several.steps == 5


def test_steps_appear_one_by_one_and_can_be_stopped(net: nn.Module, generator: torch.Generator) -> None:
    x = images(generator)
    labels = net(x).argmax(1)
    seen: list[int] = []

    def note(found: attacks.Attack) -> None:
        seen.append(found.steps)

    with pytest.raises(StoppedError), stoppable(lambda: len(seen) == 3):
        attacks.square(net, x, labels, 0.1, generator, steps=9, on_step=note)
    assert seen == [1, 2, 3]
    seen.clear()
    with pytest.raises(StoppedError), stoppable(lambda: len(seen) == 3):
        attacks.random_noise(net, x, labels, 0.1, generator, draws=9, on_step=note)
    assert seen == [1, 2, 3]


def test_misuse_has_a_sentence(net: nn.Module, generator: torch.Generator) -> None:
    x = images(generator)
    labels = net(x).argmax(1)
    with pytest.raises(ConfigError, match="once or more"):
        attacks.random_noise(net, x, labels, 0.1, generator, draws=0)
    with pytest.raises(ConfigError, match="share"):
        attacks.square(net, x, labels, 0.1, generator, share=0.0)
