import pytest
import torch
from torch import Tensor, nn

from structviz.attacks import eight_bit
from structviz.errors import ConfigError
from structviz.studies.robustness import CHANGES, after_changes, transfer_table
from structviz.transforms import rotate


class _Pixels(nn.Module):
    """Logits that are some of the pixels, so that what the network sees can be read off them."""

    def forward(self, x: Tensor) -> Tensor:
        return x[:, :, 4:8, 4:8].flatten(1)


def test_changes_do_what_their_names_say(generator: torch.Generator) -> None:
    photo, attacked = eight_bit(torch.rand(2, 3, 16, 16, generator=generator)).split(1)
    net = _Pixels()
    found = {row.name: row for row in after_changes(net, photo, attacked)}
    assert tuple(found) == CHANGES
    plain = net(attacked)[0].softmax(0)
    assert torch.equal(found["nothing"].clean, net(photo)[0].softmax(0))
    assert torch.equal(found["nothing"].attacked, plain)
    for step in (1, 4):
        shifted = attacked.roll((step, step), (2, 3))
        assert torch.equal(found[f"shift by {step} pixel{'s' * (step > 1)}"].attacked, net(shifted)[0].softmax(0))
    turned = rotate(attacked, torch.pi / 180).clamp(0, 1)
    assert found["turn by 1°"].attacked == pytest.approx(net(turned)[0].softmax(0))
    changes = [(found[name].attacked - plain).abs().max() for name in ("JPEG 90", "JPEG 50")]
    assert 0 < changes[0] < changes[1]
    with pytest.raises(ConfigError, match="JPEG 90, JPEG 50; got sleep"):
        after_changes(net, photo, attacked, ["sleep"])


def test_attacks_go_over_to_networks_that_look_alike(generator: torch.Generator) -> None:
    """Three linear classifiers: two of nearly the same weights, one that looks at other inputs."""
    weights = torch.randn(10, generator=generator)
    weights[5:] = 0
    twin, other = weights + 0.01 * torch.randn(10, generator=generator), weights.roll(5)
    nets = {
        name: lambda x, w=w: torch.stack([(x - 0.5) @ w + 0.02, 0 * x[:, 0]], 1)
        for name, w in (("one", weights), ("twin", twin), ("other", other))
    }
    x = 0.5 + 0.003 * torch.randn(60, 10, generator=generator)
    table = transfer_table(nets, x, torch.zeros(60, dtype=torch.int64), 0.1, steps=5)
    assert table.diagonal() == pytest.approx(torch.ones(3))
    assert table[0, 1] > 0.9
    assert table[1, 0] > 0.9
    assert max(table[0, 2], table[2, 0]) < 0.1
