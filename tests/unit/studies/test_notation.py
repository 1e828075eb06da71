"""Layers in the plane against numbers by hand, the training problem against its formula and finite differences."""

import math

import pytest
import torch
from torch import Generator

from structviz import data
from structviz.errors import ConfigError
from structviz.studies.notation import MAX_LAYERS, SIGMAS, TARGETS, PlaneNetwork


def random_network(n_layers: int, sigma: str, seed: int = 1) -> PlaneNetwork:
    generator = Generator().manual_seed(seed)
    draw = lambda *shape: torch.randn(*shape, generator=generator, dtype=torch.float64)  # noqa: E731
    return PlaneNetwork(draw(n_layers, 2, 2), draw(n_layers, 2), sigma)


def points(n: int = 30) -> tuple[torch.Tensor, torch.Tensor]:
    x, labels = data.toy("xor", n)
    return x.double(), labels


def test_a_layer_is_sigma_of_an_affine_map_point_by_point() -> None:
    net = PlaneNetwork.parse("1,2,3,4,5,6", "relu")
    x = torch.tensor([[1.0, -1.0], [-10.0, 1.0]])
    z, linear, affine, after = net.stages(x)[0]
    assert z.equal(x)
    assert linear.tolist() == [[-1.0, -1.0], [-8.0, -26.0]]
    assert affine.tolist() == [[4.0, 5.0], [-3.0, -20.0]]
    assert after.tolist() == [[4.0, 5.0], [0.0, 0.0]]


@pytest.mark.parametrize("sigma", SIGMAS)
def test_each_layer_starts_where_the_one_before_it_ends(sigma: str) -> None:
    net, (x, _) = random_network(4, sigma), points()
    stages = net.stages(x)
    assert stages.shape == (4, 4, 30, 2)
    assert stages[1:, 0].equal(stages[:-1, 3])
    assert net(x).equal(stages[-1, 3])


def test_the_nonlinearities_are_what_their_names_say() -> None:
    u = torch.tensor([-2.0, 0.5])
    expected = {"identity": [-2.0, 0.5], "relu": [0.0, 0.5], "abs": [2.0, 0.5], "tanh": [math.tanh(-2), math.tanh(0.5)]}
    assert expected.keys() == SIGMAS.keys()
    for name, values in expected.items():
        torch.testing.assert_close(SIGMAS[name](u), torch.tensor(values))


def test_the_numbers_of_the_training_problem_follow_its_formula() -> None:
    net, (x, labels) = random_network(2, "tanh"), points()
    distances = [[math.dist(end, target) for target in TARGETS] for end in net(x).tolist()]
    losses = [0.5 * near[label] ** 2 for near, label in zip(distances, labels.tolist(), strict=True)]
    assert net.loss(x, labels).item() == pytest.approx(sum(losses) / len(losses))
    weights = [*net.A.flatten().tolist(), *net.b.flatten().tolist()]
    assert net.regulariser(0.3).item() == pytest.approx(0.15 * sum(value**2 for value in weights))
    right = [near[label] < near[1 - label] for near, label in zip(distances, labels.tolist(), strict=True)]
    assert net.accuracy(x, labels) == pytest.approx(sum(right) / len(right))


@pytest.mark.parametrize("sigma", SIGMAS)
def test_a_step_goes_down_the_gradient_of_the_total(sigma: str) -> None:
    net, (x, labels) = random_network(2, sigma), points()
    rate, weight, h = 1e-3, 0.2, 1e-6
    moved = net.gradient_step(lambda net: net.loss(x, labels) + net.regulariser(weight), rate)
    for which in ("A", "b"):
        start = getattr(net, which)
        for at in range(start.numel()):
            totals = []
            for sign in (1, -1):
                nudged = start.clone()
                nudged.view(-1)[at] += sign * h
                A, b = (nudged, net.b) if which == "A" else (net.A, nudged)
                there = PlaneNetwork(A, b, sigma)
                totals.append((there.loss(x, labels) + there.regulariser(weight)).item())
            slope = (totals[0] - totals[1]) / (2 * h)
            assert getattr(moved, which).view(-1)[at].item() == pytest.approx(
                start.reshape(-1)[at].item() - rate * slope, abs=1e-7
            )


def test_a_collapse_and_a_dead_relu_are_seen() -> None:
    x = points()[0].float()
    assert PlaneNetwork.parse("1,0,0,1,0,0;1,0.5,2,1,0,0", "identity").singular() == [1]
    assert PlaneNetwork.parse("3,0,0,-2,0,0;0,1,1,0,0,0").singular() == []
    assert PlaneNetwork.parse("1,0,0,1,-3,-3").dead(x) == 1
    assert PlaneNetwork.parse("1,0,0,1,3,3").dead(x) == 0
    assert PlaneNetwork.parse("0,0,0,0,0,0", "tanh").dead(x) == 0, "only a ReLU can be switched off"
    # The ReLU cuts off the points with two negative coordinates.
    expected = ((x <= 0).all(dim=1)).double().mean().item()
    assert PlaneNetwork.parse("1,0,0,1,0,0").dead(x) == pytest.approx(expected)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1,0,0,1,0",
        "1,0,0,1,0,0,0",
        "a,0,0,1,0,0",
        "nan,0,0,1,0,0",
        "inf,0,0,1,0,0",
        "101,0,0,1,0,0",
        "1,0,0,1,0,0;",
    ],
)
def test_what_is_no_network_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(ConfigError, match=r"six numbers .* 1,0,0,1,0,0"):
        PlaneNetwork.parse(text)


def test_too_many_layers_and_unknown_nonlinearities_are_refused() -> None:
    layer = "1,0,0,1,0,0"
    assert len(PlaneNetwork.parse(";".join([layer] * MAX_LAYERS)).A) == MAX_LAYERS
    with pytest.raises(ConfigError, match="1 to 8 layers; got 9"):
        PlaneNetwork.parse(";".join([layer] * (MAX_LAYERS + 1)))
    with pytest.raises(ConfigError, match="one of identity, relu"):
        PlaneNetwork.parse(layer, "sin")
