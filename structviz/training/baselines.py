"""Yardsticks for the recipe `images`: classical denoisers, tuned on the patches for validation."""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from structviz import zoo
from structviz.errors import CheckpointError
from structviz.files import atomic_write
from structviz.metrics import psnr
from structviz.nets.classical import CLASSICAL, Classical
from structviz.training.images import TEST_SIGMA, evaluate_denoiser, score, validation_patches
from structviz.training.recipes import Score

__all__ = [
    "IMAGES_BASELINES",
    "baseline_scores",
    "measure_baselines",
    "read_image_baselines",
    "save_image_baselines",
    "tune",
]

IMAGES_BASELINES = Path("images", "baselines.json")
"""Strengths and figures of the yardsticks on photographs, beside the networks."""

_N_TUNE = 24
"""Patches for validation to tune on: non-local means takes its time."""


@cache
def tune(classical: Classical) -> float:
    """The strength that is best, by mean PSNR, on patches for validation."""
    noisy, clean = (images[:_N_TUNE] for images in validation_patches())
    return max(
        classical.strengths,
        key=lambda strength: psnr(classical.denoise(noisy, TEST_SIGMA, strength), clean).mean().item(),
    )


def baseline_scores() -> dict[str, tuple[Score, ...]]:
    """PSNR and SSIM of each held-out photograph, by the name of the classical denoiser, which is told σ."""
    strengths = {name: tune(classical) for name, classical in CLASSICAL.items()}
    return {
        name: score(lambda y, c=classical, s=strengths[name]: c.denoise(y, TEST_SIGMA, s))
        for name, classical in CLASSICAL.items()
    }


def measure_baselines() -> Mapping[str, Mapping[str, float]]:
    """For each classical denoiser its tuned strength and the figures that a card of the recipe has.

    They are told the noise level, which the networks are not.
    """
    figures = {}
    for name, classical in CLASSICAL.items():
        strength = tune(classical)
        figures[name] = {
            "strength": strength,
            **evaluate_denoiser(lambda y, c=classical, s=strength: c.denoise(y, TEST_SIGMA, s)),
        }
    return figures


def save_image_baselines(folder: Path) -> Mapping[str, Mapping[str, float]]:
    """Measure the yardsticks, and write their strengths and figures below `folder`."""
    figures = measure_baselines()
    atomic_write(folder / IMAGES_BASELINES, json.dumps(figures, indent=2) + "\n")
    return figures


def read_image_baselines(folder: Path = zoo.PRETRAINED) -> Mapping[str, Mapping[str, float]]:
    """Strengths and figures of the yardsticks, as `measure_baselines` gives them.

    Raises
    ------
    CheckpointError
        If they have not been measured.
    """
    path = folder / IMAGES_BASELINES
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise CheckpointError(f"The figures of TV and NLM are missing in {path}: {error}. Run pretrain.") from error
