"""An object in the scanner, at one angle or at all angles of a full turn."""

import math
from dataclasses import dataclass

import torch
from torch.nn.functional import avg_pool2d

from structviz.stopping import stop_if_asked
from structviz.studies.turning import Angles, turn_angles
from structviz.tomography import ParallelBeam, add_photon_noise, measure
from structviz.transforms import disc_mask, rotate, side_of_square
from structviz.types import Mask, Sinograms, SquareImages

__all__ = ["OVERSAMPLING", "Acquisition", "AcquisitionStrip", "acquire", "acquire_strip"]

OVERSAMPLING = 2
"""The object is given and measured on a grid this many times as fine as that of the reconstruction."""


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
    thickest
        The largest line integral, without noise: of N₀ photons N₀ exp(-thickest) pass there on average.
    """

    truth: SquareImages
    sinogram: Sinograms
    geometry: ParallelBeam
    mask: Mask
    thickest: float


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

    Returns
    -------
    Acquisition
        The object on the grid of the reconstruction, (1, 1, n, n), in 1/cm; its sinogram, (1, 1, view, detector),
        without unit; and the pixels that count.

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
    exact = measure(turned, geometry, math.inf)
    return Acquisition(
        avg_pool2d(turned, OVERSAMPLING),
        add_photon_noise(exact, n_photons, torch.Generator().manual_seed(seed)),
        geometry,
        disc_mask(n, n),
        exact.max().item(),
    )


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
    """Turn an object through a full circle and measure it at every angle.

    Parameters
    ----------
    x, geometry, n_photons, seed
        As for `acquire`; the same seed at every angle.
    n_angles
        Equally spaced over one full turn, from 0; a multiple of 4.

    Returns
    -------
    AcquisitionStrip
        Objects (n_angles, 1, n, n) in 1/cm and sinograms (n_angles, 1, view, detector), at angles in radians.

    Raises
    ------
    ConfigError
        If the number of angles is not a positive multiple of 4, or as for `acquire`.
    """
    angles = turn_angles(n_angles)
    scans = []
    for angle in angles.tolist():
        stop_if_asked()
        scans.append(acquire(x, geometry, n_photons, seed, angle))
    return AcquisitionStrip(
        angles,
        torch.cat([one.truth for one in scans]),
        torch.cat([one.sinogram for one in scans]),
        scans[0].mask,
    )
