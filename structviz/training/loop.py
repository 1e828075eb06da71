"""The training loop: one for every recipe."""

import copy
import time
from collections.abc import Callable, Mapping

import torch
from torch import Tensor, nn

from structviz.config import TrainConfig
from structviz.errors import CheckpointError
from structviz.nets.parameters import n_free_parameters
from structviz.training.checkpoint import Checkpoint, parts
from structviz.training.descent import Descent, initial_network, is_lack_of_memory, pick_device
from structviz.training.events import Event, Finished, Outcome, Started, TrainResult
from structviz.training.recipes import Recipe, complete
from structviz.training.watch import Watch

__all__ = ["APART", "REPORTS", "Training", "fit"]

REPORTS, APART = 100, 100
"""Reports in a run; there are more if they would be further apart than `APART` steps."""


class Training:
    """A training run, one step at a time, that can be saved and resumed between two steps.

    Parameters
    ----------
    recipe, config
        What to train.
    device
        As for `structviz.training.train`.
    start
        Where to go on, with the same result as without the break; on the CPU bit for bit.
    report_every
        Steps from one report to the next; by default as `REPORTS` and `APART` say.

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
        self,
        recipe: Recipe,
        config: TrainConfig,
        device: str = "auto",
        start: Checkpoint | None = None,
        report_every: int | None = None,
    ) -> None:
        self.recipe, self.config = recipe, complete(config, recipe)
        self.place = pick_device(device)
        self._net = initial_network(recipe, self.config)
        self.n_parameters = n_free_parameters(self._net)
        self.watch = Watch(self._net)
        self._descent = Descent(recipe, self.config, self._net, self.place)
        self.steps = self._descent.steps
        self.seconds = 0.0
        self._clock = time.perf_counter()
        self._every = report_every or min(max(1, self.steps // REPORTS), APART)
        if start is not None:
            self._restore(start)

    @property
    def step(self) -> int:
        """Steps taken."""
        return self._descent.taken

    @property
    def reports(self) -> int:
        """Number of reports in a whole run."""
        return -(-self.steps // self._every)

    @property
    def reported(self) -> bool:
        """Whether the last step ended with a report."""
        return bool(self.watch.history) and self.watch.history[-1].step == self.step

    def advance(self) -> bool:
        """Take one step, and report if it is time to; False if the run has diverged."""
        return self.record(self.take_step())

    def take_step(self) -> Tensor:
        """Take one step; return the loss before it, which must be passed to `record` before the next step."""
        return self._descent.step()

    def record(self, loss: Tensor) -> bool:
        """Note the loss of a step, and report if it is time to; False if the run has diverged."""
        self.watch.add(loss)
        self.seconds, self._clock = self.seconds + time.perf_counter() - self._clock, time.perf_counter()
        if self.step % self._every and self.step != self.steps:
            return True
        return self.watch.report(self.step, self.steps, self._descent.batch_size)

    def rest(self) -> None:
        """Leave out of the time of the run what has passed since the last step."""
        self._clock = time.perf_counter()
        self.watch.clock = self._clock

    def network(self, weights: Mapping[str, Tensor] | None = None) -> nn.Module:
        """A plain copy of the network, with its weights of now or with others of this run, ready to be shown."""
        net = copy.deepcopy(self._net)
        if weights is not None:
            net.load_state_dict(weights)
        return self.recipe.export(net.cpu().eval())

    def checkpoint(self) -> Checkpoint:
        """Everything that decides how the run goes on from here."""
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
        """The network with its weights of now, or with the last good ones if the run went wrong, and its figures."""
        if outcome is not Outcome.OUT_OF_MEMORY and not self.watch.is_healthy():
            outcome = Outcome.DIVERGED
        weights_step = self.step
        if outcome is Outcome.DIVERGED:
            self._net.load_state_dict(self.watch.good)
            weights_step = self.watch.good_step
        elif outcome is Outcome.OUT_OF_MEMORY:
            self._net.load_state_dict(self.watch.latest)
            weights_step = self.watch.latest_step
        return self.measured(self.recipe.export(self._net.cpu().eval()), outcome, weights_step)

    def measured(self, net: nn.Module, outcome: Outcome, weights_step: int) -> TrainResult:
        """The result of the run with a plain network of it, which is evaluated.

        Parameters
        ----------
        net
            As from `network`.
        outcome
            How the run ended.
        weights_step
            After how many steps the weights of `net` were taken.

        Returns
        -------
        TrainResult
            With the reports and the time until now.
        """
        history, seconds = tuple(self.watch.history), self.seconds
        return TrainResult(
            outcome=outcome,
            net=net,
            weights_step=weights_step,
            diverged_at=(self.watch.diverged_at or self.step) if outcome is Outcome.DIVERGED else None,
            config=self.config,
            history=history,
            metrics=dict(self.recipe.evaluate(net, self.config)),
            n_parameters=self.n_parameters,
            device=str(self.place),
            seconds=seconds,
        )

    def _restore(self, start: Checkpoint) -> None:
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
        watch.good_step, watch.latest_step = [0, 0, *(report.step for report in start.history)][-2:]
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

    Parameters
    ----------
    recipe
        The task.
    config, device, on_event, should_stop
        As for `structviz.training.train`.
    start
        As for `Training`.

    Returns
    -------
    TrainResult
        The network in evaluation mode with its figures.

    Raises
    ------
    ConfigError, CheckpointError
        As for `Training`.
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
