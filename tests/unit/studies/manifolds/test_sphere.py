"""Flows on the sphere against their closed form, and Euler steps that leave it."""

import math

import numpy as np
import pytest
import torch
from torch import Tensor

from structviz.nets import sphere_exp
from structviz.studies.manifolds.sphere_steps import FIELDS, follow, towards_pole


def points(*places: tuple[float, float, float]) -> Tensor:
    return torch.tensor(places, dtype=torch.float64)


START = points((1.0, 0.0, 0.0), (0.0, 0.6, -0.8), (0.0, 0.0, 1.0))


def sphere_flow(z: Tensor, n_steps: int, h: float, geodesic: bool = True) -> Tensor:
    return follow(FIELDS["pole"], "exponential" if geodesic else "euler", h, n_steps, z)


def exact(z: Tensor, time: float) -> Tensor:
    """The flow of `towards_pole`: heights solve ż = (1 - z²) / 3, and longitudes grow like time."""
    heights = torch.tanh(torch.atanh(z[:, 2]) + time / 3)
    longitudes = torch.atan2(z[:, 1], z[:, 0]) + time
    radii = (1 - heights**2).sqrt()
    return torch.stack([radii * longitudes.cos(), radii * longitudes.sin(), heights], 1)


def test_steps_along_great_circles_stay_on_the_sphere_and_rise_to_the_pole() -> None:
    paths = sphere_flow(START, 100, 0.3)
    torch.testing.assert_close(paths.norm(dim=-1), torch.ones(101, 3, dtype=torch.float64), rtol=0, atol=1e-13)
    assert (paths[:, :2, 2].diff(dim=0) > 0).all()
    torch.testing.assert_close(paths[-1], START[2:].expand(3, 3), rtol=0, atol=0.05)
    torch.testing.assert_close(paths[:, 2], START[2:].expand(101, 3))


@pytest.mark.parametrize("geodesic", [False, True])
def test_steps_converge_to_the_closed_form_with_order_one(geodesic: bool) -> None:
    start, layers = START[:2], np.array([40, 80, 160, 320])
    errors = [(sphere_flow(start, int(n), 2.0 / n, geodesic)[-1] - exact(start, 2.0)).norm().item() for n in layers]
    assert -np.polyfit(np.log(layers), np.log(errors), 1)[0] == pytest.approx(1, abs=0.1)


def test_a_step_of_euler_leaves_the_sphere_as_pythagoras_says() -> None:
    here, there = sphere_flow(START[:2], 1, 0.3, geodesic=False)
    wanted = (1 + 0.3**2 * towards_pole(here).square().sum(1)).sqrt()
    torch.testing.assert_close(there.norm(dim=1), wanted)
    assert (sphere_flow(START[:1], 14, 0.3, geodesic=False)[1:].norm(dim=-1) > 1.04).all()


def test_the_field_is_tangent() -> None:
    torch.testing.assert_close((towards_pole(START) * START).sum(1), torch.zeros(3, dtype=torch.float64))


def test_great_circles_are_as_long_as_their_velocity() -> None:
    z, v = points((0.6, 0.0, 0.8)), points((0.0, 0.7, 0.0))
    assert math.acos(float((z * sphere_exp(z, v)).sum())) == pytest.approx(0.7)
    torch.testing.assert_close(sphere_exp(z, v * (math.pi / 1.4)), points((0.0, 1.0, 0.0)), rtol=0, atol=1e-15)
    torch.testing.assert_close(sphere_exp(z, 0 * v), z, rtol=0, atol=0)
