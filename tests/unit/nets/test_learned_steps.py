"""Networks with learned time steps: steps in numbers, gradients against autograd, and what is promised of time."""

import pytest
import torch
from torch import Tensor, nn

from structviz import checks, nets
from structviz.checks import time_error
from structviz.data import toy
from structviz.errors import ConfigError, ShapeError
from structviz.nets import STEP_RULES, ODENet, PointClassifier, control_cost
from structviz.studies.control import adjoint, objective

RULES = tuple(STEP_RULES)


def network(steps: str, width: int = 2, n_layers: int = 6) -> ODENet:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(3)
        net = ODENet(steps, width, n_layers, time=1.5).double()
        for parameter in net.parameters():
            nn.init.normal_(parameter, std=0.7)
        net.project_weights()
        return net.requires_grad_(False)


def points() -> tuple[Tensor, Tensor]:
    x, labels = toy("donut2d", 11)
    return x.double(), labels


@pytest.mark.parametrize("steps", RULES)
def test_the_steps_in_numbers(steps: str) -> None:
    net, (x, _) = network(steps), points()
    z = x
    for k in range(net.n_layers):
        slope = torch.tanh(z @ net.A[k].T + net.b[k])
        h = net.h[k] if steps in ("learned", "simplex") else 0.25
        z = slope if steps == "none" else z + h * slope
    torch.testing.assert_close(net.last(x), z)
    torch.testing.assert_close(net.trajectory(x)[-1], z)
    torch.testing.assert_close(net.last(net.trajectory(x)[2], 2), z)
    torch.testing.assert_close(net(x), z @ net.normal + net.offset)


def test_all_four_start_with_the_same_weights_and_steps() -> None:
    found = []
    for steps in RULES:
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(0)
            found.append(ODENet(steps))
    plain, resnet, *learned = found
    assert all((net.A == plain.A).all() and (net.time_steps == 0.05).all() for net in (resnet, *learned))
    assert sum(p.numel() for p in resnet.parameters()) == 123
    assert sum(p.numel() for p in learned[0].parameters()) == 143


@pytest.mark.parametrize("width", [2, 3])
@pytest.mark.parametrize("steps", RULES)
def test_costates_give_the_gradient_of_weights_and_steps(steps: str, width: int) -> None:
    net, (x, labels) = network(steps, width), points()
    found = adjoint(net, x, labels)
    net.requires_grad_(True)
    objective(net, x, labels).backward()
    assert set(found.gradients) == {name for name, _ in net.named_parameters()}
    for name, parameter in net.named_parameters():
        assert parameter.grad is not None
        torch.testing.assert_close(found.gradients[name], parameter.grad, rtol=1e-12, atol=1e-15)
    velocity = net.velocity(0, found.states[0])
    torch.testing.assert_close(found.hamiltonian[0], (found.costates[1] * velocity).sum())


def test_the_gradient_of_a_step_is_the_product_of_costate_and_velocity() -> None:
    for steps in ("learned", "simplex"):
        net, (x, labels) = network(steps), points()
        found = adjoint(net, x, labels)
        torch.testing.assert_close(found.gradients["h"], found.hamiltonian, rtol=1e-12, atol=1e-15)


def test_steps_on_the_simplex_whatever_is_stored(generator: torch.Generator) -> None:
    net = network("simplex")
    net.h.copy_(torch.tensor([3.0, -2.0, 0.5, 2.8, 0.0, 1.0]))
    (finding,) = checks.audit(net, generator)
    assert (finding.claim.kind, finding.holds) == ("time", True)
    assert finding.measured < 1e-15
    assert net.time_steps.min() == 0
    before = net.time_steps.clone()
    net.project_weights()
    torch.testing.assert_close(net.h, before, rtol=0, atol=1e-15)


def test_free_steps_promise_nothing_and_break_what_the_simplex_keeps() -> None:
    assert [bool(nets.claims(network(steps))) for steps in RULES] == [False, True, False, True]
    net = network("learned")
    before = net.h.clone()
    net.project_weights()
    assert (net.h == before).all()
    assert time_error(net.time_steps, net.time) > 0.1
    assert time_error(torch.tensor([1.0, 1.0]), 1.0) == 1
    assert time_error(torch.tensor([1.25, -0.25]), 1.0) == 0.25


def test_what_weights_cost() -> None:
    net, (x, labels) = network("simplex", n_layers=3), points()
    theta = torch.cat([net.A.flatten(1), net.b], 1)
    size, change = 0.5 * theta.square().sum(), (theta[1:] - theta[:-1]).square().sum() / 0.5
    torch.testing.assert_close(control_cost(net, 0.4, 0.6), 0.2 * size + 0.3 * change)
    torch.testing.assert_close(
        objective(net, x, labels, 0.4, 0.6) - objective(net, x, labels), 0.2 * size + 0.3 * change
    )
    classifier = PointClassifier(n_layers=3, time=1.5)
    assert control_cost(classifier, 1.0, 1.0) > 0
    with pytest.raises(ConfigError, match="has no time"):
        objective(network("none"), x, labels, size=1.0)
    with pytest.raises(ConfigError, match="0 or more; got -1"):
        control_cost(net, -1, 0)


def test_what_is_no_network_is_refused() -> None:
    with pytest.raises(ConfigError, match="one of none, fixed, learned, simplex; got 'free'"):
        ODENet("free")
    with pytest.raises(ConfigError, match="width must be from 2 to 64"):
        ODENet(width=1)
    with pytest.raises(ShapeError, match=r"2 or 2 columns for this network; got the shape \(1, 3\)"):
        network("fixed").enter(torch.zeros(1, 3))
    with pytest.raises(ConfigError, match="from 0 to 6; got 7"):
        network("fixed").last(points()[0], 7)
