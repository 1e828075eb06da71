"""Arms on one image that turns: at two angles for the numbers of the rotation page, at all angles for its films.

Examples
--------
>>> from structviz import data, zoo
>>> nets = {arm: zoo.load(f"stripes/{arm}") for arm in ("ordinary", "equivariant")}
>>> result = compare(nets, data.stripes(1), math.pi / 2)
>>> result.arms["equivariant"][1].psnr > result.arms["ordinary"][1].psnr + 20
True
"""

import csv
import io
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import torch

from structviz.checks import equivariance_error
from structviz.metrics import psnr, ssim
from structviz.stopping import stop_if_asked
from structviz.studies.turning import Angles, FilmStrip, Frames, in_chunks, rim, turn_angles, turned_to
from structviz.transforms import add_noise, disc_mask, side_of_square
from structviz.types import Image, Images, Mask

__all__ = [
    "Comparison",
    "Restored",
    "Turned",
    "compare",
    "film_strip",
    "film_strip_arm",
]

_MEASURED_AT_ONCE = 4
"""Frames whose PSNR and SSIM are computed together."""


Turned = Callable[[Angles], Images]
"""A clean image at any angles, without the interpolation that a rotation of its pixels needs."""


@dataclass(frozen=True)
class Restored:
    """What became of one image: by a network, or by doing nothing (the noisy image itself).

    Attributes
    ----------
    image
        The output.
    psnr
        In dB, peak 1, against the clean image.
    ssim
        Structural similarity, at most 1.
    """

    image: Image
    psnr: float
    ssim: float


@dataclass(frozen=True)
class Comparison:
    """All arms on the same image at the same angles.

    Attributes
    ----------
    angles
        Angles of the rows, in radians: 0, and the chosen one unless it is 0 too.
    clean
        The image at each angle.
    noisy
        What every arm gets, at each angle; the noise is fixed to the sensor, or turned with the object.
    arms
        For each arm its outcome at each angle.
    equivariance_errors
        For each arm ‖Φ(Ry) − RΦ(y)‖ / ‖RΦ(y)‖ for the noisy upright image y and the chosen angle; between
        quarter turns an eighth of the image from the rim inwards does not count, since corners reach into it.
    mask
        The pixels that stay inside while the image turns.
    counted
        Those that PSNR and SSIM count, at every angle: the same, less an eighth of the image from the rim inwards where
        a formula knows the image at every angle. Its pattern goes on beyond the rim, which no network sees.
    """

    angles: tuple[float, ...]
    clean: tuple[Image, ...]
    noisy: tuple[Restored, ...]
    arms: Mapping[str, tuple[Restored, ...]]
    equivariance_errors: Mapping[str, float]
    mask: Mask
    counted: Mask

    def to_csv(self) -> str:
        """One line for each arm and angle, with a header; angles in degrees."""
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(("arm", "angle_degrees", "psnr_db", "ssim", "equivariance_error"))
        for arm, outcomes in {"noisy": self.noisy, **self.arms}.items():
            for angle, outcome in zip(self.angles, outcomes, strict=True):
                error = self.equivariance_errors.get(arm, math.nan) if angle else math.nan
                writer.writerow(
                    (
                        arm,
                        f"{math.degrees(angle):g}",
                        f"{outcome.psnr:.3f}",
                        f"{outcome.ssim:.4f}",
                        f"{error:.3g}",
                    )
                )
        return text.getvalue()


@torch.no_grad()
def compare(
    nets: Mapping[str, Callable[[Images], Images]],
    image: Image,
    angle: float,
    noise: str = "gaussian",
    level: float = 0.25,
    seed: int = 0,
    noise_turns: bool = False,
    turned: Turned | None = None,
) -> Comparison:
    """Turn an image, add the same noise to both versions, and let every network denoise both.

    Parameters
    ----------
    nets
        The arms by name.
    image
        The clean upright image, square.
    angle
        Radians, counter-clockwise.
    noise, level
        Kind and strength of the noise; see `structviz.transforms.NOISES`.
    seed
        Decides the noise.
    noise_turns
        Whether the noise turns with the image, as dirt on the object would, instead of staying where it
        is, as the noise of a camera does.
    turned
        The clean image at each angle, where a formula knows it; by default the image is rotated.

    Returns
    -------
    Comparison
        Images and outputs upright and, unless `angle` is 0, turned, with PSNR in dB, SSIM, and relative equivariance
        errors by arm.

    Raises
    ------
    ConfigError
        If the image is not square, the angle is not finite or the noise is not valid.
    """
    angles = torch.tensor([0.0, angle] if angle else [0.0], dtype=torch.float64)
    strip = _strip(nets, image, angles, noise, level, seed, noise_turns, turned)
    margin = rim(side_of_square(image))
    noisy = _outcomes(strip.noisy)
    errors = {
        arm: equivariance_error(net, noisy[0].image, angle, margin, strip.arms[arm].images[:1])
        for arm, net in nets.items()
    }
    return Comparison(
        angles=tuple(angles.tolist()),
        clean=tuple(frame.clone() for frame in strip.clean.split(1)),
        noisy=noisy,
        arms={arm: _outcomes(frames) for arm, frames in strip.arms.items()},
        equivariance_errors=errors,
        mask=strip.mask,
        counted=strip.counted,
    )


def _outcomes(frames: Frames) -> tuple[Restored, ...]:
    # Clones, since a part of a batch would drag the whole of it through every cache.
    images = (image.clone() for image in frames.images.split(1))
    return tuple(map(Restored, images, frames.psnr.tolist(), frames.ssim.tolist()))


@torch.no_grad()
def film_strip(
    nets: Mapping[str, Callable[[Images], Images]],
    image: Image,
    n_angles: int = 72,
    noise: str = "gaussian",
    level: float = 0.25,
    seed: int = 0,
    noise_turns: bool = False,
    turned: Turned | None = None,
) -> FilmStrip:
    """Turn an image through a full circle and let every network denoise every angle.

    Parameters
    ----------
    nets
        The arms by name.
    image
        The clean upright image, square.
    n_angles
        Frames of the strip, a multiple of 4.
    noise, level, seed
        As for `compare`; the same noise at every angle.
    noise_turns
        Whether the noise turns with the image, as dirt on the object would, instead of staying where it
        is, as the noise of a camera does.
    turned
        As for `compare`.

    Returns
    -------
    FilmStrip
        Images and outputs at `n_angles` angles in radians, equally spaced from 0 on, with what counts for PSNR and
        SSIM.

    Raises
    ------
    ConfigError
        If the image is not square, the number of angles does not fit or the noise is not valid.

    Examples
    --------
    >>> from structviz import data
    >>> strip = film_strip({"identity": lambda y: y}, data.stripes(1, size=16), n_angles=8)
    >>> strip.arms["identity"].images.shape
    torch.Size([8, 1, 16, 16])
    """
    return _strip(nets, image, turn_angles(n_angles), noise, level, seed, noise_turns, turned)


def _strip(
    nets: Mapping[str, Callable[[Images], Images]],
    image: Image,
    angles: Angles,
    noise: str,
    level: float,
    seed: int,
    noise_turns: bool,
    turned: Turned | None,
) -> FilmStrip:
    """The image and its noisy version at each angle, and what every network makes of it."""
    side = side_of_square(image)
    clean = turned_to(image, angles) if turned is None else turned(angles)
    if noise_turns:
        noisy = turned_to(_noisy(image, noise, level, seed), angles)
        if turned is not None:  # what rotating the clean image costs is no noise
            noisy = noisy + clean - turned_to(image, angles)
    else:
        # One generator for each frame, since some kinds of noise draw as the image demands.
        noisy = torch.cat([_noisy(frame, noise, level, seed) for frame in clean.split(1)])
    counted = disc_mask(side, side, 0 if turned is None else rim(side))
    return FilmStrip(
        angles=angles,
        clean=clean,
        noisy=_measured(noisy, clean, counted),
        arms={arm: _measured(in_chunks(net, noisy), clean, counted) for arm, net in nets.items()},
        mask=disc_mask(side, side),
        counted=counted,
    )


def _noisy(image: Image, noise: str, level: float, seed: int) -> Image:
    return add_noise(image, noise, level, torch.Generator().manual_seed(seed))


@torch.no_grad()
def film_strip_arm(net: Callable[[Images], Images], strip: FilmStrip) -> Frames:
    """What one more network makes of a strip's noisy frames: arms can so be computed and kept one by one.

    Examples
    --------
    >>> from structviz import data
    >>> strip = film_strip({}, data.stripes(1, size=16), n_angles=8)
    >>> film_strip_arm(lambda y: y, strip).psnr.equal(strip.noisy.psnr)
    True
    """
    return _measured(in_chunks(net, strip.noisy.images), strip.clean, strip.counted)


def _measured(images: Images, clean: Images, mask: Mask) -> Frames:
    # In pieces, since the windows of SSIM take several times the memory of the images.
    figures = []
    for x, reference in zip(images.split(_MEASURED_AT_ONCE), clean.split(_MEASURED_AT_ONCE), strict=True):
        stop_if_asked()
        figures.append((psnr(x, reference, mask=mask), ssim(x, reference, mask=mask)))
    decibels, similarities = (torch.cat(parts) for parts in zip(*figures, strict=True))
    return Frames(images, decibels, similarities)
