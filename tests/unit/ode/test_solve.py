"""Trajectories and tableaux: what is taken, what is refused, and that a ResNet is Euler's method."""

import dataclasses
import math
import pickle
from collections.abc import Sequence
from typing import Any

import pytest
import torch
from torch import Generator, Tensor, nn
from torch.testing import assert_close

from structviz import ode
from structviz.errors import ConfigError, ShapeError
from structviz.ode import INTEGRATORS, Integrator
from structviz.ode.field import slope
from tests.tolerances import TRAJECTORY

POINTS = torch.tensor([[1.0, -2.0], [0.3, 0.4], [0.0, 5.0]])


def growing(t: float | Tensor, z: Tensor) -> Tensor:
    return t * z


def test_the_list_is_in_the_order_of_the_lecture_and_cannot_be_changed() -> None:
    assert list(INTEGRATORS) == ["euler", "heun", "kutta3", "rk4", "implicit-midpoint"]
    assert [m.title for m in INTEGRATORS.values()] == ["Euler", "Heun", "Kutta 3", "RK4", "Implicit midpoint"]
    assert [m.order for m in INTEGRATORS.values()] == [1, 2, 3, 4, 2]
    with pytest.raises(TypeError):
        INTEGRATORS["euler"] = INTEGRATORS["heun"]  # pyright: ignore[reportIndexIssue]
    with pytest.raises(dataclasses.FrozenInstanceError):
        INTEGRATORS["euler"].order = 2  # pyright: ignore[reportAttributeAccessIssue]


def test_integrators_are_found_by_name_and_survive_a_pickle() -> None:
    rk4 = ode.integrator("rk4")
    assert rk4 is INTEGRATORS["rk4"]
    copy = pickle.loads(pickle.dumps(rk4))
    assert (copy, hash(copy)) == (rk4, hash(rk4))
    assert torch.equal(copy.step(growing, 0.5, 0.1, POINTS), rk4.step(growing, 0.5, 0.1, POINTS))
    with pytest.raises(ConfigError, match=r"one of euler, heun, .*, got 'Euler'"):
        ode.integrator("Euler")
    with pytest.raises(ConfigError, match="got 'leapfrog'"):
        ode.solve(growing, "leapfrog", POINTS, [0.0, 1.0])


def test_euler_with_unit_steps_is_a_resnet(generator: Generator) -> None:
    layers = [nn.Linear(2, 2).requires_grad_(False) for _ in range(4)]
    for layer in layers:
        layer.weight.normal_(generator=generator)
    states = [POINTS]
    for layer in layers:
        states.append(states[-1] + torch.tanh(layer(states[-1])))
    trajectories = ode.solve(lambda t, z: torch.tanh(layers[int(t)](z)), "euler", POINTS, torch.arange(5))
    assert_close(trajectories, torch.stack(states), rtol=0, atol=0)


@pytest.mark.parametrize(
    "times",
    [
        [0.0, 0.25, 1.0],
        (0, 0.25, 1),
        torch.tensor([0.0, 0.25, 1.0]),
        torch.tensor([0.0, 0.25, 1.0], dtype=torch.float64),
        torch.tensor([1.0, 0.25, 0.0]).flip(0),
    ],
    ids=["list", "tuple", "float32", "float64", "view"],
)
@pytest.mark.parametrize("method", ["euler", INTEGRATORS["euler"]], ids=["name", "object"])
def test_a_grid_may_come_in_many_forms(times: Tensor | Sequence[float], method: str | Integrator) -> None:
    trajectories = ode.solve(lambda t, z: 1 + growing(t, z), method, POINTS, times)
    first = POINTS + 0.25
    assert_close(trajectories, torch.stack((POINTS, first, first + 0.75 * (1 + 0.25 * first))))


def test_long_trajectories_come_near_the_closed_form() -> None:
    times = torch.linspace(0, 2, 41, dtype=torch.float64)
    x0 = POINTS.double()
    exact = x0 * (times**2 / 2).exp()[:, None, None]
    for name, allowed in {"euler": 0.3, "heun": 5e-3, "kutta3": 1e-4, "rk4": 1e-6, "implicit-midpoint": 5e-3}.items():
        error = ((ode.solve(growing, name, x0, times) - exact).norm() / exact.norm()).item()
        assert allowed / 100 < error < allowed


def test_a_trajectory_and_its_start_share_no_memory() -> None:
    x0 = POINTS.clone()
    trajectories = ode.solve(growing, "rk4", x0, [0.0, 1.0])
    x0.zero_()
    assert torch.equal(trajectories[0], POINTS)


@pytest.mark.parametrize(
    ("times", "named"),
    [
        ([0.0], "at least two times"),
        ([], "at least two times"),
        (torch.zeros(0), "at least two times"),
        ([0.0, 0.0], r"strictly .*, got 0.0 after 0.0"),
        ([0.0, 1.0, 1.0], r"strictly .*, got 1.0 after 1.0 in a grid that starts 0.0, 1.0"),
        ([0.0, 1.0, 0.5], r"strictly .*, got 0.5 after 1.0"),
        ([1.0, 0.5, 0.7], r"strictly .*, got 0.7 after 0.5"),
        ([0.0, math.nan, 1.0], "finite, got nan"),
        ([0.0, 1.0, math.inf], "finite, got inf"),
        (torch.tensor([0.0, -math.inf]), "finite, got -inf"),
        (torch.zeros(2, 2), r"one row of numbers, got shape \(2, 2\)"),
        (torch.tensor(1.0), r"one row of numbers, got shape \(\)"),
        ([[0.0], [1.0]], "must be numbers"),
        (1.0, "must be numbers, got 1.0"),
        (torch.linspace(0, 1, 3).requires_grad_(), "give the field a factor"),
    ],
    ids=str,
)
@pytest.mark.usefixtures("without_shape_checks")
def test_grids_that_are_none_are_refused(times: Any, named: str) -> None:
    with pytest.raises(ConfigError, match=named):
        ode.solve(growing, "euler", POINTS, times)


@pytest.mark.parametrize(
    ("x0", "named"),
    [
        (POINTS[0], r"\(batch, dim\) .*, got \(2,\): .* x0\[None\]"),
        (POINTS[None], r"got \(1, 3, 2\)"),
        (POINTS[:, :0], r"got \(3, 0\)"),
        (POINTS.long(), "float32 or float64, got torch.int64"),
        (POINTS.half(), "got torch.float16"),
    ],
    ids=["one point", "too many axes", "no dimension", "int", "half"],
)
@pytest.mark.usefixtures("without_shape_checks")
def test_points_that_are_none_are_refused(x0: Tensor, named: str) -> None:
    with pytest.raises(ShapeError, match=named):
        ode.solve(growing, "euler", x0, [0.0, 1.0])


@pytest.mark.usefixtures("without_shape_checks")
def test_a_slope_is_passed_on_as_it_is() -> None:
    velocity = torch.ones(3, 2)
    assert slope(lambda *_: velocity, 0.0, POINTS) is velocity
    with pytest.raises(ShapeError, match="one velocity for each point"):
        slope(lambda *_: velocity[0], 0.0, POINTS)


@pytest.mark.parametrize(
    ("c", "a", "w", "named"),
    [
        ((0.0,), ((0.0, 0.0), (1.0, 0.0)), (0.5, 0.5), "2 weights w"),
        ((0.0, 1.0), ((0.0, 0.0),), (0.5, 0.5), r"rows of \[2\]"),
        ((0.0, 1.0), ((0.0,), (1.0, 0.0)), (0.5, 0.5), r"rows of \[1, 2\]"),
        ((), (), (), "not all zero"),
        ((0.0,), ((0.0,),), (0.0,), "not all zero"),
        ((0.0, 1.0), ((0.0, 1.0), (1.0, 0.0)), (0.5, 0.5), "lower triangular"),
        ((0.0,), ((math.nan,),), (1.0,), "finite numbers"),
    ],
    ids=["nodes", "rows", "columns", "empty", "zero", "fully implicit", "nan"],
)
def test_tableaux_that_are_none_are_refused(c: Any, a: Any, w: Any, named: str) -> None:
    with pytest.raises(ConfigError, match=named):
        Integrator("own", "Own", 1, c, a, w)


def test_an_order_below_one_is_refused() -> None:
    with pytest.raises(ConfigError, match="got order 0"):
        dataclasses.replace(INTEGRATORS["euler"], order=0)


def test_own_methods_run_explicit_or_diagonally_implicit() -> None:
    """Ralston's method, and the trapezoidal rule, which mixes an explicit and an implicit stage."""
    x0, q = torch.ones(1, 1, dtype=torch.float64), -0.3
    ralston = Integrator("ralston", "Ralston", 2, (0.0, 2 / 3), ((0.0, 0.0), (2 / 3, 0.0)), (1 / 4, 3 / 4))
    trapezoidal = Integrator("trapezoidal", "Trapezoidal", 2, (0.0, 1.0), ((0.0, 0.0), (0.5, 0.5)), (0.5, 0.5))
    assert (ralston.explicit, trapezoidal.explicit) == (True, False)
    for method, expected in ((ralston, 1 + q + q**2 / 2), (trapezoidal, (2 + q) / (2 - q))):
        z = ode.solve(lambda _, z: q * z, method, x0, [0.0, 1.0])[-1]
        assert_close(z.item(), expected, rtol=0, atol=TRAJECTORY[torch.float64])
