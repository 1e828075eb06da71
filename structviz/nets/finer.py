"""A nonlinearity on a grid twice as fine: what a corner makes of high frequencies is filtered before it is sampled."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

import torch
from jaxtyping import Float
from torch import Tensor
from torch.nn.functional import conv2d, pad, silu

from structviz.nets.activations import Pixelwise

__all__ = ["FINER", "on_finer_grid"]

_TAPS = (3 / 256, -25 / 256, 150 / 256, 150 / 256, -25 / 256, 3 / 256)
"""From six samples to the value half way between the middle two: exact for polynomials up to degree 5."""

_REACH = len(_TAPS) // 2
"""Samples on each side that a value half way between two sees."""

Features = Float[Tensor, "batch channel row column"]
"""Feature maps."""


def on_finer_grid(u: Features, sigma: Callable[[Tensor], Tensor]) -> Features:
    """Apply σ between the pixels too, and take the low frequencies of the result.

    The features are interpolated to a grid of half the distance, σ acts there, and a half-band low-pass filter with the
    same weights goes back. Constants come out as σ(u). Both filters are symmetric, so that quarter turns commute.

    Parameters
    ----------
    u
        Feature maps; beyond their border they go on as they end there.
    sigma
        σ, element by element.

    References
    ----------
    Karras et al.: Alias-free generative adversarial networks. NeurIPS 2021.
    """
    # The fine grid as four grids: on the pixels, between rows, between columns, and between both.
    between_rows = _half_way(u, 2, _REACH)
    between_columns, between_both = (_half_way(z, 3, _REACH) for z in (u, between_rows))
    # Along each axis a pixel keeps half of its own value and half of what lies between.
    on, beside = (
        0.5 * sigma(z) + 0.5 * _half_way(sigma(between), 2, _REACH - 1)
        for z, between in ((u, between_rows), (between_columns, between_both))
    )
    return 0.5 * on + 0.5 * _half_way(beside, 3, _REACH - 1)


def _half_way(u: Features, axis: int, border: int) -> Float[Tensor, "batch channel _ _"]:
    """Values half way between neighbours along an axis, of which the border repeats `border` more on each side."""
    channels = u.shape[1]
    taps = torch.tensor(_TAPS, dtype=u.dtype, device=u.device)
    margin, kernel = ((0, 0, border, border), taps[:, None]) if axis == 2 else ((border, border, 0, 0), taps[None])
    return conv2d(pad(u, margin, mode="replicate"), kernel.expand(channels, 1, *kernel.shape), groups=channels)


FINER: Mapping[str, Pixelwise] = MappingProxyType(
    {
        each.name: each
        for each in (
            Pixelwise("relu-fine", "ReLU on a finer grid", lambda u: on_finer_grid(u, torch.relu)),
            Pixelwise("silu-fine", "SiLU on a finer grid", lambda u: on_finer_grid(u, silu)),
        )
    }
)
"""Nonlinearities that the designs are measured with, by name. Networks that ship have none of them."""
