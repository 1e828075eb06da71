"""The list of integrators: what joins `INTEGRATORS` inherits every test here, and owes its formula to `FORMULAS`."""

import math
from collections.abc import Callable
from itertools import pairwise

import pytest
import torch
import torchdiffeq
from torch import Generator, Tensor
from torch.testing import assert_close
from torchdiffeq._impl.odeint import SOLVERS
from torchdiffeq._impl.rk_common import rk4_step_func
from torchdiffeq._impl.solvers import FixedGridODESolver

from structviz import ode
from structviz.checks import observed_order
from structviz.errors import ShapeError
from structviz.ode import INTEGRATORS, Field, Integrator
from tests.conformance.trees import defect, trees
from tests.covering import every_pair
from tests.tolerances import INVARIANT, ORDER, TRAJECTORY

METHODS = list(INTEGRATORS.values())
ALL = pytest.mark.parametrize("method", METHODS, ids=lambda method: method.name)
EXPLICIT = pytest.mark.parametrize("method", [m for m in METHODS if m.explicit], ids=lambda method: method.name)
DTYPES = pytest.mark.parametrize("dtype", TRAJECTORY, ids=str)

IRREGULAR = [0.0, 0.13, 0.2, 0.55, 0.6, 0.61, 1.0]
"""No two steps alike."""

SYMMETRIC = {"implicit-midpoint"}
"""A step by dt and one by -dt undo each other; with one stage, quadratic invariants are conserved too."""


def layer(dim: int, generator: Generator, dtype: torch.dtype = torch.float64) -> Field:
    """A layer of a ResNet whose weights depend on time: neither linear nor autonomous."""
    A, B, b = (torch.randn(shape, generator=generator, dtype=dtype) for shape in ((dim, dim), (dim, dim), (dim,)))
    return lambda t, z: torch.tanh(z @ A + math.sin(2 * float(t)) * (z @ B) + math.cos(3 * float(t)) * b)


def points(shape: tuple[int, int], generator: Generator, dtype: torch.dtype = torch.float64) -> Tensor:
    return torch.randn(shape, generator=generator, dtype=dtype)


# Order.


@ALL
def test_observed_order_is_that_of_theory(method: Integrator) -> None:
    assert observed_order(method) == pytest.approx(method.order, abs=ORDER)


def test_there_are_as_many_trees_as_in_the_book() -> None:
    assert [len(list(trees(n))) for n in range(1, 6)] == [1, 1, 2, 4, 9]


@ALL
def test_all_conditions_up_to_the_order_hold_and_one_more_does_not(method: Integrator) -> None:
    for n in range(1, method.order + 1):
        assert max(defect(method, tree) for tree in trees(n)) < 1e-15
    assert max(defect(method, tree) for tree in trees(method.order + 1)) > 1e-3


@ALL
def test_the_tableau_is_consistent(method: Integrator) -> None:
    assert sum(method.w) == pytest.approx(1, abs=1e-15)
    assert [sum(row) for row in method.a] == pytest.approx(list(method.c), abs=1e-15)
    assert method.explicit == (torch.tensor(method.a).triu().count_nonzero() == 0)
    assert method.stages == len(method.w)
    assert INTEGRATORS[method.name] is method


@ALL
@pytest.mark.parametrize("times", [IRREGULAR, IRREGULAR[::-1]], ids=["forward", "backward"])
def test_polynomials_in_time_are_integrated_exactly(method: Integrator, times: list[float]) -> None:
    x0 = torch.tensor([[1.0], [-2.0], [0.5]], dtype=torch.float64)

    def error(degree: int) -> float:
        field: Field = lambda t, z: torch.full_like(z, (degree + 1) * float(t) ** degree)  # noqa: E731
        t = torch.tensor(times, dtype=torch.float64)[:, None, None]
        exact = x0 + t ** (degree + 1) - times[0] ** (degree + 1)
        return (ode.solve(field, method, x0, times) - exact).abs().max().item()

    assert max(map(error, range(method.order))) < TRAJECTORY[torch.float64]
    # Simpson's rule, on which two of the methods rest, is exact up to degree 3.
    assert error(4) > 1e-5


@ALL
def test_linear_fields_are_followed_with_the_stability_function(method: Integrator) -> None:
    rate, dt = -1.3, 0.4
    q = rate * dt
    expected = sum(q**k / math.factorial(k) for k in range(method.order + 1)) if method.explicit else (2 + q) / (2 - q)
    z = method.step(lambda _, z: rate * z, 0.0, dt, torch.ones(1, 2, dtype=torch.float64))
    assert_close(z, torch.full_like(z, expected), rtol=1e-14, atol=0)


# The formulas, written out, and other people's code.


def euler(f: Field, t: float, h: float, z: Tensor) -> Tensor:
    return z + h * f(t, z)


def heun(f: Field, t: float, h: float, z: Tensor) -> Tensor:
    ahead = z + h * f(t, z)
    return z + h * (f(t, z) + f(t + h, ahead)) / 2


def kutta3(f: Field, t: float, h: float, z: Tensor) -> Tensor:
    first = h * f(t, z)
    middle = h * f(t + h / 2, z + first / 2)
    last = h * f(t + h, z - first + 2 * middle)
    return z + (first + 4 * middle + last) / 6


def rk4(f: Field, t: float, h: float, z: Tensor) -> Tensor:
    first = h * f(t, z)
    second = h * f(t + h / 2, z + first / 2)
    third = h * f(t + h / 2, z + second / 2)
    fourth = h * f(t + h, z + third)
    return z + (first + 2 * second + 2 * third + fourth) / 6


def implicit_midpoint(f: Field, t: float, h: float, z: Tensor) -> Tensor:
    """By fixed-point iteration, which converges for short steps."""
    after = z
    for _ in range(200):
        after = z + h * f(t + h / 2, (z + after) / 2)
    return after


FORMULAS: dict[str, Callable[[Field, float, float, Tensor], Tensor]] = {
    "euler": euler,
    "heun": heun,
    "kutta3": kutta3,
    "rk4": rk4,
    "implicit-midpoint": implicit_midpoint,
}


@every_pair(method=METHODS, dtype=TRAJECTORY, dim=[1, 2, 3], times=[IRREGULAR, IRREGULAR[::-1]])
def test_steps_agree_with_the_formula(
    method: Integrator, dtype: torch.dtype, dim: int, times: list[float], generator: Generator
) -> None:
    field, x0 = layer(dim, generator, dtype), points((7, dim), generator, dtype)
    states = [x0]
    for t, following in pairwise(times):
        states.append(FORMULAS[method.name](field, t, following - t, states[-1]))
    trajectories = ode.solve(field, method, x0, times)
    assert_close(trajectories, torch.stack(states), rtol=0, atol=TRAJECTORY[dtype])


class ClassicalRK4(FixedGridODESolver):
    """The Runge–Kutta method, from the step that torchdiffeq has but does not list: its "rk4" is the 3/8 rule."""

    order = 4

    def _step_func(  # pyright: ignore[reportIncompatibleMethodOverride]  (what it overrides only passes)
        self, func: Callable, t0: Tensor, dt: Tensor, t1: Tensor, y0: Tensor
    ) -> tuple[Tensor, Tensor]:
        f0 = func(t0, y0)
        return rk4_step_func(func, t0, dt, t1, y0, f0=f0), f0


TWINS = {"euler": "euler", "heun": "heun2", "rk4": "classical-rk4"}
"""Names in torchdiffeq. It has neither Kutta's third-order method (its "heun3" is another) nor an implicit midpoint
rule: these two rest on their formulas and on the order conditions."""


@pytest.mark.parametrize(("name", "twin"), TWINS.items())
@pytest.mark.parametrize("times", [IRREGULAR, IRREGULAR[::-1]], ids=["forward", "backward"])
def test_trajectories_equal_those_of_torchdiffeq(
    name: str, twin: str, times: list[float], generator: Generator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(SOLVERS, "classical-rk4", ClassicalRK4)
    field, x0 = layer(2, generator), points((11, 2), generator)
    grid = torch.tensor(times, dtype=torch.float64)
    theirs = torchdiffeq.odeint(field, x0, grid, method=twin)
    assert isinstance(theirs, Tensor)
    assert_close(ode.solve(field, name, x0, grid), theirs, rtol=0, atol=TRAJECTORY[torch.float64])


def test_their_rk4_is_another_method(generator: Generator) -> None:
    field, x0, grid = layer(2, generator), points((11, 2), generator), torch.tensor(IRREGULAR, dtype=torch.float64)
    theirs = torchdiffeq.odeint(field, x0, grid, method="rk4")
    assert isinstance(theirs, Tensor)
    difference = (ode.solve(field, "rk4", x0, grid) - theirs).abs().max()
    assert 1e6 * TRAJECTORY[torch.float64] < difference < 1e-2


# Trajectories.


@every_pair(method=METHODS, dtype=TRAJECTORY, shape=[(7, 2), (1, 1), (5, 3), (0, 2)])
def test_keeps_shape_dtype_and_input(
    method: Integrator, dtype: torch.dtype, shape: tuple[int, int], generator: Generator
) -> None:
    x0 = points(shape, generator, dtype)
    before = x0.clone()
    trajectories = ode.solve(layer(shape[1], generator, dtype), method, x0, IRREGULAR)
    assert trajectories.shape == (len(IRREGULAR), *shape)
    assert trajectories.dtype == dtype
    assert torch.equal(trajectories[0], x0)
    trajectories.zero_()
    assert torch.equal(x0, before)


@ALL
@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU")
def test_stays_on_the_gpu(method: Integrator, generator: Generator) -> None:
    x0 = points((7, 2), generator)
    A = points((2, 2), generator)
    here = ode.solve(lambda _, z: torch.tanh(z @ A), method, x0, IRREGULAR)
    A = A.cuda()
    there = ode.solve(lambda _, z: torch.tanh(z @ A), method, x0.cuda(), torch.tensor(IRREGULAR).cuda())
    assert there.is_cuda
    assert_close(there.cpu(), here, rtol=0, atol=1e-6)  # the grid went through float32


@ALL
def test_points_of_a_batch_do_not_mix(method: Integrator, generator: Generator) -> None:
    field, x0 = layer(2, generator), points((5, 2), generator)
    alone = torch.cat([ode.solve(field, method, z[None], IRREGULAR) for z in x0], dim=1)
    assert_close(ode.solve(field, method, x0, IRREGULAR), alone, rtol=0, atol=TRAJECTORY[torch.float64])


@ALL
def test_a_grid_in_pieces_gives_the_same(method: Integrator, generator: Generator) -> None:
    field, x0 = layer(2, generator), points((5, 2), generator)
    whole = ode.solve(field, method, x0, IRREGULAR)
    assert torch.equal(ode.solve(field, method, whole[3], IRREGULAR[3:]), whole[3:])


@ALL
def test_backward_in_time_is_forward_along_the_reversed_field(method: Integrator, generator: Generator) -> None:
    field, x0 = layer(2, generator), points((5, 2), generator)
    reversed_field: Field = lambda s, z: -field(1 - s, z)  # noqa: E731
    backward = ode.solve(field, method, x0, [1 - t for t in IRREGULAR])
    assert_close(backward, ode.solve(reversed_field, method, x0, IRREGULAR), rtol=0, atol=TRAJECTORY[torch.float64])


@ALL
def test_commutes_with_affine_maps(method: Integrator, generator: Generator) -> None:
    field, x0 = layer(2, generator), points((5, 2), generator)
    M = torch.tensor([[1.0, 0.5], [-0.3, 0.8]], dtype=torch.float64)
    b = torch.tensor([0.3, -1.0], dtype=torch.float64)
    mapped: Field = lambda t, y: field(t, torch.linalg.solve(M, y - b, left=False)) @ M  # noqa: E731
    assert_close(
        ode.solve(mapped, method, x0 @ M + b, IRREGULAR),
        ode.solve(field, method, x0, IRREGULAR) @ M + b,
        rtol=0,
        atol=2 * TRAJECTORY[torch.float64],
    )


@ALL
def test_blowing_up_is_a_result(method: Integrator) -> None:
    x0 = torch.tensor([[1e9, 0.01], [0.01, -0.01], [0.0, 0.0]])
    trajectories = ode.solve(lambda _, z: z**2, method, x0, list(range(7)))
    assert not trajectories[-1, 0, 0].isfinite()
    assert_close(trajectories[-1, 1:], torch.tensor([[1 / 94, -1 / 106], [0.0, 0.0]]), rtol=0.01, atol=0)


@EXPLICIT
def test_the_field_is_asked_once_a_stage_at_the_nodes(method: Integrator) -> None:
    asked: list[float | Tensor] = []

    def field(t: float | Tensor, z: Tensor) -> Tensor:
        asked.append(t)
        return z

    method.step(field, 2.0, -0.5, torch.ones(1, 1))
    assert asked == [2.0 - 0.5 * node for node in method.c]
    assert {type(t) for t in asked} == {float}


@ALL
@pytest.mark.parametrize(
    ("field", "named"),
    [
        (lambda _, z: z[:, :1], r"torch.float32 of shape \(3, 2\), got torch.float32 of shape \(3, 1\)"),
        (lambda _, z: z[:1], r"got torch.float32 of shape \(1, 2\)"),
        (lambda _, z: z.double(), r"got torch.float64 of shape \(3, 2\)"),
        (lambda *_: 0.0, "got 0.0: let it return a tensor"),
    ],
    ids=["dim", "batch", "dtype", "number"],
)
@pytest.mark.usefixtures("without_shape_checks")
def test_a_field_that_returns_something_else_is_refused(method: Integrator, field: Field, named: str) -> None:
    with pytest.raises(ShapeError, match=named):
        ode.solve(field, method, torch.ones(3, 2), [0.0, 1.0])


# Derivatives.


def weighted(method: Integrator) -> Callable[[Tensor, Tensor, Tensor], Tensor]:
    return lambda x0, A, b: ode.solve(lambda t, z: torch.tanh(z @ A + t * b), method, x0, [0.0, 0.3, 0.2 + 0.5, 1.2])


def leaves(generator: Generator) -> tuple[Tensor, Tensor, Tensor]:
    return (
        points((3, 2), generator).requires_grad_(),
        points((2, 2), generator).requires_grad_(),
        points((1, 2), generator).requires_grad_(),
    )


@ALL
# torch 2.13 uses its own deprecated compiler when it first differentiates in forward mode.
@pytest.mark.filterwarnings("ignore:`torch.jit.script` is deprecated:DeprecationWarning")
def test_gradients_by_points_and_weights(method: Integrator, generator: Generator) -> None:
    assert torch.autograd.gradcheck(weighted(method), leaves(generator), check_forward_ad=True)


@EXPLICIT
def test_second_derivatives_of_explicit_methods(method: Integrator, generator: Generator) -> None:
    assert torch.autograd.gradgradcheck(weighted(method), leaves(generator))


@ALL
def test_nothing_asks_for_gradients_that_nobody_wanted(method: Integrator, generator: Generator) -> None:
    x0, A, b = (leaf.detach() for leaf in leaves(generator))
    assert not weighted(method)(x0, A, b).requires_grad
    with torch.no_grad():
        assert not weighted(method)(*leaves(generator)).requires_grad
    with torch.inference_mode():
        inside = weighted(method)(x0.clone(), A, b)
    assert_close(inside, weighted(method)(x0, A, b), rtol=0, atol=0)


# What only some of them do.


def turning(t: float | Tensor, z: Tensor) -> Tensor:
    """ż = ω(|z|) J z: circles, on each of which time runs differently. It conserves |z|²."""
    quarter_turn = torch.stack((-z[:, 1], z[:, 0]), dim=1)
    return 3 / (1 + z.square().sum(1, keepdim=True)) * quarter_turn


def pendulum(t: float | Tensor, z: Tensor) -> Tensor:
    """Pushed sideways now and then; neither contracts nor expands, so that ways back can be found."""
    return torch.stack((z[:, 1], -z[:, 0].sin() + 0.1 * math.cos(2 * float(t))), dim=1)


def drift(method: Integrator, dtype: torch.dtype) -> float:
    """Largest relative change of |z|² in a hundred steps."""
    x0 = torch.linspace(0.5, 1.5, 9, dtype=dtype)[:, None] * torch.tensor([0.6, -0.8], dtype=dtype)
    squares = ode.solve(turning, method, x0, [0.2 * k for k in range(101)]).square().sum(-1)
    return (squares / squares[0] - 1).abs().max().item()


def return_error(method: Integrator, dtype: torch.dtype) -> float:
    """How far from its start a way there and back ends, a hundred steps each; relative."""
    x0 = torch.linspace(0.3, 1.2, 9, dtype=dtype)[:, None] * torch.tensor([0.6, -0.8], dtype=dtype)
    times = [0.4 * k for k in range(101)]
    there = ode.solve(pendulum, method, x0, times)[-1]
    back = ode.solve(pendulum, method, there, times[::-1])[-1]
    return ((back - x0).norm() / x0.norm()).item()


@ALL
@DTYPES
def test_only_symmetric_methods_conserve_quadratic_invariants(method: Integrator, dtype: torch.dtype) -> None:
    if method.name in SYMMETRIC:
        assert drift(method, dtype) < INVARIANT[dtype]
    else:
        assert drift(method, dtype) > 100 * INVARIANT[dtype]


@ALL
@DTYPES
def test_only_symmetric_methods_undo_their_steps(method: Integrator, dtype: torch.dtype) -> None:
    if method.name in SYMMETRIC:
        assert return_error(method, dtype) < INVARIANT[dtype]
    else:
        assert return_error(method, dtype) > 100 * INVARIANT[dtype]
