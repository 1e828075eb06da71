"""Events of a training run, and how it can end."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from torch import nn

from structviz.config import TrainConfig

__all__ = ["Event", "Finished", "Outcome", "Progress", "Started", "TrainResult", "divergence"]


class Outcome(Enum):
    """How a run ended; the value is a sentence for people."""

    FINISHED = "Training finished."
    CANCELLED = "Training was cancelled; the weights are those of the last step."
    DIVERGED = "Training diverged. A smaller learning rate helps."
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
    """A run that is over: the network in evaluation mode, as plain torch, and all that was measured.

    Attributes
    ----------
    outcome
        How it ended; `sentence` says what that means for the weights.
    net, weights_step
        The network, and after how many steps its weights were taken: 0 for the initial ones.
    diverged_at
        The step whose loss blew up, if the run diverged.
    config, history, metrics, n_parameters, device, seconds
        Complete settings, reports, figures of `net`, trainable numbers, where and how long it was trained.
    """

    outcome: Outcome
    net: nn.Module
    weights_step: int
    diverged_at: int | None
    config: TrainConfig
    history: tuple[Progress, ...]
    metrics: Mapping[str, float]
    n_parameters: int
    device: str
    seconds: float

    @property
    def sentence(self) -> str:
        """How the run ended, for people."""
        if self.diverged_at is None:
            return self.outcome.value
        return divergence(self.diverged_at, self.weights_step)


def divergence(diverged_at: int, weights_step: int) -> str:
    """What to say of a run that diverged: where, and what became of its weights.

    Examples
    --------
    >>> divergence(2, 0)
    'Training diverged at step 2; the weights are the initial ones. A smaller learning rate helps.'
    """
    kept = f"those after step {weights_step:,}, the last good ones" if weights_step else "the initial ones"
    return f"Training diverged at step {diverged_at:,}; the weights are {kept}. A smaller learning rate helps."
