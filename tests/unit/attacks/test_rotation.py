import math

import pytest
import torch
from torch import Tensor

from structviz.attacks import turned, worst_rotation
from structviz.errors import ConfigError
from structviz.stopping import StoppedError, stoppable
from structviz.transforms import rotate

SIDE = 33
CENTRE = (SIDE - 1) / 2


def bar() -> Tensor:
    """A smooth bar across the image, which leans by no angle."""
    rows = torch.arange(SIDE, dtype=torch.float64) - CENTRE
    return torch.exp(-((rows / 4) ** 2))[:, None].expand(SIDE, SIDE)[None, None].contiguous()


def lean(x: Tensor) -> Tensor:
    """Logits from second moments inside a disc: class 0 for a bar near 0°, class 1 for one near 50°."""
    y, z = torch.meshgrid(torch.arange(SIDE) - CENTRE, torch.arange(SIDE) - CENTRE, indexing="ij")
    weights = x[:, 0] * (y**2 + z**2 <= 12**2)
    double = torch.atan2((-2 * y * z * weights).sum((1, 2)), ((z**2 - y**2) * weights).sum((1, 2)))
    towards = torch.cos(double - 2 * math.radians(50))
    return torch.stack([torch.zeros_like(towards) + 0.9, towards], 1)


def test_the_worst_angle_between_those_of_the_grid_is_found() -> None:
    angles = torch.arange(0, 180, 15) * (math.pi / 180)
    found = worst_rotation(lean, bar(), torch.tensor([0]), angles, rounds=6)
    assert math.degrees(found.angle.item()) == pytest.approx(50, abs=1)
    assert found.success.item()
    assert found.margins.argmax() == 3
    assert found.predicted[:, 0].tolist() == [0, 0, 0, 1, 1, *[0] * 7]
    assert (found.history.diff(dim=0) >= 0).all()
    assert found.history[-1] > found.history[0]
    assert torch.equal(lean(found.x), found.logits)
    coarse = worst_rotation(lean, bar(), torch.tensor([0]), angles, rounds=0)
    assert coarse.angle.item() == pytest.approx(math.radians(45))


def test_symmetry_under_quarter_turns_does_not_hide_the_angles_between() -> None:
    def net(x: Tensor) -> Tensor:
        return torch.stack([lean(torch.rot90(x, k, (2, 3))) for k in range(4)]).amax(0)

    quarters = [k * math.pi / 2 for k in range(4)]
    assert not worst_rotation(net, bar(), torch.tensor([0]), quarters, rounds=0).success.item()
    assert worst_rotation(net, bar(), torch.tensor([0]), quarters, rounds=4).success.item()


def test_a_batch_is_attacked_as_each_image_alone(generator: torch.Generator) -> None:
    x = rotate(bar().repeat(3, 1, 1, 1), torch.tensor([0.0, 0.3, -0.4])).clamp(0, 1)
    labels = torch.tensor([0, 0, 1])
    angles = [k * math.pi / 8 for k in range(8)]
    together = worst_rotation(lean, x, labels, angles)
    for k in range(3):
        alone = worst_rotation(lean, x[k : k + 1], labels[k : k + 1], angles)
        assert alone.angle.item() == pytest.approx(together.angle[k].item())
        assert alone.margins[:, 0] == pytest.approx(together.margins[:, k])


def test_shifts_move_by_whole_pixels() -> None:
    x = torch.zeros(1, 1, 9, 9)
    x[0, 0, 4, 4] = 1

    def net(y: Tensor) -> Tensor:
        return torch.stack([0.5 + 0 * y[:, 0, 0, 0], y[:, 0, 5, 2]], 1)

    found = worst_rotation(net, x, torch.tensor([0]), [0.0], shifts=[(0, 0), (1, -2), (1, 2)], padding="zeros")
    assert found.shift.tolist() == [[1, -2]]
    assert found.success.item()
    assert found.x[0, 0, 5, 2] == 1


def test_angles_appear_a_few_at_a_time_and_the_ring_can_be_stopped() -> None:
    angles = [k * math.pi / 18 for k in range(36)]
    seen: list[int] = []
    logits = turned(lean, bar(), angles, on_angles=lambda numbers, _: seen.extend(numbers.tolist()))
    assert seen == list(range(36))
    assert logits.shape == (36, 1, 2)
    seen.clear()
    with pytest.raises(StoppedError), stoppable(lambda: len(seen) >= 8):
        turned(lean, bar(), angles, on_angles=lambda numbers, _: seen.extend(numbers.tolist()))
    assert len(seen) == 8


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"angles": []}, "needs angles"),
        ({"shifts": []}, "needs angles"),
        ({"rounds": -1}, "0 rounds or more"),
        ({"shifts": [(0, SIDE)]}, "smaller than an image"),
    ],
)
def test_misuse_has_a_sentence(changes: dict, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        worst_rotation(**{"net": lean, "x": bar(), "labels": torch.tensor([0]), "angles": [0.0], **changes})
