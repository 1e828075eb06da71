"""Methods for rotations: their order against a closed form, and whether they stay."""

import pytest
import torch
from torch import Tensor

from structviz.checks import fitted_slope, rotation_distance
from structviz.errors import ConfigError, ShapeError
from structviz.ode import INTEGRATORS, ROTATION_METHODS, RotationMethod, rotation_method, so3_exp

ALL = pytest.mark.parametrize("name", ROTATION_METHODS)
A = torch.tensor([0.8, -0.5, 1.1], dtype=torch.float64)
B = torch.tensor([-0.4, 0.9, 0.6], dtype=torch.float64)
START = so3_exp(torch.tensor([[0.3, 1.2, -0.7], [-2.0, 0.4, 0.1]], dtype=torch.float64))


def velocity(t: float | Tensor, R: Tensor) -> Tensor:
    """Of R(t) = exp(t²â) R₀ exp(t²b̂): it depends on time and attitude, and axes do not commute."""
    return 2 * t * (B + A @ R)


@ALL
def test_the_order_is_seen_against_a_closed_form(name: str) -> None:
    method, sizes, errors = rotation_method(name), [], []
    for n in (20, 40, 80):
        R = START
        for k in range(n):
            R = method.step(velocity, k / n, 1 / n, R)
        sizes.append(1 / n)
        errors.append((R - so3_exp(A) @ START @ so3_exp(B)).norm().item())
    assert fitted_slope(sizes, errors) == pytest.approx(method.order, abs=0.2)


@pytest.mark.parametrize("chart", ["exponential", "cayley"])
def test_any_tableau_keeps_its_order_in_a_chart(chart: str) -> None:
    method = RotationMethod("mine", "Mine", INTEGRATORS["kutta3"], chart)
    errors = []
    for n in (20, 40, 80):
        R = START
        for k in range(n):
            R = method.step(velocity, k / n, 1 / n, R)
        errors.append((R - so3_exp(A) @ START @ so3_exp(B)).norm().item())
    assert fitted_slope([1 / 20, 1 / 40, 1 / 80], errors) == pytest.approx(3, abs=0.2)


@ALL
def test_long_steps_stay_on_the_rotations_or_are_said_to_leave(name: str) -> None:
    method, R = rotation_method(name), START
    for k in range(50):
        R = method.step(velocity, 0.02 * k, 0.4, R)
    off = rotation_distance(R).max().item()
    assert off < 1e-13 if method.stays else off > 1e-6


def test_a_step_of_euler_in_all_matrices_is_as_long_as_pythagoras_says() -> None:
    R = ROTATION_METHODS["euler"].step(lambda _t, R: A.expand(len(R), 3), 0.0, 0.5, START)
    # RᵀR = I + h² Ω̂ᵀΩ̂, and ‖Ω̂‖ = ‖Ω‖
    torch.testing.assert_close(torch.linalg.matrix_norm(R.mT @ R, 2), (1 + 0.25 * A @ A).expand(2))


def test_a_constant_velocity_turns_exactly() -> None:
    R = ROTATION_METHODS["rkmk4"].step(lambda _t, R: A.expand(len(R), 3), 0.0, 3.0, START)
    torch.testing.assert_close(R, START @ so3_exp(3 * A), rtol=0, atol=1e-14)


@pytest.mark.usefixtures("without_shape_checks")
def test_misuse_is_said() -> None:
    with pytest.raises(ConfigError, match="lie-euler"):
        rotation_method("leapfrog")
    with pytest.raises(ConfigError, match="cayley"):
        RotationMethod("x", "X", INTEGRATORS["rk4"], "sphere")
    for name in ("rkmk4", "rk4"):
        with pytest.raises(ShapeError, match="three entries"):
            ROTATION_METHODS[name].step(lambda _t, R: R[:, 0, 0], 0.0, 0.1, START)
    with pytest.raises(ShapeError, match="batch"):
        ROTATION_METHODS["rk4"].step(velocity, 0.0, 0.1, START[0])
