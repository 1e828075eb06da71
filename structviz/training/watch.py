"""Follow the loss of a run: report it, keep good weights, and tell when the run has diverged."""

import copy
import math
import time

import torch
from torch import Tensor, nn

from structviz.training.events import Progress

__all__ = ["Watch"]

BLOW_UP = 10
"""A run has diverged when its loss exceeds the first one by this factor, each taken over `ENOUGH` examples."""

ENOUGH = 100
"""Losses of fewer examples say little, as one alone can be a hundred times as hard as the next."""


class Watch:
    """Follows the loss of a run, reports it and keeps good weights.

    Attributes
    ----------
    latest
        The weights at the last report.
    good
        Of the reported weights the last ones that were seen to do well: their loss, which only the next steps tell,
        did not blow up.
    history
        The reports so far.
    losses, clock
        Losses since the last report, and when that was.
    examples, level, bound
        Examples seen, the level of the loss, and where a run counts as diverged.
    """

    def __init__(self, net: nn.Module) -> None:
        self.net = net
        self.history: list[Progress] = []
        self.latest = self.good = copy.deepcopy(net.state_dict())
        self.losses: list[Tensor] = []
        self.clock = time.perf_counter()
        self.examples = 0
        self.level = 0.0
        self.bound = math.inf

    def add(self, loss: Tensor) -> None:
        """Note the loss of one step, without waiting for the device."""
        self.losses.append(loss)

    def report(self, step: int, steps: int, batch_size: int) -> bool:
        """Report the mean loss since the last report, unless the run has diverged.

        Parameters
        ----------
        step, steps
            Steps taken, and in all.
        batch_size
            Examples in a step.

        Returns
        -------
        bool
            False if the run has diverged.
        """
        mean_loss = torch.stack(self.losses).mean().item()
        if self._has_blown_up(mean_loss, len(self.losses) * batch_size):
            return False
        self.good = self.latest
        if not self.is_healthy():
            return False
        self.latest = copy.deepcopy(self.net.state_dict())
        now = time.perf_counter()
        speed = len(self.losses) * batch_size / (now - self.clock)
        self.history.append(Progress(step, steps, mean_loss, speed))
        self.losses, self.clock = [], now
        return True

    def is_healthy(self) -> bool:
        """Whether every weight is a number."""
        return all(bool(torch.isfinite(p).all()) for p in self.net.parameters())

    def _has_blown_up(self, loss: float, examples: int) -> bool:
        """Follow the level of the loss: the mean at first, later one that forgets what is older than `ENOUGH`."""
        first = self.examples < ENOUGH
        self.examples += examples
        self.level += min(examples / min(self.examples, ENOUGH), 1) * (loss - self.level)
        if not self.level < self.bound:
            return True
        if first:
            # The fewer examples, the more room.
            self.bound = min(self.bound, BLOW_UP * self.level * max(ENOUGH / self.examples, 1))
        return False
