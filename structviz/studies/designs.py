"""What breaks equivariance between quarter turns? Designs of a denoiser, and how well each of them turns."""

import csv
import dataclasses
import io
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

import torch
from jaxtyping import Float
from torch import Tensor

from structviz.checks import layer_equivariance_error, relative_errors
from structviz.data import IMAGES, image
from structviz.errors import CheckpointError
from structviz.files import atomic_write
from structviz.metrics import psnr
from structviz.nets import ConvDenoiser, Element, group
from structviz.transforms import disc_mask, rotate
from structviz.types import Images

__all__ = [
    "ANGLES",
    "DESIGNS",
    "QUARTER",
    "TODAY",
    "Design",
    "DesignRow",
    "band_limited",
    "interpolation_shares",
    "layer_error",
    "psnr_over_angles",
    "read_designs",
    "turn",
    "turning_errors",
    "write_designs",
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

_REACH: Mapping[tuple[int, bool], tuple[int, ...]] = MappingProxyType(
    {
        (3, True): (1, 2, 3, 3, 2, 1),
        (3, False): (1,) * 12,
        (5, False): (1,) * 6,
        (7, False): (1,) * 4,
    }
)
"""Dilations by the side of the kernel: an output sees 12 pixels far."""


@dataclass(frozen=True)
class Design:
    """How an equivariant denoiser of 32 channels is built."""

    kernel_size: int = 3
    dilated: bool = False
    group: str = "C8"
    activation: str = "relu"
    padding: str = "replicate"
    stride: int = 1

    @property
    def dilations(self) -> tuple[int, ...]:
        """Of its layers, whose number follows from how far an output should see."""
        return _REACH[self.kernel_size, self.dilated]


TODAY = Design(dilated=True)
"""The network that has shipped for C8 so far."""

DESIGNS: tuple[Design, ...] = (
    TODAY,
    Design(dilated=True, activation="silu"),
    Design(),
    Design(activation="silu"),
    Design(activation="silu", group="C16"),
    Design(kernel_size=5),
    Design(kernel_size=5, activation="silu"),
    Design(kernel_size=5, activation="silu", group="C16"),
    Design(kernel_size=7, activation="silu", group="C16"),
    Design(activation="silu", padding="zeros"),
    Design(activation="silu", stride=2),
)
"""What is measured: one change after the other."""


@dataclass(frozen=True)
class DesignRow:
    """What was measured of a design.

    Attributes
    ----------
    kernel_size, dilated, group, activation, padding, stride
        The design.
    seed, rate
        Of the training; the rate is the one of those tried that is best by validation.
    validation
        PSNR on patches that are neither for training nor held out, in dB.
    parameters
        Free ones.
    layer_error
        Of the worst layer at the smallest angle of the group, trained, on features below 0.2 cycles per pixel.
    untrained_15, untrained_22_5, untrained_30, untrained_45, untrained_90
        Relative error of what the layers compute, without its mean, before training.
    error_15, error_22_5, error_30, error_45, error_90
        Relative error of the denoised photograph after training.
    psnr, psnr_least, psnr_most
        Over the angles of a quarter: mean, least and most, in dB, each the mean of all photographs.
    cost
        Time per image, as a multiple of that of today's network.
    """

    kernel_size: int
    dilated: bool
    group: str
    activation: str
    padding: str
    stride: int
    seed: int
    rate: float
    validation: float
    parameters: int
    layer_error: float
    untrained_15: float
    untrained_22_5: float
    untrained_30: float
    untrained_45: float
    untrained_90: float
    error_15: float
    error_22_5: float
    error_30: float
    error_45: float
    error_90: float
    psnr: float
    psnr_least: float
    psnr_most: float
    cost: float

    @property
    def design(self) -> Design:
        """What was measured."""
        return Design(**{field.name: getattr(self, field.name) for field in dataclasses.fields(Design)})

    @property
    def errors(self) -> tuple[float, ...]:
        """After training, at each of `ANGLES`."""
        return tuple(getattr(self, f"error_{angle:g}".replace(".", "_")) for angle in ANGLES)

    @property
    def untrained(self) -> tuple[float, ...]:
        """Before training, at each of `ANGLES`."""
        return tuple(getattr(self, f"untrained_{angle:g}".replace(".", "_")) for angle in ANGLES)

    @property
    def worst(self) -> float:
        """The largest error after training."""
        return max(self.errors)


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
    noise = SIGMA * torch.randn(x.shape, generator=torch.Generator().manual_seed(1))
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


def write_designs(rows: Sequence[DesignRow], path: Path) -> None:
    """Write the table as CSV, so that no reader finds half of it."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([field.name for field in dataclasses.fields(DesignRow)])
    for row in rows:
        writer.writerow([f"{v:.5g}" if isinstance(v, float) else v for v in dataclasses.astuple(row)])
    atomic_write(path, text.getvalue())


def read_designs(path: Path) -> tuple[DesignRow, ...]:
    """Read the table.

    Raises
    ------
    CheckpointError
        If the file is not there or is no such table.
    """
    read: dict[object, Callable[[str], object]] = {
        int: int,
        float: float,
        str: str,
        bool: {"True": True, "False": False}.__getitem__,
    }
    try:
        with path.open(encoding="utf-8", newline="") as file:
            return tuple(
                DesignRow(**{f.name: read[f.type](values[f.name]) for f in dataclasses.fields(DesignRow)})  # pyright: ignore[reportArgumentType]
                for values in csv.DictReader(file)
            )
    except (OSError, UnicodeDecodeError, csv.Error, KeyError, TypeError, ValueError) as error:
        raise CheckpointError(f"{path} is no table of designs: {error!r}. Measure it again.") from error


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
    return band_limited(x + SIGMA * torch.randn(x.shape, generator=torch.Generator().manual_seed(0)))
