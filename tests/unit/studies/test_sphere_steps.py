"""Flows along the sphere: closed form, orders, and what stays on it."""

import math
from functools import partial

import numpy as np
import pytest
import torch
from torch import Tensor

from structviz.errors import ConfigError
from structviz.nets import SphereFlow
from structviz.ode import INTEGRATORS
from structviz.studies.manifolds.sphere_steps import (
    FIELDS,
    METHODS,
    distances,
    exact_ends,
    follow,
    hemispheres,
    method_as_data,
    onto_sphere,
    spread_points,
)

POINTS = spread_points(12)


def exact(z: Tensor, time: float) -> Tensor:
    """The flow towards the poles: u̇ = 0.6 u (1 − u²) for the height u, so u²/(1 − u²) grows like exp(1.2 t)."""
    odds = z[:, 2].square() / (1 - z[:, 2].square()) * math.exp(1.2 * time)
    heights = (odds / (1 + odds)).sqrt() * z[:, 2].sign()
    longitudes, radii = torch.atan2(z[:, 1], z[:, 0]) + time, (1 - heights.square()).sqrt()
    return torch.stack([radii * longitudes.cos(), radii * longitudes.sin(), heights], 1)


def test_the_exact_flow_is_the_closed_form() -> None:
    torch.testing.assert_close(exact_ends(FIELDS["poles"], 0.25, 8, POINTS), exact(POINTS, 2.0), rtol=0, atol=1e-7)


@pytest.mark.parametrize("name", METHODS)
def test_methods_have_their_order(name: str) -> None:
    layers = np.array([20, 40, 80])
    errors = [(follow(FIELDS["poles"], name, 2.0 / n, int(n), POINTS)[-1] - exact(POINTS, 2.0)).norm() for n in layers]
    assert -np.polyfit(np.log(layers), np.log(errors), 1)[0] == pytest.approx(METHODS[name].order, abs=0.2)


@pytest.mark.parametrize("name", METHODS)
def test_points_stay_on_the_sphere_or_leave_it(name: str) -> None:
    drift = distances(follow(FIELDS["poles"], name, 0.5, 20, POINTS)).max()
    assert drift < 1e-14 if METHODS[name].stays else drift > 1e-4


@pytest.mark.parametrize("name", ["exponential", "euler", "rk4", "projection"])
def test_a_network_takes_the_same_steps_as_the_study(name: str) -> None:
    torch.manual_seed(3)
    net = SphereFlow(n_layers=4, method=name).double().requires_grad_(False)
    torch.testing.assert_close(follow(net.velocity, name, 0.5, 4, POINTS)[-1], net(POINTS), rtol=0, atol=1e-14)


def test_the_cayley_map_turns_by_twice_an_arctangent() -> None:
    z = torch.tensor([[1.0, 0.0, 0.0]], dtype=torch.float64)
    there = METHODS["cayley"].step(lambda u: torch.tensor([[0.0, 3.0, 0.0]], dtype=u.dtype), 0.5, z)
    angle = 2 * math.atan(0.75)
    torch.testing.assert_close(there, torch.tensor([[math.cos(angle), math.sin(angle), 0.0]], dtype=z.dtype))


def test_a_midpoint_step_solves_its_equation_or_says_so() -> None:
    field = partial(FIELDS["poles"], 0)
    there = METHODS["midpoint"].step(field, 0.5, POINTS)
    middle = (POINTS + there) / 2
    velocity = field(middle / middle.norm(dim=1, keepdim=True))
    torch.testing.assert_close(there, POINTS + 0.5 * velocity, rtol=0, atol=1e-13)
    assert METHODS["midpoint"].step(field, 4.0, POINTS).isnan().any()
    assert distances(METHODS["midpoint"].step(field, 4.0, POINTS)).isinf().any()


def test_points_are_spread_evenly() -> None:
    points = spread_points(400)
    torch.testing.assert_close(points.norm(dim=1), torch.ones(400, dtype=torch.float64))
    torch.testing.assert_close(points.mean(0), torch.zeros(3, dtype=torch.float64), rtol=0, atol=0.01)
    torch.testing.assert_close(points.T @ points / 400, torch.eye(3, dtype=torch.float64) / 3, rtol=0, atol=0.01)
    assert int(hemispheres(points).sum()) == 200


def test_points_off_the_sphere_are_put_onto_it() -> None:
    torch.testing.assert_close(onto_sphere(torch.tensor([[0.0, 3.0, -4.0]])), torch.tensor([[0.0, 0.6, -0.8]]))
    for wrong in ([0.0, 0.0, 0.0], [math.nan, 1.0, 0.0], [math.inf, 0.0, 0.0]):
        with pytest.raises(ConfigError, match="no closest point"):
            onto_sphere(torch.tensor([[1.0, 0.0, 0.0], wrong]))


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        (("magic", 0.1, 3), "exponential, projection.*'magic'"),
        (("euler", 0.0, 3), "longer than 0"),
        (("euler", 0.1, 0), "1 to 10,000 steps"),
    ],
)
def test_wrong_settings_are_refused(settings: tuple[str, float, int], words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        follow(FIELDS["pole"], *settings, POINTS)
    with pytest.raises(ConfigError, match="At least one"):
        spread_points(0)


def test_the_browser_gets_the_tableau() -> None:
    assert method_as_data("rk4-projection")["tableau"]["w"] == INTEGRATORS["rk4"].w
    assert "tableau" not in method_as_data("cayley")
