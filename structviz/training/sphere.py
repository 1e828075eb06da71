"""Recipe `manifolds`: tell two classes of points on the sphere apart by moving them along it, or through the space.

On its data set of attitudes, rotations follow rotations; that part stands in `structviz.training.attitudes`.
"""

import copy
import dataclasses
import math
from functools import lru_cache

import torch
from jaxtyping import Float, Int
from torch import Tensor, nn

from structviz.checks import sphere_distance
from structviz.config import MAX_BATCH, RotationShape, SphereShape, TrainConfig
from structviz.data import SPHERE_SETS, sphere_split, spherical
from structviz.errors import ConfigError
from structviz.metrics import accuracy
from structviz.nets import RotationFlow
from structviz.nets.sphere_classifier import SphereClassifier
from structviz.training.attitudes import (
    TUMBLING,
    attitude_batches,
    attitude_examples,
    attitude_loss,
    evaluate_attitudes,
    preview_of_attitudes,
)
from structviz.training.flow import N_TEST, cross_entropy, drawn_from
from structviz.training.metric import DEGREES, Examples, Metric, accuracies
from structviz.training.recipes import Batches, Example, NetworkPage, Preview, Recipe, device_of
from structviz.types import PerImage

__all__ = ["MANIFOLDS", "SHIPPED_LAYERS", "SHIPPED_ROTATIONS"]

_ROWS, _COLUMNS = 48, 48
"""Of the map in a preview, a square as all pictures of previews are."""

_DENSE = 2000
"""Points without noise that say what is where."""

_TrainSet = tuple[Float[Tensor, "train 3"], Int[Tensor, "train"]]
_TestSet = tuple[Float[Tensor, "test 3"], Int[Tensor, "test"]]


def _defaults(config: TrainConfig) -> TrainConfig:
    tumbling = config.dataset == TUMBLING
    n_train = config.n_train or (200 if tumbling else 1000)
    smooth = 0.0 if tumbling else 1e-4
    config = dataclasses.replace(
        config,
        n_train=n_train,
        steps=config.steps or (300 if tumbling else 800),
        batch_size=config.batch_size or min(n_train, MAX_BATCH),
        learning_rate=config.learning_rate or (0.02 if tumbling else 0.01),
        regularisation=smooth if config.regularisation is None else config.regularisation,
        net=config.net or (RotationShape() if tumbling else SphereShape()),
    )
    _shape(config)
    return config


def _shape(config: TrainConfig) -> SphereShape | RotationShape:
    kind = RotationShape if config.dataset == TUMBLING else SphereShape
    if not isinstance(config.net, kind):
        raise ConfigError(
            f"On {config.dataset} the recipe manifolds trains networks of the kind {kind.kind!r}; got {config.net!r}."
        )
    return config.net


def _build(config: TrainConfig) -> SphereClassifier | RotationFlow:
    shape = _shape(config)
    make = RotationFlow if isinstance(shape, RotationShape) else SphereClassifier
    return make(**dataclasses.asdict(shape))


def _export(net: nn.Module) -> SphereClassifier | RotationFlow:
    if not isinstance(net, SphereClassifier | RotationFlow):
        raise ConfigError(f"Only networks of points on a manifold can be exported here; got {type(net).__name__}.")
    return copy.deepcopy(net).eval().requires_grad_(False)


def _smoothness(net: nn.Module, config: TrainConfig) -> Tensor | float:
    """R(θ) = λ/2 Σ K ‖θ^{k+1} − θ^k‖²: weights that hardly change from layer to layer make a flow."""
    if not isinstance(net, SphereClassifier) or not config.regularisation:
        return 0.0
    change = torch.stack([weights.diff(dim=0).square().sum() for weights in net.flow.parameters()]).sum()
    return 0.5 * config.regularisation * net.n_layers * change


def _set(config: TrainConfig) -> tuple[str, int, int]:
    """Name and size of the set of points, and the seed."""
    if config.dataset is None or config.n_train is None:
        raise ConfigError("Points have the name and size of their set; got settings without. Complete them.")
    return config.dataset, config.n_train, config.seed


@lru_cache(maxsize=4)
def _split(dataset: str, n_train: int, seed: int) -> tuple[_TrainSet, _TestSet]:
    """Points to learn from, and others to test on; shared, so not to be changed."""
    return sphere_split(dataset, n_train, N_TEST, seed)


def _batches(config: TrainConfig, generator: torch.Generator) -> Batches:
    if config.dataset == TUMBLING:
        return attitude_batches(config, generator)
    return drawn_from(*_split(*_set(config))[0], config, generator)


def _loss(found: Tensor, wanted: Tensor) -> PerImage:
    """Of attitudes their distance, of logits the logistic loss."""
    return attitude_loss(found, wanted) if found.ndim == 3 else cross_entropy(found, wanted)


@torch.no_grad()
def _figures(net: nn.Module, config: TrainConfig) -> dict[str, float]:
    """Accuracy and mean loss on both sets."""
    figures: dict[str, float] = {}
    for name, (points, labels) in zip(("train", "test"), _split(*_set(config)), strict=True):
        logits = net(points.to(device_of(net))).cpu()
        figures[f"accuracy_{name}"] = accuracy(logits, labels)
        figures[f"loss_{name}"] = cross_entropy(logits, labels).mean().item()
    return figures


@torch.no_grad()
def _evaluate(net: nn.Module, config: TrainConfig) -> dict[str, float]:
    """As a preview has it, and how far the layers take test points from the sphere, in float64."""
    if config.dataset == TUMBLING:
        return evaluate_attitudes(net, config)
    figures = _figures(net, config)
    if isinstance(net, SphereClassifier):
        exact = copy.deepcopy(net).cpu().double()
        points = _split(*_set(config))[1][0].double()
        figures["distance"] = sphere_distance(exact.trajectory(points)).max().item()
    return figures


@lru_cache(maxsize=1)
def _places() -> Float[Tensor, "pixel 3"]:
    """The centres of the pixels of a map: rows of one latitude from north to south, columns of one longitude."""
    latitudes = math.pi / 2 - (torch.arange(_ROWS) + 0.5) * (math.pi / _ROWS)
    longitudes = (torch.arange(_COLUMNS) + 0.5) * (2 * math.pi / _COLUMNS) - math.pi
    up, along = torch.meshgrid(latitudes, longitudes, indexing="ij")
    return torch.stack([up.cos() * along.cos(), up.cos() * along.sin(), up.sin()], -1).reshape(-1, 3)


@torch.no_grad()
def _preview(net: nn.Module, config: TrainConfig) -> Preview:
    if config.dataset == TUMBLING:
        return preview_of_attitudes(net, config)
    logits = net(_places().to(device_of(net))).cpu()
    decision = torch.sigmoid(logits).nan_to_num(0.5).reshape(_ROWS, _COLUMNS)
    return Preview(_figures(net, config), {"decision": decision})


def _examples(config: TrainConfig) -> dict[str, Example]:
    """Where the training points lie, 1/2 where there are none; and the class of the nearest place without noise."""
    dataset, *_ = _set(config)
    if dataset == TUMBLING:
        return attitude_examples()
    (points, labels), _ = _split(*_set(config))
    given = torch.full((_ROWS * _COLUMNS,), 0.5)
    given[(_places() @ points.T).argmax(0)] = labels.float()
    clean, classes = spherical(dataset, _DENSE, noise=0.0)
    truth = classes[(_places() @ clean.T).argmax(1)].float()
    return {"decision": Example(given.reshape(_ROWS, _COLUMNS), truth.reshape(_ROWS, _COLUMNS))}


SHIPPED_LAYERS = ("exponential", "euler", "free")
"""Kinds of layers of the networks of points that ship."""

SHIPPED_ROTATIONS = ("lie-euler", "free")
"""Kinds of layers of the networks of attitudes that ship."""


def _shipped(config: TrainConfig) -> tuple[str, ...]:
    layers = _shape(config).layers
    if config.dataset == TUMBLING:
        return (f"manifolds/{layers if layers in SHIPPED_ROTATIONS else 'lie-euler'}-{TUMBLING}",)
    return (f"manifolds/{layers if layers in SHIPPED_LAYERS else 'exponential'}-{config.dataset}",)


def _angle(where: str, examples: Examples) -> Metric:
    return Metric(
        f"Mean angle to {where} attitudes",
        "angle in degrees",
        f"{examples} attitudes",
        DEGREES,
        decimals=1,
        table_format=".2f",
        higher_is_better=False,
        examples=examples,
        phrase=f"off {where} attitudes",
        tolerance=0.2,
    )


MANIFOLDS = Recipe(
    name="manifolds",
    title="Points on a manifold",
    data={
        name: f"Noisy points of the unit sphere in two classes, {chosen.title.lower()}; tested on {N_TEST} others."
        for name, chosen in SPHERE_SETS.items()
    }
    | {
        TUMBLING: "Attitudes of a solid that tumbles, and those after unit time, seen with noise; tested on 500 others."
    },
    defaults=_defaults,
    build=_build,
    export=_export,
    batches=_batches,
    loss=_loss,
    evaluate=_evaluate,
    preview=_preview,
    examples=_examples,
    headline=("accuracy_test", "angle_test"),
    metrics={
        **accuracies("points"),
        "angle_test": _angle("held-out", "new"),
        "angle_train": _angle("training", "training"),
        "distance": Metric(
            "Largest distance from the manifold", "distance", table_format=".0e", decimals=2, higher_is_better=False
        ),
    },
    plural="points",
    regulariser=_smoothness,
    arms=("ordinary",),
    datasets={**{name: chosen.title for name, chosen in SPHERE_SETS.items()}, TUMBLING: "A solid that tumbles"},
    quick=(500, 300),
    shipped=_shipped,
    page=NetworkPage("pages/manifolds.py", "manifolds_local", "the manifolds page"),
)
