"""Linear-quadratic control against the dense least-squares problem, a fixed point in closed form and the exact car."""

import math

import pytest
import torch
from torch import Tensor

from structviz.errors import ConfigError
from structviz.studies.control import LQProblem, double_integrator, linear_quadratic


def random_problem(generator: torch.Generator, state: int = 3, control: int = 2, n_steps: int = 5) -> LQProblem:
    def normal(*shape: int) -> Tensor:
        return torch.randn(*shape, generator=generator, dtype=torch.float64)

    def definite(n: int) -> Tensor:
        root = normal(n, n)
        return root @ root.T + 0.1 * torch.eye(n, dtype=torch.float64)

    A, B = normal(state, state), normal(state, control)
    return LQProblem(A, B, definite(state), definite(control), definite(state), n_steps)


def driven(problem: LQProblem, z0: Tensor, controls: Tensor) -> Tensor:
    states = [z0]
    for u in controls:
        states.append(problem.A @ states[-1] + problem.B @ u)
    return torch.stack(states)


def cost(problem: LQProblem, z0: Tensor, controls: Tensor) -> Tensor:
    *states, last = driven(problem, z0, controls)
    running = sum(
        (z @ problem.Q @ z + u @ problem.R @ u for z, u in zip(states, controls, strict=True)), last.new_zeros(())
    )
    return running + last @ problem.S @ last


def test_controls_solve_the_dense_problem(generator: torch.Generator) -> None:
    problem = random_problem(generator)
    z0 = torch.randn(3, generator=generator, dtype=torch.float64)
    solution = linear_quadratic(problem, z0)
    # The cost is a quadratic function of all controls: its minimiser solves one linear system.
    zero = torch.zeros_like(solution.controls)

    def of(controls: Tensor) -> Tensor:
        return cost(problem, z0, controls.reshape(zero.shape))

    hessian = torch.autograd.functional.hessian(of, zero.flatten())
    gradient = torch.autograd.functional.jacobian(of, zero.flatten())
    assert isinstance(hessian, Tensor)
    assert isinstance(gradient, Tensor)
    wanted = torch.linalg.solve(hessian, -gradient).reshape(zero.shape)
    torch.testing.assert_close(solution.controls, wanted, rtol=1e-9, atol=1e-9)
    torch.testing.assert_close(solution.states, driven(problem, z0, wanted), rtol=1e-9, atol=1e-9)
    assert solution.cost == pytest.approx(cost(problem, z0, wanted).item(), rel=1e-9)


def test_the_cost_to_go_tends_to_the_golden_ratio() -> None:
    # With A = B = Q = R = 1 the fixed point of the Riccati recursion is P = 1 + P / (1 + P).
    one = torch.ones(1, 1, dtype=torch.float64)
    z0 = torch.tensor([2.0], dtype=torch.float64)
    far = linear_quadratic(LQProblem(one, one, one, one, 0 * one, 60), z0)
    assert far.cost == pytest.approx(4 * (1 + math.sqrt(5)) / 2, rel=1e-12)
    near = linear_quadratic(LQProblem(one, one, one, one, 0 * one, 1), z0)
    assert near.cost == pytest.approx(4)  # without a weight at the end, one step is not worth a control
    assert near.controls.abs().max() == 0


@pytest.mark.parametrize("z0", [(1.0, 0.0), (-0.5, 0.8)])
def test_the_car_comes_to_rest_as_a_constant_force_moves_it(z0: tuple[float, float]) -> None:
    start = torch.tensor(z0, dtype=torch.float64)
    solution = linear_quadratic(double_integrator(20), start)
    h, place, speed = 6.0 / 20, *z0
    for k, force in enumerate(solution.controls[:, 0].tolist()):
        place, speed = place + h * speed + h * h / 2 * force, speed + h * force
        torch.testing.assert_close(solution.states[k + 1], torch.tensor([place, speed], dtype=torch.float64))
    assert solution.states[-1].norm() < 0.05 * start.norm()
    forces, states = solution.controls[:, 0], solution.states
    paid = h * (states[:-1].square().sum() + 0.5 * forces.square().sum()) + states[-1].square().sum()
    assert solution.cost == pytest.approx(paid.item())


def test_a_problem_without_steps_is_refused() -> None:
    with pytest.raises(ConfigError, match="one step or more; got 0"):
        double_integrator(0)
    one = torch.ones(1, 1, dtype=torch.float64)
    with pytest.raises(ConfigError, match="got -1"):
        LQProblem(one, one, one, one, one, -1)
