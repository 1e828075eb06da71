"""Densities that ship: volumes against automatic differentiation, and probabilities that add up to 1."""

import math

import pytest
import torch

from structviz import zoo
from structviz.checks import inverse_error, log_det_error
from structviz.data import toy_split
from structviz.nets import InvertibleMap
from structviz.studies.invertibility import density_map
from structviz.training.photograph_flow import PHOTOGRAPHS

FLOWS = [name for name in zoo.names() if name.startswith("invertibility/") and not name.endswith(PHOTOGRAPHS)]


def flow(name: str) -> InvertibleMap:
    net = zoo.load(name).double()
    assert isinstance(net, InvertibleMap)
    return net


def test_three_kinds_ship_for_each_set() -> None:
    kinds = {kind: {name.rpartition("-")[2] for name in FLOWS if f"/{kind}-" in name} for kind in ("affine", "resnet")}
    assert len(FLOWS) == 18
    assert kinds["affine"] == kinds["resnet"]


@pytest.mark.parametrize("name", FLOWS)
def test_volumes_inverses_and_probabilities(name: str) -> None:
    net, described = flow(name), zoo.card(name)
    dataset = described.config.dataset or ""
    _, (test, _) = toy_split(dataset, 2, 1000, described.config.seed)
    x = test.double()
    assert log_det_error(net, x[:50]) <= 1e-9
    assert inverse_error(net, x) <= 1e-8
    found = density_map(net, 6.0, 500)
    assert found.total == pytest.approx(1, abs=0.01)
    assert net.log_prob(x).mean().item() == pytest.approx(described.metrics["log_likelihood_test"], abs=0.1)
    if "/additive-" in name:
        assert found.density.max() <= 1 / (2 * math.pi) * (1 + 1e-9)
        assert net.log_det(x).abs().max() <= 1e-12


def test_a_log_det_with_the_other_sign_is_seen() -> None:
    net = flow("invertibility/affine-xor")

    class Turned:
        __call__ = net.forward

        def log_det(self, x: torch.Tensor) -> torch.Tensor:
            return -net.log_det(x)

    assert log_det_error(Turned(), torch.full((1, 2), 0.5, dtype=torch.float64)) > 0.1
