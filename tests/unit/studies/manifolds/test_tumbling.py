"""A body that tumbles: which method keeps what, over many steps."""

import pytest
import torch

from structviz.errors import ConfigError, ShapeError
from structviz.ode import ROTATION_METHODS, RigidBody, nearest_rotation
from structviz.studies.manifolds import tumble
from structviz.studies.manifolds.body_steps import stepper

PI = torch.tensor([0.1, 2.0, 0.05])


@pytest.mark.usefixtures("without_shape_checks")
def test_lie_group_methods_keep_rotations_and_momenta_and_not_the_energy() -> None:
    # A tenth of 10⁴ steps, so a tenth of 1e-12: rounding errors add up at most like the steps.
    there = tumble(RigidBody(), PI, "lie-euler-cayley", 1000, 0.1)
    for error in (there.off, there.determinants - 1, there.length, there.drift):
        assert error.abs().max() < 1e-13
    assert there.energy.abs().max() > 0.1


@pytest.mark.usefixtures("without_shape_checks")
def test_in_the_space_of_all_matrices_rk4_drifts_little_and_euler_far() -> None:
    small, far = (tumble(RigidBody(), PI, method, 500, 0.1) for method in ("rk4", "euler"))
    assert 1e-7 < small.off[-1] < 1e-3
    assert (small.off.diff() > 0).float().mean() > 0.99
    assert far.off[-1] > 1


@pytest.mark.usefixtures("without_shape_checks")
def test_implicit_midpoint_keeps_the_energy_too() -> None:
    there = tumble(RigidBody(), PI, "implicit-midpoint", 100, 0.1)
    assert max(there.off.max(), there.energy.abs().max(), there.length.abs().max(), there.drift.max()) < 1e-13


def test_the_error_of_the_energy_falls_with_the_order() -> None:
    errors = [tumble(RigidBody(), PI, "rkmk4", n, 10 / n).energy.abs().max().item() for n in (50, 100)]
    assert 10 < errors[0] / errors[1] < 60


def test_a_method_that_diverges_leaves_nan_behind() -> None:
    there = tumble(RigidBody(), PI, "euler", 1000, 5.0)
    finite = there.off.isfinite()
    assert 1 < finite.sum() < 1000
    assert not finite.diff().logical_and(finite[1:]).any(), "once lost, it stays lost"
    assert there.off[-1].isnan()


def test_a_first_attitude_off_the_rotations_is_projected() -> None:
    there = tumble(RigidBody(), PI, "rkmk4", 1, 0.1, 2 * torch.eye(3))
    torch.testing.assert_close(there.attitudes[0], torch.eye(3, dtype=torch.float64))


def test_misuse_is_said() -> None:
    with pytest.raises(ConfigError, match="steps"):
        tumble(RigidBody(), PI, "rkmk4", 0, 0.1)
    with pytest.raises(ConfigError, match="momentum"):
        tumble(RigidBody(), 0 * PI, "rkmk4", 1, 0.1)
    with pytest.raises(ConfigError, match="finite"):
        tumble(RigidBody(), PI, "rkmk4", 1, 0.1, torch.eye(3) / 0)


@pytest.mark.usefixtures("without_shape_checks")
@pytest.mark.parametrize("h", [0.02, 0.1, 1.3])
@pytest.mark.parametrize("name", ROTATION_METHODS)
def test_steps_in_plain_numbers_are_those_of_the_method(name: str, h: float) -> None:
    """At 1.3 the exponential's chart is far from its series, and Euler has grown to some 10⁴."""
    method, body, n = ROTATION_METHODS[name], RigidBody(), 12
    velocity, states = body.tumbling(PI.double()), [torch.eye(3, dtype=torch.float64)[None]]
    for k in range(n):
        states.append(method.step(velocity, k * h, h, states[-1]))
    expected = torch.cat(states)
    found = tumble(body, PI, name, n, h).attitudes
    size = expected.abs().amax((1, 2), keepdim=True)
    torch.testing.assert_close(found / size, expected / size, rtol=0, atol=1e-12)


def test_the_nearest_rotation_in_plain_numbers_is_that_of_matrices(generator: torch.Generator) -> None:
    """Also of a mirror and of a matrix that is nearly singular, for which Newton's iteration does not lead there."""
    M = torch.randn(20, 3, 3, generator=generator, dtype=torch.float64)
    assert (torch.linalg.det(M) < 0).any()
    step = stepper(RigidBody(), (0.0, 0.0, 0.0), ROTATION_METHODS["projected-euler"], 0.1)
    found = torch.tensor([step(tuple(one.flatten().tolist())) for one in M], dtype=torch.float64).unflatten(1, (3, 3))
    torch.testing.assert_close(found, nearest_rotation(M), rtol=0, atol=1e-12)


@pytest.mark.usefixtures("without_shape_checks")
def test_a_momentum_of_the_plane_is_refused() -> None:
    with pytest.raises(ShapeError, match="three entries"):
        tumble(RigidBody(), PI[:2], "rk4", 10, 0.1)
