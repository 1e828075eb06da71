"""Linear systems with quadratic costs in continuous time: a closed form to hold discretisations of control against.

Minimise ½∫₀ᵀ (z·Qz + u·Ru) dt + ½ z(T)·Sz(T) subject to ż = Az + Bu. The best control is u = −R⁻¹Bᵀp, and state and
costate follow the linear Hamiltonian system ż = Az − BR⁻¹Bᵀp, ṗ = −Qz − Aᵀp with z(0) = z₀ and p(T) = Sz(T). So
(z, p)(t) = exp(tM)(z₀, p₀), and p = Pz, where P solves the Riccati equation −Ṗ = AᵀP + PA − PBR⁻¹BᵀP + Q, P(T) = S.
"""

from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor

from structviz.errors import ConfigError, ShapeError
from structviz.ode import Integrator
from structviz.ode.exponential import matrix_exponential
from structviz.studies.control.costates import costate_matrix

__all__ = ["ContinuousLQ", "SteeredSystem", "car", "closed_form", "discretised", "order_of", "steering_error"]


@dataclass(frozen=True, eq=False)
class ContinuousLQ:
    """A linear system and what it costs; all in float64.

    Attributes
    ----------
    A, B
        Of ż = Az + Bu.
    Q, R, S
        Symmetric weights of the state, the control and the last state; Q and S positive semidefinite, R positive
        definite.
    time
        T.
    """

    A: Float[Tensor, "state state"]
    B: Float[Tensor, "state control"]
    Q: Float[Tensor, "state state"]
    R: Float[Tensor, "control control"]
    S: Float[Tensor, "state state"]
    time: float

    @property
    def field(self) -> Float[Tensor, "both both"]:
        """M of (ż, ṗ) = M(z, p)."""
        pull = self.B @ torch.linalg.solve(self.R, self.B.T)
        return torch.cat([torch.cat([self.A, -pull], 1), torch.cat([-self.Q, -self.A.T], 1)])


@dataclass(frozen=True, eq=False)
class SteeredSystem:
    """States, costates and controls at equal times from 0 to T."""

    states: Float[Tensor, "times state"]
    costates: Float[Tensor, "times state"]
    controls: Float[Tensor, "times control"]


def car(time: float = 6.0, weight: float = 0.5) -> ContinuousLQ:
    """A car that is brought to rest at the origin: z = (place, speed), and the control is the force.

    Parameters
    ----------
    time
        How long it drives, above 0.
    weight
        What a force costs, in parts of what a state costs.

    Raises
    ------
    ConfigError
        If a number is not positive.
    """
    if not (0 < time < float("inf") and 0 < weight < float("inf")):
        raise ConfigError(f"Time and the weight of the force are positive; got {time!r} and {weight!r}.")
    identity = torch.eye(2, dtype=torch.float64)
    A, B = torch.tensor([[0.0, 1.0], [0.0, 0.0]]).double(), torch.tensor([[0.0], [1.0]]).double()
    return ContinuousLQ(A, B, identity, weight * identity[:1, :1], identity, time)


def closed_form(problem: ContinuousLQ, z0: Float[Tensor, "state"], n_steps: int) -> SteeredSystem:
    """The best control at the times 0, T/K, …, T.

    Parameters
    ----------
    problem
        The system and its cost.
    z0
        Where it starts.
    n_steps
        K, 1 or more.

    Returns
    -------
    SteeredSystem
        States, costates and controls at K + 1 equal times, exact up to rounding.

    Raises
    ------
    ConfigError, ShapeError
        If there is no step, or the start is no state of the system or not finite.
    """
    _check(problem, z0, n_steps)
    return _solved(problem, z0, matrix_exponential(problem.time / n_steps * problem.field), n_steps)


def discretised(
    problem: ContinuousLQ, z0: Float[Tensor, "state"], n_steps: int, method: Integrator, matching: bool = True
) -> SteeredSystem:
    """The best control of the system in K steps of a method, with a control for each of its stages.

    Parameters
    ----------
    problem
        The system and its cost, which takes the weights of the method too.
    z0
        Where it starts.
    n_steps
        K, 1 or more.
    method
        Of the states: explicit, without a zero weight.
    matching
        Whether the costates take steps of the method that belongs to it. Else they take Euler's, backwards from
        p^{k+1}, and all stages have the costate p^{k+1}: what comes out is optimal for no discretisation.

    Returns
    -------
    SteeredSystem
        States, costates and controls at the K + 1 ends of the steps.

    Raises
    ------
    ConfigError, ShapeError
        If there is no step, or the method has no costates; if the start is no state of the system or not finite.
    """
    _check(problem, z0, n_steps)
    h, n, s = problem.time / n_steps, len(problem.A), method.stages
    a, w = (torch.tensor(value, dtype=torch.float64) for value in (method.a, method.w))
    tilde = costate_matrix(method)
    M, one = problem.field, torch.eye(n, dtype=torch.float64)
    by_z, by_p = M[:n], M[n:]
    # Unknown are all stages (Z_i, P_i) and the next (z, p): each row is what stands on the left of its equation.
    size = 2 * n * (s + 1)
    left, right = torch.eye(size, dtype=torch.float64), torch.zeros(size, 2 * n, dtype=torch.float64)

    def rows(i: int, half: int) -> slice:
        return slice(2 * n * i + half * n, 2 * n * i + (half + 1) * n)

    for i in range(s + 1):
        state, costate = (a[i], tilde[i]) if i < s else (w, w)
        for j in range(s):
            stage = slice(2 * n * j, 2 * n * (j + 1))
            left[rows(i, 0), stage] -= h * state[j] * by_z
            if matching:
                left[rows(i, 1), stage] -= h * costate[j] * by_p
        right[rows(i, 0), :n] = one
        if matching:
            right[rows(i, 1), n:] = one
        elif i < s:  # P_i = p⁺
            left[rows(i, 1), rows(s, 1)] -= one
        else:  # p⁺ + h(Qz + Aᵀp⁺) = p
            left[rows(i, 1), rows(s, 1)] -= h * by_p[:, n:]
            right[rows(i, 1)] += torch.cat([h * by_p[:, :n], one], 1)
    step = torch.linalg.solve(left, right)[-2 * n :]
    return _solved(problem, z0, step, n_steps)


def _check(problem: ContinuousLQ, z0: Tensor, n_steps: int) -> None:
    if n_steps < 1:
        raise ConfigError(f"A control has one step or more; got {n_steps}.")
    if z0.shape != problem.A.shape[:1]:
        raise ShapeError(f"This system starts from {len(problem.A)} numbers; got the shape {tuple(z0.shape)}.")
    if not z0.isfinite().all():
        raise ConfigError(f"A system starts from finite numbers; got {z0.tolist()}.")


def _solved(
    problem: ContinuousLQ, z0: Float[Tensor, "state"], step: Float[Tensor, "both both"], n_steps: int
) -> SteeredSystem:
    """Repeat a step of (z, p) from the p₀ with which p(T) = Sz(T)."""
    n = len(z0)
    powers = [torch.eye(2 * n, dtype=torch.float64)]
    for _ in range(n_steps):
        powers.append(step @ powers[-1])
    end = powers[-1]
    off = end[n:] - problem.S @ end[:n]
    p0 = torch.linalg.solve(off[:, n:], -off[:, :n] @ z0)
    both = torch.stack(powers) @ torch.cat([z0, p0])
    states, costates = both[:, :n], both[:, n:]
    return SteeredSystem(states, costates, -costates @ torch.linalg.solve(problem.R, problem.B.T).T)


def steering_error(found: SteeredSystem, exact: SteeredSystem) -> float:
    """The largest distance of states, costates and controls from those of the closed form, at any time."""
    pairs = ((found.states, exact.states), (found.costates, exact.costates), (found.controls, exact.controls))
    return max((one - other).abs().max().item() for one, other in pairs)


def order_of(errors: dict[int, float]) -> float:
    """The p with which errors fall like K⁻ᵖ, by regression over the numbers K of steps."""
    points = torch.tensor([[k, error] for k, error in errors.items()], dtype=torch.float64).log()
    centred = points - points.mean(0)
    return -(centred[:, 0] @ centred[:, 1] / centred[:, 0].square().sum()).item()
