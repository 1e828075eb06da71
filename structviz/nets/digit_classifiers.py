"""Classifiers of small images: convolutions, and with a group the same logits for an image and its quarter turns."""

from collections.abc import Callable, Iterable
from itertools import pairwise
from typing import Any

import torch
from jaxtyping import Float
from torch import Tensor, nn
from torch.func import functional_call
from torch.nn.functional import avg_pool2d, relu

from structviz.errors import ConfigError, ShapeError
from structviz.nets.claims import Claim
from structviz.nets.groups import group as group_by_name
from structviz.nets.shape import shape_of
from structviz.types import Images

__all__ = ["N_CLASSES", "SIDE", "ConvClassifier", "Logits", "channels_of", "classify"]

N_CLASSES = 10
"""Of the digits."""

SIDE = 28
"""Rows and columns of a digit, in pixels; `structviz.data` has them too, on which no network depends."""

Logits = Float[Tensor, "batch 10"]
"""One number for each class; the largest one decides."""


class ConvClassifier(nn.Module):
    """Logits of ten classes from grey images: three convolutions, means over 2×2 pixels between them, one linear map.

    Of each channel of the last convolution the largest pixel counts. With a group the channels are regular fields, and
    of each field the largest channel counts: a quarter turn only permutes pixels and channels, so it changes no logit.

    Parameters
    ----------
    width
        Channels after the first two convolutions; the third has four times as many.
    kernel_size
        Odd side of the kernels, in pixels.
    group
        Name of a group, such as "C8", for which the kernels were made; None for free kernels.

    Raises
    ------
    ConfigError
        If the group is unknown, or the width or the side of the kernels is out of range.

    References
    ----------
    Cohen, Welling: Group equivariant convolutional networks. ICML 2016 (pooling over a group).

    Examples
    --------
    >>> ConvClassifier()(torch.zeros(2, 1, 28, 28)).shape
    torch.Size([2, 10])
    """

    def __init__(self, width: int = 16, kernel_size: int = 5, group: str | None = None) -> None:
        super().__init__()
        self.width, self.kernel_size, self.group = width, kernel_size, group
        channels = channels_of(width, kernel_size, self.order)
        self.layers = nn.ModuleList(
            nn.Conv2d(before, after, kernel_size, padding=kernel_size // 2, padding_mode="replicate")
            for before, after in pairwise((1, *channels))
        )
        for layer in self.convolutions:  # torch's own first weights are so small that all digits look alike
            nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
        self.head = nn.Linear(channels[-1] // self.order, N_CLASSES)

    @property
    def order(self) -> int:
        """Channels of a regular field; 1 without a group."""
        return 1 if self.group is None else group_by_name(self.group).order

    @property
    def shape(self) -> dict[str, Any]:
        """The arguments that build a network of this shape."""
        return shape_of(self)

    @property
    def claims(self) -> tuple[Claim, ...]:
        """The same logits at quarter turns, and mirrored, if the kernels were made for a group that has them."""
        return () if self.group is None else (Claim("invariant", 1e-12, self.group),)

    def probe(self, n: int, generator: torch.Generator) -> Tensor:
        """Noise, since it has no symmetry."""
        return torch.rand(n, 1, SIDE, SIDE, generator=generator, dtype=torch.float64)

    @property
    def convolutions(self) -> tuple[nn.Conv2d, ...]:
        """The layers with their type."""
        return tuple(layer for layer in self.layers if isinstance(layer, nn.Conv2d))

    def forward(self, x: Images) -> Logits:
        """Classify a batch of grey images whose sides are multiples of 4."""
        if self.group is None or x.dtype == torch.float64:
            return classify(x, self.layers, self.head, self.order)
        # A turn changes the order of sums; in float32 their rounding would show in the fifth decimal of a logit.
        exact = {name: parameter.double() for name, parameter in self.named_parameters()}
        return functional_call(self, exact, (x.double(),)).to(x.dtype)


def channels_of(width: int, kernel_size: int, order: int) -> tuple[int, int, int]:
    """Channels after each convolution.

    Parameters
    ----------
    width, kernel_size
        As for `ConvClassifier`.
    order
        Of the group, 1 without one.

    Returns
    -------
    int, int, int
        Channels after the first, the second and the third convolution.

    Raises
    ------
    ConfigError
        If the channels do not fill regular fields, or the kernels have no odd side.
    """
    if width < 1 or width % order:
        raise ConfigError(f"A classifier has a positive width that is a multiple of {order}; got {width}.")
    if kernel_size < 1 or kernel_size % 2 == 0:
        raise ConfigError(f"Kernels need an odd side, since even ones shift the image; got {kernel_size}.")
    return width, width, 4 * width


def classify(
    x: Images, layers: Iterable[Callable[[Tensor], Tensor]], head: Callable[[Tensor], Tensor], order: int
) -> Logits:
    """Logits from convolutions and a linear map.

    Parameters
    ----------
    x
        Grey images whose sides are multiples of 4: a mean over 2×2 pixels then commutes with quarter turns, twice.
    layers, head
        Convolutions, and the map from features to logits.
    order
        Channels of a regular field, of which the largest one counts, at its largest pixel.

    Returns
    -------
    Tensor
        One logit for each class, shape (batch, class).

    Raises
    ------
    ShapeError
        If a side is no multiple of 4.
    """
    if x.ndim != 4 or x.shape[1] != 1 or x.shape[2] % 4 or x.shape[3] % 4:
        raise ShapeError(f"A classifier takes grey images with sides that are multiples of 4; got {tuple(x.shape)}.")
    z = x
    for k, layer in enumerate(layers):
        z = relu(layer(z if k == 0 else avg_pool2d(z, 2)))
    return head(z.amax((2, 3)).unflatten(1, (-1, order)).amax(2))
