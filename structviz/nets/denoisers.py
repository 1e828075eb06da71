"""The plain convolutional denoiser: what is trained as the ordinary arm, and what every arm becomes."""

from collections.abc import Sequence
from itertools import pairwise

import torch
from torch import Tensor, nn

from structviz.errors import ConfigError
from structviz.nets.activations import pixelwise
from structviz.nets.claims import Claim, equivariance_claims, image_probe
from structviz.nets.shape import shape_of
from structviz.types import Images

__all__ = ["ConvDenoiser", "check_layers"]


class ConvDenoiser(nn.Module):
    """Φ(y) = x for images: convolutions with a nonlinearity between them, from one channel to one channel.

    Odd kernels, stride 1 and replicate padding treat all four sides alike, so that kernels which
    commute with quarter turns make the whole network commute with them, to round-off.

    Parameters
    ----------
    width
        Channels of each hidden layer.
    dilations
        Dilation of each convolution; their number is the depth K.
    kernel_size
        Odd side of the kernels, in pixels.
    residual
        Whether the layers compute the noise, Φ(y) = y − f(y), instead of the image.
    activation
        What stands between the convolutions: "relu" or "silu".

    Attributes
    ----------
    group
        Name of the group for which the kernels were made, if any: a promise, and no part of the shape.

    References
    ----------
    Zhang, Zuo, Chen, Meng, Zhang: Beyond a Gaussian denoiser. IEEE TIP 26, 2017.

    Examples
    --------
    >>> import torch
    >>> net = ConvDenoiser(width=8, dilations=(1, 1, 1))
    >>> net(torch.zeros(2, 1, 17, 23)).shape
    torch.Size([2, 1, 17, 23])
    """

    def __init__(
        self,
        width: int = 32,
        dilations: Sequence[int] = (1, 1, 1),
        kernel_size: int = 3,
        residual: bool = False,
        activation: str = "relu",
    ) -> None:
        super().__init__()
        check_layers(width, dilations, kernel_size)
        self.nonlinearity = pixelwise(activation)
        self.width = width
        self.dilations = tuple(dilations)
        self.kernel_size = kernel_size
        self.residual = residual
        self.group: str | None = None
        channels = [1, *[width] * (len(dilations) - 1), 1]
        self.layers = nn.ModuleList(
            nn.Conv2d(
                before,
                after,
                kernel_size,
                padding=dilation * (kernel_size // 2),
                padding_mode="replicate",
                dilation=dilation,
            )
            for (before, after), dilation in zip(pairwise(channels), dilations, strict=True)
        )

    @property
    def activation(self) -> str:
        """Name of the nonlinearity."""
        return self.nonlinearity.name

    @property
    def shape(self) -> dict[str, int | bool | str | tuple[int, ...]]:
        """The arguments that build a network of this shape."""
        return shape_of(self)

    @property
    def claims(self) -> tuple[Claim, ...]:
        """Equivariance, if the kernels were made for a group."""
        return equivariance_claims(self.group)

    def probe(self, n: int, generator: torch.Generator) -> Tensor:
        """Noise, since it has no symmetry, on a grid with unequal sides."""
        return image_probe(n, generator)

    @property
    def convolutions(self) -> tuple[nn.Conv2d, ...]:
        """The layers with their type."""
        return tuple(layer for layer in self.layers if isinstance(layer, nn.Conv2d))

    def forward(self, y: Images) -> Images:
        """Denoise a batch of grey images of any size."""
        z = y
        for layer in self.layers[:-1]:
            z = self.nonlinearity(layer(z))
        z = self.layers[-1](z)
        return y - z if self.residual else z


def check_layers(width: int, dilations: Sequence[int], kernel_size: int) -> None:
    """Check what every denoiser needs of its layers.

    Parameters
    ----------
    width
        Channels of the hidden layers.
    dilations
        One for each layer.
    kernel_size
        Side of the kernels in pixels.

    Raises
    ------
    ConfigError
        If the width or a dilation is not positive, the depth is below 2 or the kernel is even.
    """
    if width < 1:
        raise ConfigError(f"The width must be at least 1 channel; got {width}.")
    if len(dilations) < 2 or min(dilations) < 1:
        raise ConfigError(f"Give two or more dilations of at least 1; got {tuple(dilations)}.")
    if kernel_size < 1 or kernel_size % 2 == 0:
        raise ConfigError(f"Kernels need an odd side, since even ones shift the image; got {kernel_size}.")
