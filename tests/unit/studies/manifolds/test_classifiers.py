"""How networks move attitudes, against a network that does nothing and a closed form."""

import math
from typing import Any

import pytest
import torch

from structviz import zoo
from structviz.data import attitude_split
from structviz.metrics import rotation_angle
from structviz.nets import RotationFlow
from structviz.studies.manifolds import moved_on_sphere, moved_rotations


def still(layers: str) -> RotationFlow:
    """A network whose layers turn nothing."""
    net = RotationFlow(layers, n_layers=4).requires_grad_(False)
    net.B.zero_()
    return net


def test_a_network_that_turns_nothing_errs_by_how_far_the_solid_turns() -> None:
    before, after = attitude_split(7, 500, seed=0)[1]
    found = moved_rotations(still("lie-euler"))
    assert found.angle == pytest.approx(math.degrees(rotation_angle(before, after).mean().item()), rel=1e-12)
    assert 20 < found.angle < 120
    assert len(found.off) == 5
    assert max(found.off) < 1e-13


def test_free_layers_leave_by_as_much_as_they_add() -> None:
    net = still("free")
    # tanh(b) of the only row is 1/2; each layer adds h/2 to the first entry of the matrix.
    net.A.zero_()
    net.b.fill_(0)
    net.b[:, 0] = math.atanh(0.5)
    net.B[:, 0, 0] = 1.0
    found = moved_rotations(net)
    before = attitude_split(2, 500, seed=0)[1][0]
    moved = before.clone()
    moved[:, 0, 0] += 0.5
    gram = moved.mT @ moved - torch.eye(3, dtype=torch.float64)
    off = torch.maximum(torch.linalg.matrix_norm(gram, 2), (torch.linalg.det(moved) - 1).abs())
    assert found.off[-1] == pytest.approx(off.max().item(), rel=1e-6)
    assert found.off[0] < 1e-13 < found.off[1]


def test_networks_that_ship_move_what_they_have_learnt() -> None:
    tumbling: Any = zoo.load("manifolds/lie-euler-tumbling")
    assert moved_rotations(tumbling).angle < 5
    name = next(name for name in zoo.names() if name.startswith("manifolds/exponential"))
    dataset = zoo.card(name).config.dataset or ""
    net: Any = zoo.load(name)
    found = moved_on_sphere(net, dataset)
    assert found.accuracy > 0.9
    assert found.accuracy == pytest.approx(zoo.card(name).metrics["accuracy_test"], abs=0.03)
