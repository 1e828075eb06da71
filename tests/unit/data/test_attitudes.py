"""Attitudes of a solid that tumbles."""

import pytest
import torch

from structviz.checks import rotation_distance
from structviz.data import attitude_split, attitudes, tumbled
from structviz.errors import ConfigError
from structviz.metrics import rotation_angle
from structviz.ode import RigidBody, body_momentum, rotation_method

pytestmark = pytest.mark.usefixtures("without_shape_checks")  # of hundreds of small steps


def test_a_solid_tumbles_as_the_equations_say() -> None:
    before, after = attitudes(5, noise=0.0)
    assert rotation_distance(torch.stack([before, after])).max() < 1e-12
    body, momentum = RigidBody(), torch.ones(3, dtype=torch.float64)
    energies = [body.energy(body_momentum(R, momentum)) for R in (before, after)]
    torch.testing.assert_close(*energies, rtol=1e-7, atol=0)
    torch.testing.assert_close(tumbled(tumbled(before, 0.5), 0.5), after, rtol=0, atol=1e-7)
    assert rotation_angle(after, before).min() > 0.3
    # Without charts: the equation of the nine numbers.
    R, step = before, rotation_method("rk4").step
    for _ in range(100):
        R = step(body.tumbling(momentum), 0.0, 0.01, R)
    torch.testing.assert_close(R, after, rtol=0, atol=1e-7)


def test_noise_turns_by_small_angles() -> None:
    before, after = attitudes(200, noise=0.03)
    angle = rotation_angle(after, tumbled(before)).square().mean().sqrt().item()
    assert angle == pytest.approx(0.03 * 3**0.5, rel=0.15)


def test_tests_are_others_and_without_noise() -> None:
    (train, _), (test, after) = attitude_split(10, 10, seed=3)
    torch.testing.assert_close(after, tumbled(test))
    assert rotation_angle(train, test).min() > 1e-3


def test_misuse_is_said() -> None:
    with pytest.raises(ConfigError, match="n must be"):
        attitudes(0)
    with pytest.raises(ConfigError, match="noise must be a number from 0"):
        attitudes(2, noise=-1.0)


def test_attitudes_are_evenly_distributed() -> None:
    """Of even ones the mean is 0 and the trace has the variance 1; a decomposition without its signs prefers some."""
    R, _ = attitudes(4000, noise=0.0)
    assert R.mean(0).abs().max() < 0.05
    trace = R.diagonal(dim1=1, dim2=2).sum(1)
    assert trace.mean().abs() < 0.06
    assert (trace.var() - 1).abs() < 0.1
