"""Networks that move points: lists of schemes, nonlinearities and classifiers, and what each combination promises."""

import dataclasses
import math
from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import Generator, Tensor
from torch.testing import assert_close

from structviz import ode
from structviz.config import PointShape
from structviz.errors import ConfigError, ShapeError
from structviz.nets import ACTIVATIONS, CLASSIFIERS, PLAIN, SCHEMES, PointClassifier
from structviz.ode import INTEGRATORS
from tests.covering import every_pair
from tests.tolerances import TRAJECTORY
from tests.unit.checks.smooth_networks import scattered, smooth_network

SCHEME = pytest.mark.parametrize("scheme", SCHEMES)
FLOWS = [scheme for scheme in SCHEMES if scheme != PLAIN]
N_LAYERS = 4


def network(generator: Generator, dtype: torch.dtype = torch.float64, **settings: Any) -> PointClassifier:
    """All weights random, the classifier's too if it has any."""
    net = PointClassifier(**{"n_layers": N_LAYERS, "time": 1.2, **settings}).to(dtype)
    with torch.no_grad():
        for theta in net.parameters():
            theta.copy_(0.7 * torch.randn(theta.shape, generator=generator, dtype=torch.float64))
    return net


# Every pair of settings.


@every_pair(scheme=SCHEMES, activation=ACTIVATIONS, width=[2, 3, 5], classifier=CLASSIFIERS, dtype=TRAJECTORY)
def test_the_output_is_the_classifier_of_the_last_layer(
    scheme: str, activation: str, width: int, classifier: str, dtype: torch.dtype, generator: Generator
) -> None:
    net = network(generator, dtype, scheme=scheme, activation=activation, width=width, classifier=classifier)
    x = scattered(7, generator).to(dtype)
    before = x.clone()
    frames, logits = net.trajectory(x), net(x)
    assert frames.shape == (N_LAYERS + 1, 7, width)
    assert logits.shape == (7,)
    assert frames.dtype == logits.dtype == dtype
    assert torch.equal(frames[0, :, :2], x)
    assert not frames[0, :, 2:].any()
    tolerance = 10 * TRAJECTORY[dtype]
    assert_close(logits, net.classify(frames[-1]), rtol=tolerance, atol=tolerance)
    for k in range(N_LAYERS + 1):
        assert_close(net.last(frames[k], first=k), frames[-1], rtol=tolerance, atol=tolerance)
        if k < N_LAYERS:
            assert_close(net.layer(k, frames[k]), frames[k + 1], rtol=tolerance, atol=tolerance)
    assert torch.equal(x, before)


@every_pair(scheme=SCHEMES, activation=ACTIVATIONS, width=[2, 3], classifier=CLASSIFIERS)
def test_gradients_are_those_of_the_layers_one_by_one(
    scheme: str, activation: str, width: int, classifier: str, generator: Generator
) -> None:
    net = network(generator, scheme=scheme, activation=activation, width=width, classifier=classifier)
    x = scattered(5, generator).requires_grad_()
    variables = (x, *net.parameters())
    assert len(variables) == (5 if classifier == "learned" else 3)
    found = torch.autograd.grad(net(x).square().sum(), variables)
    expected = torch.autograd.grad(net.classify(net.trajectory(x)[-1]).square().sum(), variables)
    for left, right in zip(found, expected, strict=True):
        assert right.any() or activation == "relu"  # whose neurons can all be dead
        assert_close(left, right, rtol=1e-10, atol=1e-11)


@SCHEME
def test_gradients_are_those_of_differences(scheme: str, generator: Generator) -> None:
    net = network(generator, scheme=scheme, n_layers=2)
    names = [name for name, _ in net.named_parameters()]

    def output(x: Tensor, *values: Tensor) -> Tensor:
        result = torch.func.functional_call(net, dict(zip(names, values, strict=True)), (x,))
        assert isinstance(result, Tensor)
        return result

    assert torch.autograd.gradcheck(output, (scattered(3, generator).requires_grad_(), *net.parameters()))


@SCHEME
@pytest.mark.parametrize("n", [0, 1, 9])
def test_batches_of_any_size_whose_points_do_not_mix(scheme: str, n: int, generator: Generator) -> None:
    net = network(generator, scheme=scheme)
    x = scattered(n, generator)
    assert net(x).shape == (n,)
    assert net.trajectory(x).shape == (N_LAYERS + 1, n, 2)
    alone = [net(point[None]) for point in x]
    assert_close(net(x), torch.cat([x.new_zeros(0), *alone]), rtol=1e-12, atol=1e-12)


@SCHEME
def test_a_few_steps_of_descent_help(scheme: str, generator: Generator) -> None:
    net = network(generator, torch.float32, scheme=scheme)
    x = scattered(50, generator).float()
    labels = (x.norm(dim=1) > 1).float()
    optimiser = torch.optim.Adam(net.parameters(), lr=0.03)
    losses = []
    for _ in range(25):
        optimiser.zero_grad()
        loss = torch.nn.functional.binary_cross_entropy_with_logits(net(x), labels)
        loss.backward()
        optimiser.step()
        losses.append(loss.item())
    assert losses[-1] < 0.8 * losses[0]


# The formulas, written out.


def affine(net: PointClassifier, k: int, z: list[float]) -> list[float]:
    """σ(A^k z + b^k) of one point, number by number."""
    A, b = net.A[k].tolist(), net.b[k].tolist()
    return [math.tanh(sum(A[i][j] * z[j] for j in range(len(z))) + b[i]) for i in range(len(z))]


def ahead(z: list[float], dt: float, *slopes: list[float]) -> list[float]:
    return [z_i + dt * sum(s[i] for s in slopes) for i, z_i in enumerate(z)]


def plain(net: PointClassifier, k: int, z: list[float]) -> list[float]:
    return affine(net, k, z)


def euler(net: PointClassifier, k: int, z: list[float]) -> list[float]:
    return ahead(z, net.time / net.n_layers, affine(net, k, z))


def heun(net: PointClassifier, k: int, z: list[float]) -> list[float]:
    h = net.time / net.n_layers
    first = affine(net, k, z)
    return ahead(z, h / 2, first, affine(net, k, ahead(z, h, first)))


def rk4(net: PointClassifier, k: int, z: list[float]) -> list[float]:
    h = net.time / net.n_layers
    first = affine(net, k, z)
    second = affine(net, k, ahead(z, h / 2, first))
    third = affine(net, k, ahead(z, h / 2, second))
    fourth = affine(net, k, ahead(z, h, third))
    return ahead(z, h / 6, first, second, second, third, third, fourth)


def implicit_midpoint(net: PointClassifier, k: int, z: list[float]) -> list[float]:
    h = net.time / net.n_layers
    after = z
    for _ in range(200):
        after = ahead(z, h, affine(net, k, [(a + b) / 2 for a, b in zip(z, after, strict=True)]))
    return after


Formula = Callable[[PointClassifier, int, list[float]], list[float]]
FORMULAS: dict[str, Formula] = {
    PLAIN: plain,
    "euler": euler,
    "heun": heun,
    "rk4": rk4,
    "implicit-midpoint": implicit_midpoint,
}


@pytest.mark.parametrize(("scheme", "formula"), FORMULAS.items(), ids=FORMULAS)
@pytest.mark.parametrize("width", [2, 3])
def test_layers_are_those_of_the_formula(scheme: str, formula: Formula, width: int, generator: Generator) -> None:
    net = network(generator, scheme=scheme, width=width)
    z = scattered(5, generator, width)
    for k in range(N_LAYERS):
        expected = torch.tensor([formula(net, k, point) for point in z.tolist()], dtype=torch.float64)
        assert_close(net.layer(k, z), expected, rtol=0, atol=1e-14)


@pytest.mark.parametrize("scheme", FLOWS)
def test_the_control_is_constant_over_the_stages_of_a_layer(scheme: str, generator: Generator) -> None:
    net = network(generator, scheme=scheme)
    x = scattered(5, generator)
    z = x
    for k in range(N_LAYERS):
        times = [0.0, net.dt]
        z = ode.solve(lambda _t, u, k=k: torch.tanh(u @ net.A[k].T + net.b[k]), scheme, z, times)[-1]
    assert_close(net.last(x), z, rtol=0, atol=TRAJECTORY[torch.float64])


def test_a_fixed_classifier_is_the_sign_of_the_first_coordinate(generator: Generator) -> None:
    net = network(generator, classifier="fixed")
    z = scattered(9, generator)
    assert torch.equal(net.classify(z), z[:, 0])
    assert [name for name, _ in net.named_parameters()] == ["A", "b"]
    assert set(net.state_dict()) == {"A", "b", "normal", "offset"}
    learned = network(generator)
    expected = z @ learned.normal + learned.offset
    assert torch.equal(learned.classify(z), expected)
    assert not torch.equal(expected, z[:, 0])


# Depth, time and initial weights.


@SCHEME
def test_depth_and_step_are_apart(scheme: str) -> None:
    for n_layers, time in ((1, 1.0), (7, 3.5), (40, 4.0), (1000, 0.25)):
        net = PointClassifier(scheme, n_layers=n_layers, time=time)
        assert net.dt * n_layers == pytest.approx(time, rel=1e-15)
        assert len(net.A) == len(net.b) == n_layers
    assert PointClassifier(n_layers=10, time=1).dt == PointClassifier(n_layers=20, time=2).dt


@pytest.mark.parametrize("scheme", FLOWS)
def test_more_and_shorter_layers_of_the_same_weights_lead_to_the_same_place(scheme: str, generator: Generator) -> None:
    short = smooth_network(generator, scheme, n_layers=8)
    long = PointClassifier(**{**short.shape, "n_layers": 16}).double().requires_grad_(False)
    longer_time = PointClassifier(**{**short.shape, "n_layers": 16, "time": 3.0}).double().requires_grad_(False)
    for net in (long, longer_time):
        net.A.copy_(short.A.repeat_interleave(2, 0))
        net.b.copy_(short.b.repeat_interleave(2, 0))
    x = scattered(9, generator)
    difference = (long.last(x) - short.last(x)).norm(dim=1).max()
    assert difference < 2.0 * short.dt ** INTEGRATORS[scheme].order
    assert (longer_time.last(x) - short.last(x)).norm(dim=1).max() > 10 * difference


@SCHEME
def test_initial_weights(scheme: str) -> None:
    with torch.random.fork_rng():
        torch.manual_seed(3)
        first = PointClassifier(scheme, n_layers=6)
        torch.manual_seed(3)
        second = PointClassifier(scheme, n_layers=6)
    assert torch.equal(first.A, second.A)
    assert first.A.is_contiguous()
    # A ResNet starts as one field for all times.
    alike = torch.equal(first.A, first.A[:1].expand_as(first.A))
    assert alike is (scheme != PLAIN)
    assert not first.b.any()
    assert torch.equal(first.normal, torch.tensor([1.0, 0.0]))


@SCHEME
def test_its_shape_builds_it_again(scheme: str, generator: Generator) -> None:
    net = network(generator, scheme=scheme, width=3, activation="softplus", classifier="fixed", time=2)
    shape: dict[str, Any] = net.shape
    again = PointClassifier(**shape).double()
    again.load_state_dict(net.state_dict())
    x = scattered(5, generator)
    assert torch.equal(again(x), net(x))
    expected = PointShape(scheme, 3, N_LAYERS, 2.0, "softplus", "fixed")
    assert again.shape == net.shape == dataclasses.asdict(expected)


# What is refused.


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"scheme": "leapfrog"}, "A layer is one of plain, euler, .*; got 'leapfrog'"),
        ({"activation": "sine"}, "A nonlinearity is one of tanh.*; got 'sine'"),
        ({"classifier": "svm"}, "A classifier is learned or fixed; got 'svm'"),
        ({"width": 1}, "The width must be from 2 to 64.*; got 1"),
        ({"width": 65}, "got 65"),
        ({"n_layers": 0}, "The number of layers must be from 1 to 1000; got 0"),
        ({"n_layers": 1001}, "got 1001"),
        ({"time": 0.0}, "The time T must be positive and at most 1000; got 0.0"),
        ({"time": -1.0}, "got -1.0"),
        ({"time": math.nan}, "got nan"),
        ({"time": math.inf}, "got inf"),
    ],
)
def test_settings_out_of_range_are_refused(settings: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        PointClassifier(**settings)


def test_points_of_another_dimension_are_refused(generator: Generator) -> None:
    net = network(generator, width=5)
    assert net(scattered(3, generator, 5)).shape == net(scattered(3, generator, 2)).shape
    with pytest.raises(ShapeError, match=r"a table of 2 or 5 columns for this network; got the shape \(3, 4\)"):
        net(scattered(3, generator, 4))


@pytest.mark.usefixtures("without_shape_checks")
def test_a_single_point_is_a_table_too(generator: Generator) -> None:
    with pytest.raises(ShapeError, match=r"got the shape \(2,\)"):
        network(generator)(scattered(1, generator)[0])


@SCHEME
@pytest.mark.parametrize("first", [-1, N_LAYERS + 1])
def test_layers_that_are_not_there_cannot_be_entered(scheme: str, first: int, generator: Generator) -> None:
    with pytest.raises(ConfigError, match=f"enter a layer from 0 to {N_LAYERS}; got {first}"):
        network(generator, scheme=scheme).last(scattered(3, generator), first)
