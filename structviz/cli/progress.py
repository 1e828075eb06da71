"""How far a training is: a bar on a terminal, plain lines elsewhere."""

import sys
import time
from typing import Any

__all__ = ["Bar", "say"]

_APART = 2.0
"""Seconds between two plain lines, at least."""

_PARTS = 10
"""Plain lines of a training, at most."""


class Bar:
    """Shows the progress of one training on the standard error stream.

    Parameters
    ----------
    name
        What is trained.
    """

    def __init__(self, name: str) -> None:
        from tqdm import tqdm

        self.name = name
        self.bar = tqdm(desc=name, unit="step", disable=None, leave=False, dynamic_ncols=True)
        self._said, self._part = time.monotonic(), 0

    def __enter__(self) -> "Bar":
        return self

    def __exit__(self, *_exception: object) -> None:
        self.bar.close()

    def __call__(self, event: Any) -> None:
        """Show an event of `structviz.training.train`."""
        from structviz.training import Progress

        if isinstance(event, Progress):
            self.show(event.step, event.steps, event.loss, event.examples_per_second)

    def show(self, step: int, steps: int, loss: float, examples_per_second: float) -> None:
        """Show how far a run is.

        Parameters
        ----------
        step, steps
            Steps done, and steps in all.
        loss
            Of the last step.
        examples_per_second
            Training examples that were seen in a second, lately.
        """
        if not self.bar.disable:
            self.bar.total = steps
            self.bar.update(step - self.bar.n)
            self.bar.set_postfix_str(f"loss {loss:.3g}, {examples_per_second:.0f} examples/s")
            return
        now, part = time.monotonic(), step * _PARTS // steps
        if part > self._part and now - self._said > _APART and step < steps:
            self._said, self._part = now, part
            say(f"{self.name}: step {step} of {steps}, loss {loss:.3g}, {examples_per_second:.0f} examples/s")


def say(text: str) -> None:
    """A plain line on the standard error stream."""
    print(text, file=sys.stderr, flush=True)
