"""The distance between a network and the flow behind it, and how it falls with the time step."""

import math
from itertools import pairwise

import pytest
import torch
from torch import Generator
from torch.testing import assert_close

from structviz.errors import ConfigError
from structviz.nets import PLAIN, PointClassifier
from structviz.ode import INTEGRATORS
from structviz.studies.flow import (
    INTERPOLATIONS,
    Interpolation,
    distance_to_flow,
    layers,
    refinement,
    steps,
    study_steps,
)
from tests.tolerances import ORDER
from tests.unit.checks.smooth_networks import exact_end, scattered, smooth_network

INTERPOLATED = pytest.mark.parametrize("interpolation", INTERPOLATIONS)


def growing() -> PointClassifier:
    """ż = 10⁴ max(z, 0): no number is large enough for where it goes."""
    net = PointClassifier(n_layers=4, activation="relu").requires_grad_(False)
    net.A.copy_((1e4 * torch.eye(2)).expand(4, 2, 2))
    return net


# One distance.


@pytest.mark.parametrize("method", INTEGRATORS)
@INTERPOLATED
def test_the_distance_is_that_to_the_exact_flow(
    method: str, interpolation: Interpolation, generator: Generator
) -> None:
    net, x = smooth_network(generator, method, n_layers=4), scattered(5, generator)
    goal = exact_end(net, x, interpolation)
    for n_steps in (4, 8):
        z = refinement.refined(net, method, n_steps, interpolation).trajectory(x)[-1]
        expected = (z - goal).norm(dim=1).max().item()
        assert expected > 1e-6
        found = distance_to_flow(net, x, method, n_steps, interpolation)
        assert found == pytest.approx(expected, rel=1e-3)
    # As many steps as layers if not said.
    assert distance_to_flow(net, x, method) == distance_to_flow(net, x, method, 4)


def test_the_distance_of_a_resnet_falls_like_its_step(generator: Generator) -> None:
    x = scattered(20, generator)
    coarse = smooth_network(generator, n_layers=2, size=0.7)
    distances = []
    for n in (4, 8, 16):  # each layer as n shorter ones of the same weights: another network, the same flow
        net = PointClassifier(**{**coarse.shape, "n_layers": 2 * n}).double().requires_grad_(False)
        net.A.copy_(coarse.A.repeat_interleave(n, 0))
        net.b.copy_(coarse.b.repeat_interleave(n, 0))
        distances.append(distance_to_flow(net, x))
        assert distances[-1] == pytest.approx(distance_to_flow(coarse, x, "euler", 2 * n), rel=1e-6)
    for longer, shorter in pairwise(distances):
        assert longer / shorter == pytest.approx(2, rel=0.1)


def test_flows_are_exact_where_weights_vanish(generator: Generator) -> None:
    assert distance_to_flow(smooth_network(generator, size=0.0), scattered(5, generator)) == 0


def test_the_largest_distance_counts(generator: Generator) -> None:
    net, x = smooth_network(generator, n_layers=2), scattered(9, generator)
    alone = [distance_to_flow(net, point[None]) for point in x]
    assert distance_to_flow(net, x) == pytest.approx(max(alone), rel=1e-9)
    assert min(alone) < 0.9 * max(alone)


def test_points_without_end_are_infinitely_far() -> None:
    assert distance_to_flow(growing(), torch.ones(1, 2)) == math.inf
    assert distance_to_flow(growing(), torch.tensor([[-1.0, -1.0], [1.0, 1.0]])) == math.inf
    assert distance_to_flow(growing(), torch.tensor([[-1.0, -1.0]])) == 0


# The study.


@INTERPOLATED
@pytest.mark.parametrize("width", [2, 3])
def test_slopes_are_the_orders(interpolation: Interpolation, width: int, generator: Generator) -> None:
    net = smooth_network(generator, width=width, n_layers=8, size=0.4)
    found = study_steps(net, scattered(9, generator), interpolation=interpolation)
    assert list(found.slopes) == list(found.distances) == list(found.fitted) == list(INTEGRATORS)
    for method, slope in found.slopes.items():
        assert slope == pytest.approx(INTEGRATORS[method].order, abs=ORDER)
        assert sum(found.fitted[method]) >= 3


def test_the_study_is_made_of_distances(generator: Generator) -> None:
    net, x = smooth_network(generator, n_layers=4), scattered(5, generator)
    found = study_steps(net, x, ["euler", "rk4"])
    assert_close(list(found.steps), [net.time / n for n in (1, 2, 4, 8, 16, 32, 64)])
    assert list(found.slopes) == ["euler", "rk4"]
    for method, distances in found.distances.items():
        for step, distance in list(zip(found.steps, distances, strict=True))[::3]:
            assert distance == distance_to_flow(net, x, method, round(net.time / step))


def test_slopes_are_fitted_to_short_steps_above_rounding(generator: Generator) -> None:
    net, x = smooth_network(generator, n_layers=8, size=0.7), scattered(5, generator)
    found = study_steps(net, x, ["euler", "rk4"])
    assert found.fitted["euler"] == (False,) * 5 + (True,) * 3
    for distance, fitted in zip(found.distances["rk4"], found.fitted["rk4"], strict=True):
        assert not (fitted and distance < 1e-10)
    assert not any(found.fitted["rk4"][:3])  # steps longer than a layer


def test_numbers_of_layers_that_do_not_halve(generator: Generator) -> None:
    net = smooth_network(generator, n_layers=5)
    assert len(study_steps(net, scattered(3, generator), ["euler"]).steps) == 5
    net = smooth_network(generator, n_layers=6)
    assert len(study_steps(net, scattered(3, generator), ["euler"]).steps) == 6


def test_a_kink_lowers_the_order(generator: Generator) -> None:
    net = smooth_network(generator, activation="relu", n_layers=8)
    slopes = study_steps(net, scattered(50, generator), ["euler", "rk4"]).slopes
    assert slopes["euler"] == pytest.approx(1, abs=ORDER)
    assert slopes["rk4"] < 3.5


def test_blowing_up_is_a_result() -> None:
    found = study_steps(growing(), torch.ones(2, 2), ["euler", "rk4"])
    for method in ("euler", "rk4"):
        assert set(found.distances[method]) == {math.inf}
        assert not any(found.fitted[method])
        assert math.isnan(found.slopes[method])


def test_nothing_to_fit_is_a_result(generator: Generator) -> None:
    found = study_steps(smooth_network(generator, size=0.0), scattered(3, generator), ["euler"])
    assert set(found.distances["euler"]) == {0.0}
    assert math.isnan(found.slopes["euler"])


def test_deep_networks_have_a_reference_within_the_steps_that_may_be_taken(
    generator: Generator, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (refinement, steps):
        monkeypatch.setattr(module, "MAX_STEPS", 200)
    x = scattered(3, generator)
    for n_layers in (8, 50, 200):
        net = smooth_network(generator, n_layers=n_layers)
        assert distance_to_flow(net, x) == pytest.approx(
            (net.last(x) - exact_end(net, x, "constant")).norm(dim=1).max().item(), rel=0.01
        )
    found = study_steps(smooth_network(generator, n_layers=10), x, ["euler"])
    assert [round(1.5 / step) for step in found.steps] == [5, 10, 20, 40]  # the reference has 200
    assert found.slopes["euler"] == pytest.approx(1, abs=ORDER)


def test_the_network_is_left_as_it_was(generator: Generator) -> None:
    net = smooth_network(generator).float().requires_grad_(True).train()
    x = scattered(3, generator).float()
    weights, before = {key: value.clone() for key, value in net.state_dict().items()}, x.clone()
    study_steps(net, x, ["euler", "implicit-midpoint"])
    distance_to_flow(net, x)
    assert net.training
    assert torch.equal(x, before)
    for key, value in net.state_dict().items():
        assert value.dtype == torch.float32
        assert torch.equal(value, weights[key])
    for p in net.parameters():
        assert p.requires_grad
        assert p.grad is None


def test_single_precision_networks_are_studied_in_double(generator: Generator) -> None:
    net, x = smooth_network(generator, n_layers=8, size=0.7).float(), scattered(9, generator).float()
    assert study_steps(net, x, ["rk4"]).slopes["rk4"] == pytest.approx(4, abs=ORDER)
    assert distance_to_flow(net, x, "rk4", 64) < 1e-6


def test_plain_networks_are_far_from_their_flow(generator: Generator) -> None:
    net, x = smooth_network(generator, PLAIN), scattered(9, generator)
    own = layers(net).trajectory(x)[-1]
    assert (own - exact_end(net, x, "constant")).norm(dim=1).max() > 0.3
    assert distance_to_flow(net, x, "rk4") < 0.01  # the flow that its weights make


@pytest.mark.parametrize("n_steps", [0, -3])
def test_impossible_wishes_are_refused(n_steps: int, generator: Generator) -> None:
    net, x = smooth_network(generator), scattered(3, generator)
    with pytest.raises(ConfigError, match=f"whole, from 1 to 20000; got {n_steps}"):
        distance_to_flow(net, x, "euler", n_steps)
    with pytest.raises(ConfigError, match="got 'leapfrog'"):
        study_steps(net, x, ["leapfrog"])
    for ask in (distance_to_flow, study_steps):
        with pytest.raises(ConfigError, match="at least one point; got none"):
            ask(net, x[:0])
