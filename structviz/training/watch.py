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
        did not blow up. The initial weights until there are others.
    latest_step, good_step
        Steps after which `latest` and `good` were taken.
    diverged_at
        The step whose loss blew up, or after which a weight was no number; None as long as all is well.
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
        self.latest_step = self.good_step = 0
        self.diverged_at: int | None = None
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
        losses: list[float] = torch.stack(self.losses).tolist()
        for taken, loss in enumerate(losses, step - len(losses) + 1):
            if self._has_blown_up(loss, batch_size):
                self.diverged_at = taken
                return False
        self.good, self.good_step = self.latest, self.latest_step
        if not self.is_healthy():
            self.diverged_at = step
            return False
        self.latest, self.latest_step = copy.deepcopy(self.net.state_dict()), step
        mean_loss, now = sum(losses) / len(losses), time.perf_counter()
        speed = len(losses) * batch_size / (now - self.clock)
        self.history.append(Progress(step, steps, mean_loss, speed))
        self.losses, self.clock = [], now
        return True

    def is_healthy(self) -> bool:
        """Whether every weight is a number."""
        return all(bool(torch.isfinite(p).all()) for p in self.net.parameters())

    def _has_blown_up(self, loss: float, examples: int) -> bool:
        """Follow the level of the loss: the mean at first, later one that forgets what is older than `ENOUGH`.

        Each step counts by itself. In a mean over the first steps, which a large rate can ruin at once, the loss of
        the initial network would drown, and the run would be measured by its own ruin.
        """
        first = self.examples < ENOUGH
        self.examples += examples
        self.level += min(examples / min(self.examples, ENOUGH), 1) * (loss - self.level)
        if not self.level < self.bound:
            return True
        if first:
            # The fewer examples, the more room.
            self.bound = min(self.bound, BLOW_UP * self.level * max(ENOUGH / self.examples, 1))
        return False
