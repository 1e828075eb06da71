"""A denoiser that moves no two images apart: a gradient flow whose operators are convolutions."""

from collections.abc import Callable
from typing import Any

import torch
from jaxtyping import Float
from torch import Tensor, nn
from torch.nn.functional import conv2d, conv_transpose2d

from structviz.errors import ConfigError
from structviz.nets.activations import activation as by_name
from structviz.nets.claims import Claim, equivariance_claims, image_probe
from structviz.nets.gradient_flows import check_flow, longest_step
from structviz.nets.groups import group as group_by_name
from structviz.nets.layered import LayeredMap
from structviz.nets.operator_norms import convolution_norm
from structviz.nets.projection import Kernel, commuting_kernel
from structviz.nets.shape import shape_of
from structviz.ode import integrator
from structviz.types import Images

__all__ = ["NonexpansiveDenoiser"]


class NonexpansiveDenoiser(LayeredMap):
    """Φ(y) = x for images, with ‖Φ(y) − Φ(y′)‖ ≤ ‖y − y′‖ whatever the weights.

    The image is spread over c channels by an isometry, z = (y, …, y) / √c; each layer is a step of ż = −Aᵀσ(Az + b)
    with a convolution A, zeros around the image, and its exact transpose; the transpose of the isometry makes an image
    again. Zero padding treats all four sides alike, so kernels that commute with a group make the network commute with
    it as well.

    Parameters
    ----------
    width
        Channels of A z.
    n_layers
        The number K of steps; each has weights of its own.
    kernel_size
        Odd side of the kernels, in pixels.
    channels
        The number c of channels of z.
    share
        h / longest step, as for `GradientFlow`; up to 1 the network promises to be non-expansive.
    method
        One of `structviz.nets.FLOW_METHODS`.
    activation
        Name of the nonlinearity σ, one of `structviz.nets.ACTIVATIONS`.
    group
        Name of a group, such as "C4", whose quarter turns and mirrors the network shall commute with; the channels are
        regular fields then. None for free kernels.

    Raises
    ------
    ConfigError
        If a setting is unknown or out of range.

    References
    ----------
    Sherry et al.: Designing stable neural networks using convex analysis and ODEs. Physica D 463, 2024.

    Examples
    --------
    >>> net = NonexpansiveDenoiser(width=4, n_layers=2, kernel_size=3)
    >>> net(torch.zeros(2, 1, 17, 23)).shape
    torch.Size([2, 1, 17, 23])
    """

    def __init__(
        self,
        width: int = 32,
        n_layers: int = 8,
        kernel_size: int = 5,
        channels: int = 1,
        share: float = 1.0,
        method: str = "euler",
        activation: str = "relu",
        group: str | None = None,
    ) -> None:
        super().__init__()
        check_flow(n_layers, share, method, activation)
        if kernel_size < 1 or kernel_size % 2 == 0:
            raise ConfigError(f"Kernels need an odd side, since even ones shift the image; got {kernel_size}.")
        order = 1 if group is None else group_by_name(group).order
        regular_in = group is not None and channels > 1
        if width < 1 or channels < 1 or width % order or (regular_in and channels % order):
            raise ConfigError(
                f"Channels are 1 or more, and fill regular fields of {order} if there is a group; got a width of "
                f"{width} and {channels} channels."
            )
        self.width, self.n_layers, self.kernel_size, self.channels = width, n_layers, kernel_size, channels
        self.share, self.method, self.activation, self.group = float(share), method, activation, group
        scale = 1 / (kernel_size * channels**0.5)
        # One tensor for each layer: training keeps kernels of four axes with the channels last.
        self.kernels = nn.ParameterList(
            scale * torch.randn(width, channels, kernel_size, kernel_size) for _ in range(n_layers)
        )
        self.b = nn.Parameter(torch.zeros(n_layers, width // order))

    @property
    def shape(self) -> dict[str, Any]:
        """The arguments that build a network of this shape."""
        return shape_of(self)

    @property
    def claims(self) -> tuple[Claim, ...]:
        """Non-expansive up to the longest step, and equivariant with a group."""
        stable = (Claim("non-expansive", 1.0, "images"),) if self.share <= 1 else ()
        return (*stable, *equivariance_claims(self.group))

    def probe(self, n: int, generator: torch.Generator) -> Tensor:
        """Noise, since it has no symmetry, on a grid with unequal sides."""
        return image_probe(n, generator)

    def kernel(self, k: int) -> Kernel:
        """The kernel of A in layer k."""
        if self.group is None:
            return self.kernels[k]
        regular_in = self.channels > 1
        return commuting_kernel(self.kernels[k], group_by_name(self.group), regular_in=regular_in, regular_out=True)

    def bias(self, k: int) -> Float[Tensor, "width"]:
        """The bias of layer k, the same for all channels of a regular field."""
        return self.b[k].repeat_interleave(self.width // self.b.shape[1])

    def step_length(self, k: int) -> Float[Tensor, ""]:
        """h of layer k."""
        return self.share * longest_step(
            convolution_norm(self.kernel(k)), self.method, by_name(self.activation).lipschitz
        )

    def enter(self, y: Images) -> Float[Tensor, "batch spread row column"]:
        """The image in each channel, so scaled that lengths stay as they are."""
        return y.expand(-1, self.channels, -1, -1) / self.channels**0.5

    def read(self, z: Float[Tensor, "batch spread row column"]) -> Images:
        """The mean of the channels times √c: the transpose of `enter`."""
        return z.sum(1, keepdim=True) / self.channels**0.5

    def layer(self, k: int, z: Float[Tensor, "batch channel row column"]) -> Float[Tensor, "batch channel row column"]:
        """One step of the method, for all channels."""
        return self._step(z, self.kernel(k), self.bias(k), self.step_length(k))

    def prepared(self) -> Callable[[Images], Images]:
        """Φ with its kernels and step lengths computed once, for loops in which the weights do not change."""
        with torch.inference_mode(mode=False), torch.no_grad():  # a loop may need gradients by its images
            layers = [(self.kernel(k), self.bias(k), self.step_length(k)) for k in range(self.n_layers)]

        def apply(y: Images) -> Images:
            z = self.enter(y)
            for K, b, h in layers:
                z = self._step(z, K, b, h)
            return self.read(z)

        return apply

    def _step(self, z: Tensor, K: Kernel, b: Float[Tensor, "width"], h: Float[Tensor, ""]) -> Tensor:
        padding, sigma = self.kernel_size // 2, by_name(self.activation)

        def field(_t: float | Tensor, points: Tensor) -> Tensor:
            u = points.view_as(z)
            return -h * conv_transpose2d(sigma(conv2d(u, K, b, padding=padding)), K, padding=padding).flatten(1)

        return integrator(self.method).step(field, 0.0, 1.0, z.flatten(1)).view_as(z)
