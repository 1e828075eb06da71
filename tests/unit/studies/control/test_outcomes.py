"""Figures of trained networks: the objective, the count of layers, and how calm a flow is, in numbers."""

import pytest
import torch

from structviz.nets import ODENet, control_cost
from structviz.studies.control import control_outcome, objective


def test_figures_in_numbers() -> None:
    net = ODENet("learned", n_layers=4, time=2.0).requires_grad_(False)
    net.A.zero_()
    net.b.copy_(torch.tensor([[20.0, 0.0], [20.0, 0.0], [-20.0, 0.0], [20.0, 0.0]]))
    net.h.copy_(torch.tensor([0.5, -0.25, 0.004, 1.0]))
    train = torch.tensor([[1.0, 0.0], [-2.0, 0.0]]), torch.tensor([1, 1])
    test = torch.tensor([[0.0, 5.0], [-9.0, 0.0]]), torch.tensor([1, 0])
    found = control_outcome(net, train, test, 0.1, 0.01)
    assert (found.off, found.negative) == (1, 1), "T/K is 0.5, and 0.004 is below a hundredth of it"
    assert found.time_steps == pytest.approx((0.5, -0.25, 0.004, 1.0))
    assert found.path == pytest.approx(0.5 + 0.25 + 0.004 + 1.0)
    assert found.change == pytest.approx((2 * 40**2 / 3) ** 0.5)
    # All points move by 0.5 − 0.25 − 0.004 + 1 = 1.246.
    assert (found.accuracy_train, found.accuracy_test) == (0.5, 1.0)
    logits = torch.tensor([2.246, -0.754], dtype=torch.float64)
    assert found.loss_train == pytest.approx(torch.log1p(torch.exp(-logits)).mean().item())
    assert found.cost == pytest.approx(0.05 * 0.5 * 4 * 400 + 0.005 / 0.5 * 2 * 1600)
    assert found.total == found.loss_train + found.cost


def test_the_objective_is_the_one_that_is_trained_and_nothing_changes() -> None:
    net = ODENet("simplex")
    before = {name: value.clone() for name, value in net.state_dict().items()}
    points = torch.tensor([[1.0, 0.5], [-1.0, 0.2]]), torch.tensor([0, 1])
    found = control_outcome(net, points, points, 0.3, 0.2)
    assert found.total == pytest.approx(objective(net, *points, 0.3, 0.2).item(), rel=1e-5)
    assert found.cost == pytest.approx(control_cost(net, 0.3, 0.2).item(), rel=1e-5)
    plain = control_outcome(ODENet("none"), points, points, 0.3, 0.2)
    assert (plain.cost, plain.time_steps, plain.off, plain.negative) == (0.0, (), 0, 0)
    assert all((net.state_dict()[name] == value).all() for name, value in before.items())
