"""Scan an object and reconstruct it by several methods: the numbers and pictures of the CT page."""

import csv
import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor
from torch.nn.functional import avg_pool2d

from structviz.data import MU_RANGE
from structviz.metrics import psnr, ssim
from structviz.studies.filmstrip import Angles, Frames, turn_angles
from structviz.tomography import ParallelBeam, measure
from structviz.transforms import disc_mask, rotate, side_of_square
from structviz.types import Mask, Sinograms, SquareImages

__all__ = [
    "OVERSAMPLING",
    "Iterates",
    "Method",
    "Reconstruction",
    "Acquisition",
    "AcquisitionStrip",
    "figures_csv",
    "reconstruct",
    "acquire",
    "acquire_strip",
    "strip_frames",
]

OVERSAMPLING = 2
"""The object is given and measured on a grid this many times as fine as that of the reconstruction."""

Iterates = Float[Tensor, "iterate batch 1 n n"]

Method = Callable[[Sinograms], Iterates]
"""From sinograms to images in 1/cm: all that the method goes through, the result last."""

_AT_ONCE = 4
"""Sinograms that a method gets at once in a strip: its hidden layers then stay in the cache."""


@dataclass(frozen=True)
class Acquisition:
    """An object in the scanner.

    Attributes
    ----------
    truth
        Its attenuation in 1/cm on the grid of the reconstruction.
    sinogram
        What is measured.
    geometry
        How.
    mask
        The pixels that PSNR and SSIM count: those that stay inside while the object turns.
    """

    truth: SquareImages
    sinogram: Sinograms
    geometry: ParallelBeam
    mask: Mask


@dataclass(frozen=True)
class Reconstruction:
    """What a method makes of a scan.

    Attributes
    ----------
    iterates
        The images on the way, attenuation in 1/cm; the last one is the result.
    psnr, ssim
        Of each, against the truth in the disc; the PSNR in dB, with the peak `structviz.data.MU_RANGE`.
    """

    iterates: Float[Tensor, "iterate n n"]
    psnr: tuple[float, ...]
    ssim: tuple[float, ...]


@torch.no_grad()
def acquire(
    x: SquareImages, geometry: ParallelBeam, n_photons: float, seed: int = 0, angle: float = 0.0
) -> Acquisition:
    """Turn an object and measure it.

    Parameters
    ----------
    x
        The object, (1, 1, 2n, 2n), attenuation in 1/cm, `OVERSAMPLING` times as fine as the geometry's image.
    geometry
        Views and detectors.
    n_photons
        Photons that enter each ray; infinitely many make no noise.
    seed
        Decides the noise.
    angle
        Radians, counter-clockwise; the scanner stays where it is.

    Raises
    ------
    ConfigError
        If the object is not square or a number is out of range.
    ShapeError
        If the object's grid does not fit the geometry's.
    """
    side_of_square(x)
    turned = rotate(x, angle, "zeros").clamp(min=0)
    n = geometry.image_size
    return Acquisition(
        avg_pool2d(turned, OVERSAMPLING),
        measure(turned, geometry, n_photons, torch.Generator().manual_seed(seed)),
        geometry,
        disc_mask(n, n),
    )


@torch.no_grad()
def reconstruct(method: Method, acquired: Acquisition) -> Reconstruction:
    """Let a method reconstruct a scan, and measure all that it goes through."""
    iterates = method(acquired.sinogram)[:, 0]
    truth = acquired.truth.expand_as(iterates)
    return Reconstruction(
        iterates[:, 0].clone(),
        tuple(psnr(iterates, truth, MU_RANGE, acquired.mask).tolist()),
        tuple(ssim(iterates, truth, MU_RANGE, acquired.mask).tolist()),
    )


def figures_csv(reconstructions: Mapping[str, Reconstruction]) -> str:
    """One line for each method and iterate, with a header."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("method", "iterate", "psnr_db", "ssim"))
    for name, one in reconstructions.items():
        for k, (decibels, similarity) in enumerate(zip(one.psnr, one.ssim, strict=True)):
            writer.writerow((name, k, f"{decibels:.3f}", f"{similarity:.4f}"))
    return text.getvalue()


@dataclass(frozen=True)
class AcquisitionStrip:
    """An object in the scanner at every angle of a full turn, with the same noise level; see `Acquisition`."""

    angles: Angles
    truth: SquareImages
    sinograms: Sinograms
    mask: Mask


@torch.no_grad()
def acquire_strip(
    x: SquareImages, geometry: ParallelBeam, n_photons: float, seed: int = 0, n_angles: int = 72
) -> AcquisitionStrip:
    """Turn an object through a full circle and measure it at every angle; parameters as for `acquire`.

    Raises
    ------
    ConfigError
        If the number of angles is not a positive multiple of 4, or as for `acquire`.
    """
    angles = turn_angles(n_angles)
    scans = [acquire(x, geometry, n_photons, seed, angle) for angle in angles.tolist()]
    return AcquisitionStrip(
        angles,
        torch.cat([one.truth for one in scans]),
        torch.cat([one.sinogram for one in scans]),
        scans[0].mask,
    )


@torch.no_grad()
def strip_frames(method: Method, strip: AcquisitionStrip) -> Frames:
    """What a method makes of the object at every angle, in units of `structviz.data.MU_RANGE`."""
    images, figures = [], []
    for y, truth in zip(strip.sinograms.split(_AT_ONCE), strip.truth.split(_AT_ONCE), strict=True):
        x = method(y)[-1]
        images.append(x / MU_RANGE)
        figures.append((psnr(x, truth, MU_RANGE, strip.mask), ssim(x, truth, MU_RANGE, strip.mask)))
    decibels, similarities = (torch.cat(parts) for parts in zip(*figures, strict=True))
    return Frames(torch.cat(images), decibels, similarities)
