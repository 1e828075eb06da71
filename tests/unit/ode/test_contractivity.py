"""Radii of circle contractivity: the published ones, and what they promise of linear fields."""

import math

import pytest

from structviz.ode import Integrator, contractivity_radius

RADII = {"euler": 1.0, "heun": 1.0, "kutta3": 0.5, "rk4": 1.0, "implicit-midpoint": math.inf}


@pytest.mark.parametrize("name", RADII)
def test_radii_are_as_published(name: str) -> None:
    assert contractivity_radius(name) == RADII[name]


def test_a_weight_that_is_not_positive_leaves_no_disc() -> None:
    midpoint = Integrator("midpoint", "Midpoint", 2, c=(0.0, 0.5), a=((0.0, 0.0), (0.5, 0.0)), w=(0.0, 1.0))
    assert contractivity_radius(midpoint) == 0.0
