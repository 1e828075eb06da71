"""The wind on a globe: its field, where it carries points, and networks that learn it."""

import pytest
import torch
from torch.nn.functional import normalize

from structviz.errors import ConfigError
from structviz.studies.manifolds import EXAMPLE_ARMS, carried, learn_wind, wind

POINTS = normalize(torch.randn(20, 3, dtype=torch.float64, generator=torch.Generator().manual_seed(5)))


def test_the_wind_blows_along_the_globe_and_faster_in_the_north() -> None:
    torch.testing.assert_close((wind(POINTS) * POINTS).sum(1), torch.zeros(20, dtype=torch.float64), rtol=0, atol=1e-14)
    north, south = torch.tensor([[0.0, 0.8, 0.6], [0.0, 0.8, -0.6]], dtype=torch.float64)
    assert -wind(north[None])[0, 0] > -wind(south[None])[0, 0] > 0


@pytest.mark.usefixtures("without_shape_checks")
def test_points_are_carried_as_the_equation_says() -> None:
    # The same equation in ℝ³ in short RK4 steps, independent of great circles.
    z, h = POINTS, 0.02
    for _ in range(50):
        a = wind(z)
        b = wind(z + h / 2 * a)
        c = wind(z + h / 2 * b)
        z = z + h / 6 * (a + 2 * b + 2 * c + wind(z + h * c))
    torch.testing.assert_close(carried(POINTS), z, rtol=0, atol=1e-4)


def test_networks_learn_and_only_the_free_one_leaves_the_globe() -> None:
    for arm in EXAMPLE_ARMS:
        early, late = (learn_wind(arm, 20, 0, n_steps=n) for n in (1, 40))
        assert late.error < early.error
        assert late.off > 1e-3 if arm == "free" else late.off < 1e-12


def test_an_error_is_the_angle_to_where_the_wind_carries_other_points() -> None:
    exact, blurred = (learn_wind("structured", 60, 0, n_steps=150, noise=noise).error for noise in (0.0, 0.5))
    assert exact < 6
    assert blurred > exact + 3
    before, after = POINTS, carried(POINTS)
    assert torch.rad2deg((before * after).sum(1).arccos()).mean() > 20, "points that stay would be far off"


def test_misuse_is_said() -> None:
    with pytest.raises(ConfigError, match="structured, projected, free"):
        learn_wind("balloon", 5, 0)
