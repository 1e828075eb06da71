"""Recipe `flow`: tell two classes of points apart by moving them (slides 4 and 5 of the lecture)."""

import copy
import dataclasses
from functools import lru_cache

import torch
from jaxtyping import Float, Int
from torch import Tensor, nn
from torch.nn import functional

from structviz.checks import lipschitz_constant
from structviz.config import MAX_BATCH, PointShape, TrainConfig
from structviz.data import TOY_SETS, toy_split
from structviz.errors import ConfigError, ShapeError
from structviz.metrics import accuracy
from structviz.nets.points import PLAIN, PointClassifier
from structviz.training.metric import Metric, accuracies
from structviz.training.recipes import Batches, NetworkPage, Preview, Recipe, device_of
from structviz.types import Labels, PerImage, Points

__all__ = [
    "FLOW",
    "N_TEST",
    "TestSet",
    "TrainSet",
    "build_classifier",
    "cross_entropy",
    "decision_map",
    "drawn_from",
    "evaluate_classifier",
    "flow_on",
    "half_width",
    "smoothness",
]

N_TEST = 1000
"""Points to test on."""

_PIXELS = 56
"""Pixels in a row of the picture in a preview."""

TrainSet = tuple[Float[Tensor, "train 2"], Int[Tensor, "train"]]
"""Points to learn from, with their classes."""

TestSet = tuple[Float[Tensor, "test 2"], Int[Tensor, "test"]]
"""Points to test on, with their classes."""


def _defaults(config: TrainConfig) -> TrainConfig:
    shape = config.net or PointShape()
    if not isinstance(shape, PointShape):
        raise ConfigError(f"The recipe flow trains networks of the kind {PointShape.kind!r}; got {shape.kind!r}.")
    n_train = config.n_train or 1000
    weight = 0.0 if shape.scheme == PLAIN else 1e-4
    return dataclasses.replace(
        config,
        n_train=n_train,
        steps=config.steps or 2000,
        batch_size=config.batch_size or min(n_train, MAX_BATCH),
        learning_rate=config.learning_rate or 0.03,
        regularisation=weight if config.regularisation is None else config.regularisation,
        net=shape,
    )


def build_classifier(config: TrainConfig) -> PointClassifier:
    """The trainable network of a complete configuration."""
    if not isinstance(config.net, PointShape):
        raise ConfigError(f"The network needs the shape of a network for points; got {config.net!r}.")
    return PointClassifier(**dataclasses.asdict(config.net))


def _export(net: nn.Module) -> PointClassifier:
    if not isinstance(net, PointClassifier):
        raise ConfigError(f"Only networks for points can be exported here; got {type(net).__name__}.")
    return copy.deepcopy(net).eval().requires_grad_(False)


def _points(config: TrainConfig) -> tuple[TrainSet, TestSet]:
    dataset, n_train = _set(config)
    return toy_split(dataset, n_train, N_TEST, config.seed)


def _set(config: TrainConfig) -> tuple[str, int]:
    """Name and size of the set of points."""
    if config.dataset is None or config.n_train is None:
        raise ConfigError(
            "Points of the recipe flow have the name and size of their set; got a configuration without. Complete it; "
            "a network that was trained on points of one's own can only be measured on those."
        )
    return config.dataset, config.n_train


def _batches(config: TrainConfig, generator: torch.Generator) -> Batches:
    points, labels = _points(config)[0]
    return drawn_from(points, labels, config, generator)


def drawn_from(
    points: Float[Tensor, "point dim"], labels: Labels, config: TrainConfig, generator: torch.Generator
) -> Batches:
    """Endless batches of points with their labels: all of them, or as many at random as a batch holds.

    Parameters
    ----------
    points, labels
        Of shape (n, dim) and (n,).
    config
        Complete settings, of which the size of a batch counts.
    generator
        Draws the batches; it is not used where all points fit into one.

    Returns
    -------
    Batches
        Points of shape (batch, dim) and labels of shape (batch,).
    """
    n, batch_size = len(points), config.batch_size or len(points)
    while True:
        if batch_size >= n:
            yield points, labels
        else:
            chosen = torch.randint(n, (batch_size,), generator=generator)
            yield points[chosen], labels[chosen]


def cross_entropy(logits: Float[Tensor, "batch"], labels: Int[Tensor, "batch"]) -> PerImage:
    """L(Φ(x), y) = log(1 + exp(∓Φ(x))): the logistic loss of each point."""
    return functional.binary_cross_entropy_with_logits(logits, labels.to(logits.dtype), reduction="none")


def smoothness(net: nn.Module, config: TrainConfig) -> Tensor | float:
    """R(θ) = λ/2 ∫ ‖θ̇‖² + ‖θ‖² dt, by differences between layers: weights that hardly change make a flow.

    For a plain network, whose layers have no time between them, it is zero.
    """
    if not isinstance(net, PointClassifier) or net.scheme == PLAIN or not config.regularisation:
        return 0.0
    theta = torch.cat([net.A.flatten(1), net.b], 1)
    change, size = theta.diff(dim=0).square().sum(), theta.square().sum()
    return 0.5 * config.regularisation * (change / net.dt + size * net.dt)


def evaluate_classifier(net: nn.Module, train: TrainSet, test: TestSet) -> dict[str, float]:
    """Accuracy and mean loss on both sets, and the Lipschitz constant of the layers on the test points.

    Parameters
    ----------
    net
        From points to logits.
    train, test
        Points of shape (n, 2) with labels of shape (n,), each in {0, 1}.

    Returns
    -------
    dict of str to float
        Figures by their names on a card; no Lipschitz constant for networks of other classes than `PointClassifier`.
    """
    figures: dict[str, float] = {}
    with torch.no_grad():
        for name, (points, labels) in (("train", train), ("test", test)):
            logits = net(points)
            figures[f"accuracy_{name}"] = accuracy(logits, labels)
            figures[f"loss_{name}"] = cross_entropy(logits, labels).mean().item()
        if isinstance(net, PointClassifier):
            figures["lipschitz_constant"] = lipschitz_constant(net.last, test[0])
    return figures


def _evaluate(net: nn.Module, config: TrainConfig) -> dict[str, float]:
    return evaluate_classifier(net, *_points(config))


@lru_cache(maxsize=4)
def _split(dataset: str, n_train: int, seed: int) -> tuple[TrainSet, TestSet]:
    """Points for previews, which are made often; shared, so not to be changed."""
    return toy_split(dataset, n_train, N_TEST, seed)


def half_width(points: Points) -> float:
    """Half the side of a square about the origin that holds all points and a margin."""
    return 1.15 * points.abs().max().item() or 1.0


def decision_map(net: nn.Module, extent: float, pixels: int = _PIXELS) -> Float[Tensor, "row column"]:
    """Probability of class 1 at the centres of the pixels of a square about the origin, the upper row first.

    Where the network gives no number, it is 1/2.

    Parameters
    ----------
    net
        From points to logits, on any device.
    extent
        Half the side of the square, as from `half_width`.
    pixels
        In a row.

    Returns
    -------
    Tensor
        Of shape (pixels, pixels), on the CPU.
    """
    reach = extent * (1 - 1 / pixels)
    ticks = torch.linspace(-reach, reach, pixels)
    places = torch.stack(torch.meshgrid(ticks, ticks, indexing="xy"), -1).flip(0).reshape(-1, 2)
    with torch.no_grad():
        logits = net(places.to(device_of(net))).cpu()
    return torch.sigmoid(logits).nan_to_num(0.5).reshape(pixels, pixels)


def _preview_on(net: nn.Module, train: TrainSet, test: TestSet) -> Preview:
    figures: dict[str, float] = {}
    for name, (points, labels) in (("train", train), ("test", test)):
        # As many as a step sees at most, however large the set: a preview must cost no more than a few steps.
        points, labels = points[:MAX_BATCH], labels[:MAX_BATCH]
        with torch.no_grad():
            logits = net(points.to(device_of(net))).cpu()
        figures[f"accuracy_{name}"] = accuracy(logits, labels)
        figures[f"loss_{name}"] = cross_entropy(logits, labels).mean().item()
    return Preview(figures, {"decision": decision_map(net, half_width(train[0]))})


def _preview(net: nn.Module, config: TrainConfig) -> Preview:
    return _preview_on(net, *_split(*_set(config), config.seed))


def _training_points(config: TrainConfig) -> TrainSet:
    dataset, n_train = _set(config)
    return _split(dataset, n_train, config.seed)[0]


def _shipped(config: TrainConfig) -> tuple[str, ...]:
    scheme = config.net.scheme if isinstance(config.net, PointShape) else ""
    return (f"flow/{scheme if scheme in (PLAIN, 'rk4') else 'resnet'}-{_set(config)[0]}",)


FLOW = Recipe(
    name="flow",
    title="Points in two classes",
    data=f"Points in the plane in two classes with Gaussian noise; tested on {N_TEST} others.",
    defaults=_defaults,
    build=build_classifier,
    export=_export,
    batches=_batches,
    loss=cross_entropy,
    evaluate=_evaluate,
    preview=_preview,
    examples=lambda _config: {},
    headline=("accuracy_test",),
    metrics={
        **accuracies("points"),
        "lipschitz_constant": Metric(
            "Lipschitz constant", "Lipschitz constant", table_format=".1f", higher_is_better=False
        ),
    },
    plural="points",
    regulariser=smoothness,
    arms=("ordinary",),
    datasets={name: toy_set.title for name, toy_set in TOY_SETS.items()},
    quick=(500, 500),
    shipped=_shipped,
    points=_training_points,
    page=NetworkPage("pages/flow.py", "flow_local", "the flow page"),
)


def flow_on(points: Points, labels: Labels) -> Recipe:
    """The recipe for points of a visitor; it is tested on its training points, as there are no others.

    Raises
    ------
    ShapeError
        If there is not a label, 0 or 1, for each point of the plane.
    """
    if points.ndim != 2 or points.shape[1] != 2 or labels.shape != points.shape[:1]:
        raise ShapeError(
            "Points to train on are a table of two columns with a label for each; got the shapes "
            f"{tuple(points.shape)} and {tuple(labels.shape)}."
        )
    if strange := set(labels.tolist()) - {0, 1}:
        raise ShapeError(f"The label of a point is 0 or 1; got {min(strange)}. Number the two classes so.")
    return dataclasses.replace(
        FLOW,
        data=f"{len(points)} points of one's own.",
        defaults=lambda config: _defaults(dataclasses.replace(config, n_train=len(points))),
        batches=lambda config, generator: drawn_from(points, labels, config, generator),
        evaluate=lambda net, _config: evaluate_classifier(net, (points, labels), (points, labels)),
        preview=lambda net, _config: _preview_on(net, (points, labels), (points, labels)),
        datasets={},
        points=lambda _config: (points, labels),
    )
