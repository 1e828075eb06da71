"""Attacks by gradients, on classifiers whose worst noise is known by formula."""

import math

import pytest
import torch
from torch import Tensor, nn

from structviz import attacks
from structviz.attacks import Norm
from structviz.errors import ConfigError, ShapeError
from structviz.stopping import StoppedError, stoppable

NORMS: tuple[Norm, ...] = ("linf", "l2")


@pytest.fixture
def linear(generator: torch.Generator) -> nn.Linear:
    """Two classes, with values of the inputs far from 0 and 1, so that only the ball limits an attack."""
    net = nn.Linear(12, 2).double()
    with torch.no_grad():
        net.weight.copy_(torch.randn(2, 12, generator=generator, dtype=torch.float64))
        net.bias.zero_()
    return net


def inputs(n: int, generator: torch.Generator) -> Tensor:
    return 0.5 + 0.05 * torch.randn(n, 12, generator=generator, dtype=torch.float64)


def radii(net: nn.Linear, x: Tensor, norm: Norm) -> tuple[Tensor, Tensor]:
    """Classes, and from which ε on each input can be moved across the plane between the classes."""
    logits = net(x).detach()
    difference = net.weight[0] - net.weight[1]
    dual = difference.norm(p=1 if norm == "linf" else 2)
    return logits.argmax(1), (logits[:, 0] - logits[:, 1]).abs() / dual.detach()


@pytest.mark.parametrize("norm", NORMS)
def test_the_radius_of_a_linear_classifier_is_its_margin_over_the_dual_norm(
    linear: nn.Linear, norm: Norm, generator: torch.Generator
) -> None:
    x = inputs(20, generator)
    labels, radius = radii(linear, x, norm)
    assert not attacks.pgd(linear, x, labels, 0.999 * radius, norm, steps=10).success.any()
    for found in (
        attacks.fgsm(linear, x, labels, 1.001 * radius, norm),
        attacks.pgd(linear, x, labels, 1.001 * radius, norm, steps=10),
        attacks.pgd(linear, x, 1 - labels, 1.001 * radius, norm, steps=10, targeted=True),
    ):
        assert found.success.all()
        assert found.size == pytest.approx(1.001 * radius, rel=1e-9)


def test_one_step_on_a_linear_classifier_changes_the_margin_by_its_exact_amount(
    linear: nn.Linear, generator: torch.Generator
) -> None:
    x = inputs(4, generator)
    labels = linear(x).argmax(1)
    before, after = attacks.fgsm(linear, x, labels, 0.01).history
    difference = (linear.weight[0] - linear.weight[1]).detach()
    assert after - before == pytest.approx(0.01 * difference.abs().sum().expand(4), rel=1e-9)


def test_a_network_that_is_sure_has_a_slope_all_the_same(linear: nn.Linear, generator: torch.Generator) -> None:
    """In float32 the cross-entropy of a logit that is 200 ahead has no gradient."""
    net = nn.Linear(12, 2)
    with torch.no_grad():
        net.weight.copy_(linear.weight)
        net.bias.copy_(torch.tensor([200.0, 0.0]))
    x = inputs(3, generator).float()
    labels = torch.zeros(3, dtype=torch.int64)
    difference = (net.weight[1] - net.weight[0]).detach()
    for targeted, label in ((False, labels), (True, 1 - labels)):
        found = attacks.fgsm(net, x, label, 0.1, targeted=targeted)
        assert torch.equal(found.delta.sign(), difference.sign().expand(3, 12))


def test_an_attack_follows_the_gradient_of_the_cross_entropy(curved: nn.Sequential, generator: torch.Generator) -> None:
    x = (0.25 + 0.5 * images(2, generator)).requires_grad_()
    labels = torch.tensor([1, 3])
    (gradient,) = torch.autograd.grad(nn.functional.cross_entropy(curved(x), labels), x)
    delta = attacks.fgsm(curved, x.detach(), labels, 0.1, "l2").delta
    cosine = nn.functional.cosine_similarity(gradient.flatten(1), delta.flatten(1))
    assert cosine == pytest.approx(torch.ones(2), abs=1e-5)


@pytest.fixture
def curved(generator: torch.Generator) -> nn.Sequential:
    """A classifier of small images with several layers."""
    torch.manual_seed(int(torch.randint(1000, (1,), generator=generator)))
    return nn.Sequential(nn.Conv2d(3, 6, 3), nn.Tanh(), nn.Flatten(), nn.Linear(6 * 16, 5)).requires_grad_(False)


def images(n: int, generator: torch.Generator) -> Tensor:
    return attacks.eight_bit(torch.rand(n, 3, 6, 6, generator=generator))


@pytest.mark.parametrize("norm", NORMS)
@pytest.mark.parametrize("in_eight_bits", [False, True])
@pytest.mark.parametrize("targeted", [False, True])
def test_what_is_found_lies_in_the_ball_and_does_what_it_says(
    curved: nn.Sequential, norm: Norm, in_eight_bits: bool, targeted: bool, generator: torch.Generator
) -> None:
    x = images(6, generator)
    labels = torch.randint(5, (6,), generator=generator) if targeted else curved(x).argmax(1)
    eps = 0.06 if norm == "linf" else 0.5
    found = attacks.pgd(curved, x, labels, eps, norm, 8, targeted, generator, starts=2, in_eight_bits=in_eight_bits)
    assert found.size.max() <= eps + 1e-6
    assert found.size.max() > 0.5 * eps
    assert found.x.min() >= 0
    assert found.x.max() <= 1
    assert torch.equal(found.x - x, found.delta)
    assert torch.equal(curved(found.x), found.logits)
    assert torch.equal((found.logits.argmax(1) == labels) == targeted, found.success)
    assert torch.equal(found.history[-1], attacks.margins(found.logits, labels, targeted))
    assert found.steps == 16
    if in_eight_bits:
        assert torch.equal(found.x, attacks.eight_bit(found.x))


def test_a_history_never_falls_and_begins_with_the_image(curved: nn.Sequential, generator: torch.Generator) -> None:
    x = images(6, generator)
    labels = curved(x).argmax(1)
    # Steps as long as the ball is wide jump to and fro: the best point on the way is not the last one.
    history = attacks.pgd(curved, x, labels, 0.3, steps=6, step_size=0.6).history
    assert torch.equal(history[0], attacks.margins(curved(x), labels))
    assert (history.diff(dim=0) >= 0).all()
    assert (history[-1] > history[0]).all()


@pytest.mark.parametrize("norm", NORMS)
@pytest.mark.parametrize("in_eight_bits", [False, True])
def test_larger_balls_never_weaken_an_attack(
    curved: nn.Sequential, norm: Norm, in_eight_bits: bool, generator: torch.Generator
) -> None:
    x = images(8, generator)
    labels = curved(x).argmax(1)
    scale = 1 / 255 if norm == "linf" else 0.1
    balls = [k * scale for k in range(7)]
    curve = attacks.pgd_curve(curved, x, labels, balls, norm, 3, generator=generator, in_eight_bits=in_eight_bits)
    margins = torch.stack([attack.history[-1] for attack in curve])
    assert (margins.diff(dim=0) >= 0).all()
    assert curve[0].size.max() == 0
    assert all(attack.size.max() <= eps + 1e-6 for attack, eps in zip(curve, balls, strict=True))
    with pytest.raises(ConfigError, match="ascend"):
        attacks.pgd_curve(curved, x, labels, [0.2, 0.1])


def test_a_larger_ball_goes_on_from_what_the_smaller_one_has_found() -> None:
    def bump(x: Tensor) -> Tensor:
        """Another class near 0.6 alone, over which a long step jumps."""
        return torch.cat([0 * x + 0.5, torch.exp(-(((x - 0.6) / 0.03) ** 2))], 1)

    x, label = torch.full((1, 1), 0.5, dtype=torch.float64), torch.tensor([0])
    assert not attacks.pgd(bump, x, label, 0.3, steps=1).success.item()
    curve = attacks.pgd_curve(bump, x, label, [0.1, 0.3], steps=1)
    assert [attack.success.item() for attack in curve] == [True, True]


def test_the_same_generator_finds_the_same(curved: nn.Sequential, generator: torch.Generator) -> None:
    x = images(2, generator)
    labels = curved(x).argmax(1)
    first, second, other = (
        attacks.pgd(curved, x, labels, 0.05, generator=torch.Generator().manual_seed(seed)).x for seed in (1, 1, 2)
    )
    assert torch.equal(first, second)
    assert not torch.equal(first, other)


def test_each_image_may_have_its_own_radius(curved: nn.Sequential, generator: torch.Generator) -> None:
    x = images(3, generator)
    eps = torch.tensor([0.0, 0.02, 0.04])
    found = attacks.pgd(curved, x, curved(x).argmax(1), eps, steps=4)
    assert found.size == pytest.approx(eps.double(), abs=1e-6)


def test_steps_appear_one_by_one_and_an_attack_can_be_stopped(
    curved: nn.Sequential, generator: torch.Generator
) -> None:
    x = images(1, generator)
    seen: list[int] = []
    with pytest.raises(StoppedError), stoppable(lambda: len(seen) == 3):
        attacks.pgd(curved, x, torch.tensor([0]), 0.1, on_step=lambda attack: seen.append(attack.steps))
    assert seen == [1, 2, 3]


def test_networks_keep_no_gradients(generator: torch.Generator) -> None:
    torch.manual_seed(0)
    net = nn.Linear(4, 3)
    attacks.pgd(net, torch.rand(2, 4, generator=generator), torch.tensor([0, 1]), 0.1, steps=2)
    assert net.weight.grad is None


def _constant(x: Tensor) -> Tensor:
    return torch.zeros(len(x), 2)


@pytest.mark.parametrize(
    ("changes", "error", "message"),
    [
        ({"eps": -0.1}, ConfigError, "0 or more"),
        ({"eps": math.nan}, ConfigError, "0 or more"),
        ({"eps": torch.ones(3)}, ShapeError, "one for each of 2"),
        ({"norm": "l1"}, Exception, "linf"),
        ({"x": 2 * torch.ones(2, 3)}, ConfigError, r"\[0, 1\]"),
        ({"x": torch.full((2, 3), math.nan)}, ConfigError, r"\[0, 1\]"),
        ({"x": torch.full((2, 3), 0.3), "in_eight_bits": True}, ConfigError, "k/255"),
        ({"labels": torch.tensor([0])}, ShapeError, "2 images and 1 labels"),
        ({"labels": torch.tensor([0, 2])}, ConfigError, "from 0 to 1"),
        ({"steps": -1}, ConfigError, "0 steps or more"),
        ({"starts": 2}, ConfigError, "generator"),
        ({"start": torch.zeros(2, 4)}, ShapeError, "shape of the images"),
        ({"net": lambda x: x[:, 0]}, ShapeError, "logits"),
    ],
)
def test_misuse_has_a_sentence(changes: dict, error: type[Exception], message: str) -> None:
    arguments = {"net": _constant, "x": torch.zeros(2, 3), "labels": torch.tensor([0, 1]), "eps": 0.1, "steps": 1}
    with pytest.raises(error, match=message):
        attacks.pgd(**{**arguments, **changes})


def test_where_there_is_no_slope_the_image_stays(generator: torch.Generator) -> None:
    def flat(x: Tensor) -> Tensor:
        return 0 * x[:, :2]

    x = torch.rand(2, 3, generator=generator)
    for norm in NORMS:
        found = attacks.pgd(flat, x, torch.tensor([0, 1]), 0.1, norm, steps=2)
        assert torch.equal(found.x, x)
        assert not found.success.any()
