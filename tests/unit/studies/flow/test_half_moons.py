"""The half moons and the ResNet that untangles them."""

import numpy as np
import pytest
import torch
from torch import Tensor

from structviz.studies.flow.half_moons import half_moons, untangled


def share_told_apart(first: Tensor, second: Tensor) -> float:
    """Share of points on their side of the line that least squares finds."""
    points = torch.cat([first, second])
    labels = torch.tensor([1.0, -1.0], dtype=torch.float64).repeat_interleave(len(first))
    normal = torch.linalg.lstsq(points, labels[:, None]).solution[:, 0]
    return float((points @ normal * labels > 0).double().mean())


def test_the_layers_untangle_the_half_moons() -> None:
    first, second = (untangled(moon, 40) for moon in half_moons(50))
    assert share_told_apart(first[0], second[0]) < 0.95
    assert share_told_apart(first[-1], second[-1]) == 1
    # The layers are odd functions, and the second moon is the first one turned by half a turn.
    torch.testing.assert_close(second, -first)


def test_more_layers_converge_with_order_one() -> None:
    moon, _ = half_moons(20)
    layers = np.array([40, 80, 160, 320])
    end = untangled(moon, 20_000)[-1]
    errors = [(untangled(moon, int(n))[-1] - end).abs().max().item() for n in layers]
    assert -np.polyfit(np.log(layers), np.log(errors), 1)[0] == pytest.approx(1, abs=0.15)
