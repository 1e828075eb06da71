"""Points of the sphere in two classes: where they lie, and which ones a seed gives."""

import pytest
import torch

from structviz.data import SPHERE_SETS, sphere_split, spherical
from structviz.errors import ConfigError

ALL = pytest.mark.parametrize("name", SPHERE_SETS)


@ALL
def test_points_lie_on_the_sphere_in_balanced_classes(name: str) -> None:
    points, labels = spherical(name, 501)
    torch.testing.assert_close(points.norm(dim=1), torch.ones(501))
    assert labels.sum() == 250
    assert torch.equal(points, spherical(name, 501, torch.Generator().manual_seed(0))[0])


def test_arms_are_half_a_turn_apart() -> None:
    points, labels = spherical("spirals", 1000, noise=0.0)
    half_turn = torch.tensor([-1.0, -1.0, 1.0])
    other = torch.cdist(points[labels == 0] * half_turn, points[labels == 1]).min(1).values
    assert other.max() < 0.05
    assert torch.cdist(points[labels == 0], points[labels == 1]).min() > 0.3


def test_the_belt_lies_between_the_caps() -> None:
    points, labels = spherical("belt", 1000, noise=0.0)
    heights = points[:, 2]
    assert heights[labels == 1].abs().max() <= 0.25
    assert heights[labels == 0].abs().min() >= 0.64
    assert (heights[labels == 0] > 0).float().mean().item() == pytest.approx(0.5, abs=0.1)


@ALL
def test_training_and_test_sets_are_other_points_and_of_any_size(name: str) -> None:
    (train, _), (test, _) = sphere_split(name, 20, 30, seed=4)
    assert torch.cdist(train, test).min() > 0
    assert torch.equal(test, sphere_split(name, 50, 30, seed=4)[1][0])


def test_misuse_is_said() -> None:
    with pytest.raises(ConfigError, match="spirals, belt"):
        spherical("cube", 10)
    with pytest.raises(ConfigError, match="n_points"):
        spherical("belt", 1)
    with pytest.raises(ConfigError, match="noise"):
        spherical("belt", 10, noise=-1.0)


@pytest.mark.parametrize("name", SPHERE_SETS)
def test_no_test_point_has_been_trained_on(name: str) -> None:
    (points, _), (others, _) = sphere_split(name, 50, 50, seed=3)
    assert torch.cdist(points, others).min() > 0
    # Nor are the points of one seed those of the next.
    assert torch.cdist(others, sphere_split(name, 50, 50, seed=4)[0][0]).min() > 0
