"""Recipe `control`: the four networks and the data of "Deep learning as optimal control problems" (2019)."""

import copy
import dataclasses
from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType

import torch
from torch import Tensor, nn

from structviz.config import ODENetShape, TrainConfig
from structviz.data import TOY_SETS, toy_split
from structviz.errors import ConfigError
from structviz.metrics import accuracy
from structviz.nets import ODENet, control_cost
from structviz.training.flow import (
    FLOW,
    TestSet,
    TrainSet,
    cross_entropy,
    decision_map,
    drawn_from,
    evaluate_classifier,
    half_width,
)
from structviz.training.metric import Metric, accuracies
from structviz.training.recipes import Batches, NetworkPage, Preview, device_of

__all__ = ["CONTROL", "CONTROL_SETS", "N_POINTS", "OPTIMISERS", "control_points", "export_control"]

N_POINTS = 500
"""Points to train on, and as many others to test on."""

CONTROL_SETS = ("donut1d", "donut2d", "squares2d", "spiral2d")
"""The data sets of the paper."""

OPTIMISERS: Mapping[str, str] = MappingProxyType({"backtracking": "gradient descent", "adam": "Adam"})
"""What trains, in words: gradient descent with backtracking as in the paper, and Adam to compare."""

_RATES = {"backtracking": 1.0, "adam": 0.02}


def _defaults(config: TrainConfig) -> TrainConfig:
    optimiser = config.optimiser or next(iter(OPTIMISERS))
    n_train = config.n_train or N_POINTS
    config = dataclasses.replace(
        config,
        n_train=n_train,
        steps=config.steps or 2000,
        batch_size=config.batch_size or n_train,
        learning_rate=config.learning_rate or _RATES[optimiser],
        regularisation=1e-4 if config.regularisation is None else config.regularisation,
        smoothness=0.0 if config.smoothness is None else config.smoothness,
        optimiser=optimiser,
        net=config.net or ODENetShape(),
    )
    _shape(config)
    return config


def _shape(config: TrainConfig) -> ODENetShape:
    if not isinstance(config.net, ODENetShape):
        raise ConfigError(f"The recipe control trains networks of the kind {ODENetShape.kind!r}; got {config.net!r}.")
    return config.net


def _build(config: TrainConfig) -> ODENet:
    return ODENet(**dataclasses.asdict(_shape(config)))


def export_control(net: nn.Module) -> ODENet:
    """A copy of the network for use, with its steps where they belong."""
    if not isinstance(net, ODENet):
        raise ConfigError(f"Only networks with time steps can be exported here; got {type(net).__name__}.")
    exported = copy.deepcopy(net).eval().requires_grad_(False)
    exported.project_weights()
    return exported


def control_points(config: TrainConfig) -> tuple[TrainSet, TestSet]:
    """Training points and test points of a complete configuration; shared, so not to be changed."""
    if config.dataset is None or config.n_train is None:
        raise ConfigError("Points of the recipe control have the name and size of their set; complete the settings.")
    return _split(config.dataset, config.n_train, config.seed)


@lru_cache(maxsize=8)
def _split(dataset: str, n_train: int, seed: int) -> tuple[TrainSet, TestSet]:
    return toy_split(dataset, n_train, N_POINTS, seed)


def _batches(config: TrainConfig, generator: torch.Generator) -> Batches:
    return drawn_from(*control_points(config)[0], config, generator)


def _regulariser(net: nn.Module, config: TrainConfig) -> Tensor | float:
    """R(θ) = λ/2 ∫ ‖θ‖² + μ/2 ∫ ‖θ̇‖²; zero for a network without time."""
    size, smoothness = config.regularisation or 0.0, config.smoothness or 0.0
    if not isinstance(net, ODENet) or not net.has_time or not (size or smoothness):
        return 0.0
    return control_cost(net, size, smoothness)


def _evaluate(net: nn.Module, config: TrainConfig) -> dict[str, float]:
    """Accuracy and loss on both sets; of learned steps their sum, the smallest one and how many are next to 0."""
    figures = evaluate_classifier(net, *control_points(config))
    if isinstance(net, ODENet) and net.steps in ("learned", "simplex"):
        h = net.time_steps.detach()
        figures |= {"sum_of_steps": h.sum().item(), "smallest_step": h.min().item()}
    return figures


def _preview(net: nn.Module, config: TrainConfig) -> Preview:
    figures: dict[str, float] = {}
    train, test = control_points(config)
    for name, (points, labels) in (("train", train), ("test", test)):
        with torch.no_grad():
            logits = net(points.to(device_of(net))).cpu()
        figures[f"accuracy_{name}"] = accuracy(logits, labels)
        figures[f"loss_{name}"] = cross_entropy(logits, labels).mean().item()
    return Preview(figures, {"decision": decision_map(net, half_width(train[0]))})


def _shipped(config: TrainConfig) -> tuple[str, ...]:
    return (f"control/{_shape(config).steps}-{config.dataset}",)


CONTROL = dataclasses.replace(
    FLOW,
    name="control",
    title="Points, by optimal control",
    data=f"Points in the plane in two classes with Gaussian noise; tested on {N_POINTS} others.",
    defaults=_defaults,
    build=_build,
    export=export_control,
    batches=_batches,
    evaluate=_evaluate,
    preview=_preview,
    metrics={
        **accuracies("points"),
        "sum_of_steps": Metric("Sum of the time steps", "time", table_format=".3f", higher_is_better=False),
        "smallest_step": Metric("Smallest time step", "time", table_format=".3f"),
    },
    regulariser=_regulariser,
    datasets={name: TOY_SETS[name].title for name in CONTROL_SETS},
    optimisers=tuple(OPTIMISERS),
    smoothed=True,
    quick=(N_POINTS, 1000),
    shipped=_shipped,
    points=lambda config: control_points(config)[0],
    page=NetworkPage("pages/optimal_control.py", "control_local", "the page on optimal control"),
)
"""The kinds of networks are those of `structviz.nets.STEP_RULES`."""
