"""The free rigid body: closed form of a symmetric top, and what its equations and methods keep."""

from collections.abc import Callable

import pytest
import torch

from structviz.errors import ConfigError
from structviz.ode import RigidBody, body_momentum, rotation_method, so3_exp, solve

Field = Callable[[float | torch.Tensor, torch.Tensor], torch.Tensor]

PI = torch.tensor([0.4, 2.0, -0.7], dtype=torch.float64)


def equations_of(body: RigidBody) -> Field:
    """Euler's: ṁ = m × I⁻¹m."""
    return lambda _t, m: torch.linalg.cross(m, m / m.new_tensor(body.inertia))


def test_a_symmetric_top_precesses_as_its_closed_form_says() -> None:
    body, R = RigidBody((2.0, 2.0, 1.0)), so3_exp(torch.tensor([[0.5, -0.2, 0.9]], dtype=torch.float64))
    spin = (1 / 1.0 - 1 / 2.0) * body_momentum(R, PI)[0, 2] * torch.tensor([0.0, 0.0, 1.0], dtype=torch.float64)
    wanted = so3_exp(PI / 2.0) @ R @ so3_exp(spin)
    for _ in range(50):
        R = rotation_method("rkmk4").step(body.tumbling(PI), 0.0, 1 / 50, R)
    torch.testing.assert_close(R, wanted, rtol=0, atol=1e-6)


def test_attitude_and_equations_of_euler_tell_the_same_momentum() -> None:
    body, R = RigidBody(), torch.eye(3, dtype=torch.float64)[None]
    for _ in range(50):
        R = rotation_method("rkmk4").step(body.tumbling(PI), 0.0, 0.04, R)
    m = solve(equations_of(body), "rk4", PI[None], torch.linspace(0, 2, 51))[-1]
    torch.testing.assert_close(body_momentum(R, PI), m, rtol=0, atol=1e-7)


def test_implicit_midpoint_keeps_both_quadratic_invariants_of_the_equations_and_rk4_neither() -> None:
    body = RigidBody()
    kept = {}
    for method in ("implicit-midpoint", "rk4"):
        m = solve(equations_of(body), method, PI[None], [0.2 * k for k in range(201)])[:, 0]
        energy, length = body.energy(m) / body.energy(PI) - 1, m.norm(dim=1) / PI.norm() - 1
        kept[method] = max(energy.abs().max().item(), length.abs().max().item())
    assert kept["implicit-midpoint"] < 1e-13
    assert kept["rk4"] > 1e-7


@pytest.mark.parametrize("moments", [(1.0, 1.0, 2.1), (0.0, 1.0, 1.0), (-1.0, 1.0, 1.0), (1.0, 1.0, float("nan"))])
def test_no_solid_has_such_moments(moments: tuple[float, float, float]) -> None:
    with pytest.raises(ConfigError, match="Principal moments"):
        RigidBody(moments)
