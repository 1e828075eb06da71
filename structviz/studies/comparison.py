"""Compare arms on one image, upright and turned: the numbers and pictures of the rotation page."""

import csv
import io
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import torch

from structviz.checks import equivariance_error
from structviz.metrics import psnr, ssim
from structviz.transforms import add_noise, disc_mask, rotate, side_of_square
from structviz.types import Image, Images, Mask

__all__ = ["Comparison", "Restored", "compare"]


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
        The pixels that PSNR and SSIM count, at every angle: those that stay inside while the image turns.
    """

    angles: tuple[float, ...]
    clean: tuple[Image, ...]
    noisy: tuple[Restored, ...]
    arms: Mapping[str, tuple[Restored, ...]]
    equivariance_errors: Mapping[str, float]
    mask: Mask

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

    Raises
    ------
    ConfigError
        If the image is not square, the angle is not finite or the noise is not valid.

    Examples
    --------
    >>> from structviz import data, zoo
    >>> nets = {arm: zoo.load(f"stripes/{arm}") for arm in ("ordinary", "equivariant")}
    >>> result = compare(nets, data.stripes(1), math.pi / 2)
    >>> result.arms["equivariant"][1].psnr > result.arms["ordinary"][1].psnr + 20
    True
    """
    side = side_of_square(image)
    mask = disc_mask(side, side)
    angles = (0.0, angle) if angle else (0.0,)
    clean = tuple(rotate(image, a) for a in angles)
    if noise_turns:
        upright = add_noise(image, noise, level, torch.Generator().manual_seed(seed))
        noisy = tuple(rotate(upright, a) for a in angles)
    else:
        noisy = tuple(add_noise(x, noise, level, torch.Generator().manual_seed(seed)) for x in clean)

    def outcome(output: Image, reference: Image) -> Restored:
        return Restored(output, psnr(output, reference, mask=mask).item(), ssim(output, reference, mask=mask).item())

    batch = torch.cat(noisy)
    margin = side / 8
    return Comparison(
        angles=angles,
        clean=clean,
        noisy=tuple(map(outcome, noisy, clean)),
        # Clones, since a part of a batch would drag the whole of it through every cache.
        arms={
            arm: tuple(outcome(x.clone(), c) for x, c in zip(net(batch).split(1), clean, strict=True))
            for arm, net in nets.items()
        },
        equivariance_errors={arm: equivariance_error(net, noisy[0], angle, margin) for arm, net in nets.items()},
        mask=mask,
    )
