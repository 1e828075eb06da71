"""Distances from the sphere and from the rotations, with what they must refuse."""

import math

import pytest
import torch

from structviz.checks import rotation_distance, sphere_distance
from structviz.errors import ShapeError


def test_distance_from_the_sphere_is_that_of_the_length_from_one() -> None:
    z = torch.tensor([[0.0, 0.6, 0.8], [0.0, 0.0, -2.5], [0.0, 0.0, 0.0], [0.0, math.nan, 1.0]], dtype=torch.float64)
    wanted = torch.tensor([0.0, 1.5, 1.0, math.nan], dtype=torch.float64)
    torch.testing.assert_close(sphere_distance(z), wanted, rtol=0, atol=1e-15, equal_nan=True)


@pytest.mark.usefixtures("without_shape_checks")
def test_mirrors_shears_and_stretches_are_no_rotations() -> None:
    shear = torch.tensor([[1.0, 0.5, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]])
    matrices = [torch.eye(3), torch.diag(torch.tensor([1.0, 1.0, -1.0])), shear, 1.1 * torch.eye(3), torch.eye(3) / 0]
    measured = rotation_distance(torch.stack(matrices))
    assert measured[:2].tolist() == [0, 2]
    assert measured[2].item() == pytest.approx(torch.linalg.matrix_norm(shear.T @ shear - torch.eye(3), 2).item())
    assert measured[3].item() == pytest.approx(1.1**3 - 1)
    assert measured[4].isnan()
    with pytest.raises(ShapeError, match="square"):
        rotation_distance(torch.zeros(2, 3))
