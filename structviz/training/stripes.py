"""Recipe `stripes`: learn to denoise stripes that lie in one way, meet turned ones (slides 7 and 8 of the lecture)."""

import dataclasses
import math
from functools import lru_cache

import torch
from torch import nn

from structviz.checks import equivariance_error
from structviz.config import DenoiserShape, TrainConfig
from structviz.data import stripes
from structviz.data.gratings import PERIOD
from structviz.metrics import psnr, ssim
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
from structviz.training.wide_stripes import (
    SECTOR,
    SIDE,
    SIGMA,
    WIDE,
    evaluate_wide,
    score_wide,
    validate_wide,
    wide_batches,
    wide_defaults,
    wide_metrics,
    wide_pair,
)
from structviz.transforms import add_gaussian, rotate
from structviz.types import Images

__all__ = ["LECTURE", "N_TEST", "SIGMA", "STRIPES", "WIDE"]

LECTURE = "lecture"
"""Name of the data set of the lecture."""

N_TEST = 64
"""Test images in the figures."""

N_SCORED = 16
"""Of these, those that a sweep lists one by one."""

_TURNS = {"upright": 0, "turned": 1}
"""How test images lie, and by how many quarter turns that is."""

_PREVIEW_SEED, _VALIDATION_SEED = 2_718_281_828, 1_414_213_562
"""Far from the seeds of training, which people count up from zero."""


def _defaults(config: TrainConfig) -> TrainConfig:
    config = wide_defaults(config) if config.dataset == WIDE else _lecture_defaults(config)
    check_denoiser(config)
    return config


def _lecture_defaults(config: TrainConfig) -> TrainConfig:
    return dataclasses.replace(
        config,
        n_train=config.n_train or 16,
        steps=config.steps or 3000,
        batch_size=config.batch_size or 8,
        learning_rate=config.learning_rate or (1e-2 if config.is_equivariant else 3e-3),
        net=config.net or DenoiserShape(width=32, dilations=(1, 1, 1), kernel_size=3, residual=False),
    )


def _batches(config: TrainConfig, generator: torch.Generator) -> Batches:
    return (wide_batches if config.dataset == WIDE else _lecture_batches)(config, generator)


def _lecture_batches(config: TrainConfig, generator: torch.Generator) -> Batches:
    """Horizontal stripes; augmented arms get them in all four quarter turns."""
    clean = stripes(config.n_train or 1, generator=generator)
    while True:
        chosen = torch.randint(len(clean), (config.batch_size or 1,), generator=generator)
        x = clean[chosen]
        if config.is_augmented:
            quarter_turns = torch.randint(4, (len(x),), generator=generator)
            x = rotate(x, quarter_turns * (math.pi / 2))
        yield add_gaussian(x, SIGMA, generator), x


def _evaluate(net: nn.Module, config: TrainConfig) -> dict[str, float]:
    return evaluate_wide(net) if config.dataset == WIDE else _evaluate_on_lecture(net)


def _evaluate_on_lecture(net: nn.Module) -> dict[str, float]:
    """PSNR, SSIM and equivariance error on noisy test images, upright and turned by 90° with their noise.

    Since the noise turns too, what a turn costs is the network's doing and no luck of the draw.
    """
    noisy, upright = _lecture_held_out()
    figures: dict[str, float] = {}
    for name, quarter_turns in _TURNS.items():
        x, y = (torch.rot90(images, quarter_turns, (-2, -1)) for images in (upright, noisy))
        with torch.no_grad():
            denoised = net(y)
        figures[f"psnr_{name}"] = psnr(denoised, x).mean().item()
        figures[f"ssim_{name}"] = ssim(denoised, x).mean().item()
        figures[f"psnr_{name}_noisy"] = psnr(y, x).mean().item()
    figures["equivariance_error_90"] = equivariance_error(net, noisy, math.pi / 2)
    return figures


@lru_cache(maxsize=1)
def _lecture_held_out() -> tuple[Images, Images]:
    """Test stripes, noisy and clean; shared, so not to be changed."""
    generator = torch.Generator().manual_seed(90)
    x = stripes(N_TEST, generator=generator)
    return add_gaussian(x, SIGMA, generator), x


def _scores(net: nn.Module, config: TrainConfig) -> tuple[Score, ...]:
    """PSNR and SSIM of the first test stripes, upright and turned by 90° with their noise; of wide ones all round."""
    if config.dataset == WIDE:
        return score_wide(net)
    noisy, clean = (part[:N_SCORED] for part in _lecture_held_out())
    scores: list[Score] = []
    for name, quarter_turns in _TURNS.items():
        x, y = (torch.rot90(images, quarter_turns, (-2, -1)) for images in (clean, noisy))
        with torch.no_grad():
            denoised = net(y)
        pairs = zip(psnr(denoised, x).tolist(), ssim(denoised, x).tolist(), strict=True)
        scores += [Score(name, k, decibel, similarity) for k, (decibel, similarity) in enumerate(pairs)]
    return tuple(scores)


def _validate(net: nn.Module, config: TrainConfig) -> float:
    """Mean PSNR in dB on stripes that lie as those of the training, apart from these and from the test stripes."""
    if config.dataset == WIDE:
        return validate_wide(net, config)
    generator = torch.Generator().manual_seed(_VALIDATION_SEED)
    x = stripes(N_TEST, generator=generator)
    if config.is_augmented:
        x = torch.cat([x, stripes(N_TEST, orientation="vertical", generator=generator)])
    with torch.no_grad():
        return psnr(net(add_gaussian(x, SIGMA, generator)), x).mean().item()


def _pair(config: TrainConfig) -> tuple[Images, Images]:
    return wide_pair() if config.dataset == WIDE else _lecture_pair()


@lru_cache(maxsize=1)
def _lecture_pair() -> tuple[Images, Images]:
    """Noisy and clean stripes, upright and turned with their noise; shared, so not to be changed.

    Since the noise turns too, any difference between the two results is the network's.
    """
    generator = torch.Generator().manual_seed(_PREVIEW_SEED)
    x = stripes(1, generator=generator)
    y = add_gaussian(x, SIGMA, generator)
    return torch.cat([y, torch.rot90(y, 1, (-2, -1))]), torch.cat([x, torch.rot90(x, 1, (-2, -1))])


def _preview(net: nn.Module, config: TrainConfig) -> Preview:
    return preview_of_pair(net, *_pair(config))


def _examples(config: TrainConfig) -> dict[str, Example]:
    return examples_of_pair(*_pair(config))


def _metrics() -> dict[str, Metric]:
    found: dict[str, Metric] = {"psnr_turned": psnr_metric("turned", "turned")}
    found["psnr_upright"] = psnr_metric("upright", "upright")
    for where in ("upright", "turned"):
        found[f"ssim_{where}"] = ssim_metric(where)
        found[f"psnr_{where}_noisy"] = psnr_metric(f"{where} noisy")
    return {**found, **wide_metrics(), **equivariance_errors(90)}


STRIPES = Recipe(
    name="stripes",
    title="Stripes",
    data={
        LECTURE: f"Horizontal stripes of period 2 px on 50×50 pixels with Gaussian noise of σ = {SIGMA}.",
        WIDE: (
            f"Stripes of period {PERIOD:g} px on {SIDE}×{SIDE} pixels, within ±{math.degrees(SECTOR):g}° of "
            f"horizontal, with Gaussian noise of σ = {SIGMA}."
        ),
    },
    defaults=_defaults,
    build=build_denoiser,
    export=export_denoiser,
    batches=_batches,
    loss=half_squared_error,
    precisions=("float32", "bfloat16"),
    evaluate=_evaluate,
    scores=_scores,
    validate=_validate,
    preview=_preview,
    examples=_examples,
    headline=("psnr_turned", "psnr_upright"),
    metrics=_metrics(),
    matchings=("channels", "parameters"),
    datasets={LECTURE: "the lecture's, one pixel wide", WIDE: "wide ones, which turn freely"},
    shipped=lambda config: tuple(
        f"stripes/{'wide-' if config.dataset == WIDE else ''}{arm}" for arm in ("ordinary", "equivariant")
    ),
    colour_map="stripes",
    page=NetworkPage("pages/rotation.py", "rot_local", "the rotation page"),
)
