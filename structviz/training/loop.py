"""The training loop: one for every recipe."""

import copy
import time
from collections.abc import Callable

import torch
from torch import nn

from structviz.config import TrainConfig
from structviz.errors import CheckpointError
from structviz.training.checkpoint import Checkpoint, parts
from structviz.training.descent import Descent, initial_network, is_lack_of_memory, pick_device
from structviz.training.events import Event, Finished, Outcome, Started, TrainResult
from structviz.training.recipes import Recipe, complete
from structviz.training.watch import Watch

__all__ = ["REPORTS", "Training", "fit"]

REPORTS, APART = 100, 100
"""A run reports its progress this many times, and more often if the reports were more steps apart than that."""


class Training:
    """A run that can be taken step by step, put down and taken up again.

    Parameters
    ----------
    recipe, config
        What to train.
    device
        As for `structviz.training.train`.
    start
        Where to go on, with the same result as without the break; on the CPU bit for bit.

    Raises
    ------
    ConfigError
        If the configuration or the device is not valid.
    CheckpointError
        If the checkpoint belongs to another run.

    Examples
    --------
    >>> from structviz.training import STRIPES
    >>> training = Training(STRIPES, TrainConfig(steps=4, batch_size=1), "cpu")
    >>> training.advance()
    True
    >>> again = Training(STRIPES, training.config, "cpu", training.checkpoint())
    >>> again.step
    1
    """

    def __init__(
        self, recipe: Recipe, config: TrainConfig, device: str = "auto", start: Checkpoint | None = None
    ) -> None:
        self.recipe, self.config = recipe, complete(config, recipe)
        self.place = pick_device(device)
        self._net = initial_network(recipe, self.config)
        self.n_parameters = sum(p.numel() for p in self._net.parameters())
        self.watch = Watch(self._net)
        self._descent = Descent(recipe, self.config, self._net, self.place)
        self.steps = self._descent.steps
        self.seconds = 0.0
        self._clock = time.perf_counter()
        self._every = min(max(1, self.steps // REPORTS), APART)
        if start is not None:
            self._take_up(start)

    @property
    def step(self) -> int:
        """Steps taken."""
        return self._descent.taken

    @property
    def reports(self) -> int:
        """How many reports there are in a whole run."""
        return -(-self.steps // self._every)

    @property
    def reported(self) -> bool:
        """Whether the last step ended with a report."""
        return bool(self.watch.history) and self.watch.history[-1].step == self.step

    def advance(self) -> bool:
        """Take one step, and report if it is time to; False if the run has diverged."""
        self.watch.add(self._descent.step())
        self.seconds, self._clock = self.seconds + time.perf_counter() - self._clock, time.perf_counter()
        if self.step % self._every and self.step != self.steps:
            return True
        return self.watch.report(self.step, self.steps, self._descent.batch_size)

    def rest(self) -> None:
        """Let time pass that does not count: what follows a step and is no training."""
        self._clock = time.perf_counter()
        self.watch.clock = self._clock

    def network(self) -> nn.Module:
        """A plain copy of the network as it is now, ready to be shown."""
        return self.recipe.export(copy.deepcopy(self._net).cpu().eval())

    def checkpoint(self) -> Checkpoint:
        """All that decides how the run goes on from here."""
        watch = self.watch
        return Checkpoint(
            config=self.config,
            step=self.step,
            tensors=parts(
                net=self._net.state_dict(),
                latest=watch.latest,
                good=watch.good,
                descent=self._descent.state(),
                watch={"losses": torch.tensor([float(loss) for loss in watch.losses])},
            ),
            level=watch.level,
            bound=watch.bound,
            examples=watch.examples,
            seconds=self.seconds,
            history=tuple(watch.history),
        )

    def result(self, outcome: Outcome) -> TrainResult:
        """The network, measured: as it is now, or its last good weights if the run went wrong."""
        if outcome is not Outcome.OUT_OF_MEMORY and not self.watch.is_healthy():
            outcome = Outcome.DIVERGED
        if outcome is Outcome.DIVERGED:
            self._net.load_state_dict(self.watch.good)
        elif outcome is Outcome.OUT_OF_MEMORY:
            self._net.load_state_dict(self.watch.latest)
        plain = self.recipe.export(self._net.cpu().eval())
        metrics = dict(self.recipe.evaluate(plain, self.config))
        return TrainResult(
            outcome=outcome,
            net=plain,
            config=self.config,
            history=tuple(self.watch.history),
            metrics=metrics,
            n_parameters=self.n_parameters,
            device=str(self.place),
            seconds=self.seconds,
        )

    def _take_up(self, start: Checkpoint) -> None:
        if start.config != self.config:
            raise CheckpointError(
                "A checkpoint continues the run that it was taken from; the settings differ. Begin anew, or use those "
                f"of the checkpoint: {start.config.to_json()}."
            )
        try:
            self._net.load_state_dict(start.part("net"))
            self._descent.restore(start.step, start.part("descent"))
            losses = start.part("watch")["losses"]
        except (RuntimeError, KeyError) as error:
            raise CheckpointError(
                f"The checkpoint does not fit the network of its run: {error}. Begin anew."
            ) from error
        watch = self.watch
        watch.latest, watch.good = start.part("latest"), start.part("good")
        watch.level, watch.bound, watch.examples = start.level, start.bound, start.examples
        watch.losses, watch.history = list(losses.to(self.place)), list(start.history)
        self.seconds = start.seconds
        self.rest()


def fit(
    recipe: Recipe,
    config: TrainConfig,
    device: str = "auto",
    on_event: Callable[[Event], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
    start: Checkpoint | None = None,
) -> TrainResult:
    """Train one arm of a recipe with Adam, to the end or to the first reason to stop.

    Cancelling, divergence and lack of memory are outcomes, not exceptions.
    """
    emit = on_event or (lambda _event: None)
    training = Training(recipe, config, device, start)
    emit(Started(training.config, str(training.place), training.n_parameters))
    try:
        outcome = _to_the_end(training, emit, should_stop or (lambda: False))
    except (RuntimeError, MemoryError) as error:
        if not is_lack_of_memory(error):
            raise
        outcome = Outcome.OUT_OF_MEMORY
    result = training.result(outcome)
    emit(Finished(result.outcome, result.seconds, result.metrics))
    return result


def _to_the_end(training: Training, emit: Callable[[Event], None], should_stop: Callable[[], bool]) -> Outcome:
    while training.step < training.steps:
        if should_stop():
            return Outcome.CANCELLED
        if not training.advance():
            return Outcome.DIVERGED
        if training.reported:
            emit(training.watch.history[-1])
    return Outcome.FINISHED
