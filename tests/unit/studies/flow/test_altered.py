"""Networks with another T and other weights: their layers against those of the trained one."""

import copy

import pytest
import torch
from torch import Generator
from torch.testing import assert_close

from structviz.errors import ConfigError
from structviz.nets import PLAIN, SCHEMES, PointClassifier
from structviz.studies.flow import altered, are_one_to_one, layers, refined
from tests.unit.checks.smooth_networks import scattered, smooth_network

SCHEME = pytest.mark.parametrize("scheme", SCHEMES)


def network(generator: Generator, scheme: str = "euler", n_layers: int = 6) -> PointClassifier:
    return smooth_network(generator, scheme, 2, n_layers, 3.0).requires_grad_(False)


@SCHEME
def test_factors_of_one_change_nothing(scheme: str, generator: Generator) -> None:
    net = network(generator, scheme)
    same = altered(net)
    points = scattered(20, generator)
    assert torch.equal(same.trajectory(points), net.trajectory(points))
    assert (same.n_layers, same.time) == (net.n_layers, net.time)


@pytest.mark.parametrize("horizon", [1.5, 2.0, 3.0])
def test_beyond_training_the_last_layer_holds(horizon: float, generator: Generator) -> None:
    net = network(generator)
    longer = altered(net, horizon)
    assert longer.n_layers == round(6 * horizon)
    assert longer.dt == pytest.approx(net.dt)
    assert longer.time == pytest.approx(3.0 * horizon)
    z = scattered(20, generator)
    expected = net.trajectory(z)[-1]
    for _ in range(longer.n_layers - 6):
        expected = net.layer(5, expected)
    assert_close(longer.trajectory(z)[-1], expected)
    assert_close(layers(longer).times[6], 3.0)


def test_before_the_end_of_training_layers_are_left_out(generator: Generator) -> None:
    net = network(generator)
    points = scattered(20, generator)
    assert_close(altered(net, 0.5).trajectory(points), net.trajectory(points)[:4])
    assert altered(net, 0.01).n_layers == 1, "one layer remains"


@SCHEME
def test_the_scale_multiplies_the_weights_of_all_layers_and_not_the_classifier(
    scheme: str, generator: Generator
) -> None:
    net = network(generator, scheme)
    points = scattered(20, generator)
    larger = altered(net, scale=1.5)
    by_hand = copy.deepcopy(net)
    by_hand.A.mul_(1.5)
    by_hand.b.mul_(1.5)
    assert torch.equal(larger(points), by_hand(points))
    assert torch.equal(larger.normal, net.normal)
    assert torch.equal(refined(larger, "rk4", 4).trajectory(points), refined(by_hand, "rk4", 4).trajectory(points))


def test_a_plain_network_has_no_time(generator: Generator) -> None:
    net = network(generator, PLAIN)
    assert altered(net, 2.0).n_layers == net.n_layers
    assert altered(net, 2.0).time == net.time


def test_the_given_network_and_the_global_seed_stay_as_they_are(generator: Generator) -> None:
    net = network(generator)
    before, seed = net.A.clone(), torch.get_rng_state()
    altered(net, 2.0, 0.5).A.zero_()
    assert torch.equal(net.A, before)
    assert torch.equal(torch.get_rng_state(), seed)


@pytest.mark.parametrize(("horizon", "scale"), [(0.0, 1.0), (3.1, 1.0), (float("nan"), 1.0), (1.0, -0.1), (1.0, 3.1)])
def test_factors_out_of_range(horizon: float, scale: float, generator: Generator) -> None:
    with pytest.raises(ConfigError, match="Choose one in"):
        altered(network(generator), horizon, scale)


@pytest.mark.parametrize("method", ["euler", "heun", "kutta3", "rk4", "implicit-midpoint"])
def test_steps_that_are_shown_to_be_one_to_one_are_contractions_of_the_identity(
    method: str, generator: Generator
) -> None:
    """Where the bound holds, no two of many points come closer than it allows; steps twice as long fail the bound."""
    net = network(generator)
    norm = torch.linalg.matrix_norm(net.A, 2).max().item()
    points = scattered(300, generator)
    longest = max(
        dt for dt in torch.linspace(0.01, 4, 400).tolist() if are_one_to_one(_lasting(net, 6 * dt), method, 6)
    )
    known = {"euler": 1.0, "implicit-midpoint": 2 / 3}
    if method in known:
        assert longest * norm == pytest.approx(known[method], abs=0.011 * norm)
    assert not are_one_to_one(_lasting(net, 12 * longest), method, 6)
    for step in refined(_lasting(net, 6 * longest), method, 6).steps:
        moved = step(points) - points
        apart = torch.pdist(points)
        assert (torch.pdist(moved) < apart).all(), "what a step adds is a contraction"


def _lasting(net: PointClassifier, time: float) -> PointClassifier:
    changed = copy.deepcopy(net)
    changed.time = time
    return changed


def test_what_folds_is_not_shown_to_be_one_to_one(generator: Generator) -> None:
    net = network(generator, PLAIN)
    assert not are_one_to_one(net)
    mirror = PointClassifier(n_layers=1, time=2.0).requires_grad_(False)
    mirror.A.copy_(-torch.eye(2))
    assert not are_one_to_one(mirror)
