"""Yardsticks for the recipe `images`: classical denoisers, tuned on the training photographs."""

from collections.abc import Mapping

import torch

from structviz.data import patches
from structviz.metrics import psnr
from structviz.nets.classical import CLASSICAL, Classical
from structviz.training.images import PATCH, TEST_SIGMA, evaluate_denoiser
from structviz.transforms import add_gaussian

__all__ = ["measure_baselines", "tune"]


def tune(classical: Classical, n_patches: int = 24) -> float:
    """The strength that is best, by mean PSNR, on patches of the training photographs."""
    generator = torch.Generator().manual_seed(7)
    clean = patches(n_patches, PATCH, generator)
    noisy = add_gaussian(clean, TEST_SIGMA, generator)
    return max(
        classical.strengths,
        key=lambda strength: psnr(classical.denoise(noisy, TEST_SIGMA, strength), clean).mean().item(),
    )


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
