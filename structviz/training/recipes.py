"""What a recipe is: a learning task as data, networks, loss and metrics."""

import dataclasses
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor, nn

from structviz.config import TrainConfig
from structviz.errors import ConfigError
from structviz.metrics import psnr
from structviz.nets.groups import group
from structviz.types import Images, Mask, PerImage

__all__ = [
    "ARMS",
    "PAIR",
    "Batches",
    "Example",
    "Preview",
    "Recipe",
    "Score",
    "complete",
    "device_of",
    "examples_of_pair",
    "glance_at_pair",
    "no_regulariser",
]

ARMS = ("ordinary", "augmented", "equivariant")
"""The arms that are trained; the symmetrised arm needs no training of its own."""

Batches = Iterator[tuple[Tensor, Tensor]]
"""Endless pairs of network input and target.

After the first pair the state of the generator alone decides the next one, so that a run can be taken up again.
"""

PAIR = ("upright", "turned")
"""The examples of a glance at images: as the training images lie, and the same a quarter turn further."""


def no_regulariser(net: nn.Module, config: TrainConfig) -> float:
    """R(θ) = 0, as most recipes have it."""
    del net, config
    return 0.0


@dataclass(frozen=True)
class Score:
    """How well one held-out image came out, in one orientation."""

    orientation: str
    image: int
    psnr: float
    ssim: float


@dataclass(frozen=True)
class Preview:
    """What a network in training makes of a few examples that it never learns from.

    Attributes
    ----------
    figures
        Named numbers, of the kind that `evaluate` gives but on fewer examples.
    pictures
        What comes out, by the name of the example; on the CPU.
    """

    figures: Mapping[str, float]
    pictures: Mapping[str, Float[Tensor, "row column"]]


@dataclass(frozen=True)
class Example:
    """What a picture of a glance is made from, as an image, and what it should be."""

    given: Float[Tensor, "row column"]
    truth: Float[Tensor, "row column"]


@dataclass(frozen=True)
class Recipe:
    """A learning task: data, networks, loss and metrics.

    Attributes
    ----------
    name, title
        As used in code, and as shown.
    data
        One sentence for the card: what the networks see in training.
    defaults
        Settings where a configuration leaves them open, given the configuration.
    build
        The trainable network of a complete configuration.
    export
        The same network as plain torch.
    batches
        Endless training pairs, drawn from the generator.
    loss
        One number per example, from output and target.
    evaluate
        Named figures on fixed held-out data, for a network of that configuration.
    glance
        What a plain network in evaluation mode, on any device, makes of a few held-out examples: far cheaper than
        `evaluate`, and the same each time.
    examples
        Given and truth behind each picture of a glance, in its order; none where the pictures show no images.
    headline
        The figures of a glance that are worth a curve, most telling first.
    regulariser
        R(θ), added to the mean loss.
    arms
        The arms that can be trained.
    precisions
        In which numbers the layers can compute.
    datasets
        Names of its data sets, if there are several; the first is the default.
    scores
        The figures of each held-out image, where the recipe can be swept.
    references
        The same for methods that are not trained, by name.
    """

    name: str
    title: str
    data: str
    defaults: Callable[[TrainConfig], TrainConfig]
    build: Callable[[TrainConfig], nn.Module]
    export: Callable[[nn.Module], nn.Module]
    batches: Callable[[TrainConfig, torch.Generator], Batches]
    loss: Callable[[Tensor, Tensor], PerImage]
    evaluate: Callable[[nn.Module, TrainConfig], Mapping[str, float]]
    glance: Callable[[nn.Module, TrainConfig], Preview]
    examples: Callable[[TrainConfig], Mapping[str, Example]]
    headline: tuple[str, ...]
    regulariser: Callable[[nn.Module, TrainConfig], Tensor | float] = no_regulariser
    arms: tuple[str, ...] = ARMS
    precisions: tuple[str, ...] = ("float32",)
    datasets: tuple[str, ...] = ()
    scores: Callable[[nn.Module, TrainConfig], Sequence[Score]] | None = None
    references: Callable[[TrainConfig], Mapping[str, Sequence[Score]]] | None = None


def complete(config: TrainConfig, recipe: Recipe) -> TrainConfig:
    """Fill in what `config` leaves open.

    Raises
    ------
    ConfigError
        If the arm, group, precision or data set is unknown, or something is given to a recipe or an arm that has none.
    """
    if config.arm not in recipe.arms:
        raise ConfigError(f"An arm of {recipe.name} to train is one of {', '.join(recipe.arms)}; got {config.arm!r}.")
    if recipe.datasets:
        config = dataclasses.replace(config, dataset=config.dataset or recipe.datasets[0])
        if config.dataset not in recipe.datasets:
            raise ConfigError(
                f"A data set of {recipe.name} is one of {', '.join(recipe.datasets)}; got {config.dataset!r}."
            )
    elif config.dataset is not None:
        raise ConfigError(f"The recipe {recipe.name} has one data set and takes no name; got {config.dataset!r}.")
    if config.precision not in recipe.precisions:
        raise ConfigError(
            f"Layers of {recipe.name} compute in {' or '.join(recipe.precisions)}; "
            f"got the precision {config.precision!r}."
        )
    if config.regularisation and recipe.regulariser is no_regulariser:
        raise ConfigError(f"The recipe {recipe.name} has no regulariser; got the weight {config.regularisation!r}.")
    if config.arm == "equivariant":
        config = dataclasses.replace(config, group=group(config.group or "C4").name)
    elif config.group is not None:
        raise ConfigError(f"Only the equivariant arm has a group; got {config.group!r} for the arm {config.arm!r}.")
    return recipe.defaults(config)


def device_of(net: nn.Module) -> torch.device:
    """Where the weights of a network are; the CPU if it has none."""
    return next((p.device for p in net.parameters()), torch.device("cpu"))


def glance_at_pair(
    net: nn.Module, y: Tensor, truth: Images, data_range: float = 1.0, mask: Mask | None = None
) -> Preview:
    """The pictures that a network makes of a `PAIR`, and their PSNR.

    Parameters
    ----------
    net
        A plain network in evaluation mode.
    y
        What it takes, for both examples.
    truth
        What should come out.
    data_range, mask
        As for `structviz.metrics.psnr`.
    """
    with torch.no_grad():
        # A copy, as a network may hand back what it was given, which is shared.
        x = net(y.to(device_of(net))).to("cpu", copy=True)
    decibels = psnr(x, truth, data_range, mask).tolist()
    return Preview(
        figures={f"psnr_{name}": value for name, value in zip(PAIR, decibels, strict=True)},
        pictures={name: image for name, (image,) in zip(PAIR, x, strict=True)},
    )


def examples_of_pair(given: Images, truth: Images) -> dict[str, Example]:
    """Given and true images of a `PAIR`, as copies."""
    return {name: Example(y.clone(), x.clone()) for name, (y,), (x,) in zip(PAIR, given, truth, strict=True)}
