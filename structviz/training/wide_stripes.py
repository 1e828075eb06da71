"""The data set `wide` of the recipe `stripes`: stripes that can be turned by any angle, learnt within one sector."""

import dataclasses
import math
from functools import lru_cache

import torch
from torch import nn

from structviz.checks import equivariance_error
from structviz.config import DenoiserShape, TrainConfig
from structviz.data import grating
from structviz.metrics import psnr, ssim
from structviz.studies.turning import rim
from structviz.training.metric import Metric, equivariance_errors, psnr_metric
from structviz.training.recipes import Batches, Score
from structviz.transforms import add_gaussian, disc_mask
from structviz.types import Images, Mask

__all__ = [
    "ANGLES",
    "SECTOR",
    "SIGMA",
    "SIDE",
    "WIDE",
    "evaluate_wide",
    "held_out",
    "score_wide",
    "validate_wide",
    "wide_batches",
    "wide_defaults",
    "wide_metrics",
    "wide_pair",
]

WIDE = "wide"
"""Name of the data set."""

SIGMA = 0.25
"""Standard deviation of the noise on stripes, in training and test."""

SIDE = 64
"""Of the images, in pixels."""

SECTOR = math.pi / 8
"""Training stripes lie within this angle of the horizontal, in radians: eight turns of the sector fill the circle.

A network that commutes with the turns by 45° has then seen stripes of every direction. Stripes of an angle and of the
angle turned by 180° are the same, so half of these turns would do.
"""

ANGLES = tuple(11.25 * k for k in range(16))
"""At which test stripes lie, in degrees: over half a turn, as the other half brings the same stripes."""

N_TEST, N_VALIDATION = 64, 16
"""Test stripes at each angle, and those by which the length of the training is chosen."""

_TEST_SEED, _VALIDATION_SEED, _PREVIEW_SEED = 1_618_033_988, 1_414_213_562, 2_718_281_828
"""Far from the seeds of training, which people count up from zero."""


def wide_defaults(config: TrainConfig) -> TrainConfig:
    """The configuration with everything filled in that it leaves open."""
    return dataclasses.replace(
        config,
        n_train=config.n_train or 1000,
        steps=config.steps or 1600,
        batch_size=config.batch_size or 2,
        learning_rate=config.learning_rate or (3e-2 if config.is_equivariant else 3e-3),
        net=config.net or DenoiserShape(width=16, dilations=(1, 1, 1, 1), kernel_size=9, activation="silu"),
    )


def wide_batches(config: TrainConfig, generator: torch.Generator) -> Batches:
    """Stripes within the sector; augmented arms get them turned by any angle, as a photograph of them would turn."""
    n = config.n_train or 1
    angles = SECTOR * (2 * torch.rand(n, generator=generator, dtype=torch.float64) - 1)
    phases = 2 * math.pi * torch.rand(n, generator=generator, dtype=torch.float64)
    while True:
        chosen = torch.randint(n, (config.batch_size or 1,), generator=generator)
        lying = angles[chosen]
        if config.is_augmented:
            # The turned image is that of the turned angle, without interpolation.
            lying = lying + 2 * math.pi * torch.rand(len(chosen), generator=generator, dtype=torch.float64)
        x = grating(lying, phases[chosen], SIDE)
        yield add_gaussian(x, SIGMA, generator), x


def held_out(angle_in_degrees: float, n: int = N_TEST, seed: int = _TEST_SEED) -> tuple[Images, Images]:
    """Stripes of an angle that nobody trains on, noisy and clean.

    Phases and noise are the same at all angles, and turn with the stripes by quarter turns: what a turn costs is the
    network's doing and no luck of the draw.

    Parameters
    ----------
    angle_in_degrees
        How the stripes lie, counter-clockwise from the horizontal.
    n
        How many.
    seed
        Decides phases and noise.

    Returns
    -------
    tuple of Images
        Noisy and clean, ``(n, 1, SIDE, SIDE)``.
    """
    quarter_turns, rest = divmod(angle_in_degrees, 90)
    generator = torch.Generator().manual_seed(seed)
    phases = 2 * math.pi * torch.rand(n, generator=generator, dtype=torch.float64)
    x = grating(torch.full((n,), math.radians(rest), dtype=torch.float64), phases, SIDE)
    y = add_gaussian(x, SIGMA, generator)
    return torch.rot90(y, int(quarter_turns), (-2, -1)), torch.rot90(x, int(quarter_turns), (-2, -1))


@torch.no_grad()
def evaluate_wide(net: nn.Module) -> dict[str, float]:
    """Mean PSNR at each of the `ANGLES`, the best and the worst of them, equivariance errors: 8 px off the rim."""
    found = {angle: _mean_psnr(net, *held_out(angle)) for angle in ANGLES}
    y, x = held_out(0)
    return {
        "psnr_upright": found[0],
        "psnr_turned": found[90],
        "psnr_best": max(found.values()),
        "psnr_worst": min(found.values()),
        "psnr_upright_noisy": _mean_psnr(nn.Identity(), y, x),
        **{_name(angle): value for angle, value in found.items() if angle not in (0, 90)},
        **{
            f"equivariance_error_{angle}": equivariance_error(net, y, math.radians(angle), margin=rim(SIDE))
            for angle in (45, 90)
        },
    }


@torch.no_grad()
def score_wide(net: nn.Module) -> tuple[Score, ...]:
    """Mean PSNR and SSIM of the test stripes at each of the `ANGLES`: a row for each, which names the angle."""
    disc, scores = _counted(), []
    for angle in ANGLES:
        y, x = held_out(angle)
        z = net(y)
        decibel, similarity = (measure(z, x, mask=disc).mean().item() for measure in (psnr, ssim))
        scores.append(Score(f"{angle:g}°", 0, decibel, similarity))
    return tuple(scores)


@torch.no_grad()
def validate_wide(net: nn.Module, config: TrainConfig) -> float:
    """PSNR in dB at the worst angle that an arm should master, on stripes apart from training and test.

    The ordinary arm should master the angles of the training, all others every angle. An equivariant network that is
    trained for long in one sector learns how the grid of pixels looks there, and gets worse in the others; stripes
    that lie as those of the training would not tell.
    """
    mastered = [
        angle
        for angle in ANGLES
        if config.is_equivariant or config.is_augmented or min(angle, 180 - angle) <= math.degrees(SECTOR)
    ]
    return min(_mean_psnr(net, *held_out(angle, N_VALIDATION, _VALIDATION_SEED)) for angle in mastered)


@lru_cache(maxsize=1)
def wide_pair() -> tuple[Images, Images]:
    """Noisy and clean stripes, upright and turned by 90° with their noise; shared, so not to be changed."""
    pairs = [held_out(angle, 1, _PREVIEW_SEED) for angle in (0, 90)]
    return torch.cat([y for y, _ in pairs]), torch.cat([x for _, x in pairs])


def wide_metrics() -> dict[str, Metric]:
    """How the figures of `evaluate_wide` are named, those left out that the recipe has for its other data set."""
    return {
        "psnr_best": psnr_metric("at the best angle"),
        "psnr_worst": psnr_metric("at the worst angle"),
        **{_name(angle): psnr_metric(f"at {angle:g}°") for angle in ANGLES if angle not in (0, 90)},
        **equivariance_errors(45),
    }


def _mean_psnr(net: nn.Module, y: Images, x: Images) -> float:
    return psnr(net(y), x, mask=_counted()).mean().item()


def _counted() -> Mask:
    """The pixels that figures count: the inscribed disc less its rim, since no network sees how stripes go on there."""
    return disc_mask(SIDE, SIDE, rim(SIDE))


def _name(angle: float) -> str:
    return f"psnr_{angle:g}"
