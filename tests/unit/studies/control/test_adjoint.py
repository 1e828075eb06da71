"""Costates: the gradient by their method equals that of autograd, and that of another method does not."""

import math

import pytest
import torch
from torch import Tensor, nn

from structviz import zoo
from structviz.data import toy
from structviz.errors import ConfigError, ShapeError
from structviz.nets import PLAIN, SCHEMES, PointClassifier
from structviz.ode import INTEGRATORS, Integrator
from structviz.studies.control import adjoint, costate_matrix, objective

EXPLICIT = [name for name, method in INTEGRATORS.items() if method.explicit]


def network(scheme: str, width: int = 2, n_layers: int = 6) -> PointClassifier:
    torch.manual_seed(2)
    net = PointClassifier(scheme, width, n_layers, time=2.0).double()
    for parameter in net.parameters():
        nn.init.normal_(parameter, std=0.7)
    return net.requires_grad_(False)


def points(n: int = 9) -> tuple[Tensor, Tensor]:
    x, labels = toy("spiral2d", n)
    return x.double(), labels


def by_autograd(net: nn.Module, x: Tensor, labels: Tensor) -> dict[str, Tensor]:
    net.requires_grad_(True)
    objective(net, x, labels).backward()
    found = {name: parameter.grad.clone() for name, parameter in net.named_parameters() if parameter.grad is not None}
    net.zero_grad()
    net.requires_grad_(False)
    return found


@pytest.mark.parametrize("width", [2, 4])
@pytest.mark.parametrize("scheme", [*EXPLICIT, PLAIN])
def test_gradients_equal_those_of_autograd(scheme: str, width: int) -> None:
    net, (x, labels) = network(scheme, width), points()
    found, expected = adjoint(net, x, labels), by_autograd(net, x, labels)
    assert found.gradients.keys() == expected.keys()
    for name, gradient in expected.items():
        torch.testing.assert_close(found.gradients[name], gradient, rtol=1e-12, atol=1e-14)
    assert found.objective == pytest.approx(objective(net, x, labels).item(), rel=1e-14)


@pytest.mark.parametrize("scheme", [*EXPLICIT, PLAIN])
def test_costates_are_the_gradient_of_each_state(scheme: str) -> None:
    net, (x, labels) = network(scheme), points()
    found = adjoint(net, x, labels)
    torch.testing.assert_close(found.states, net.trajectory(x))
    for k in range(net.n_layers + 1):
        z = found.states[k].clone().requires_grad_()
        nn.functional.binary_cross_entropy_with_logits(net.classify(net.last(z, k)), labels.double()).backward()
        assert z.grad is not None
        torch.testing.assert_close(found.costates[k], z.grad, rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize("scheme", ["heun", "kutta3", "rk4"])
def test_costates_of_another_method_give_no_gradient(scheme: str) -> None:
    net, (x, labels) = network(scheme), points()
    right, wrong = adjoint(net, x, labels), adjoint(net, x, labels, matching=False)
    torch.testing.assert_close(wrong.states, right.states)
    assert (wrong.gradients["A"] - right.gradients["A"]).norm() > 1e-2 * right.gradients["A"].norm()
    euler = network("euler")
    for name, gradient in adjoint(euler, x, labels).gradients.items():
        torch.testing.assert_close(adjoint(euler, x, labels, matching=False).gradients[name], gradient)


@pytest.mark.parametrize("scheme", EXPLICIT)
def test_costates_and_tangents_keep_their_product(scheme: str, generator: torch.Generator) -> None:
    net, (x, labels) = network(scheme), points()
    v = torch.randn(x.shape, generator=generator, dtype=torch.float64)
    tangents = torch.autograd.functional.jvp(net.trajectory, x, v)[1]
    assert isinstance(tangents, Tensor)
    products = (adjoint(net, x, labels).costates * tangents).sum((1, 2))
    assert (products - products[0]).abs().max() <= 1e-13 * max(1.0, products.abs().max().item())
    assert products[0].abs() > 1e-3


@pytest.mark.parametrize("name", EXPLICIT)
def test_both_methods_are_a_symplectic_pair(name: str) -> None:
    method = INTEGRATORS[name]
    a, w = (torch.tensor(entries, dtype=torch.float64) for entries in (method.a, method.w))
    condition = w[:, None] * costate_matrix(method) + w * a.T - w[:, None] * w
    assert condition.abs().max() <= 1e-16
    backwards = w * a.T / w[:, None]  # the matrix from p⁺ to p, which is not the one from p to p⁺
    assert (w[:, None] * backwards + w * a.T - w[:, None] * w).abs().max() > 0.02


@pytest.mark.parametrize(
    "name",
    [
        "flow/resnet-spiral2d",
        "flow/rk4-donut2d",
        "flow/plain-xor",
        "flow/wide-donut2d",
        "control/learned-donut2d",
        "control/simplex-spiral2d",
        "plane/hamiltonian-xor",
    ],
)
def test_shipped_networks_have_costates_and_stay_as_they_are(name: str) -> None:
    net, (x, labels) = zoo.load(name).double(), points(20)
    before = {key: value.clone() for key, value in net.state_dict().items()}
    found, expected = adjoint(net, x, labels), by_autograd(net, x, labels)
    for key, gradient in expected.items():
        torch.testing.assert_close(found.gradients[key], gradient, rtol=1e-10, atol=1e-13)
    assert all((net.state_dict()[key] == value).all() for key, value in before.items())
    assert not any(parameter.requires_grad for parameter in net.parameters())


def test_the_hamiltonian_is_the_product_of_costate_and_velocity() -> None:
    net, (x, labels) = network("heun", n_layers=200), points()
    net.A.copy_(net.A[:1].expand_as(net.A))
    net.b.copy_(net.b[:1].expand_as(net.b))
    found = adjoint(net, x, labels)
    expected = (found.costates[1] * net.velocity(0, found.states[0])).sum()
    torch.testing.assert_close(found.hamiltonian[0], expected)
    # p · f(z) is constant along an autonomous flow; half a step lies between p and z here.
    spread = (found.hamiltonian - found.hamiltonian.mean()).abs().max() / found.hamiltonian.abs().mean()
    assert spread < 0.05
    assert (network("heun").A.std() > 0.1).item()


def test_the_objective_and_what_weights_cost() -> None:
    net, (x, labels) = network("euler", n_layers=3), points()
    logits = net(x)
    signs = 2 * labels.double() - 1
    loss = torch.log1p(torch.exp(-signs * logits)).mean()
    torch.testing.assert_close(objective(net, x, labels), loss)
    theta = torch.cat([net.A.flatten(1), net.b], 1)
    size, change = theta.square().sum() * net.dt, (theta[1:] - theta[:-1]).square().sum() / net.dt
    torch.testing.assert_close(objective(net, x, labels, 0.3, 0.2), loss + 0.15 * size + 0.1 * change)


def test_what_has_no_costates_is_refused() -> None:
    x, labels = points()
    with pytest.raises(ConfigError, match="Linear has no layers"):
        adjoint(nn.Linear(2, 1), x, labels)
    with pytest.raises(ConfigError, match="explicit methods; got Implicit midpoint"):
        adjoint(network("implicit-midpoint"), x, labels)
    with pytest.raises(ConfigError, match=r"w = \(0\.0, 1\.0\) of Midpoint"):
        costate_matrix(Integrator("midpoint", "Midpoint", 2, (0.0, 0.5), ((0.0, 0.0), (0.5, 0.0)), (0.0, 1.0)))
    with pytest.raises(ShapeError, match="got 9 and 8"):
        adjoint(network("euler"), x, labels[:8])
    with pytest.raises(ConfigError, match="0 or more; got -1"):
        objective(network("euler"), x, labels, size=-1.0)
    with pytest.raises(ConfigError, match="no time of that kind: PointClassifier"):
        objective(network(PLAIN), x, labels, size=1.0)
    assert math.isfinite(objective(network(SCHEMES[0]), x, labels).item())


def test_weights_that_are_no_numbers_are_refused() -> None:
    net = network("heun")
    net.b[2, 1] = math.nan
    with pytest.raises(ConfigError, match="no finite numbers"):
        adjoint(net, *points())


@pytest.mark.parametrize("labels", [[1, 2, 1], [-1, 1, 1]])
def test_classes_other_than_0_and_1_are_refused(labels: list[int]) -> None:
    x, _ = points(3)
    for find in (objective, adjoint):
        with pytest.raises(ConfigError, match="Classes are 0 and 1; got"):
            find(network("heun"), x, torch.tensor(labels))


def test_points_and_weights_of_regularisers_are_finite() -> None:
    x, labels = points(3)
    with pytest.raises(ConfigError, match="Points with coordinates"):
        adjoint(network("heun"), x * torch.nan, labels)
    with pytest.raises(ConfigError, match="finite and 0 or more"):
        objective(network("heun"), x, labels, size=math.nan)
