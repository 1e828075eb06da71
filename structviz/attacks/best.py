"""The best of what an attack has tried, for each image by itself."""

import torch
from torch import Tensor

from structviz.attacks.ball import Ball
from structviz.attacks.goal import Goal
from structviz.attacks.record import Attack

__all__ = ["Best"]


class Best:
    """Keeps, of all points that are shown to the network, the one with the largest margin for each image.

    The image itself is shown first: it lies in every ball.

    Parameters
    ----------
    ball
        From where the points are.
    goal
        What makes one better than another.
    logits
        Outputs for the images, if they are known.
    """

    def __init__(self, ball: Ball, goal: Goal, logits: Tensor | None = None) -> None:
        goal.check(len(ball.centre))
        self.ball = ball
        self.goal = goal
        self.x = ball.centre.clone()
        self.logits = goal.at(self.x) if logits is None else logits
        self.margins = goal.margins(self.logits)
        self._history: list[Tensor] = []

    def keep(self, x: Tensor, logits: Tensor) -> Tensor:
        """Keep points where they are better than what was there; returns where they are."""
        margins = self.goal.margins(logits)
        better = margins > self.margins  # no number is better than a number
        self.margins = torch.where(better, margins, self.margins)
        self.logits = torch.where(better[:, None], logits, self.logits)
        self.x = torch.where(better.reshape(-1, *[1] * (x.ndim - 1)), x, self.x)
        return better

    def record(self) -> None:
        """A step has ended."""
        self._history.append(self.margins)

    def attack(self) -> Attack:
        """What has been found so far."""
        ball = self.ball
        radii = ball.eps.flatten()
        same = len(radii) > 0 and bool((radii == radii[0]).all())
        return Attack(
            self.x,
            self.x - ball.centre,
            self.margins > 0,
            torch.stack(self._history),
            self.logits,
            ball.norm,
            float(radii[0]) if same else radii,
        )
