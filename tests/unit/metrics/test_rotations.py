"""Angles between rotations."""

import torch

from structviz.metrics import rotation_angle
from structviz.ode import so3_exp


def test_angles_are_those_of_the_turns_between() -> None:
    v = torch.tensor([[0.0, 0.0, 1e-6], [0.3, -0.2, 0.1], [torch.pi, 0.0, 0.0]], dtype=torch.float64)
    start = so3_exp(torch.tensor([0.4, 1.0, -0.3], dtype=torch.float64))
    torch.testing.assert_close(rotation_angle(start @ so3_exp(v), start.expand(3, 3, 3)), v.norm(dim=1))


def test_of_a_matrix_the_closest_rotation_counts_and_nothing_of_one_that_is_lost() -> None:
    identity = torch.eye(3)[None]
    assert rotation_angle(torch.diag(torch.tensor([2.0, 3.0, 0.5]))[None], identity).item() < 1e-3
    assert rotation_angle(torch.full((1, 3, 3), torch.nan), identity).isnan().all()
