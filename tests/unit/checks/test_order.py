"""The order that is measured: that of Taylor's methods, nothing for planted defects, and rounding never counts."""

import dataclasses
import math

import pytest
import torch
from torch import Tensor
from torch.testing import assert_close

from structviz.checks import observed_order
from structviz.checks.order import _STARTS, _field, _solution
from structviz.errors import ConfigError
from structviz.ode import INTEGRATORS, Field, Integrator
from tests.tolerances import ORDER


def test_the_closed_form_solves_the_problem() -> None:
    assert_close(_solution(0.0, _STARTS), _STARTS, rtol=0, atol=0)
    for t in (0.0, 0.3, 1.0):
        time = torch.tensor(t, dtype=torch.float64, requires_grad=True)
        solution = _solution(time, _STARTS)
        velocity = torch.stack([torch.autograd.grad(z, time, retain_graph=True)[0] for z in solution.flatten()])
        assert_close(velocity.reshape(_STARTS.shape), _field(t, solution.detach()), rtol=0, atol=1e-14)


def test_names_and_objects_give_the_same() -> None:
    assert observed_order("kutta3") == observed_order(INTEGRATORS["kutta3"])
    with pytest.raises(ConfigError, match="got 'kutta4'"):
        observed_order("kutta4")


class Extrapolated:
    """Richardson's extrapolation of a step and two halves: one order more, and no tableau that we know of."""

    def __init__(self, method: Integrator) -> None:
        self.method = method

    def step(self, field: Field, t: float, dt: float, z: Tensor) -> Tensor:
        whole = self.method.step(field, t, dt, z)
        middle = self.method.step(field, t, dt / 2, z)
        halves = self.method.step(field, t + dt / 2, dt / 2, middle)
        return halves + (halves - whole) / (2**self.method.order - 1)


@pytest.mark.parametrize("name", ["euler", "heun", "kutta3", "rk4"])
def test_anything_with_a_step_is_measured(name: str) -> None:
    method = INTEGRATORS[name]
    assert observed_order(Extrapolated(method)) == pytest.approx(method.order + 1, abs=ORDER)


def changed(method: Integrator, c: dict[int, float] | None = None, a: dict[tuple[int, int], float] | None = None):
    """A method with some entries replaced."""
    nodes, rows = list(method.c), [list(row) for row in method.a]
    for i, value in (c or {}).items():
        nodes[i] = value
    for (i, j), value in (a or {}).items():
        rows[i][j] = value
    return dataclasses.replace(method, c=tuple(nodes), a=tuple(map(tuple, rows)))


RK4, HEUN = INTEGRATORS["rk4"], INTEGRATORS["heun"]


@pytest.mark.parametrize(
    ("defective", "order"),
    [
        (changed(HEUN, c={1: 0.5}), 1),
        (changed(HEUN, a={(1, 0): 0.5}), 1),
        (changed(RK4, c={2: 0.55}), 2),
        (changed(RK4, a={(2, 1): 0.55}), 1),
        (changed(RK4, c={3: 0.9}), 1),
        (dataclasses.replace(RK4, w=(1 / 6, 1 / 3, 1 / 3, 0.2)), 0),
    ],
    ids=["node of Heun", "matrix of Heun", "middle node of RK4", "matrix of RK4", "last node of RK4", "weights"],
)
def test_planted_defects_cost_orders(defective: Integrator, order: float) -> None:
    assert observed_order(defective) < order + 0.6


class Exact:
    """Knows the solution, except for a relative error."""

    def __init__(self, error: float) -> None:
        self.error = error

    def step(self, field: Field, t: float, dt: float, z: Tensor) -> Tensor:  # noqa: ARG002  (the protocol's)
        return _solution(t + dt, _STARTS) * (1 + self.error)


def test_rounding_is_not_an_order() -> None:
    assert observed_order(Exact(0.0)) == math.inf
    assert observed_order(Exact(1e-14)) == math.inf
    assert observed_order(Exact(1e-6)) == pytest.approx(0, abs=0.1)


def test_what_does_not_converge_is_nan() -> None:
    assert math.isnan(observed_order(Exact(math.nan)))
    assert math.isnan(observed_order(Exact(math.inf)))


def test_no_gradient_is_kept() -> None:
    seen: list[bool] = []

    class Watching:
        def step(self, field: Field, t: float, dt: float, z: Tensor) -> Tensor:
            seen.append(torch.is_grad_enabled())
            return INTEGRATORS["euler"].step(field, t, dt, z)

    observed_order(Watching())
    assert set(seen) == {False}
    assert torch.is_grad_enabled()
