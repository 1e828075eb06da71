"""What a recipe is: a learning task as data, networks, loss and metrics."""

import dataclasses
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import torch
from torch import nn

from structviz.config import TrainConfig
from structviz.errors import ConfigError
from structviz.nets.groups import group
from structviz.types import Images, PerImage

__all__ = ["ARMS", "Batches", "Recipe", "complete"]

ARMS = ("ordinary", "augmented", "equivariant")
"""The arms that are trained; the symmetrised arm needs no training of its own."""

Batches = Iterator[tuple[Images, Images]]
"""Endless pairs of network input and target."""


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
        One number per image, from output and target.
    evaluate
        Named figures on fixed held-out data.
    """

    name: str
    title: str
    data: str
    defaults: Callable[[TrainConfig], TrainConfig]
    build: Callable[[TrainConfig], nn.Module]
    export: Callable[[nn.Module], nn.Module]
    batches: Callable[[TrainConfig, torch.Generator], Batches]
    loss: Callable[[Images, Images], PerImage]
    evaluate: Callable[[nn.Module], Mapping[str, float]]


def complete(config: TrainConfig, recipe: Recipe) -> TrainConfig:
    """Fill in what `config` leaves open.

    Raises
    ------
    ConfigError
        If the arm or the group is unknown, or a group is given to an arm that has none.
    """
    if config.arm not in ARMS:
        raise ConfigError(f"An arm to train is one of {', '.join(ARMS)}; got {config.arm!r}.")
    if config.arm == "equivariant":
        config = dataclasses.replace(config, group=group(config.group or "C4").name)
    elif config.group is not None:
        raise ConfigError(f"Only the equivariant arm has a group; got {config.group!r} for the arm {config.arm!r}.")
    return recipe.defaults(config)
