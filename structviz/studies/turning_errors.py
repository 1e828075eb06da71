"""How well a denoiser turns between quarter turns: its error and its PSNR on held-out photographs, angle by angle."""

import math
from collections.abc import Callable
from functools import lru_cache

import torch
from jaxtyping import Float
from torch import Tensor

from structviz.checks import layer_equivariance_error, relative_errors
from structviz.data import IMAGES, image
from structviz.metrics import psnr
from structviz.nets import ConvDenoiser, Element, group
from structviz.transforms import disc_mask, rotate
from structviz.types import Images

__all__ = [
    "ANGLES",
    "QUARTER",
    "SIGMA",
    "SIZE",
    "band_limited",
    "interpolation_shares",
    "layer_error",
    "psnr_over_angles",
    "turn",
    "turning_errors",
]

ANGLES = (15.0, 22.5, 30.0, 45.0, 90.0)
"""Where the error is measured, in degrees."""

QUARTER = tuple(range(0, 90, 5))
"""Where PSNR is measured, in degrees: the other quarters repeat the first if quarter turns are exact."""

SIGMA = 0.15
"""Standard deviation of the noise."""

SIZE = 128
"""Side of the held-out photographs, in pixels."""

BAND = 0.5
"""Largest frequency of the noisy photographs of which the error is measured, in cycles per pixel: turned, they then
still fit on the grid."""

MARGIN = 4.0 + 17.0
"""Pixels between the disc and the border; an output sees 12 pixels far along rows and columns, and 17 diagonally."""


def band_limited(images: Images, band: float = BAND) -> Images:
    """The images without frequencies above `band`, in cycles per pixel, in any direction."""
    n = images.shape[-1]
    spectrum = torch.fft.fft2(_mirrored(images))
    f = torch.fft.fftfreq(spectrum.shape[-1], dtype=images.dtype)
    kept = torch.fft.ifft2(spectrum * (f[:, None].square() + f.square() <= band**2)).real
    return kept[..., n // 2 : n // 2 + n, n // 2 : n // 2 + n]


def turn(images: Images, angle: float) -> Images:
    """Rotate square images by an angle in radians as `rotate` does, but on a grid twice as fine.

    The spline that is resampled loses high frequencies, of which noise has many; those of a grid twice as fine are
    beyond what the image holds.
    """
    n = images.shape[-1]
    spectrum = torch.fft.fftshift(torch.fft.fft2(_mirrored(images)), dim=(-2, -1))
    more = spectrum.shape[-1] // 2
    finer = torch.fft.ifft2(torch.fft.ifftshift(torch.nn.functional.pad(spectrum, (more,) * 4), dim=(-2, -1))).real
    start = 2 * (n // 2)
    own = finer[..., start : start + 2 * n - 1, start : start + 2 * n - 1]  # its corners are those of the image
    return rotate(4 * own, angle)[..., ::2, ::2]


def turning_errors(net: Callable[[Images], Images], *, mean: bool = True) -> dict[float, float]:
    """Relative error ‖Φ(Ry) − RΦ(y)‖ / ‖RΦ(y)‖ on noisy held-out photographs, by the angle in degrees.

    Parameters
    ----------
    net
        A denoiser Φ.
    mean
        Whether the mean grey counts: it turns by itself, but untrained networks have any.
    """
    y = _noisy()
    with torch.no_grad():
        still = net(y)
        return {angle: _error(net(turn(y, math.radians(angle))), _turned(still, angle), mean) for angle in ANGLES}


def interpolation_shares() -> dict[float, float]:
    """What turning there and back costs by itself, without any network, by the angle in degrees."""
    y = _noisy()
    return {angle: _error(turn(turn(y, math.radians(angle)), -math.radians(angle)), y, True) for angle in ANGLES}


def psnr_over_angles(net: Callable[[Images], Images]) -> Float[Tensor, "angle"]:
    """Mean PSNR of the held-out photographs at each angle of `QUARTER`, in dB; the same noise at each."""
    x = _photographs()
    noise = SIGMA * torch.randn(x.shape, generator=torch.Generator().manual_seed(1), dtype=x.dtype)
    disc = disc_mask(SIZE, SIZE)
    with torch.no_grad():
        turned = [rotate(x, math.radians(angle)) for angle in QUARTER]
        return torch.stack([psnr(net(clean + noise), clean, mask=disc).mean() for clean in turned])


def layer_error(net: ConvDenoiser, group_name: str) -> float:
    """Error of the worst layer of an exported network at the smallest angle of its group."""
    g, step = group(group_name), Element(False, 1)
    last = len(net.convolutions) - 1
    return max(
        layer_equivariance_error(
            layer.weight,
            g.angle(step),
            g.permutation(step) if k < last else (0,),
            g.permutation(step) if k else (0,),
            net.dilations[k],
        )
        for k, layer in enumerate(net.convolutions)
    )


def _error(found: Images, expected: Images, mean: bool) -> float:
    disc = disc_mask(SIZE, SIZE, MARGIN)
    found, expected = found[..., disc].double(), expected[..., disc].double()
    if not mean:
        found, expected = (z - expected.mean(-1, keepdim=True) for z in (found, expected))
    return relative_errors(found[None], expected[None]).item()


def _turned(images: Images, angle: float) -> Images:
    return turn(images, math.radians(angle))


def _mirrored(images: Images) -> Float[Tensor, "batch channel twice twice"]:
    """Half an image more on each side, as its mirror image; the FFT sees no edge."""
    n = images.shape[-1]
    return torch.nn.functional.pad(images, (n // 2, n - n // 2) * 2, mode="reflect")


@lru_cache(maxsize=1)
def _photographs() -> Images:
    return torch.cat([image(name, SIZE) for name in IMAGES])


@lru_cache(maxsize=1)
def _noisy() -> Images:
    x = _photographs()
    return band_limited(x + SIGMA * torch.randn(x.shape, generator=torch.Generator().manual_seed(0), dtype=x.dtype))
