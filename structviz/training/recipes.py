"""What a recipe is: a learning task as data, networks, loss and metrics."""

import dataclasses
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from structviz.config import TrainConfig
from structviz.errors import ConfigError
from structviz.nets.groups import group
from structviz.types import PerImage

__all__ = ["ARMS", "Batches", "Recipe", "complete", "no_regulariser"]

ARMS = ("ordinary", "augmented", "equivariant")
"""The arms that are trained; the symmetrised arm needs no training of its own."""

Batches = Iterator[tuple[Tensor, Tensor]]
"""Endless pairs of network input and target."""


def no_regulariser(net: nn.Module, config: TrainConfig) -> float:
    """R(θ) = 0, as most recipes have it."""
    del net, config
    return 0.0


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
    regulariser
        R(θ), added to the mean loss.
    arms
        The arms that can be trained.
    datasets
        Names of its data sets, if there are several; the first is the default.
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
    regulariser: Callable[[nn.Module, TrainConfig], Tensor | float] = no_regulariser
    arms: tuple[str, ...] = ARMS
    datasets: tuple[str, ...] = ()


def complete(config: TrainConfig, recipe: Recipe) -> TrainConfig:
    """Fill in what `config` leaves open.

    Raises
    ------
    ConfigError
        If the arm, group or data set is unknown, or something is given to a recipe or an arm that has none.
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
    if config.regularisation and recipe.regulariser is no_regulariser:
        raise ConfigError(f"The recipe {recipe.name} has no regulariser; got the weight {config.regularisation!r}.")
    if config.arm == "equivariant":
        config = dataclasses.replace(config, group=group(config.group or "C4").name)
    elif config.group is not None:
        raise ConfigError(f"Only the equivariant arm has a group; got {config.group!r} for the arm {config.arm!r}.")
    return recipe.defaults(config)
