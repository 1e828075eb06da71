"""Linear–quadratic control in continuous time: the closed form, the Riccati equation, and the order of methods."""

from dataclasses import replace

import pytest
import torch

from structviz.errors import ConfigError, ShapeError
from structviz.ode import INTEGRATORS, integrator
from structviz.studies.control import EXPLICIT_MIDPOINT, car, closed_form, discretised, order_of, steering_error
from structviz.studies.control.riccati import ContinuousLQ

Z0 = torch.tensor([1.0, -0.3], dtype=torch.float64)


def scalar(time: float = 2.0, weight: float = 0.3) -> ContinuousLQ:
    """ż = u with ½∫λu² + ½z(T)²."""
    one, zero = torch.eye(1, dtype=torch.float64), torch.zeros(1, 1, dtype=torch.float64)
    return ContinuousLQ(zero, one, zero, weight * one, one, time)


def test_the_closed_form_of_an_integrator_is_known() -> None:
    found = closed_form(scalar(), Z0[:1], 4)
    torch.testing.assert_close(found.controls, torch.full((5, 1), -1 / (0.3 + 2.0)).double())
    torch.testing.assert_close(found.states[:, 0], 1 - torch.linspace(0, 2, 5).double() / 2.3)


def test_costates_are_the_riccati_solution_times_the_states() -> None:
    """P from p = Pz of two starts obeys −Ṗ = AᵀP + PA − PBR⁻¹BᵀP + Q."""
    problem, n = car(), 6000
    ways = [closed_form(problem, start, n) for start in torch.eye(2, dtype=torch.float64)]
    z, p = (torch.stack([getattr(way, part) for way in ways], -1) for part in ("states", "costates"))
    P = p @ torch.linalg.inv(z)
    torch.testing.assert_close(P[-1], problem.S)
    A, pull = problem.A, problem.B @ problem.B.T / problem.R
    for k in (1, 3000, 5900):
        slope = (P[k + 1] - P[k - 1]) / (2 * problem.time / n)
        torch.testing.assert_close(-slope, A.T @ P[k] + P[k] @ A - P[k] @ pull @ P[k] + problem.Q, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("name", [name for name, method in INTEGRATORS.items() if method.explicit])
def test_errors_fall_with_the_order_of_the_method(name: str) -> None:
    problem, method = car(), integrator(name)
    errors = {
        n: steering_error(discretised(problem, Z0, n, method), closed_form(problem, Z0, n)) for n in (80, 160, 320)
    }
    assert order_of(errors) == pytest.approx(method.order, abs=0.2)
    if name == "rk4":
        assert errors[320] < 1e-7


def test_with_costates_in_steps_of_euler_the_order_is_lost() -> None:
    problem, method = car(), integrator("rk4")
    errors = {
        n: steering_error(discretised(problem, Z0, n, method, matching=False), closed_form(problem, Z0, n))
        for n in (80, 160, 320)
    }
    assert order_of(errors) == pytest.approx(1, abs=0.2)
    euler = integrator("euler")
    same = [discretised(problem, Z0, 40, euler, matching).states for matching in (True, False)]
    torch.testing.assert_close(*same)


def test_the_discrete_control_is_optimal_for_its_own_cost() -> None:
    """The control of each stage of Heun's method: no other one costs less."""
    problem, method, n = car(time=2.0), integrator("heun"), 3
    h = problem.time / n
    A, B, Q, R, S = problem.A, problem.B, problem.Q, problem.R, problem.S

    def states(u: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        z, cost, found = Z0, Z0.new_zeros(()), [Z0]
        for now, then in u.reshape(n, 2, 1):
            first = A @ z + B @ now
            second = z + h * first
            cost = cost + h / 4 * (z @ Q @ z + now @ R @ now + second @ Q @ second + then @ R @ then)
            z = z + h / 2 * (first + A @ second + B @ then)
            found.append(z)
        return cost + z @ S @ z / 2, torch.stack(found)

    u = Z0.new_zeros(2 * n).requires_grad_()
    (slope,) = torch.autograd.grad(states(u)[0], u, create_graph=True)
    hessian = torch.stack([torch.autograd.grad(one, u, retain_graph=True)[0] for one in slope])
    best = -torch.linalg.solve(hessian, slope.detach())
    torch.testing.assert_close(states(best)[1], discretised(problem, Z0, n, method).states)


@pytest.mark.parametrize("bad", [{"time": 0.0}, {"weight": -1.0}, {"time": float("nan")}])
def test_bad_numbers_are_refused(bad: dict[str, float]) -> None:
    with pytest.raises(ConfigError, match="positive"):
        car(**bad)
    with pytest.raises(ConfigError, match="one step"):
        discretised(car(), Z0, 0, integrator("rk4"))
    with pytest.raises(ConfigError, match="not 0"):
        discretised(car(), Z0, 4, EXPLICIT_MIDPOINT)


def test_the_error_is_that_of_states_costates_and_controls() -> None:
    found = closed_form(car(), Z0, 10)
    for part in ("states", "costates", "controls"):
        moved = replace(found, **{part: getattr(found, part) + 1e-3})
        assert steering_error(moved, found) == pytest.approx(1e-3)


def test_the_car_is_to_rest_in_the_end() -> None:
    assert torch.equal(car().S, torch.eye(2, dtype=torch.float64))


@pytest.mark.parametrize("n_steps", [320, 1000])
def test_the_closed_form_does_not_depend_on_the_number_of_times(n_steps: int) -> None:
    coarse, fine = closed_form(car(), Z0, 10), closed_form(car(), Z0, n_steps)
    torch.testing.assert_close(fine.states[:: n_steps // 10], coarse.states, rtol=0, atol=5e-12)


@pytest.mark.usefixtures("without_shape_checks")
def test_the_closed_form_starts_from_a_finite_state_and_takes_steps() -> None:
    with pytest.raises(ConfigError, match="one step or more; got 0"):
        closed_form(car(), Z0, 0)
    with pytest.raises(ConfigError, match="finite numbers"):
        closed_form(car(), Z0 * torch.nan, 5)
    with pytest.raises(ShapeError, match="2 numbers"):
        discretised(car(), Z0[:1], 5, integrator("rk4"))
