"""Recipes: learning tasks with data, networks, loss, metrics, and the words and pictures that show them."""

import dataclasses
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import torch
from jaxtyping import Float
from torch import Tensor, nn

from structviz.arms import ROTATION_ARMS
from structviz.config import Matching, TrainConfig
from structviz.errors import ConfigError
from structviz.metrics import psnr
from structviz.nets.groups import group
from structviz.training.metric import Examples, Metric
from structviz.types import Images, Labels, Mask, PerImage, Points

__all__ = [
    "PAIR",
    "Batches",
    "Example",
    "NetworkPage",
    "Preview",
    "Recipe",
    "Score",
    "complete",
    "device_of",
    "examples_of_pair",
    "preview_of_pair",
    "no_regulariser",
]

Batches = Iterator[tuple[Tensor, Tensor]]
"""Endless pairs of network input and target.

After the first pair the state of the generator alone decides the next one, so that a run can be resumed.
"""

PAIR = ("upright", "turned")
"""The examples of a preview of images: as the training images lie, and the same a quarter turn further."""


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
    """What a picture of a preview is made from, as an image, and what it should be."""

    given: Float[Tensor, "row column"]
    truth: Float[Tensor, "row column"]


@dataclass(frozen=True)
class NetworkPage:
    """The page of the app that shows the networks of a recipe.

    Attributes
    ----------
    script
        The page's file, from the root of the app.
    parameter
        Of the address; its value are the names of the networks, with commas between them.
    title
        The page in a sentence, such as "the CT page".
    """

    script: str
    parameter: str
    title: str


@dataclass(frozen=True)
class Recipe:
    """A learning task: data, networks, loss and metrics, with the words and pictures that show it.

    Whatever lists or describes recipes reads it from here; there is no second table of them.

    Attributes
    ----------
    name, title
        As used in code, and as shown; the title fits on a button.
    plural
        What a training set consists of, such as "images".
    data
        One sentence for the card: what the networks see in training; by the names of the data sets if it differs.
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
    preview
        What a plain network in evaluation mode, on any device, makes of a few held-out examples: far cheaper than
        `evaluate`, and the same each time.
    examples
        Given and truth behind each picture of a preview, in its order; none where the pictures show no images.
    headline
        The figures of a preview that are worth a curve, most telling first.
    metrics
        How each figure of `evaluate` and `preview` is named and written, by its name.
    regulariser
        R(θ), added to the mean loss.
    arms
        The arms that can be trained.
    matchings
        What the equivariant network can share with the ordinary one.
    precisions
        In which numbers the layers can compute.
    datasets
        Titles of its data sets by their names, if there are several; the first is the default.
    optimisers
        How its steps can be taken; see `structviz.training.descent`.
    smoothed
        Whether the regulariser has a weight of its own for changes from layer to layer.
    validate
        One number, higher is better, on examples that are neither for training nor held out: settings of a training
        are chosen by it.
    scores
        The figures of each held-out image, where the recipe can be swept.
    references
        The same for methods that are not trained, by name.
    quick
        Size of the training set and number of steps of a first run, which takes about a minute on a laptop.
    slow_to_draw
        Whether drawing a training example takes so long that an estimate of the time must count it.
    shipped
        Names of networks in the zoo that have learnt the task of a complete configuration before: one of each arm to
        compare, or a single one.
    colour_map
        Of the pictures of a preview, one of `structviz.figures.COLOUR_MAPS`.
    points
        The training points of a complete configuration and their labels, where a preview is a map of decisions in the
        plane; None where its pictures are images.
    page
        Where its networks can be seen at work, if there is such a page.

    Raises
    ------
    ConfigError
        If `headline` has a figure that is not among the `metrics`.
    """

    name: str
    title: str
    data: str | Mapping[str, str]
    defaults: Callable[[TrainConfig], TrainConfig]
    build: Callable[[TrainConfig], nn.Module]
    export: Callable[[nn.Module], nn.Module]
    batches: Callable[[TrainConfig, torch.Generator], Batches]
    loss: Callable[[Tensor, Tensor], PerImage]
    evaluate: Callable[[nn.Module, TrainConfig], Mapping[str, float]]
    preview: Callable[[nn.Module, TrainConfig], Preview]
    examples: Callable[[TrainConfig], Mapping[str, Example]]
    headline: tuple[str, ...]
    metrics: Mapping[str, Metric]
    plural: str = "images"
    regulariser: Callable[[nn.Module, TrainConfig], Tensor | float] = no_regulariser
    arms: tuple[str, ...] = ROTATION_ARMS
    matchings: tuple[Matching, ...] = ("channels",)
    precisions: tuple[str, ...] = ("float32",)
    datasets: Mapping[str, str] = field(default_factory=dict)
    optimisers: tuple[str, ...] = ("adam",)
    smoothed: bool = False
    validate: Callable[[nn.Module, TrainConfig], float] | None = None
    scores: Callable[[nn.Module, TrainConfig], Sequence[Score]] | None = None
    references: Callable[[TrainConfig], Mapping[str, Sequence[Score]]] | None = None
    quick: tuple[int, int] = (16, 400)
    slow_to_draw: bool = False
    shipped: Callable[[TrainConfig], tuple[str, ...]] = lambda _config: ()
    colour_map: str = "grey"
    points: Callable[[TrainConfig], tuple[Points, Labels]] | None = None
    page: NetworkPage | None = None

    def __post_init__(self) -> None:
        if unknown := set(self.headline) - set(self.metrics):
            raise ConfigError(
                f"The recipe {self.name} has no metric {', '.join(sorted(unknown))} for a curve; declare it in metrics."
            )

    def data_of(self, config: TrainConfig) -> str:
        """What the networks of a complete configuration see in training, in one sentence."""
        return self.data if isinstance(self.data, str) else self.data[config.dataset or next(iter(self.datasets))]

    def metric(self, name: str) -> Metric:
        """How a figure is named and written; something readable if the recipe does not know it."""
        return self.metrics.get(name) or Metric.unnamed(name)

    def compared(self, figures: Mapping[str, float], examples: Examples) -> tuple[Metric, float] | None:
        """The figure by which runs are compared on such examples, or None if there is none that is a number."""
        for name, metric in self.metrics.items():
            if metric.examples == examples and math.isfinite(figures.get(name, math.nan)):
                return metric, figures[name]
        return None


def complete(config: TrainConfig, recipe: Recipe) -> TrainConfig:
    """The configuration with everything filled in that it leaves open.

    Raises
    ------
    ConfigError
        If the arm, group, precision or data set is unknown, or something is given to a recipe or an arm that has none.
    """
    if config.arm not in recipe.arms:
        raise ConfigError(f"An arm of {recipe.name} to train is one of {', '.join(recipe.arms)}; got {config.arm!r}.")
    if recipe.datasets:
        config = dataclasses.replace(config, dataset=config.dataset or next(iter(recipe.datasets)))
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
    if config.smoothness is not None and not recipe.smoothed:
        raise ConfigError(
            f"The recipe {recipe.name} has no weight of smoothness; got {config.smoothness!r}. Leave it out."
        )
    if config.optimiser is not None and config.optimiser not in recipe.optimisers:
        raise ConfigError(
            f"The steps of {recipe.name} are those of {' or '.join(recipe.optimisers)}; got {config.optimiser!r}."
        )
    if config.is_equivariant:
        config = dataclasses.replace(config, group=group(config.group or "C4").name)
    elif config.group is not None:
        raise ConfigError(f"Only equivariant arms have a group; got {config.group!r} for the arm {config.arm!r}.")
    return recipe.defaults(config)


def device_of(net: nn.Module) -> torch.device:
    """Where the weights of a network are; the CPU if it has none."""
    return next((p.device for p in net.parameters()), torch.device("cpu"))


def preview_of_pair(
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

    Returns
    -------
    Preview
        Figures `psnr_upright` and `psnr_turned` in dB, and the two pictures, on the CPU.
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
