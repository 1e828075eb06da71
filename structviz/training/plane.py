"""Recipe `plane`: the task of `flow`, for layers that keep a structure: no two points apart, or no area changed."""

import copy
import dataclasses

import torch
from torch import Tensor, nn

from structviz.checks import worst_pair
from structviz.config import PlaneShape, TrainConfig
from structviz.data import toy
from structviz.errors import ConfigError
from structviz.nets.plane_classifier import PlaneClassifier
from structviz.training.flow import FLOW, N_TEST
from structviz.training.metric import Metric
from structviz.training.recipes import NetworkPage, device_of

__all__ = ["PLANE"]

_CLIMB, _PAIRS = 40, 64
"""Steps of the search for the worst pair, and points from which it starts."""


def _defaults(config: TrainConfig) -> TrainConfig:
    n_train = config.n_train or 1000
    config = dataclasses.replace(
        config,
        n_train=n_train,
        steps=config.steps or 2000,
        batch_size=config.batch_size or n_train,
        learning_rate=config.learning_rate or 0.03,
        regularisation=1e-4 if config.regularisation is None else config.regularisation,
        net=config.net or PlaneShape(),
    )
    _shape(config)
    return config


def _shape(config: TrainConfig) -> PlaneShape:
    if not isinstance(config.net, PlaneShape):
        raise ConfigError(f"The recipe plane trains networks of the kind {PlaneShape.kind!r}; got {config.net!r}.")
    return config.net


def _build(config: TrainConfig) -> PlaneClassifier:
    return PlaneClassifier(**dataclasses.asdict(_shape(config)))


def _export(net: nn.Module) -> PlaneClassifier:
    if not isinstance(net, PlaneClassifier):
        raise ConfigError(f"Only structured networks of points can be exported here; got {type(net).__name__}.")
    return copy.deepcopy(net).eval().requires_grad_(False)


def _smoothness(net: nn.Module, config: TrainConfig) -> Tensor | float:
    """R(θ) = λ/2 Σ K ‖θ^{k+1} − θ^k‖²: weights that hardly change from layer to layer make a flow."""
    if not isinstance(net, PlaneClassifier) or not config.regularisation:
        return 0.0
    change = torch.stack([weights.diff(dim=0).square().sum() for weights in net.flow.parameters()]).sum()
    return 0.5 * config.regularisation * net.n_layers * change


def _evaluate(net: nn.Module, config: TrainConfig) -> dict[str, float]:
    """As for `flow`, and the largest ratio of distances before and after all layers that a search finds."""
    figures = dict(FLOW.evaluate(net, config))
    if isinstance(net, PlaneClassifier):
        start = toy(config.dataset or "halfmoon2d", _PAIRS)[0].to(device_of(net))
        figures["worst_ratio"], *_ = worst_pair(net.flow, start, _CLIMB)
    return figures


_METRICS = {name: metric for name, metric in FLOW.metrics.items() if name != "lipschitz_constant"}

PLANE = dataclasses.replace(
    FLOW,
    name="plane",
    title="Points, with structure",
    data=f"Points in the plane in two classes with Gaussian noise; tested on {N_TEST} others.",
    defaults=_defaults,
    build=_build,
    export=_export,
    evaluate=_evaluate,
    metrics={
        **_METRICS,
        "worst_ratio": Metric("Worst ratio of distances that was found", "ratio of distances", higher_is_better=False),
    },
    regulariser=_smoothness,
    datasets={name: FLOW.datasets[name] for name in ("halfmoon2d", "donut2d", "xor")},
    quick=(500, 500),
    shipped=lambda config: (f"plane/{_shape(config).structure}-{config.dataset}",),
    page=NetworkPage("pages/stability.py", "stability_local", "the stability page"),
)
