import math

import pytest
import torch
from torch import Tensor

from structviz.studies.robustness.turned_photograph import turn_photograph
from structviz.studies.robustness.worst_angle import worst_between

SIDE = 25


def spot() -> Tensor:
    """A soft spot to the right of the centre."""
    rows, columns = torch.meshgrid(torch.arange(SIDE) - 12.0, torch.arange(SIDE) - 12.0, indexing="ij")
    return torch.exp(-(rows**2 + (columns - 8) ** 2) / 4)[None, None]


def shy(x: Tensor) -> Tensor:
    """Class 1 within 12° of 44°, where it cannot be seen from every 30th degree; class 0 elsewhere."""
    rows, columns = torch.meshgrid(torch.arange(SIDE) - 12.0, torch.arange(SIDE) - 12.0, indexing="ij")
    angle = torch.atan2(-(x[:, 0] * rows).sum((1, 2)), (x[:, 0] * columns).sum((1, 2)))
    near = torch.cos(angle - math.radians(44)) - math.cos(math.radians(12))
    return torch.stack([0 * near, 100 * near], 1)


def test_a_class_that_all_angles_keep_is_lost_between_them() -> None:
    study = turn_photograph(shy, spot(), 30)
    assert (study.probabilities.argmax(1) == 0).all()
    worst = worst_between(shy, study, rounds=5)
    assert worst.fooled
    assert worst.found == 1
    assert math.degrees(worst.angle) == pytest.approx(44, abs=1.5)
    assert not worst_between(shy, study, rounds=0).fooled
