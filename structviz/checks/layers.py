"""Does one convolution between fields commute with a turn? From its frequency response, without interpolation."""

import math
from collections.abc import Sequence

import torch
from jaxtyping import Complex, Float
from torch import Tensor

from structviz.errors import ShapeError

__all__ = ["layer_equivariance_error"]

_FREQUENCIES = 21
"""Frequencies from one side of the band to the other."""


def layer_equivariance_error(
    kernel: Float[Tensor, "channel_out channel_in row column"],
    angle: float,
    permutation_out: Sequence[int] = (0,),
    permutation_in: Sequence[int] = (0,),
    dilation: int = 1,
    band: float = 0.2,
) -> float:
    """Measure ‖K(Rz) − R(Kz)‖ / ‖R(Kz)‖ of a convolution K, over all features z below a frequency.

    R turns the pixels and permutes the channels. A plane wave of frequency f is multiplied by the matrix K̂(f) and
    turned into one of frequency Rf, so that the error is that of K̂(Rf)ρ_in = ρ_outK̂(f). No image is
    interpolated, and no border is seen; features are white below `band`.

    Parameters
    ----------
    kernel
        Weights of the convolution, the rows and columns odd in number.
    angle
        Radians, counter-clockwise positive.
    permutation_out, permutation_in
        What the turn does to the channels of a field: new channel i is old channel `permutation[i]`. All channels
        are fields of this size, one after the other.
    dilation
        Distance of neighbouring entries of the kernel, in pixels.
    band
        Largest frequency, in cycles per pixel.

    Returns
    -------
    float
        0 for a kernel that turns exactly, √2 if both orders have nothing to do with each other.

    Raises
    ------
    ShapeError
        If the channels do not fill whole fields.

    Examples
    --------
    >>> blur = torch.ones(1, 1, 3, 3) / 9
    >>> round(layer_equivariance_error(blur, math.pi / 2), 6), layer_equivariance_error(blur, math.pi / 4) > 1e-3
    (0.0, True)
    """
    axis = torch.linspace(-band, band, _FREQUENCIES, dtype=torch.float64)
    grid = torch.cartesian_prod(axis, axis)
    f = grid[grid.norm(dim=1) <= band]
    cosine, sine = math.cos(angle), math.sin(angle)
    # Rows grow downwards: what lay on the right comes to lie on top.
    turn = torch.tensor([[cosine, -sine], [sine, cosine]], dtype=torch.float64)
    order_out = _channels(kernel.shape[0], permutation_out)
    order_in = _channels(kernel.shape[1], permutation_in)
    turned_last = _response(kernel, f, dilation)[:, order_out]
    turned_first = _response(kernel, f @ turn.T, dilation)
    turned_first = turned_first[:, :, order_in.argsort()]
    return float((turned_first - turned_last).norm() / turned_last.norm())


def _response(
    kernel: Float[Tensor, "channel_out channel_in row column"], f: Float[Tensor, "wave 2"], dilation: int
) -> Complex[Tensor, "wave channel_out channel_in"]:
    """K̂(f): what the convolution makes of plane waves with the frequencies f, along rows and columns."""
    places = [torch.arange(n, dtype=torch.float64) - n // 2 for n in kernel.shape[-2:]]
    phases = 2 * math.pi * dilation * (f @ torch.cartesian_prod(*places).T)
    waves = torch.polar(torch.ones_like(phases), phases)
    return torch.einsum("oip,fp->foi", kernel.detach().flatten(2).to(waves), waves)


def _channels(n: int, permutation: Sequence[int]) -> Tensor:
    """The permutation of all channels, field by field."""
    if n % len(permutation):
        raise ShapeError(f"Fields of {len(permutation)} channels must fill the layer; got {n} channels.")
    fields = torch.arange(n).reshape(-1, len(permutation))
    return fields[:, list(permutation)].flatten()
