"""Optimal control: a linear system is steered at the least quadratic cost."""

from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor

from structviz.errors import ConfigError

__all__ = ["LQProblem", "LQSolution", "double_integrator", "linear_quadratic"]


@dataclass(frozen=True, eq=False)
class LQProblem:
    """Minimise Σ_k (z^k · Q z^k + u^k · R u^k) + z^K · S z^K subject to z^{k+1} = A z^k + B u^k.

    Attributes
    ----------
    A, B
        How a state and a control make the next state.
    Q, R, S
        Symmetric weights of states, controls and the last state; Q and S positive semidefinite, R positive definite.
    n_steps
        The number K of controls.
    """

    A: Float[Tensor, "state state"]
    B: Float[Tensor, "state control"]
    Q: Float[Tensor, "state state"]
    R: Float[Tensor, "control control"]
    S: Float[Tensor, "state state"]
    n_steps: int

    def __post_init__(self) -> None:
        if self.n_steps < 1:
            raise ConfigError(f"A control problem has one step or more; got {self.n_steps}.")


@dataclass(frozen=True, eq=False)
class LQSolution:
    """What the best control does: states at all times, controls between them and what they cost."""

    states: Float[Tensor, "times state"]
    controls: Float[Tensor, "steps control"]
    cost: float


def linear_quadratic(problem: LQProblem, z0: Float[Tensor, "state"]) -> LQSolution:
    """The states and controls of the least cost, from a given first state.

    The Riccati recursion runs backwards in time: z · P z is the least cost from z on, and the best control is the
    feedback u = -G z with G = (R + Bᵀ P B)⁻¹ Bᵀ P A.
    """
    A, B = problem.A, problem.B
    P, gains = problem.S, []
    for _ in range(problem.n_steps):
        G = torch.linalg.solve(problem.R + B.T @ P @ B, B.T @ P @ A)
        P = problem.Q + A.T @ P @ (A - B @ G)
        gains.append(G)
    states, controls = [z0], []
    for G in reversed(gains):
        controls.append(-G @ states[-1])
        states.append(A @ states[-1] + B @ controls[-1])
    return LQSolution(torch.stack(states), torch.stack(controls), float(z0 @ P @ z0))


def double_integrator(n_steps: int, time: float = 6.0, weight: float = 0.5) -> LQProblem:
    """A car that is steered to rest at the origin: z = (place, speed), and the control is the force.

    The force u is constant in each step of length h, so z^{k+1} is the exact solution of z̈ = u; the cost is
    Σ_k h (‖z^k‖² + weight · (u^k)²) + ‖z^K‖².

    Parameters
    ----------
    n_steps
        The number of forces.
    time
        How long the car drives.
    weight
        What a force costs, in parts of what a state costs.
    """
    if n_steps < 1:
        raise ConfigError(f"A control problem has one step or more; got {n_steps}.")
    h = time / n_steps
    A = torch.tensor([[1.0, h], [0.0, 1.0]], dtype=torch.float64)
    B = torch.tensor([[h * h / 2], [h]], dtype=torch.float64)
    identity = torch.eye(2, dtype=torch.float64)
    return LQProblem(A, B, h * identity, h * weight * identity[:1, :1], identity, n_steps)
