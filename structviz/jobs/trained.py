"""A network of this machine: a run with the card of what it has left."""

import time
from dataclasses import dataclass

from structviz import zoo
from structviz.arms import arm_words
from structviz.config import flow_title
from structviz.jobs.folder import Run

__all__ = ["Trained"]


@dataclass(frozen=True)
class Trained:
    """A network of this machine.

    Attributes
    ----------
    run
        The run that it came from.
    card
        What it is.
    """

    run: Run
    card: zoo.Card

    @property
    def id(self) -> str:
        """Name of the run: what an address holds."""
        return self.run.id

    @property
    def title(self) -> str:
        """What it is, in a few words."""
        config = self.card.config
        arm = flow_title(config.net) or f"{arm_words(config.arm).capitalize()} {config.group or ''}".strip()
        return f"{arm}, {config.steps} steps, N = {config.n_train}, {_when(self.id)}"


def _when(name: str) -> str:
    try:
        moment = time.strptime(name[:15], "%Y%m%d-%H%M%S")
    except ValueError:
        return name[:15]
    return time.strftime("%d %b %H:%M", moment).lstrip("0")
