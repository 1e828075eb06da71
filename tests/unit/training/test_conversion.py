from pathlib import Path

import pytest
import torch
from torch import nn

from structviz.errors import CheckpointError
from structviz.training.conversion import _folded, convert


def test_only_the_known_file_is_opened(tmp_path: Path) -> None:
    path = tmp_path / "weights.pth"
    with pytest.raises(CheckpointError, match=r"weights\.pth cannot be read"):
        convert(path, tmp_path)
    torch.save({}, path)
    with pytest.raises(CheckpointError, match="the only one that is converted"):
        convert(path, tmp_path)
    assert [found.name for found in tmp_path.iterdir()] == ["weights.pth"]


@torch.no_grad()
def test_normalisations_become_part_of_convolutions(generator: torch.Generator) -> None:
    torch.manual_seed(int(torch.randint(1000, (1,), generator=generator)))
    state = {"_fc.weight": torch.zeros(1), "_fc.bias": torch.zeros(1)}
    pairs = {}
    for convolution, normalisation, to in (
        ("_conv_stem", "_bn0", "stem"),
        ("_conv_head", "_bn1", "head"),
        ("_blocks.3._expand_conv", "_blocks.3._bn0", "blocks.3.expand"),
        ("_blocks.3._depthwise_conv", "_blocks.3._bn1", "blocks.3.depthwise"),
        ("_blocks.3._project_conv", "_blocks.3._bn2", "blocks.3.project"),
    ):
        plain, after = nn.Conv2d(2, 4, 3, bias=False), nn.BatchNorm2d(4, eps=1e-3).eval()
        for values in (after.weight, after.bias, after.running_mean, after.running_var):
            assert values is not None
            values.copy_(0.1 + torch.rand(4, generator=generator))
        state |= {f"{convolution}.{key}": value for key, value in plain.state_dict().items()}
        state |= {f"{normalisation}.{key}": value for key, value in after.state_dict().items()}
        pairs[to] = nn.Sequential(plain, after)
    folded = _folded(state)
    x = torch.rand(2, 2, 6, 6, generator=generator)
    for to, pair in pairs.items():
        expected = pair(x)
        found = nn.functional.conv2d(x, folded[f"{to}.weight"], folded[f"{to}.bias"])
        assert torch.allclose(found, expected, atol=1e-5), to
