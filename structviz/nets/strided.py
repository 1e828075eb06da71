"""A denoiser that works on every second pixel, as many networks do: what that costs in equivariance can be measured."""

from typing import Any

from torch import nn
from torch.nn.functional import interpolate

from structviz.types import Images

__all__ = ["Strided"]


class Strided(nn.Module):
    """A denoiser whose hidden layers see every second pixel; the last one sees them interpolated.

    Every second pixel of an even number is no grid that quarter turns map to itself: such a network does not even
    commute with them.

    Parameters
    ----------
    net
        A `ConvDenoiser`, or an `EquivariantDenoiser` while it is trained.
    """

    def __init__(self, net: nn.Module) -> None:
        super().__init__()
        self.net: Any = net

    def forward(self, y: Images) -> Images:
        """Denoise a batch of grey images of any size."""
        first, *middle, last = self.net.layers
        z = self.net.nonlinearity(first(y))[..., ::2, ::2]
        for layer in middle:
            z = self.net.nonlinearity(layer(z))
        z = last(interpolate(z, size=y.shape[-2:], mode="bilinear", align_corners=False))
        return y - z if self.net.residual else z
