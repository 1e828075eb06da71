"""The sentence on each card is true of the mathematics that its picture shows."""

import math
from collections.abc import Callable, Mapping

import numpy as np
import pytest
import torch
from torch import Tensor

from structviz import data, zoo
from structviz.data import toy
from structviz.metrics import accuracy, psnr
from structviz.studies.control import car, closed_form
from structviz.studies.flow.half_moons import half_moons, untangled
from structviz.studies.invertibility import coupling, coupling_inverse
from structviz.studies.manifolds.sphere_steps import FIELDS, follow
from structviz.studies.stability import gradient_flow
from structviz.transforms import rotate
from structviz.ui.pages.home.chapters import CHAPTERS
from tests.sentences import complaints

ELSEWHERE = ("Rotated images", "Computed tomography")
"""Their sentences are held against the numbers of their pages."""


def noise_or_a_turn_can_fool_a_network() -> bool:
    """Stripes that are turned come out worse than they go in; points with twice the noise are told apart less well."""
    stripes, net = data.stripes(4), zoo.load("stripes/ordinary")
    noisy = stripes + 0.25 * torch.randn(stripes.shape, generator=torch.Generator().manual_seed(0))
    upright, turned = (psnr(net(rotate(noisy, angle)), rotate(stripes, angle)).mean() for angle in (0.0, math.pi / 2))
    donut, draws = zoo.load("flow/resnet-donut2d"), [toy("donut2d", 500, noise=sigma) for sigma in (0.1, 0.2)]
    usual, doubled = (accuracy(donut(points), labels) for points, labels in draws)
    return bool(turned < psnr(noisy, stripes).mean() < upright) and doubled < usual - 0.05


def layers_move_points_along_a_flow() -> bool:
    """The drawn layers end where 16 times as many do, but for a tenth of the way."""
    moon = half_moons(16)[0]
    coarse, fine = untangled(moon, 40), untangled(moon, 640)
    way = (fine[-1] - fine[0]).norm(dim=1).max()
    return bool((coarse[-1] - fine[-1]).norm(dim=1).max() < 0.1 * way)


def steering_reaches_the_target() -> bool:
    """The state that is drawn goes to rest at the origin; without forces it would not."""
    start = torch.tensor([1.0, 0.0], dtype=torch.float64)
    solution = closed_form(car(), start, 40)
    return bool(solution.states[-1].norm() < 0.05 * start.norm()) and bool(solution.controls.abs().max() > 0.1)


def close_inputs_stay_close() -> bool:
    """No layer of the drawn network takes two of the drawn points farther apart."""
    start = torch.from_numpy(np.stack([np.linspace(-4.6, -4.2, 9), np.linspace(-1.0, 1.0, 9)], 1))
    A = torch.tensor([[0.6, 0.1], [-0.1, 0.8]], dtype=torch.float64)
    distances = torch.stack([torch.pdist(z) for z in gradient_flow(start, A, 0.1, 70)])
    return bool((distances.diff(dim=0) <= 1e-12).all())


def layers_can_be_undone() -> bool:
    """The inverse gives the square back."""
    points: Tensor = torch.rand(500, 2, dtype=torch.float64, generator=torch.Generator().manual_seed(0)) * 2 - 1
    moved = coupling(points)
    return bool((coupling_inverse(moved) - points).abs().max() < 1e-14) and bool((moved - points).abs().max() > 0.1)


def great_circles_stay_on_the_sphere() -> bool:
    """Those that leave it do so for good."""
    turn = torch.linspace(0, 2 * math.pi, 6, dtype=torch.float64)[:-1]
    start = torch.stack([turn.cos(), turn.sin(), 0 * turn], 1)
    on, off = (follow(FIELDS["pole"], method, 0.3, 14, start).norm(dim=-1) for method in ("exponential", "euler"))
    return bool((on - 1).abs().max() < 1e-12) and bool((off[-1] > 1.1).all())


TRUE: Mapping[str, Callable[[], bool]] = {
    "Noise or a turn, harmless to us, can fool a network.": noise_or_a_turn_can_fool_a_network,
    "A residual network moves points along a flow.": layers_move_points_along_a_flow,
    "Training means steering data to their targets.": steering_reaches_the_target,
    "Inputs that are close stay close, layer by layer.": close_inputs_stay_close,
    "Every layer can be undone: nothing is lost.": layers_can_be_undone,
    "Steps along the sphere stay on it, others leave it.": great_circles_stay_on_the_sphere,
}


def test_every_sentence_is_held_against_its_picture() -> None:
    assert {chapter.sentence for chapter in CHAPTERS if chapter.title not in ELSEWHERE} == set(TRUE)


@pytest.mark.parametrize("sentence", TRUE)
def test_the_sentence_is_true_and_whole(sentence: str) -> None:
    assert complaints({}, sentence) == []
    assert TRUE[sentence]()
