"""Yardsticks for the recipe `ct`: filtered backprojection and total variation, tuned on training patients."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache

import torch
from torch.nn.functional import avg_pool2d

from structviz.metrics import psnr
from structviz.tomography import FILTERS, ParallelBeam, RayTransform, fbp, measure, total_variation
from structviz.training.patients import DATA_RANGE, N_PHOTONS, score, training_patients
from structviz.training.recipes import Score
from structviz.transforms import disc_mask
from structviz.types import Sinograms, SquareImages

__all__ = ["WEIGHTS", "Baseline", "ct_baselines", "tune_fbp", "tune_tv"]

WEIGHTS = tuple(round(0.02 * 2 ** (k / 2), 4) for k in range(10))
"""Weights of total variation to choose from, in cm."""

N_TUNE = 8
"""Training patients to tune on."""


@dataclass(frozen=True)
class Baseline:
    """A classical reconstruction: its tuned setting, and its figures for each held-out patient."""

    setting: str
    scores: tuple[Score, ...]


@lru_cache(maxsize=4)
def ct_baselines(geometry: ParallelBeam) -> Mapping[str, Baseline]:
    """FBP with its best filter and total variation with its best weight, on the patients of the networks."""
    A = RayTransform(geometry)
    filter, weight = tune_fbp(geometry), tune_tv(geometry)
    return {
        "fbp": Baseline(f"{filter} filter", score(lambda y: fbp(A, y, filter), geometry)),
        "tv": Baseline(f"weight {weight:g} cm", score(lambda y: total_variation(A, y, weight), geometry)),
    }


def tune_fbp(geometry: ParallelBeam) -> str:
    """The filter with the best mean PSNR on training patients."""
    A = RayTransform(geometry)
    return max(FILTERS, key=lambda filter: _training_psnr(lambda y: fbp(A, y, filter), geometry))


def tune_tv(geometry: ParallelBeam) -> float:
    """The weight of total variation with the best mean PSNR on training patients, out of `WEIGHTS`."""
    A = RayTransform(geometry)
    return max(WEIGHTS, key=lambda weight: _training_psnr(lambda y: total_variation(A, y, weight), geometry))


def _training_psnr(reconstruct: Callable[[Sinograms], SquareImages], geometry: ParallelBeam) -> float:
    fine = training_patients(N_TUNE, 2 * geometry.image_size, 0)
    y = measure(fine, geometry, N_PHOTONS, torch.Generator().manual_seed(0))
    disc = disc_mask(geometry.image_size, geometry.image_size)
    return psnr(reconstruct(y), avg_pool2d(fine, 2), DATA_RANGE, disc).mean().item()
