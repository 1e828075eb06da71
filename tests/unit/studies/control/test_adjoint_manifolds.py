"""Costates on the sphere and on the rotations: gradients equal those of autograd, and products with tangents stay."""

import pytest
import torch
from torch import Tensor, nn

from structviz import zoo
from structviz.data import attitudes, sphere_split
from structviz.errors import ConfigError
from structviz.nets import ROTATION_LAYERS, CouplingFlow, LayeredMap, RotationFlow, SphereFlow
from structviz.nets.sphere_classifier import SPHERE_LAYERS, SphereClassifier
from structviz.ode import hat
from structviz.studies.control import Loss, adjoint, objective, pairing_drift, steering
from structviz.training.attitudes import attitude_loss


def classifier(layers: str, n_layers: int = 6) -> SphereClassifier:
    torch.manual_seed(3)
    net = SphereClassifier(layers, width=5, n_layers=n_layers, time=2.0).double()
    for parameter in net.parameters():
        nn.init.normal_(parameter, std=0.6)
    return net.requires_grad_(False)


def rotations(layers: str, n_layers: int = 5) -> RotationFlow:
    torch.manual_seed(4)
    return RotationFlow(layers, width=7, n_layers=n_layers).double().requires_grad_(False)


def points(n: int = 11) -> tuple[Tensor, Tensor]:
    x, labels = sphere_split("spirals", n, 2, seed=0)[0]
    return x.double(), labels


def check_gradients(net: LayeredMap, x: Tensor, targets: Tensor, loss: Loss | None = None) -> None:
    """Of each parameter and of each state, against autograd through the whole network."""
    found = adjoint(net, x, targets, loss=loss)
    net.requires_grad_(True)
    objective(net, x, targets, loss=loss).backward()
    for name, parameter in net.named_parameters():
        assert parameter.grad is not None
        torch.testing.assert_close(found.gradients[name], parameter.grad, rtol=1e-12, atol=1e-13)
    net.requires_grad_(False)
    for k in range(net.n_layers + 1):
        z = found.states[k].clone().requires_grad_()
        there = z
        for later in range(k, net.n_layers):
            there = net.layer(later, there)
        outputs = net.read(there)
        if loss is None:
            value = nn.functional.binary_cross_entropy_with_logits(outputs, targets.double())
        else:
            value = loss(outputs, targets).mean()
        (expected,) = torch.autograd.grad(value, z)
        torch.testing.assert_close(found.costates[k], expected, rtol=1e-12, atol=1e-14)
    torch.testing.assert_close(found.states, net.trajectory(x))


@pytest.mark.parametrize("layers", SPHERE_LAYERS)
def test_costates_of_points_on_the_sphere_equal_those_of_autograd(layers: str) -> None:
    check_gradients(classifier(layers), *points())


@pytest.mark.parametrize("layers", SPHERE_LAYERS)
def test_the_product_with_a_tangent_stays_on_the_sphere(layers: str) -> None:
    net, (x, labels) = classifier(layers), points()
    found = steering(net, x, labels, (0.3, -0.5, 0.4))
    assert found.drift <= 1e-13
    # Tangents begin as tangents of the sphere, and layers that stay keep them so.
    assert (found.tangents[0] * found.found.states[0]).sum(1).abs().max() < 1e-15
    across = (found.tangents * found.found.states).sum(2).abs().max()
    assert (across < 1e-13) == net.stays
    if layers not in ("euler", "free"):
        assert found.twin_drift > 1e-3, "costates in Euler's steps belong to Euler's states alone"
        assert found.twin_error > 1e-3
    else:
        assert found.twin_drift <= 1e-13


@pytest.mark.parametrize("layers", ["exponential", "projection"])
def test_the_hamiltonian_of_the_sphere_is_costate_times_tangent_velocity(layers: str) -> None:
    net, (x, labels) = classifier(layers, n_layers=400), points()
    for weights in net.flow.parameters():
        weights.copy_(weights[:1].clone().expand_as(weights))
    found = adjoint(net, x, labels)
    expected = (
        found.costates[1:] * net.flow.velocity(0, found.states[:-1].flatten(0, 1)).view_as(found.states[1:])
    ).sum((1, 2))
    torch.testing.assert_close(found.hamiltonian, expected)
    # Along a flow that does not change with time it is constant, up to the step.
    assert (found.hamiltonian - found.hamiltonian.mean()).abs().max() < 0.03 * found.hamiltonian.abs().mean()


@pytest.mark.parametrize("layers", ROTATION_LAYERS)
def test_costates_of_rotations_equal_those_of_autograd(layers: str) -> None:
    before, after = attitudes(6)
    check_gradients(rotations(layers), before, after, attitude_loss)


def test_the_hamiltonian_of_rotations_is_costate_times_turning() -> None:
    net, (before, after) = rotations("lie-euler"), attitudes(6)
    found = adjoint(net, before, after, loss=attitude_loss)
    turning = found.states[2] @ hat(net.velocity(2, found.states[2]))
    torch.testing.assert_close(found.hamiltonian[2], (found.costates[3] * turning).sum())


@pytest.mark.parametrize("name", ["exponential-spirals", "euler-belt", "free-spirals"])
def test_networks_that_ship_have_costates(name: str) -> None:
    net, (x, labels) = zoo.load(f"manifolds/{name}").double(), points(20)
    assert pairing_drift(adjoint(net, x, labels).costates, steering(net, x, labels, (1.0, 0.0, 0.0)).tangents) < 1e-12
    assert not any(parameter.requires_grad for parameter in net.parameters())


def test_any_network_that_moves_points_has_costates_of_a_given_loss() -> None:
    torch.manual_seed(5)
    z = torch.randn(8, 2, dtype=torch.float64)
    check_gradients(
        CouplingFlow().double().requires_grad_(False), z, -z, lambda out, wanted: (out - wanted).square().sum(1)
    )
    x = points()[0]
    check_gradients(SphereFlow(n_layers=4).double(), x, -x, lambda out, wanted: 1 - (out * wanted).sum(1))


def test_a_network_without_two_classes_is_refused_with_what_to_do() -> None:
    before, after = attitudes(3)
    with pytest.raises(ConfigError, match=r"RotationFlow must tell two classes apart .* Give the loss"):
        adjoint(rotations("lie-euler"), before, after)
    x, labels = points()
    with pytest.raises(ConfigError, match=r"SphereFlow must tell two classes apart .* shape \(11, 3\)"):
        adjoint(SphereFlow(n_layers=2).double(), x, labels)
    with pytest.raises(ConfigError, match="this network has no time of that kind: SphereClassifier"):
        objective(classifier("exponential"), x, labels, size=1.0)
    implicit = SphereFlow(n_layers=2, method="implicit-midpoint").double()
    with pytest.raises(ConfigError, match="explicit methods; got Implicit midpoint"):
        adjoint(implicit, x, -x, loss=lambda out, wanted: (out - wanted).square().sum(1))
    broken = classifier("exponential")
    broken.normal[0] = torch.nan
    with pytest.raises(ConfigError, match="no finite numbers"):
        adjoint(broken, x, labels)
