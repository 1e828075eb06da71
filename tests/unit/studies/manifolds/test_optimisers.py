"""Optimisers on landscapes: slopes, rates, and the form that steps shrink."""

import pytest
import torch

from structviz.errors import ConfigError
from structviz.studies.manifolds import LANDSCAPES, OPTIMISERS, conformality_error, descend


@pytest.mark.parametrize("name", LANDSCAPES)
def test_slopes_are_those_of_the_values(name: str) -> None:
    ground = LANDSCAPES[name]
    q = torch.randn(10, 2, dtype=torch.float64, generator=torch.Generator().manual_seed(0)).requires_grad_()
    (wanted,) = torch.autograd.grad(ground.value(q).sum(), q)
    torch.testing.assert_close(ground.slope(q), wanted)


def test_gradient_descent_shrinks_each_coordinate_of_a_quadratic_by_its_rate() -> None:
    way = descend("quadratic", "gradient-descent", 50, 0.1, 1.0)
    start = torch.tensor(LANDSCAPES["quadratic"].start, dtype=torch.float64)
    torch.testing.assert_close(way.path[-1], start * torch.tensor([0.99**50, 0.0], dtype=torch.float64))


def test_particles_with_friction_roll_down_a_valley_faster_and_gradient_descent_survives_no_long_step() -> None:
    ends = {name: descend("quadratic", name, 300, 0.1, 1.0) for name in OPTIMISERS}
    assert all(way.values[-1] < 1e-3 * ends["gradient-descent"].values[-1] for n, way in ends.items() if "-d" not in n)
    assert descend("quadratic", "gradient-descent", 500, 0.15, 1.0).diverged
    assert not descend("quadratic", "leapfrog", 500, 0.15, 1.0).diverged
    lost = descend("rosenbrock", "gradient-descent", 50, 0.2, 1.0)
    assert lost.diverged
    assert lost.path[-1].isnan().all()


@pytest.mark.parametrize("landscape", LANDSCAPES)
def test_each_step_shrinks_the_form_by_the_friction(landscape: str) -> None:
    for name in OPTIMISERS:
        if name != "gradient-descent":
            assert conformality_error(landscape, name, 0.03, 1.0) < 1e-12


def test_misuse_is_said() -> None:
    with pytest.raises(ConfigError, match="rosenbrock, quadratic"):
        descend("plain", "leapfrog", 1, 0.1, 1.0)
    with pytest.raises(ConfigError, match="steps of a positive length"):
        descend("quadratic", "leapfrog", 1, 0.0, 1.0)
    with pytest.raises(ConfigError, match="heavy-ball"):
        conformality_error("quadratic", "gradient-descent", 0.1, 1.0)
    for h in (float("nan"), float("inf"), 0.0):
        with pytest.raises(ConfigError, match=r"positive length h; got .*Take one like"):
            conformality_error("quadratic", "leapfrog", h, 1.0)
