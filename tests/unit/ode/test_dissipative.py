"""Steps with friction: their order, the form that they shrink, the heavy ball and the speed limit."""

import math

import pytest
import torch
from torch import Tensor

from structviz.checks import fitted_slope, symplecticity_error
from structviz.errors import ConfigError
from structviz.ode import DISSIPATIVE_METHODS, dissipative_method

ALL = pytest.mark.parametrize("name", DISSIPATIVE_METHODS)
Q = torch.tensor([[1.0, -0.4]], dtype=torch.float64)
P = torch.tensor([[0.2, 0.7]], dtype=torch.float64)


def slope(q: Tensor) -> Tensor:
    """Of a landscape that is no sum of functions of one variable: f = cosh x + (xy)²."""
    x, y = q.unbind(1)
    return torch.stack([x.sinh() + 2 * x * y**2, 2 * x**2 * y], 1)


def after(name: str, n: int) -> Tensor:
    q, p = Q, P
    for _ in range(n):
        q, p = dissipative_method(name).step(slope, 1 / n, 0.8, q, p, speed=1.3)
    return torch.cat([q, p], 1)


@ALL
def test_the_order_is_seen_as_steps_shrink(name: str) -> None:
    steps = (10, 20, 40)
    errors = [(after(name, n) - after("leapfrog" if name == "heavy-ball" else name, 640)).norm().item() for n in steps]
    order = dissipative_method(name).order
    assert fitted_slope([1 / n for n in steps], errors) == pytest.approx(order, abs=0.2)


@ALL
@pytest.mark.parametrize("friction", [0.0, 0.8])
def test_a_step_shrinks_the_symplectic_form_by_the_friction_and_by_nothing_else(name: str, friction: float) -> None:
    method, z = dissipative_method(name), torch.cat([Q, P], 1)

    def step(z: Tensor) -> Tensor:
        return torch.cat(method.step(slope, 0.3, friction, z[:, :2], z[:, 2:]), 1)

    assert symplecticity_error(step, z, math.exp(-0.3 * friction)) < 1e-12
    assert symplecticity_error(step, z, math.exp(-0.31 * friction) * 0.999) > 1e-4


def test_the_heavy_ball_adds_a_share_of_its_last_change() -> None:
    h, friction = 0.1, 2.0
    rate, momentum = h * h, math.exp(-friction * h)
    q, p = Q, torch.zeros_like(Q)
    before = here = Q
    for _ in range(5):
        q, p = dissipative_method("heavy-ball").step(slope, h, friction, q, p)
        before, here = here, here - rate * slope(here) + momentum * (here - before)
    torch.testing.assert_close(q, here, rtol=0, atol=1e-14)


def test_a_relativistic_step_is_no_longer_than_the_speed_limit_allows() -> None:
    q, _ = dissipative_method("relativistic").step(lambda q: 1e6 * q, 0.1, 1.0, Q, P, speed=2.0)
    assert 0.1 * 2.0 * 0.99 < (q - Q).norm().item() <= 0.1 * 2.0
    slow, _ = dissipative_method("relativistic").step(slope, 0.1, 1.0, Q, P, speed=1e6)
    torch.testing.assert_close(slow, dissipative_method("leapfrog").step(slope, 0.1, 1.0, Q, P)[0])


def test_misuse_is_said() -> None:
    with pytest.raises(ConfigError, match="heavy-ball, leapfrog"):
        dissipative_method("adam")
    for friction, speed in ((-1.0, 1.0), (math.nan, 1.0), (1.0, 0.0)):
        with pytest.raises(ConfigError, match="Friction is a number"):
            dissipative_method("leapfrog").step(slope, 0.1, friction, Q, P, speed)
