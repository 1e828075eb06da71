"""Recipe `stability`: the task of `images`, for a denoiser that moves no two images apart and for its free twin."""

import copy
import dataclasses

import torch
from torch import nn

from structviz.arms import is_nonexpansive
from structviz.checks import worst_pair
from structviz.config import DenoiserShape, NonexpansiveShape, TrainConfig
from structviz.errors import ConfigError
from structviz.nets import NonexpansiveDenoiser
from structviz.training.denoising import build_denoiser, check_denoiser, export_denoiser
from structviz.training.images import DILATED, IMAGES_RECIPE, PATCH, validation_patches
from structviz.training.metric import Metric
from structviz.training.recipes import NetworkPage

__all__ = ["CLIMB", "STABILITY"]

CLIMB = 60
"""Steps of the search for the pair of images that a network pulls apart most."""

_PAIRS = 2
"""Images from which the search starts."""


def _defaults(config: TrainConfig) -> TrainConfig:
    stable = is_nonexpansive(config.arm)
    config = dataclasses.replace(
        config,
        n_train=config.n_train or 500,
        steps=config.steps or 1000,
        batch_size=config.batch_size or 4,
        learning_rate=config.learning_rate or (1e-2 if stable else 4e-3),
        net=config.net or (NonexpansiveShape() if stable else DILATED),
    )
    _check(config)
    return config


def _check(config: TrainConfig) -> DenoiserShape | NonexpansiveShape:
    if not is_nonexpansive(config.arm):
        return check_denoiser(config)
    if not isinstance(config.net, NonexpansiveShape):
        raise ConfigError(
            f"The arm {config.arm} has networks of the kind {NonexpansiveShape.kind!r}; got {config.net!r}. Leave the "
            "shape open."
        )
    return config.net


def _build(config: TrainConfig) -> nn.Module:
    shape = _check(config)
    if isinstance(shape, NonexpansiveShape):
        return NonexpansiveDenoiser(**dataclasses.asdict(shape), group=config.group)
    return build_denoiser(config)


def _export(net: nn.Module) -> nn.Module:
    if isinstance(net, NonexpansiveDenoiser):
        plain = copy.deepcopy(net).to(memory_format=torch.contiguous_format)  # pyright: ignore[reportCallIssue]
        return plain.eval().requires_grad_(False)
    return export_denoiser(net)


def _evaluate(net: nn.Module, config: TrainConfig) -> dict[str, float]:
    """As for `images`, and the largest ratio of distances that a search finds on noisy patches."""
    noisy, _ = validation_patches()
    fixed = net.prepared() if isinstance(net, NonexpansiveDenoiser) else net  # else half of the time goes into norms
    ratio, *_ = worst_pair(fixed, noisy[:_PAIRS, ..., : PATCH // 2, : PATCH // 2], CLIMB)
    return {**IMAGES_RECIPE.evaluate(net, config), "worst_ratio": ratio}


_RATIO = Metric("Worst ratio of distances that was found", "ratio of distances", higher_is_better=False)

STABILITY = dataclasses.replace(
    IMAGES_RECIPE,
    name="stability",
    title="Stable denoisers",
    defaults=_defaults,
    build=_build,
    export=_export,
    evaluate=_evaluate,
    metrics={**IMAGES_RECIPE.metrics, "worst_ratio": _RATIO},
    arms=("ordinary", "nonexpansive", "nonexpansive-equivariant"),
    matchings=("channels",),
    precisions=("float32",),
    quick=(100, 200),
    scores=None,
    references=None,
    shipped=lambda _config: ("stability/ordinary", "stability/nonexpansive"),
    page=NetworkPage("pages/stability.py", "stability_local_denoisers", "the stability page"),
)
