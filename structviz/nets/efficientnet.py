"""EfficientNet-lite0: a classifier of photographs that is small enough for a laptop."""

from typing import Any

import torch
from jaxtyping import Float
from torch import Tensor, nn
from torch.autograd.function import once_differentiable
from torch.nn.functional import conv2d, hardtanh_, pad
from torch.nn.grad import conv2d_input

from structviz.errors import ShapeError

__all__ = ["SIDE", "EfficientNetLite"]

SIDE = 224
"""Rows and columns of the photographs, in pixels."""

# Kernel, stride of the first block, growth inside, channels, blocks.
_STAGES = (
    (3, 1, 1, 16, 1),
    (3, 2, 6, 24, 2),
    (5, 2, 6, 40, 2),
    (3, 2, 6, 80, 3),
    (5, 1, 6, 112, 3),
    (5, 2, 6, 192, 4),
    (3, 1, 6, 320, 1),
)
_STEM, _HEAD, _CLASSES = 32, 1280, 1000

_MANY = 2
"""From so many photographs on, a CPU is faster if the channels of a pixel lie together: 44 instead of 61 ms for one."""

_Arguments = tuple[int, int, int]
"""Stride, padding and groups of a convolution."""


class EfficientNetLite(nn.Module):
    """EfficientNet-lite0: photographs in [0, 1] to the logits of the 1,000 classes of ImageNet.

    The batch normalisations that it was trained with are part of its convolutions: in evaluation they are linear. It
    is never trained here, see `structviz.training.convert`. For a gradient of the photograph alone (no weight requires
    one) each layer keeps where its activation passes, a byte for each value, and not its input and output.

    Attributes
    ----------
    stored
        In which numbers its file holds the weights; it computes in float32.

    References
    ----------
    Tan, Le: EfficientNet: rethinking model scaling for convolutional neural networks. ICML 2019; the "lite" variant
    has ReLU6 and no squeeze-and-excitation.

    Examples
    --------
    >>> net = EfficientNetLite().eval()
    >>> net(torch.zeros(1, 3, 224, 224)).shape
    torch.Size([1, 1000])
    """

    stored = torch.float16

    def __init__(self) -> None:
        super().__init__()
        self.stem = _Same(3, _STEM, 3, 2)
        blocks: list[_Block] = []
        before = _STEM
        for kernel, stride, growth, after, repeats in _STAGES:
            for k in range(repeats):
                blocks.append(_Block(before, after, kernel, stride if k == 0 else 1, growth))
                before = after
        self.blocks = nn.Sequential(*blocks)
        self.head = _Same(before, _HEAD, 1)
        self.classifier = nn.Linear(_HEAD, _CLASSES)

    @property
    def shape(self) -> dict[str, Any]:
        """The arguments that build a network of this shape: none."""
        return {}

    def forward(self, x: Float[Tensor, "batch 3 224 224"]) -> Float[Tensor, "batch 1000"]:
        """Classify photographs, red, green and blue in [0, 1]."""
        if x.ndim != 4 or x.shape[1:] != (3, SIDE, SIDE):
            raise ShapeError(
                f"This network takes colour photographs of the shape (n, 3, {SIDE}, {SIDE}); got {tuple(x.shape)}. "
                "Crop and resize them with structviz.data.photograph."
            )
        if len(x) >= _MANY:
            x = x.contiguous(memory_format=torch.channels_last)
        z = self.stem(2 * x - 1)
        return self.classifier(self.head(self.blocks(z)).mean((2, 3)))


class _Same(nn.Conv2d):
    """A convolution with TensorFlow's "same" padding (what is odd of it goes to the right and below), and ReLU6."""

    def __init__(
        self, before: int, after: int, kernel: int, stride: int = 1, groups: int = 1, relu6: bool = True
    ) -> None:
        super().__init__(before, after, kernel, stride, groups=groups)
        self.relu6 = relu6

    def forward(self, input: Tensor) -> Tensor:
        kernel, stride = self.kernel_size[0], self.stride[0]
        n = input.shape[-1]
        total = max((-(-n // stride) - 1) * stride + kernel - n, 0)
        left, right = total // 2, total - total // 2
        if left != right:
            input = pad(input, (left, right, left, right))
        how = (stride, left if left == right else 0, self.groups)
        if input.requires_grad and not self.weight.requires_grad:
            return _FixedConvolution.apply(input, self.weight, self.bias, how, self.relu6)
        return _convolved(input, self.weight, self.bias, how, self.relu6)


def _convolved(x: Tensor, weight: Tensor, bias: Tensor | None, how: _Arguments, relu6: bool) -> Tensor:
    stride, padding, groups = how
    z = conv2d(x, weight, bias, stride, padding, 1, groups)
    return hardtanh_(z, 0.0, 6.0) if relu6 else z


class _FixedConvolution(torch.autograd.Function):
    """A convolution and ReLU6 whose weights need no gradient: the one of its input takes where ReLU6 passes alone."""

    @staticmethod
    def forward(ctx: Any, x: Tensor, weight: Tensor, bias: Tensor | None, how: _Arguments, relu6: bool) -> Tensor:
        z = _convolved(x, weight, bias, how, relu6)
        passes = [(z > 0).logical_and_(z < 6)] if relu6 else []
        ctx.save_for_backward(weight, *passes)
        ctx.how, ctx.size = how, x.shape
        return z

    @staticmethod
    @once_differentiable
    def backward(  # pyright: ignore[reportIncompatibleMethodOverride]
        ctx: Any, gradient: Tensor
    ) -> tuple[Tensor, None, None, None, None]:
        weight, *passes = ctx.saved_tensors
        stride, padding, groups = ctx.how
        gradient = gradient * passes[0] if passes else gradient
        return conv2d_input(ctx.size, weight, gradient, stride, padding, 1, groups), None, None, None, None


class _Block(nn.Module):
    """Inverted bottleneck: more channels, a filter in each of them, fewer channels."""

    def __init__(self, before: int, after: int, kernel: int, stride: int, growth: int) -> None:
        super().__init__()
        inside = before * growth
        self.expand = _Same(before, inside, 1) if growth > 1 else None
        self.depthwise = _Same(inside, inside, kernel, stride, groups=inside)
        self.project = _Same(inside, after, 1, relu6=False)
        self.residual = stride == 1 and before == after

    def forward(self, x: Tensor) -> Tensor:
        z = x if self.expand is None else self.expand(x)
        z = self.project(self.depthwise(z))
        return x + z if self.residual else z
