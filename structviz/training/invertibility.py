"""Recipe `invertibility`: learn a density by maximum likelihood, with networks that can be undone."""

import copy
import dataclasses
from functools import lru_cache

import torch
from jaxtyping import Float
from torch import Tensor, nn

from structviz.checks import inverse_error
from structviz.config import CouplingShape, ImageFlowShape, NetShape, ResidualFlowShape, TrainConfig
from structviz.data import TOY_SETS, toy_log_density, toy_split
from structviz.errors import ConfigError
from structviz.nets import CouplingFlow, InvertibleMap, InvertibleResNet, WaveletFlow
from structviz.studies.invertibility import density_map
from structviz.training.metric import NATS, Examples, Metric
from structviz.training.photograph_flow import (
    PHOTOGRAPHS,
    measure_photographs,
    patch_batches,
    preview_of_photographs,
    sample_example,
)
from structviz.training.recipes import Batches, Example, NetworkPage, Preview, Recipe, device_of
from structviz.types import PerImage

__all__ = ["DENSITY_SETS", "INVERTIBILITY", "N_HELD_OUT", "LogLikelihood", "relative_density"]

DENSITY_SETS = tuple(name for name, toy_set in TOY_SETS.items() if toy_set.dimension == 2)
"""The toy sets that have a density in the plane."""

N_HELD_OUT = 5000
"""Points to test on."""

_PIXELS = 64
"""Pixels in a row of the map in a preview."""

_FEW = 1000
"""Points in the figures of a preview, at most."""

_WINDOW, _GRID = 6.0, 800
"""Half the side of the square on which the probability is added up, and the cells in a row of it."""


class LogLikelihood(nn.Module):
    """The network in training: from data to log p(x), one number for each."""

    def __init__(self, flow: InvertibleMap) -> None:
        super().__init__()
        self.flow = flow

    def forward(self, x: Float[Tensor, "batch *rest"]) -> PerImage:
        """Log p(x) in nats."""
        return self.flow.log_prob(x)


def _defaults(config: TrainConfig) -> TrainConfig:
    on_photographs = config.dataset == PHOTOGRAPHS
    shape = config.net or (ImageFlowShape() if on_photographs else CouplingShape())
    if isinstance(shape, ImageFlowShape) != on_photographs or not isinstance(shape, _Shape):
        kinds = "image-flow" if on_photographs else "coupling or residual-flow"
        raise ConfigError(
            f"The recipe invertibility trains networks of the kind {kinds} on {config.dataset}; got {shape.kind!r}."
        )
    return dataclasses.replace(
        config,
        n_train=config.n_train or (2000 if on_photographs else 10_000),
        steps=config.steps or (4000 if on_photographs else 3000),
        batch_size=config.batch_size or (16 if on_photographs else 512),
        learning_rate=config.learning_rate or (2e-3 if on_photographs else 1e-2),
        net=shape,
    )


_Shape = CouplingShape | ResidualFlowShape | ImageFlowShape


def _flow(shape: NetShape | None) -> InvertibleMap:
    if isinstance(shape, CouplingShape):
        return CouplingFlow(2, shape.width, shape.n_layers, shape.coupling)
    if isinstance(shape, ResidualFlowShape):
        return InvertibleResNet(2, shape.width, shape.n_layers, shape.contraction, shape.activation)
    if isinstance(shape, ImageFlowShape):
        return WaveletFlow(shape.width, shape.n_layers, shape.coupling)
    raise ConfigError(f"The network needs the shape of one that can be undone; got {shape!r}.")


def _export(net: nn.Module) -> InvertibleMap:
    flow = net.flow if isinstance(net, LogLikelihood) else net
    if not isinstance(flow, InvertibleMap):
        raise ConfigError(f"Only networks that can be undone can be exported here; got {type(net).__name__}.")
    plain = copy.deepcopy(flow).to(memory_format=torch.contiguous_format)  # pyright: ignore[reportCallIssue]
    return plain.eval().requires_grad_(False)


def _batches(config: TrainConfig, generator: torch.Generator) -> Batches:
    if config.dataset == PHOTOGRAPHS:
        yield from patch_batches(config.n_train or 1, config.batch_size or 1, generator)
    x, _ = _points(*_set(config))
    while True:
        chosen = x[torch.randint(len(x), (config.batch_size or 1,), generator=generator)]
        yield chosen, chosen


def _negative(log_likelihood: PerImage, x: Tensor) -> PerImage:
    """The loss −log p(x)."""
    del x
    return -log_likelihood


def _set(config: TrainConfig) -> tuple[str, int, int]:
    """Name and size of the set of points, and the seed."""
    if config.dataset is None or config.n_train is None:
        raise ConfigError("Points have the name and size of their set; got settings without. Complete them.")
    return config.dataset, config.n_train, config.seed


@lru_cache(maxsize=8)
def _points(dataset: str, n_train: int, seed: int) -> tuple[Float[Tensor, "train 2"], Float[Tensor, "test 2"]]:
    """Points to learn from, and others to test on; shared, so not to be changed."""
    (train, _), (test, _) = toy_split(dataset, n_train, N_HELD_OUT, seed)
    return train, test


@torch.no_grad()
def _evaluate(net: nn.Module, config: TrainConfig) -> dict[str, float]:
    """Mean log-likelihoods in nats, the error of the inverse, and the probability of the whole window."""
    flow = _export(net)
    if config.dataset == PHOTOGRAPHS:
        return measure_photographs(flow)
    train, test = _points(*_set(config))
    return {
        "log_likelihood_test": flow.log_prob(test).mean().item(),
        "log_likelihood_train": flow.log_prob(train).mean().item(),
        "inverse_error": inverse_error(flow, test[:_FEW]),
        "mass": density_map(flow, _WINDOW, _GRID).total,
    }


def relative_density(log_density: Float[Tensor, "..."], highest: float) -> Float[Tensor, "..."]:
    """√(p / p_max), at most 1: roots show what is faint.

    Parameters
    ----------
    log_density
        Log p.
    highest
        Log p_max.
    """
    return ((log_density - highest) / 2).exp().clamp(max=1).nan_to_num(0.0)


@lru_cache(maxsize=8)
def _truth(dataset: str, n_train: int, seed: int) -> tuple[Tensor, Tensor]:
    """The grid of the map in a preview, and the true log-density there; shared, so not to be changed."""
    train, _ = _points(dataset, n_train, seed)
    half = 1.1 * train.abs().max().item()
    axis = (torch.arange(_PIXELS) + 0.5) * (2 * half / _PIXELS) - half
    grid = torch.stack(torch.meshgrid(axis, axis, indexing="xy"), -1).flip(0).reshape(-1, 2)
    return grid, toy_log_density(dataset, grid, 4000).float().reshape(_PIXELS, _PIXELS)


@torch.no_grad()
def _preview(net: nn.Module, config: TrainConfig) -> Preview:
    place = device_of(net)
    if config.dataset == PHOTOGRAPHS:
        return preview_of_photographs(net)
    log_prob = getattr(net, "log_prob")  # noqa: B009, of any plain network
    figures = {
        f"log_likelihood_{name}": log_prob(x[:_FEW].to(place)).mean().item()
        for name, x in zip(("train", "test"), _points(*_set(config)), strict=True)
    }
    grid, truth = _truth(*_set(config))
    found = log_prob(grid.to(place)).cpu().reshape(_PIXELS, _PIXELS)
    return Preview(figures, {"density": relative_density(found, truth.max().item())})


def _examples(config: TrainConfig) -> dict[str, Example]:
    """Where the points lie that it learns from, and the true density."""
    if config.dataset == PHOTOGRAPHS:
        return {"sample": sample_example()}
    train, _ = _points(*_set(config))
    grid, truth = _truth(*_set(config))
    half = grid.abs().max().item() * _PIXELS / (_PIXELS - 1)
    columns, rows = ((train + half) / (2 * half) * _PIXELS).long().clamp(0, _PIXELS - 1).unbind(1)
    counts = torch.zeros(_PIXELS, _PIXELS).index_put((_PIXELS - 1 - rows, columns), torch.ones(1), accumulate=True)
    given = relative_density((counts / counts.max()).log(), 0.0)
    return {"density": Example(given, relative_density(truth, truth.max().item()))}


def _likelihood(where: str, examples: Examples) -> Metric:
    return Metric(
        title=f"Log-likelihood of {where} points",
        axis="nats per point",
        label=f"{where} points",
        unit=NATS,
        decimals=3,
        table_format=".3f",
        examples=examples,
        phrase=f"per {where.removesuffix('s')} point",
        tolerance=0.02,
    )


INVERTIBILITY = Recipe(
    name="invertibility",
    title="Densities",
    data={
        **{
            name: f"Points of the set {TOY_SETS[name].title!r}, without their classes; tested on {N_HELD_OUT} others."
            for name in DENSITY_SETS
        },
        PHOTOGRAPHS: (
            "Upright patches of 32×32 pixels from the training photographs with 256 grey levels, each blurred evenly "
            "over its level; tested on the held-out photographs."
        ),
    },
    defaults=_defaults,
    build=lambda config: LogLikelihood(_flow(config.net)),
    export=_export,
    batches=_batches,
    loss=_negative,
    evaluate=_evaluate,
    preview=_preview,
    examples=_examples,
    headline=("log_likelihood_test",),
    metrics={
        "log_likelihood_test": _likelihood("held-out", "new"),
        "log_likelihood_train": _likelihood("training", "training"),
        "bits_per_pixel": Metric(
            "Bits per pixel of held-out photographs",
            "bits per pixel",
            unit=" bits",
            decimals=2,
            table_format=".2f",
            higher_is_better=False,
            phrase="per held-out pixel",
            tolerance=0.02,
        ),
        "inverse_error": Metric("Error of the inverse", "relative error", table_format=".0e", higher_is_better=False),
        "unequal_pixels": Metric(
            "Grey values that do not come back", "pixels", table_format=".0f", decimals=0, higher_is_better=False
        ),
        "mass": Metric("Probability of the window", "probability", decimals=3, table_format=".4f", tolerance=0.01),
    },
    plural="points",
    arms=("ordinary",),
    datasets={**{name: TOY_SETS[name].title for name in DENSITY_SETS}, PHOTOGRAPHS: "Photographs"},
    quick=(2000, 600),
    colour_map="density",
    shipped=lambda config: (_shipped_name(config),),
    page=NetworkPage("pages/invertibility.py", "inv_local", "the invertibility page"),
)


def _shipped_name(config: TrainConfig) -> str:
    if config.dataset == PHOTOGRAPHS:
        return f"invertibility/{PHOTOGRAPHS}"
    shape = config.net
    kind = shape.coupling if isinstance(shape, CouplingShape) else "resnet"
    return f"invertibility/{kind}-{config.dataset}"
