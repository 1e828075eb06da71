"""Both gradients, layer by layer, and the descents along them."""

import pytest
import torch

from structviz.data import toy
from structviz.errors import ConfigError
from structviz.nets import PLAIN, ODENet, PointClassifier
from structviz.studies.control import (
    EXPLICIT_MIDPOINT,
    adjoint,
    compare_gradients,
    costate_matrix,
    descend,
    euler_gradients,
    gradients,
    objective,
    two_ways,
)

X, LABELS = toy("halfmoon2d", 16)
X = X.double()


def network(scheme: str = "heun", width: int = 2) -> PointClassifier:
    torch.manual_seed(0)
    return PointClassifier(scheme, width, 5, time=4.0).double().requires_grad_(False)


@pytest.mark.parametrize("width", [2, 3])
@pytest.mark.parametrize("scheme", ["euler", "rk4"])
def test_both_gradients_are_those_of_costates(scheme: str, width: int) -> None:
    net = network(scheme, width)
    for found, matching in ((gradients(net, X, LABELS), True), (euler_gradients(net, X, LABELS), False)):
        expected = adjoint(net, X, LABELS, matching=matching).gradients
        assert found.keys() == expected.keys()
        for name, part in expected.items():
            torch.testing.assert_close(found[name], part, rtol=1e-12, atol=1e-14)


def test_layers_tell_which_gradient_is_off() -> None:
    net = network()
    found = compare_gradients(net, X, LABELS)
    assert found.errors.max() < 1e-14
    assert found.euler_errors.max() > 1e-2
    assert 0.01 < found.angle < torch.pi / 2
    exact = gradients(net, X, LABELS)
    torch.testing.assert_close(found.sizes, (exact["A"].flatten(1).square().sum(1) + exact["b"].square().sum(1)).sqrt())
    euler = euler_gradients(net, X, LABELS)
    off = ((euler["A"] - exact["A"]).flatten(1).square().sum(1) + (euler["b"] - exact["b"]).square().sum(1)).sqrt()
    torch.testing.assert_close(found.euler_errors, off / found.sizes.max())
    same = compare_gradients(network("euler"), X, LABELS)
    assert same.euler_errors.max() < 1e-14
    assert same.angle < 1e-6


@pytest.mark.parametrize("steps", ["fixed", "learned", "simplex"])
def test_networks_with_learned_steps_have_one_gradient_and_descend_along_it(steps: str) -> None:
    torch.manual_seed(0)
    net = ODENet(steps, n_layers=4, time=4.0).double().requires_grad_(False)
    found, exact = compare_gradients(net, X, LABELS), gradients(net, X, LABELS)
    assert max(found.errors.max(), found.euler_errors.max()) < 1e-14
    squares = exact["A"].flatten(1).square().sum(1) + exact["b"].square().sum(1) + exact.get("h", torch.zeros(4)) ** 2
    torch.testing.assert_close(found.matching_sizes, squares.sqrt())
    for way in ("backtracking", "adam"):
        losses = descend(net, X, LABELS, way, steps=8).losses
        assert losses[-1] < 0.95 * losses[0]


def test_a_descent_keeps_time_steps_on_the_simplex(monkeypatch: pytest.MonkeyPatch) -> None:
    torch.manual_seed(0)
    net, seen = ODENet("simplex", n_layers=4).double().requires_grad_(False), []

    def watched(moved: ODENet, x: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
        seen.append(moved.h.clone())
        return objective(moved, x, labels)

    monkeypatch.setattr(two_ways, "objective", watched)
    descend(net, X, LABELS, "adam", steps=3)
    assert len({tuple(h.tolist()) for h in seen}) > 3
    assert all((h.sum() - 1).abs() < 1e-14 and h.min() >= 0 for h in seen)


@pytest.mark.parametrize("matching", [True, False])
def test_backtracking_never_climbs_and_leaves_the_network_alone(matching: bool) -> None:
    net = network()
    before = net.A.clone()
    found = descend(net, X, LABELS, steps=12, matching=matching)
    assert torch.equal(net.A, before)
    assert len(found.losses) == 13
    assert found.losses[0] == objective(net, X, LABELS).item()
    assert all(after < earlier for earlier, after in zip(found.losses, found.losses[1:], strict=False))
    assert found.losses[-1] < 0.8 * found.losses[0]


def test_a_direction_that_leads_uphill_ends_the_descent() -> None:
    """With large weights and steps of 4.5 Euler's costates point elsewhere."""
    torch.manual_seed(21)
    net = PointClassifier("rk4", 2, 2, time=9.0).double().requires_grad_(False)
    for parameter in net.parameters():
        parameter.normal_(std=1.5)
    assert compare_gradients(net, X, LABELS).angle > torch.pi / 2
    found = descend(net, X, LABELS, steps=20, matching=False)
    assert found.stalled is not None
    assert len(found.losses) == found.stalled + 1


def test_adam_makes_the_loss_smaller() -> None:
    found = descend(network(), X, LABELS, "adam", steps=12)
    assert found.stalled is None
    assert found.losses[-1] < 0.9 * found.losses[0]


def test_what_has_no_costates_is_refused() -> None:
    with pytest.raises(ConfigError, match="weights w that are not 0"):
        costate_matrix(EXPLICIT_MIDPOINT)
    with pytest.raises(ConfigError, match="no steps"):
        euler_gradients(network(PLAIN), X, LABELS)
    with pytest.raises(ConfigError, match="backtracking"):
        descend(network(), X, LABELS, "newton")


def test_a_descent_needs_finite_weights_and_no_fewer_than_no_steps() -> None:
    net = network()
    with pytest.raises(ConfigError, match="got -1"):
        descend(net, X, LABELS, steps=-1)
    net.A[0, 0, 0] = torch.nan
    with pytest.raises(ConfigError, match="finite numbers cannot be trained"):
        descend(net, X, LABELS, steps=1)
