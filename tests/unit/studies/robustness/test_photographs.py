"""Photographs with noise and turned, on a network of two classes whose answers are known; and what ships."""

import pytest
import torch
from torch import Tensor, nn
from torch.testing import assert_close

from structviz import zoo
from structviz.data import imagenet_classes
from structviz.errors import ConfigError
from structviz.studies.robustness.controls import hides_gradient, try_controls
from structviz.studies.robustness.noise import RADII, SIGN_STEPS, NoiseSearch, attacked
from structviz.studies.robustness.shipped import CLASSIFIER, shipped_noise, shipped_turn, shipped_worst, ships_noise
from structviz.studies.robustness.turned_photograph import TurnStudy, turn_photograph
from structviz.transforms import rotate

SIDE = 8


class Chequers(nn.Module):
    """Two classes by the scalar product with a chequerboard: of a grey photograph, the first one by a given margin."""

    weights: Tensor

    def __init__(self, margin: float) -> None:
        super().__init__()
        signs = 2.0 * (torch.arange(SIDE)[:, None] + torch.arange(SIDE)).remainder(2) - 1
        self.register_buffer("weights", signs.expand(3, -1, -1) / (3 * SIDE * SIDE))
        self.margin = margin

    def forward(self, x: Tensor) -> Tensor:
        score = 255 * (x * self.weights).sum((1, 2, 3))
        return torch.stack([self.margin + 0 * score, score], dim=1)


PHOTO = torch.full((1, 3, SIDE, SIDE), 128 / 255)


@pytest.mark.parametrize("target", [None, 1])
def test_the_weakest_noise_that_succeeds_is_as_strong_as_the_margin(target: int | None) -> None:
    search = NoiseSearch(lambda: Chequers(1.6), PHOTO, target)
    assert search.study() is None
    found = search.compute()
    wins = [255 * eps for eps, row in zip(found.radii, found.probabilities, strict=True) if row.argmax() == 1]
    assert wins == pytest.approx([1.75 + 0.25 * k for k in range(26)])
    assert len(found.radii) == 33
    assert (found.steps, found.label, found.target) == (search.all_steps, 0, target)


def test_noise_keeps_to_its_strength() -> None:
    found = NoiseSearch(lambda: Chequers(1.6), PHOTO, None).compute()
    assert found.noises.abs().max() == SIGN_STEPS
    for k, eps in enumerate(found.radii):
        assert (found.attacked(k) - PHOTO).abs().max() == pytest.approx(eps, abs=1e-6)
        assert found.frame(eps) == k
    assert found.frame(3.9 / 255) == 15
    assert found.frame(0.0) == 0


def test_more_noise_never_helps_an_attack_less() -> None:
    """The network goes up and down along the gradient, so that an attack that began anew would often find less."""

    class Waves(Chequers):
        def forward(self, x: Tensor) -> Tensor:
            score = super().forward(x)[:, 1]
            return torch.stack([0 * score, torch.sin(1.3 * score) - 0.05 * score - 0.5], dim=1)

    search = NoiseSearch(lambda: Waves(0.0), PHOTO, 1)
    search.compute()
    margins = [found.history[-1].item() for found in search._found]
    assert margins == sorted(margins)
    assert margins[0] < margins[-1]


def test_noise_stays_in_the_range_of_colours() -> None:
    noise = torch.full((3, SIDE, SIDE), SIGN_STEPS, dtype=torch.int8)
    assert attacked(torch.ones(1, 3, SIDE, SIDE), noise, 8 / 255).max() == 1
    assert attacked(torch.zeros(1, 3, SIDE, SIDE), -noise, 8 / 255).min() == 0


def test_what_was_found_before_the_end_has_the_strengths_so_far() -> None:
    search = NoiseSearch(lambda: Chequers(1.6), PHOTO, None)
    seen: list[int] = []
    note = search._note
    search._note = lambda k, found: (note(k, found), seen.append(len(search.study().radii)))[0]  # type: ignore[union-attr]
    search.compute()
    assert sorted(set(seen)) == list(range(2, len(RADII) + 2))


def test_random_noise_does_not_do_what_the_gradient_does_and_rounding_hides_it() -> None:
    net = Chequers(1.5)
    found = try_controls(net, PHOTO, 2 / 255)
    assert found.gradient.success.item()
    assert not found.random.success.item()
    assert not found.masked.success.item()
    assert int(found.transferred.argmax()) == 1
    for one in (found.gradient, found.random, found.square, found.masked):
        assert one.size.item() <= 2 / 255 + 1e-6
    assert found.random.size.item() == pytest.approx(2 / 255), "the control has the size of the attack"
    assert found.square.size.item() == pytest.approx(2 / 255)
    x = PHOTO.clone().requires_grad_()
    (slope,) = torch.autograd.grad(hides_gradient(net)(x).sum(), x)
    assert slope.abs().max() == 0


def test_the_worst_angle_is_the_one_at_which_the_class_is_farthest_behind() -> None:
    shares = torch.tensor([[0.9, 0.1, 0.0], [0.3, 0.4, 0.3], [0.2, 0.4, 0.4], [0.8, 0.1, 0.1]])
    study = TurnStudy(PHOTO, 0, shares)
    assert study.worst == 2
    assert [study.frame(degrees) for degrees in (0, 44, 46, 359)] == [0, 0, 1, 0]


def test_angles_are_counter_clockwise() -> None:
    photo = torch.zeros(1, 3, SIDE, SIDE)
    photo[..., 0, :] = 1  # the top row is light

    def net(x: Tensor) -> Tensor:
        return 100 * torch.stack([x[:, 0, 0].mean(-1), x[:, 0, :, 0].mean(-1)], dim=1)

    found = turn_photograph(net, photo, 90).probabilities
    assert found[:2].argmax(dim=1).tolist() == [0, 1], "after a quarter turn the left column is light"


def test_what_ships_is_what_the_classifier_says() -> None:
    net, names = zoo.load(CLASSIFIER), imagenet_classes()
    found = shipped_noise("chelsea", "gibbon")
    k = found.frame(4 / 255)
    with torch.no_grad():
        shares = net(torch.cat([found.photo, found.attacked(k)])).softmax(dim=1)
    assert [names[int(row.argmax())] for row in shares] == ["Egyptian cat", "gibbon"]
    assert_close(found.probabilities[[0, k]], shares, atol=2e-3, rtol=0)
    assert_close(shipped_turn("chelsea").probabilities[0], shares[0], atol=2e-3, rtol=0)


def test_no_photograph_survives_a_search_between_its_angles() -> None:
    """Two keep their class at every fifth degree, and lose it at an angle between."""
    net = zoo.load(CLASSIFIER)
    for name, kept in (("chelsea", 72), ("coffee", 72), ("rocket", 14), ("motorcycle", 65)):
        turn, worst = shipped_turn(name), shipped_worst(name)
        assert (turn.probabilities.argmax(dim=1) == turn.label).sum() == kept
        assert worst.fooled
        with torch.no_grad():
            shares = net(rotate(turn.photo, worst.angle).clamp(0, 1)).softmax(dim=1)[0]
        assert shares.argmax() == worst.found
        assert_close(shares.max(), worst.probabilities.max(), atol=2e-3, rtol=0)


def test_what_does_not_ship_is_said() -> None:
    assert not ships_noise("chelsea", "tench")
    with pytest.raises(ConfigError, match="NoiseSearch"):
        shipped_noise("chelsea", "tench")
    with pytest.raises(ConfigError, match="turn_photograph"):
        shipped_turn("camera")
