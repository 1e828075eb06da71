"""Recipe `images`: blind denoising of photographs, trained on upright patches of other photographs."""

import dataclasses
import math
from collections.abc import Callable
from functools import lru_cache

import torch
from torch import nn

from structviz.checks import equivariance_error
from structviz.config import DenoiserShape, TrainConfig
from structviz.data import IMAGES, image, patches
from structviz.metrics import psnr, ssim
from structviz.nets.groups import group
from structviz.training.denoising import build_denoiser, check_denoiser, export_denoiser, half_squared_error
from structviz.training.metric import Metric, equivariance_errors, psnr_metric, ssim_metric
from structviz.training.recipes import (
    Batches,
    Example,
    NetworkPage,
    Preview,
    Recipe,
    Score,
    examples_of_pair,
    preview_of_pair,
)
from structviz.transforms import add_gaussian, disc_mask, is_quarter_turn, rotate
from structviz.types import Images

__all__ = [
    "ANGLES",
    "DILATED",
    "IMAGES_RECIPE",
    "LARGE",
    "N_VALIDATION",
    "PATCH",
    "ROTATED",
    "SMALL",
    "TEST_SIGMA",
    "TEST_SIZE",
    "TURNING",
    "evaluate_denoiser",
    "held_out",
    "score",
    "validation_patches",
]

SMALL, LARGE = 4, 2000
"""Sizes of the shipped training sets, in patches."""

SIGMA_MAX = 0.3
"""Training noise is Gaussian with σ uniform in [0, SIGMA_MAX]; the network is not told σ."""

PATCH = 64
"""Side of a training patch, in pixels."""

TEST_SIGMA = 0.15
"""Noise of the held-out images in the figures."""

TEST_SIZE = 128
"""Side of the held-out images in the figures, in pixels."""

DILATIONS = (1, 2, 3, 3, 2, 1)
"""Dilations of the layers: with 3×3 kernels an output pixel sees 12 pixels far."""

DILATED = DenoiserShape(width=32, dilations=DILATIONS, kernel_size=3, residual=True)
"""Shape of a denoiser without a symmetry, or one whose group only moves pixels."""

TURNING = DenoiserShape(width=32, dilations=(1,) * 12, kernel_size=3, residual=True, activation="silu")
"""Shape for groups with turns between quarter turns: dilated kernels do not turn. It sees as far and takes 2.3 times
as long."""

ANGLES = (0, 30, 45, 60, 90)
"""Rotations of the held-out images in the figures, in degrees."""

_TEST_SEED = 0
"""Seed of the noise in the figures."""

ROTATED = 45
"""Angle of rotated photographs in sweeps, in degrees: half way between the quarter turns, which C4 can do."""

N_VALIDATION = 64
"""Patches by which settings of a training are chosen."""

_VALIDATION_SEED = 1_618_033_988
"""Seed of these patches and of their noise."""

_PREVIEW_SEED = 2_718_281_828
"""Seed of the noise in a preview."""


def _defaults(config: TrainConfig) -> TrainConfig:
    config = dataclasses.replace(
        config,
        n_train=config.n_train or LARGE,
        steps=config.steps or 8000,
        batch_size=config.batch_size or 4,
        learning_rate=config.learning_rate or (1e-2 if config.is_equivariant else 4e-3),
        net=config.net or (TURNING if config.group and group(config.group).rotations > 4 else DILATED),
    )
    check_denoiser(config)
    return config


def _batches(config: TrainConfig, generator: torch.Generator) -> Batches:
    clean = patches(config.n_train or 1, PATCH, generator)
    while True:
        chosen = torch.randint(len(clean), (config.batch_size or 1,), generator=generator)
        x = clean[chosen]
        if config.is_augmented:
            x = rotate(x, 2 * math.pi * torch.rand(len(x), generator=generator, dtype=torch.float32))
        sigma = SIGMA_MAX * torch.rand(len(x), generator=generator, dtype=torch.float32)
        yield add_gaussian(x, sigma, generator), x


def held_out(angle_in_degrees: float) -> tuple[Images, Images]:
    """The held-out images turned by an angle, noisy and clean; the noise is the same at all angles.

    It turns with the images by quarter turns. Between them it stays where it is: interpolation would smooth it, and
    take away a quarter of its power.
    """
    upright = torch.cat([image(name, TEST_SIZE) for name in IMAGES])
    angle, generator = math.radians(angle_in_degrees), torch.Generator().manual_seed(_TEST_SEED)
    clean = rotate(upright, angle)
    if is_quarter_turn(angle):
        return rotate(add_gaussian(upright, TEST_SIGMA, generator), angle), clean
    return add_gaussian(clean, TEST_SIGMA, generator), clean


def evaluate_denoiser(net: Callable[[Images], Images]) -> dict[str, float]:
    """Mean PSNR and SSIM in the inscribed disc at each angle, and the equivariance error."""
    disc = disc_mask(TEST_SIZE, TEST_SIZE)
    figures: dict[str, float] = {}
    for angle in ANGLES:
        noisy, clean = held_out(angle)
        with torch.no_grad():
            denoised = net(noisy)
        figures[f"psnr_{angle}"] = psnr(denoised, clean, mask=disc).mean().item()
        figures[f"ssim_{angle}"] = ssim(denoised, clean, mask=disc).mean().item()
    noisy, _ = held_out(0)
    for angle in (45, 90):
        error = equivariance_error(net, noisy, math.radians(angle), margin=4.0 + sum(DILATIONS))
        figures[f"equivariance_error_{angle}"] = error
    return figures


@lru_cache(maxsize=1)
def validation_patches() -> tuple[Images, Images]:
    """Noisy and clean patches to choose settings by; shared, so not to be changed.

    They lie upright, as in training, in those parts of the training photographs from which no training patch comes.
    """
    generator = torch.Generator().manual_seed(_VALIDATION_SEED)
    clean = patches(N_VALIDATION, PATCH, generator, part="validation")
    return add_gaussian(clean, TEST_SIGMA, generator), clean


def _validate(net: nn.Module, config: TrainConfig) -> float:
    """Mean PSNR in dB of `validation_patches`."""
    del config
    noisy, clean = validation_patches()
    with torch.no_grad():
        return psnr(net(noisy), clean).mean().item()


def score(denoise: Callable[[Images], Images]) -> tuple[Score, ...]:
    """PSNR and SSIM in the inscribed disc for each held-out photograph, upright and turned by `ROTATED` degrees.

    Parameters
    ----------
    denoise
        From noisy to clean images.

    Returns
    -------
    tuple of Score
        All photographs upright, then all of them rotated.
    """
    disc = disc_mask(TEST_SIZE, TEST_SIZE)
    scores: list[Score] = []
    for orientation, angle in (("upright", 0), ("rotated", ROTATED)):
        noisy, clean = held_out(angle)
        with torch.no_grad():
            denoised = denoise(noisy)
        pairs = zip(psnr(denoised, clean, mask=disc).tolist(), ssim(denoised, clean, mask=disc).tolist(), strict=True)
        scores += [Score(orientation, k, decibel, similarity) for k, (decibel, similarity) in enumerate(pairs)]
    return tuple(scores)


def _references(config: TrainConfig) -> dict[str, tuple[Score, ...]]:
    # Yardsticks are tuned and measured on what stands here.
    from structviz.training.baselines import baseline_scores

    del config
    return baseline_scores()


@lru_cache(maxsize=1)
def _pair() -> tuple[Images, Images]:
    """A held-out photograph, noisy and clean, upright and turned with its noise; shared, so not to be changed.

    Since the noise turns too, any difference between the two results is the network's.
    """
    x = image(IMAGES[0], TEST_SIZE)
    y = add_gaussian(x, TEST_SIGMA, torch.Generator().manual_seed(_PREVIEW_SEED))
    return torch.cat([y, torch.rot90(y, 1, (-2, -1))]), torch.cat([x, torch.rot90(x, 1, (-2, -1))])


def _preview(net: nn.Module, config: TrainConfig) -> Preview:
    del config
    return preview_of_pair(net, *_pair(), mask=disc_mask(TEST_SIZE, TEST_SIZE))


def _examples(config: TrainConfig) -> dict[str, Example]:
    del config
    return examples_of_pair(*_pair())


def _metrics() -> dict[str, Metric]:
    # Previews show one image upright and turned, cards many at several angles.
    found = {"psnr_turned": psnr_metric("turned", "turned"), "psnr_upright": psnr_metric("upright", "upright")}
    for angle in ANGLES:
        compared = {0: "upright", 90: "turned"}.get(angle, "")
        found[f"psnr_{angle}"] = dataclasses.replace(
            psnr_metric(f"at {angle}°"), examples=compared, phrase=compared or f"at {angle}°"
        )
        found[f"ssim_{angle}"] = ssim_metric(f"at {angle}°")
    return {**found, **equivariance_errors(45, 90)}


IMAGES_RECIPE = Recipe(
    name="images",
    title="Photographs",
    data=(
        f"Upright patches of {PATCH}×{PATCH} pixels from the training photographs with Gaussian noise, "
        f"σ uniform in [0, {SIGMA_MAX}]; never the held-out photographs, nor those parts of the training photographs "
        "that are kept back for validation."
    ),
    defaults=_defaults,
    build=build_denoiser,
    export=export_denoiser,
    batches=_batches,
    loss=half_squared_error,
    precisions=("float32", "bfloat16"),
    evaluate=lambda net, _config: evaluate_denoiser(net),
    validate=_validate,
    scores=lambda net, _config: score(net),
    references=_references,
    preview=_preview,
    examples=_examples,
    headline=("psnr_turned", "psnr_upright"),
    metrics=_metrics(),
    plural="patches",
    matchings=("channels", "parameters"),
    quick=(100, 500),
    shipped=lambda _config: ("images/ordinary-large", "images/equivariant-c4-large"),
    page=NetworkPage("pages/rotation.py", "rot_local", "the rotation page"),
)
