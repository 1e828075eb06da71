"""The equation of an implicit stage: solved to rounding, or declared unsolved."""

import math
from typing import Any

import pytest
import torch
from torch import Generator, Tensor, nn
from torch.testing import assert_close

from structviz.errors import ShapeError
from structviz.ode import INTEGRATORS, Field
from structviz.ode.implicit import implicit_slope
from tests.tolerances import TRAJECTORY

MIDPOINT = INTEGRATORS["implicit-midpoint"]
DTYPES = pytest.mark.parametrize("dtype", TRAJECTORY, ids=str)


def points(n: int, generator: Generator, dtype: torch.dtype = torch.float64) -> Tensor:
    return torch.randn(n, 2, generator=generator, dtype=dtype)


def residual(field: Field, t: float, h: float, z: Tensor, k: Tensor) -> float:
    """How far the sides of the equation are apart, in units of z."""
    return (h * (k - field(t, z + h * k))).abs().max().item()


def contractive(A: Tensor, b: Tensor) -> Field:
    """ż = -Aᵀ tanh(Az + b): the gradient flow of a convex function."""
    return lambda _, z: -torch.tanh(z @ A.T + b) @ A


class Counted:
    """A field that counts how often it is asked."""

    def __init__(self, field: Field) -> None:
        self.field, self.calls = field, 0

    def __call__(self, t: float | Tensor, z: Tensor) -> Tensor:
        self.calls += 1
        return self.field(t, z)


@DTYPES
@pytest.mark.parametrize("h", [0.4, -0.4, 1e-6, 0.0])
def test_the_equation_is_solved_to_rounding(dtype: torch.dtype, h: float, generator: Generator) -> None:
    A, z = points(2, generator, dtype), points(9, generator, dtype)
    field: Field = lambda t, z: torch.tanh(z @ A + t)  # noqa: E731
    k = implicit_slope(field, 0.7, h, z)
    assert k.dtype == dtype
    assert residual(field, 0.7, h, z, k) < TRAJECTORY[dtype]
    assert (k - field(0.7, z + h * k)).abs().max() < TRAJECTORY[dtype]


def test_linear_fields_take_the_cayley_map_in_one_iteration(generator: Generator) -> None:
    A, z, dt = points(2, generator), points(9, generator), 3.0
    field = Counted(lambda _, z: z @ A.T)
    identity = torch.eye(2, dtype=torch.float64)
    cayley = torch.linalg.solve(identity - dt / 2 * A, identity + dt / 2 * A)
    assert_close(MIDPOINT.step(field, 0.0, dt, z), z @ cayley.T, rtol=0, atol=10 * TRAJECTORY[torch.float64])
    # One iteration, one that sees that nothing is left to do, and the last correction with its own Jacobian.
    assert field.calls == 4


def test_convergence_is_quadratic(generator: Generator) -> None:
    A, z = points(2, generator), points(9, generator)
    field = Counted(lambda _, z: torch.tanh(z @ A))
    MIDPOINT.step(field, 0.0, 0.2, z)
    # Halving the error each time, as a fixed-point iteration does at best here, would take some fifty.
    assert field.calls <= 7


@DTYPES
@pytest.mark.parametrize("h", [10.0, 30.0])
def test_long_steps_along_contractive_fields_converge(dtype: torch.dtype, h: float, generator: Generator) -> None:
    """There is one solution, and Newton's method finds it only if its steps are halved where they do not help."""
    for _ in range(5):
        field = contractive(points(2, generator, dtype), points(1, generator, dtype))
        z = 3 * points(50, generator, dtype)
        k = implicit_slope(field, 0.0, h, z)
        assert residual(field, 0.0, h, z, k) < h * 20 * TRAJECTORY[dtype]
        after = z + h * k
        assert (torch.pdist(after) <= torch.pdist(z) * (1 + TRAJECTORY[dtype])).all()


def test_where_there_is_no_solution_the_point_is_nan_and_no_other(generator: Generator) -> None:
    """Y = z + Y² has a real solution for z ≤ 1/4 only."""
    z = torch.tensor([[0.1], [3.0], [-2.0], [0.2], [1e9]])
    k = implicit_slope(lambda _, z: z**2, 0.0, 1.0, z)
    assert k.isnan().flatten().tolist() == [False, True, False, False, True]
    assert_close((z + k)[[0, 2, 3]], (1 - (1 - 4 * z[[0, 2, 3]]).sqrt()) / 2, rtol=1e-5, atol=0)


@DTYPES
def test_singular_matrices_and_lost_points_raise_nothing(dtype: torch.dtype) -> None:
    z = torch.tensor([[1.0, 2.0], [math.nan, 0.0], [math.inf, 0.0]], dtype=dtype)
    # I - h J = 0, and k = 2 (z + k / 2) holds for no k.
    field = Counted(lambda _, z: 2 * z)
    assert not MIDPOINT.step(field, 0.0, 1.0, z).isfinite().any()
    assert field.calls < 10
    assert MIDPOINT.step(lambda _, z: -z, 0.0, 1.0, z).isfinite().tolist() == [[True, True], [False] * 2, [False] * 2]


def test_points_at_rest_and_fields_without_points() -> None:
    z = torch.zeros(3, 2)
    assert torch.equal(MIDPOINT.step(lambda _, z: torch.sin(z), 0.0, 1.0, z), z)
    constant = torch.tensor([[1.0, -2.0]]).expand(3, 2)
    assert_close(MIDPOINT.step(lambda *_: constant, 0.0, 0.5, z), 0.5 * constant)
    assert_close(MIDPOINT.step(lambda t, z: torch.full_like(z, float(t)), 2.0, 0.5, z), torch.full((3, 2), 1.125))


def test_a_field_of_weights_alone_passes_its_gradient_on() -> None:
    b = torch.tensor([1.0, -2.0], requires_grad=True)
    z = torch.zeros(3, 2)
    MIDPOINT.step(lambda _, z: b.expand_as(z), 0.0, 0.5, z).sum().backward()
    assert_close(b.grad, torch.full((2,), 1.5))


def test_fields_may_branch_on_values_and_know_their_rows(generator: Generator) -> None:
    z, rates = points(5, generator), torch.rand(5, 1, generator=generator, dtype=torch.float64)

    def field(_: float | Tensor, z: Tensor) -> Tensor:
        return -rates * z if z.abs().max() > 0 else z

    assert_close(MIDPOINT.step(field, 0.0, 0.5, z), z * (1 - rates / 4) / (1 + rates / 4))


class _Cube(torch.autograd.Function):
    """A function in the old style, which no transform of torch.func can handle."""

    @staticmethod
    def forward(ctx: Any, z: Tensor) -> Tensor:
        ctx.save_for_backward(z)
        return -(z**3)

    @staticmethod
    def backward(ctx: Any, g: Tensor) -> Tensor:  # pyright: ignore[reportIncompatibleMethodOverride]
        (z,) = ctx.saved_tensors
        return -3 * z**2 * g


def test_fields_that_vmap_cannot_handle(generator: Generator) -> None:
    z = points(5, generator)
    ours = MIDPOINT.step(lambda _, z: _Cube.apply(z), 0.0, 0.5, z)
    assert torch.equal(ours, MIDPOINT.step(lambda _, z: -(z**3), 0.0, 0.5, z))


def test_gradients_reach_the_weights_of_a_module_only_when_asked(generator: Generator) -> None:
    net = nn.Linear(2, 2).double()
    field: Field = lambda _, z: torch.tanh(net(z))  # noqa: E731
    z = points(4, generator)
    with torch.no_grad():
        assert not MIDPOINT.step(field, 0.0, 0.3, z).requires_grad
    MIDPOINT.step(field, 0.0, 0.3, z).sum().backward()
    assert z.grad is None
    assert net.weight.grad is not None
    # By differences, in one entry: what gradcheck does for plain tensors.
    with torch.no_grad():
        sums = []
        for change in (1e-5, -2e-5):
            net.weight[0, 1] += change
            sums.append(MIDPOINT.step(field, 0.0, 0.3, z).sum())
    assert_close(net.weight.grad[0, 1], (sums[0] - sums[1]) / 2e-5, rtol=1e-7, atol=0)


def test_the_gradient_is_that_of_the_solution_not_of_the_iteration(generator: Generator) -> None:
    """Of the Cayley map, in closed form, however many iterations were needed."""
    z = points(4, generator)
    rate = torch.tensor(-0.8, dtype=torch.float64, requires_grad=True)
    MIDPOINT.step(lambda _, z: rate * z, 0.0, 0.5, z).sum().backward()
    assert_close(rate.grad, (0.5 / (1 - rate.detach() / 4) ** 2 * z.sum()), rtol=1e-13, atol=0)


@pytest.mark.usefixtures("without_shape_checks")
def test_a_wrong_shape_is_named() -> None:
    with pytest.raises(ShapeError, match=r"got torch.float32 of shape \(3, 1\)"):
        implicit_slope(lambda _, z: z[:, :1], 0.0, 0.5, torch.ones(3, 2))
