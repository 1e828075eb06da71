"""Controls of growing depth, and how far they are from each other."""

from itertools import pairwise

import pytest
import torch

from structviz.data import toy
from structviz.errors import ConfigError
from structviz.studies.control import RefinedControl, control_distance, refine_depth

X, LABELS = toy("gaussians", 24)
X = X.double()


def control(*values: float) -> RefinedControl:
    return RefinedControl(torch.tensor(values, dtype=torch.float64)[:, None], 0.0, 0.0)


def test_the_distance_is_that_of_functions_of_time() -> None:
    assert control_distance(control(1, 2), control(1, 1, 2, 2)) == 0
    # ∫(θ − θ′)² = ½ · 1 and ∫θ′² = ½ · 4
    assert control_distance(control(1, 2), control(0, 0, 2, 2)) == pytest.approx(0.5)
    with pytest.raises(ConfigError, match="multiple"):
        control_distance(control(1, 2, 3), control(1, 2, 3, 4))


def test_smooth_controls_approach_each_other_and_are_smoother() -> None:
    state = torch.get_rng_state()
    smooth = refine_depth(X, LABELS, (4, 8, 16), 0.05, 0.05, steps=40)
    assert torch.equal(torch.get_rng_state(), state)
    near = [control_distance(one, other) for one, other in pairwise(smooth)]
    assert near[1] < 0.7 * near[0] < 0.2
    (free,) = refine_depth(X, LABELS, (16,), 0.05, 0.0, steps=40)
    assert free.roughness > 1.5 * smooth[-1].roughness
    jumps = smooth[0].theta.diff(dim=0).square().sum().item()
    assert smooth[0].roughness == pytest.approx(jumps / (4 / 4))
    assert smooth[-1].loss < 0.2


@pytest.mark.parametrize("depths", [(), (1, 2)])
def test_depths_that_are_no_controls_are_refused(depths: tuple[int, ...]) -> None:
    with pytest.raises(ConfigError, match="2 layers or more"):
        refine_depth(X, LABELS, depths)


def test_the_roughness_is_an_integral_over_time() -> None:
    (found,) = refine_depth(X, LABELS, (8,), 0.05, 0.05, steps=3)
    assert found.roughness == pytest.approx(found.theta.diff(dim=0).square().sum().item() / (4 / 8))
