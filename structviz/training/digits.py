"""Recipe `digits`: tell handwritten digits apart, by networks that differ in what a turn or a small change can do."""

import copy
import dataclasses
import math
from functools import lru_cache

import torch
from jaxtyping import Float, Int
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from structviz.arms import is_nonexpansive
from structviz.config import ClassifierShape, LipschitzShape, TrainConfig
from structviz.data import DIGIT_COUNTS, digits
from structviz.errors import ConfigError
from structviz.metrics import class_accuracy
from structviz.nets.digit_classifiers import N_CLASSES, ConvClassifier
from structviz.nets.groups import group
from structviz.nets.lipschitz_classifier import LipschitzClassifier, OrthonormalClassifier
from structviz.training.metric import Metric, accuracies
from structviz.training.recipes import Batches, Example, NetworkPage, Preview, Recipe, device_of
from structviz.transforms import rotate
from structviz.types import Images, PerImage

__all__ = ["CERTIFIED_RADIUS", "DIGITS", "accuracy_and_certified", "probabilities", "training_digits", "turned_digits"]

CERTIFIED_RADIUS = 1.0
"""Radius of the figure on cards, in grey values from 0 to 1; the largest distance of two digits is 28."""

_FEW = 200
"""Digits of a preview, upright and turned."""

_MOST = 1000
"""Digits of the training on which a card measures."""

_Digits = tuple[Float[Tensor, "image 1 28 28"], Int[Tensor, "image"]]


def _defaults(config: TrainConfig) -> TrainConfig:
    known = is_nonexpansive(config.arm)
    rate = 1e-2 if known or config.is_equivariant else 3e-3
    n_train = config.n_train or DIGIT_COUNTS["training"]
    if n_train > DIGIT_COUNTS["training"]:
        raise ConfigError(f"There are {DIGIT_COUNTS['training']:,} digits to learn from; got n_train = {n_train:,}.")
    config = dataclasses.replace(
        config,
        n_train=n_train,
        steps=config.steps or 2000,
        batch_size=config.batch_size or 32,
        learning_rate=config.learning_rate or rate,
        net=config.net or _default_shape(config, known),
    )
    _shape(config)
    return config


def _default_shape(config: TrainConfig, known: bool) -> ClassifierShape | LipschitzShape:
    if known:
        return LipschitzShape()
    # Weights are shared by all turns of a group: with three times the channels there are still half as many.
    return ClassifierShape(width=3 * ClassifierShape().width) if config.is_equivariant else ClassifierShape()


def _shape(config: TrainConfig) -> ClassifierShape | LipschitzShape:
    wanted = LipschitzShape if is_nonexpansive(config.arm) else ClassifierShape
    if not isinstance(config.net, wanted):
        raise ConfigError(
            f"The arm {config.arm} of digits has networks of the kind {wanted.kind!r}; got {config.net!r}. Leave the "
            "shape open."
        )
    if config.is_equivariant and isinstance(config.net, ClassifierShape):
        order = group(config.group or "C4").order
        if config.net.width % order:
            raise ConfigError(
                f"{config.group} needs a width that is a multiple of {order} channels; got {config.net.width}."
            )
    return config.net


def _build(config: TrainConfig) -> nn.Module:
    shape = _shape(config)
    values = dataclasses.asdict(shape)
    if isinstance(shape, LipschitzShape):
        return OrthonormalClassifier(**values)
    if not config.is_equivariant:
        return ConvClassifier(**values)
    from structviz.nets.invariant import InvariantClassifier

    return InvariantClassifier(config.group or "C4", **values)


def _export(net: nn.Module) -> nn.Module:
    if isinstance(net, OrthonormalClassifier):
        return net.export()
    if isinstance(net, ConvClassifier):
        plain = copy.deepcopy(net).to(memory_format=torch.contiguous_format)  # pyright: ignore[reportCallIssue]
        return plain.eval().requires_grad_(False)
    from structviz.nets.invariant import InvariantClassifier

    if not isinstance(net, InvariantClassifier):
        raise ConfigError(f"Only classifiers of digits can be exported here; got {type(net).__name__}.")
    return net.export()


def training_digits(n: int, seed: int) -> _Digits:
    """The digits that a run learns from: n of those for training, as the seed draws them, shared out evenly.

    Smaller sets of one seed are parts of larger ones.
    """
    images, labels = digits("training")
    rounds = torch.randperm(len(images) // N_CLASSES, generator=torch.Generator().manual_seed(seed))
    order = (N_CLASSES * rounds[:, None] + torch.arange(N_CLASSES)).flatten()[:n]
    return images[order], labels[order]


def _batches(config: TrainConfig, generator: torch.Generator) -> Batches:
    images, labels = training_digits(config.n_train or 1, config.seed)
    while True:
        chosen = torch.randint(len(images), (config.batch_size or 1,), generator=generator)
        x = images[chosen]
        if config.is_augmented:
            angles = 2 * math.pi * torch.rand(len(x), generator=generator)
            x = rotate(x, angles, "zeros").clamp(0, 1)
        yield x, labels[chosen]


def _loss(logits: Float[Tensor, "batch 10"], labels: Int[Tensor, "batch"]) -> PerImage:
    """Cross-entropy L(Φ(x), y) = log Σ exp Φ(x) − Φ_y(x) of each digit."""
    return cross_entropy(logits, labels, reduction="none")


def probabilities(net: nn.Module, logits: Float[Tensor, "batch 10"]) -> Float[Tensor, "batch 10"]:
    """What a network makes of its logits, divided by its temperature where it has one."""
    return (logits / getattr(net, "temperature", 1.0)).softmax(1)


@lru_cache(maxsize=2)
def turned_digits(n: int) -> _Digits:
    """The first n digits for testing, each turned by an angle of its own; shared, so not to be changed."""
    images, labels = digits("test", n)
    angles = 2 * math.pi * torch.rand(n, generator=torch.Generator().manual_seed(0))
    return rotate(images, angles, "zeros").clamp(0, 1), labels


@torch.no_grad()
def _logits(net: nn.Module, images: Images) -> Float[Tensor, "batch 10"]:
    place = device_of(net)
    return torch.cat([net(part.to(place)).cpu() for part in images.split(250)])


def _figures(net: nn.Module, config: TrainConfig, n: int) -> dict[str, float]:
    """Accuracy and loss on digits of the training, on new ones, and on new ones that are turned."""
    sets = {
        "train": training_digits(min(n, config.n_train or n), config.seed),
        "test": digits("test", n),
        "turned": turned_digits(n),
    }
    figures: dict[str, float] = {}
    for name, (images, labels) in sets.items():
        logits = _logits(net, images)
        figures[f"accuracy_{name}"] = class_accuracy(logits, labels)
        if name != "turned":
            figures[f"loss_{name}"] = _loss(logits / getattr(net, "temperature", 1.0), labels).mean().item()
    return figures


def _evaluate(net: nn.Module, config: TrainConfig) -> dict[str, float]:
    """As in a preview on more digits; with a known Lipschitz constant also what no small change can spoil."""
    figures = _figures(net, config, _MOST)
    if isinstance(net, LipschitzClassifier):
        _, certified = accuracy_and_certified(net, *digits("test"))
        figures |= {"certified_1": certified, "lipschitz_bound": net.lipschitz_bound}
    return figures


def accuracy_and_certified(net: nn.Module, images: Images, labels: Int[Tensor, "image"]) -> tuple[float, float]:
    """The share of digits that are right, and of those that no change of length 1 can spoil: nan without a bound.

    Parameters
    ----------
    net
        From digits to logits.
    images, labels
        Digits with their classes.

    Returns
    -------
    float, float
        Both from 0 to 1.
    """
    logits = _logits(net, images)
    if not isinstance(net, LipschitzClassifier):
        return class_accuracy(logits, labels), math.nan
    largest, index = logits.topk(2, dim=1)
    radius = (largest[:, 0] - largest[:, 1]) / (math.sqrt(2) * net.lipschitz_bound)
    certain = (index[:, 0] == labels) & (radius > CERTIFIED_RADIUS)
    return class_accuracy(logits, labels), certain.double().mean().item()


def _preview(net: nn.Module, config: TrainConfig) -> Preview:
    """Figures on a few digits; and of each class, a row, the shares that are taken for each class, a column."""
    pictures = {}
    for name, (images, labels) in (("upright", digits("test", _FEW)), ("turned", turned_digits(_FEW))):
        found = _logits(net, images).argmax(1)
        counts = torch.zeros(N_CLASSES, N_CLASSES).index_put_((labels, found), torch.tensor(1.0), accumulate=True)
        pictures[name] = counts / counts.sum(1, keepdim=True)
    return Preview(_figures(net, config, _FEW), pictures)


def _validate(net: nn.Module, config: TrainConfig) -> float:
    """Accuracy on the digits for validation."""
    del config
    images, labels = digits("validation")
    return class_accuracy(_logits(net, images), labels)


def _examples(config: TrainConfig) -> dict[str, Example]:
    """A guess takes each class for all classes alike, and a perfect network each class for itself."""
    del config
    guess, right = torch.full((N_CLASSES, N_CLASSES), 1 / N_CLASSES), torch.eye(N_CLASSES)
    return {name: Example(guess.clone(), right.clone()) for name in ("upright", "turned")}


DIGITS = Recipe(
    name="digits",
    title="Handwritten digits",
    data="Handwritten digits of 28×28 pixels out of MNIST, upright; tested on 1000 others.",
    defaults=_defaults,
    build=_build,
    export=_export,
    batches=_batches,
    loss=_loss,
    evaluate=_evaluate,
    preview=_preview,
    examples=_examples,
    headline=("accuracy_turned", "accuracy_test"),
    metrics={
        **accuracies("digits"),
        "accuracy_turned": Metric(
            title="Accuracy on turned digits",
            axis="right in %",
            label="turned digits",
            unit=" %",
            decimals=1,
            scale=100,
            table_format=".3f",
            examples="turned",
            phrase="of turned digits right",
            tolerance=0.01,
        ),
        "certified_1": Metric(
            title=f"Certified at the radius {CERTIFIED_RADIUS:g}",
            axis="right in %",
            label="certified",
            unit=" %",
            decimals=1,
            scale=100,
            table_format=".3f",
            phrase="of new digits certified",
            tolerance=0.01,
        ),
        "lipschitz_bound": Metric(
            "Lipschitz bound", "Lipschitz bound", table_format=".6f", decimals=4, higher_is_better=False
        ),
    },
    plural="digits",
    arms=("ordinary", "augmented", "equivariant", "nonexpansive"),
    validate=_validate,
    quick=(1000, 200),
    shipped=lambda _config: tuple(
        f"digits/{name}" for name in ("ordinary", "augmented", "equivariant", "nonexpansive")
    ),
    page=NetworkPage("pages/robustness.py", "robust_local", "the robustness page"),
)
