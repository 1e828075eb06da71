"""The patients of the recipe `ct`: those that networks learn from, and those on whom everything is measured."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import torch
from jaxtyping import Float
from torch import Tensor
from torch.nn.functional import avg_pool2d

from structviz.data import thorax
from structviz.errors import ConfigError
from structviz.metrics import psnr, ssim
from structviz.studies.ct import DEMONSTRATION_SEEDS
from structviz.tomography import ParallelBeam, measure
from structviz.tomography.turns import turn_sinogram
from structviz.training.recipes import Score
from structviz.transforms import disc_mask, rotate
from structviz.types import Sinograms, SquareImages

__all__ = [
    "DATA_RANGE",
    "MEASURED_ONCE",
    "NEW_PHOTONS",
    "N_PHOTONS",
    "N_TEST",
    "N_VALIDATION",
    "ORIENTATIONS",
    "Patients",
    "held_out",
    "held_out_pair",
    "mean_figures",
    "score",
    "training_patients",
    "validate",
    "validation_patients",
]

N_PHOTONS = 1e4
"""Photons that enter each ray, in training and test."""

DATA_RANGE = 0.5
"""Peak of the PSNR and range of the SSIM in 1/cm: from air to dense bone, all that a patient can hold."""

NEW_PHOTONS, MEASURED_ONCE = "new-photons", "measured-once"
"""What is drawn in a step of training: a patient who is scanned again, or one of the sinograms that there are."""

N_TEST = 20
"""Held-out patients in the figures."""

N_VALIDATION = 16
"""Patients by which settings of a training are chosen."""

ORIENTATIONS = ("upright", "rotated")
"""How the held-out patients lie: as the training patients do, or each turned by an angle of its own."""

_SEED = 2021
_MOST_TRAINING_PATIENTS = 100_000
_MOST_HELD_OUT = 1_000


@dataclass(frozen=True)
class Patients:
    """Patients in one orientation: sinograms, what they look like, and the angles by which they are turned."""

    y: Sinograms
    x: SquareImages
    angles: Float[Tensor, "batch"]


@lru_cache(maxsize=2)
def training_patients(n: int, size: int, seed: int) -> SquareImages:
    """Upright patients to learn from; shared, so not to be changed.

    Parameters
    ----------
    n
        How many.
    size
        Side of the images, in pixels.
    seed
        A larger set of the same seed begins with the same patients; none of them is held out, or a chest to show.

    Returns
    -------
    Tensor
        Attenuation in 1/cm, of shape (n, 1, size, size).
    """
    generator = torch.Generator().manual_seed(seed)
    if seed in DEMONSTRATION_SEEDS:  # the first one is shown, so nobody learns from it
        torch.randint(2**62, (1,), generator=generator)
    return thorax(n, size, generator)


@lru_cache(maxsize=8)
def held_out(geometry: ParallelBeam, orientation: str, n: int = N_TEST) -> Patients:
    """Patients that no network has seen; the same ones each time, with the same noise, so not to be changed.

    They are drawn four times as fine as the working grid, turned there, and measured on a grid twice as fine.

    Parameters
    ----------
    geometry
        How they are scanned.
    orientation
        One of `ORIENTATIONS`.
    n
        How many.

    Returns
    -------
    Patients
        Sinograms of shape (n, 1, views, detectors), images of shape (n, 1, size, size), angles of shape (n,).

    Raises
    ------
    ConfigError
        If the orientation is unknown.
    """
    if orientation not in ORIENTATIONS:
        raise ConfigError(f"Held-out patients lie {' or '.join(ORIENTATIONS)}; got {orientation!r}.")
    x = _unseen(n, 4 * geometry.image_size)
    generator = torch.Generator().manual_seed(_SEED)
    angles = 2 * math.pi * torch.rand(n, generator=generator, dtype=torch.float32)
    if orientation == "rotated":
        x = rotate(x, angles, "zeros").clamp(min=0)
    else:
        angles = torch.zeros(n)
    fine = avg_pool2d(x, 2)
    return Patients(measure(fine, geometry, N_PHOTONS, generator), avg_pool2d(fine, 2), angles)


@lru_cache(maxsize=4)
def held_out_pair(geometry: ParallelBeam) -> Patients:
    """The first held-out patient, upright and a quarter turn further; shared, so not to be changed.

    With an even number of views the noise turns too, so that any difference between the two reconstructions is the
    method's. With an odd one turned views are not among those there are, and the patient is scanned again.
    """
    generator = torch.Generator().manual_seed(_SEED)
    fine = avg_pool2d(_unseen(1, 4 * geometry.image_size), 2)
    y = measure(fine, geometry, N_PHOTONS, generator)
    if geometry.n_views % 2:
        y_turned = measure(torch.rot90(fine, 1, (-2, -1)), geometry, N_PHOTONS, generator)
    else:
        y_turned = turn_sinogram(y, geometry, 1)
    x = avg_pool2d(fine, 2)
    x = torch.cat([x, torch.rot90(x, 1, (-2, -1))])
    return Patients(torch.cat([y, y_turned]), x, torch.tensor([0.0, math.pi / 2]))


@lru_cache(maxsize=4)
def validation_patients(geometry: ParallelBeam, n_photons: float = N_PHOTONS, n: int = N_VALIDATION) -> Patients:
    """Upright patients to choose settings by, neither from training nor held out; shared, so not to be changed.

    They are measured as training patients are, on a grid twice as fine.

    Parameters
    ----------
    geometry
        How they are scanned.
    n_photons
        Photons that enter each ray.
    n
        How many; a larger set begins with the same patients.

    Returns
    -------
    Patients
        Sinograms, shape (n, 1, view, detector), without unit; images, shape (n, 1, row, column), in 1/cm; angles all 0.
    """
    x = _unseen(n, 2 * geometry.image_size, skipped=_MOST_HELD_OUT)
    y = measure(x, geometry, n_photons, torch.Generator().manual_seed(_SEED + 1))
    return Patients(y, avg_pool2d(x, 2), torch.zeros(n))


def validate(
    reconstruct: Callable[[Sinograms], SquareImages],
    geometry: ParallelBeam,
    n_photons: float = N_PHOTONS,
    n: int = N_VALIDATION,
) -> float:
    """Mean PSNR in dB, in the inscribed disc, of `validation_patients`.

    Parameters
    ----------
    reconstruct
        From sinograms to attenuation in 1/cm.
    geometry, n_photons, n
        As for `validation_patients`.

    Returns
    -------
    float
        In dB.
    """
    patients = validation_patients(geometry, n_photons, n)
    with torch.no_grad():
        x = reconstruct(patients.y)
    return psnr(x, patients.x, DATA_RANGE, disc_mask(geometry.image_size, geometry.image_size)).mean().item()


def _unseen(n: int, size: int, skipped: int = 0) -> SquareImages:
    """Patients, upright, that no training set holds: the first `n` of these after some."""
    generator = torch.Generator().manual_seed(_SEED)
    # Even a training set of the same seed ends before these patients begin.
    torch.randint(2**62, (_MOST_TRAINING_PATIENTS + skipped,), generator=generator)
    return thorax(n, size, generator)


def score(
    reconstruct: Callable[[Sinograms], SquareImages], geometry: ParallelBeam, n: int = N_TEST
) -> tuple[Score, ...]:
    """PSNR and SSIM in the inscribed disc for each held-out patient, upright and rotated.

    Parameters
    ----------
    reconstruct
        From sinograms to attenuation in 1/cm.
    geometry
        How the patients are scanned.
    n
        How many.

    Returns
    -------
    tuple of Score
        All patients upright, then all of them rotated.
    """
    disc = disc_mask(geometry.image_size, geometry.image_size)
    scores: list[Score] = []
    for orientation in ORIENTATIONS:
        patients = held_out(geometry, orientation, n)
        with torch.no_grad():
            x = reconstruct(patients.y)
        decibels = psnr(x, patients.x, DATA_RANGE, disc).tolist()
        similarities = ssim(x, patients.x, DATA_RANGE, disc).tolist()
        pairs = zip(decibels, similarities, strict=True)
        scores += [Score(orientation, image, decibel, similarity) for image, (decibel, similarity) in enumerate(pairs)]
    return tuple(scores)


def mean_figures(scores: Sequence[Score]) -> dict[str, float]:
    """Mean PSNR and SSIM in each orientation, as a card has them."""
    figures: dict[str, float] = {}
    for quantity in ("psnr", "ssim"):
        for orientation in ORIENTATIONS:
            values = [getattr(one, quantity) for one in scores if one.orientation == orientation]
            figures[f"{quantity}_{orientation}"] = sum(values) / len(values)
    return figures
