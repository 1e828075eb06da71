"""Yardsticks for the recipe `ct`: filtered backprojection and total variation, tuned on validation patients."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from structviz.tomography import (
    FILTERS,
    ParallelBeam,
    RayTransform,
    count_weights,
    fbp,
    pixel_error,
    total_variation,
)
from structviz.training.patients import N_PHOTONS, score, validate
from structviz.training.recipes import Score
from structviz.types import Sinograms, SquareImages

__all__ = ["N_TUNE", "WEIGHTS", "Baseline", "Tuned", "climb", "ct_baselines", "tune_fbp", "tune_tv"]

WEIGHTS = tuple(float(f"{0.002 * 2 ** (k / 2):.3g}") for k in range(17))
"""Weights of total variation to choose from, in cm."""

N_TUNE = 4
"""Validation patients to tune on."""


@dataclass(frozen=True)
class Tuned:
    """The best setting of a method on the validation patients, with its mean PSNR in dB."""

    setting: str | float
    psnr: float


@dataclass(frozen=True)
class Baseline:
    """A classical reconstruction: its tuned setting, and its figures for each held-out patient."""

    setting: str
    scores: tuple[Score, ...]


@lru_cache(maxsize=4)
def ct_baselines(geometry: ParallelBeam) -> Mapping[str, Baseline]:
    """FBP with its best filter and total variation with its best weight, on the patients of the networks."""
    A = RayTransform(geometry)
    filter, weight = str(tune_fbp(geometry).setting), float(tune_tv(geometry).setting)
    return {
        "fbp": Baseline(f"{filter} filter", score(lambda y: fbp(A, y, filter), geometry)),
        "tv": Baseline(f"weight {weight:g} cm", score(lambda y: _total_variation(A, y, weight, N_PHOTONS), geometry)),
    }


def tune_fbp(geometry: ParallelBeam, n_photons: float = N_PHOTONS) -> Tuned:
    """The filter with the best mean PSNR on the validation patients."""
    A = RayTransform(geometry)
    found = {name: validate(lambda y: fbp(A, y, name), geometry, n_photons, N_TUNE) for name in FILTERS}  # noqa: B023
    best = max(found, key=found.__getitem__)
    return Tuned(best, found[best])


def tune_tv(geometry: ParallelBeam, n_photons: float = N_PHOTONS) -> Tuned:
    """The weight of total variation with the best mean PSNR on the validation patients, out of `WEIGHTS`."""
    A = RayTransform(geometry)

    def quality(weight: float) -> float:
        return validate(lambda y: _total_variation(A, y, weight, n_photons), geometry, n_photons, N_TUNE)

    return climb(WEIGHTS, quality)


def climb(settings: Sequence[float], quality: Callable[[float], float]) -> Tuned:
    """The best of ordered settings, found by going uphill from the middle; few are tried.

    Parameters
    ----------
    settings
        In rising order.
    quality
        Rises up to the best setting and falls beyond it.

    Returns
    -------
    Tuned
        The best setting and its quality.
    """
    found: dict[int, float] = {}

    def at(place: int) -> float:
        if place not in found:
            found[place] = quality(settings[place])
        return found[place]

    here = len(settings) // 2
    while True:
        best = max((k for k in (here - 1, here, here + 1) if 0 <= k < len(settings)), key=at)
        if best == here:
            return Tuned(settings[here], at(here))
        here = best


def _total_variation(A: RayTransform, y: Sinograms, weight: float, n_photons: float) -> SquareImages:
    return total_variation(A, y, weight, ray_weights=count_weights(y, n_photons, pixel_error(A.geometry)))
