"""Events of a training run, and how it can end."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from torch import nn

from structviz.config import TrainConfig

__all__ = ["Event", "Finished", "Outcome", "Progress", "Started", "TrainResult"]


class Outcome(Enum):
    """How a run ended; the value is a sentence for people."""

    FINISHED = "Training finished."
    CANCELLED = "Training was cancelled; the weights are those of the last step."
    DIVERGED = "Training diverged; the weights are the last good ones. A smaller learning rate helps."
    OUT_OF_MEMORY = "The device ran out of memory; a smaller batch or network helps."


@dataclass(frozen=True)
class Started:
    """The run begins, with all settings filled in."""

    config: TrainConfig
    device: str
    n_parameters: int


@dataclass(frozen=True)
class Progress:
    """Mean loss since the last report, after `step` of `steps` steps."""

    step: int
    steps: int
    loss: float
    examples_per_second: float


@dataclass(frozen=True)
class Finished:
    """The run is over and its network is measured."""

    outcome: Outcome
    seconds: float
    metrics: Mapping[str, float]


Event = Started | Progress | Finished


@dataclass(frozen=True)
class TrainResult:
    """A finished run: the network in evaluation mode, as plain torch, and all that was measured."""

    outcome: Outcome
    net: nn.Module
    config: TrainConfig
    history: tuple[Progress, ...]
    metrics: Mapping[str, float]
    n_parameters: int
    device: str
    seconds: float
