"""What costates keep along the layers, and what is lost in steps of another method."""

import pytest
import torch

from structviz.config import STEP_RULES
from structviz.data import toy
from structviz.nets import PLAIN, ODENet, PointClassifier
from structviz.studies.control import adjoint, gradient_error, has_time, pairing, pairing_drift, steering, tangents


def network(scheme: str, width: int = 2) -> PointClassifier:
    torch.manual_seed(3)
    net = PointClassifier(scheme, width, 6, time=2.0).double().requires_grad_(False)
    for parameter in net.parameters():
        parameter.normal_(std=0.7)
    return net


X, LABELS = toy("spiral2d", 9)


@pytest.mark.parametrize("width", [2, 3])
@pytest.mark.parametrize("scheme", [PLAIN, "euler", "heun", "kutta3", "rk4"])
def test_states_and_costates_keep_their_pairing(scheme: str, width: int) -> None:
    net = network(scheme, width)
    found = steering(net, X.double(), LABELS, (0.6, -0.8))
    assert found.drift <= 1e-13
    # ⟨p^K, δz^K⟩ is the change of the objective: a difference quotient sees it too.
    moved, h = X.double().new_tensor([0.6, -0.8]), 1e-6
    ends = [adjoint(net, X.double() + sign * h * moved, LABELS).objective for sign in (1, -1)]
    summed = pairing(found.found.costates, found.tangents)[0].sum().item()
    assert summed == pytest.approx((ends[0] - ends[1]) / (2 * h), rel=1e-7, abs=1e-9)
    if scheme in (PLAIN, "euler"):
        assert found.twin_drift == found.drift
        assert found.twin_error == 0
    else:
        assert found.twin_drift > 1e-4
        assert found.twin_error > 1e-4


def test_tangents_are_derivatives_of_the_states() -> None:
    net, x, h = network("rk4", 3), X.double(), 1e-6
    ahead, behind = (net.trajectory(x + sign * h * x.new_tensor([1.0, 2.0])) for sign in (1, -1))
    torch.testing.assert_close(tangents(net, x, (1.0, 2.0)), (ahead - behind) / (2 * h), rtol=1e-7, atol=1e-8)


def test_drift_and_error_are_relative() -> None:
    costates = torch.tensor([[[3.0, 0.0]], [[2.0, 0.0]]])
    assert pairing_drift(costates, torch.tensor([[[1.0, 5.0]], [[2.0, 5.0]]])) == 0.25
    one, other = {"A": torch.tensor([3.0]), "b": torch.tensor([4.0])}, {"A": torch.tensor([3.0]), "b": torch.zeros(1)}
    assert gradient_error(other, one) == pytest.approx(0.8)


def test_points_are_right_on_the_side_of_their_class() -> None:
    net = network("euler")
    found = steering(net, X.double(), LABELS)
    assert found.right.tolist() == ((net(X.double()) > 0).long() == LABELS).double().tolist()


def test_networks_with_time_steps_have_time() -> None:
    assert [has_time(ODENet(steps, n_layers=3)) for steps in STEP_RULES] == [False, True, True, True]
    assert has_time(PointClassifier("rk4", n_layers=3))
    assert not has_time(torch.nn.Linear(2, 2))
