"""A training run in a thread, which can be paused, stepped and looked into while it goes on."""

import dataclasses
import math
import threading
import time
from dataclasses import dataclass
from enum import Enum

from torch import Tensor, nn

from structviz.config import TrainConfig
from structviz.errors import ConfigError, StructVizError
from structviz.training.descent import is_lack_of_memory
from structviz.training.events import Outcome, TrainResult
from structviz.training.loop import Training
from structviz.training.recipes import Recipe

__all__ = ["Snapshot", "LiveRun", "LiveState"]


class LiveState(Enum):
    """What a run is doing; the value is a word for people."""

    READY = "ready"
    RUNNING = "training"
    PAUSED = "paused"
    OVER = "finished"


_IDLE = 60.0
"""Seconds after which a thread without work ends; the next call that needs one starts another."""

_FAILURES = (ArithmeticError, LookupError, MemoryError, RuntimeError, StructVizError, TypeError, ValueError)
"""What a recipe or torch can raise in a step."""


@dataclass(frozen=True)
class Snapshot:
    """The state of a run at one moment.

    Attributes
    ----------
    state, outcome
        What it is doing, and how it ended, if it has.
    step, steps
        Steps taken, and in all.
    losses
        Loss before each step, so far.
    net, weights_step
        A copy of the network after the last step, or, if training diverged, with the last good weights; and after how
        many steps its weights were taken.
    diverged_at
        The step whose loss blew up, if training diverged.
    steps_per_second
        Of the time spent on steps; nan before the first.
    """

    state: LiveState
    outcome: Outcome | None
    step: int
    steps: int
    losses: tuple[float, ...]
    net: nn.Module
    weights_step: int
    diverged_at: int | None
    steps_per_second: float


class LiveRun:
    """One arm of a recipe, trained in a thread of its own, that can be paused and stepped at any time.

    It is made for networks whose steps take milliseconds. It does nothing until it is started, and a second call of
    the same method changes nothing: there is one thread at most. All methods may be called from any thread.

    Parameters
    ----------
    recipe, config
        What to train.
    device
        As for `structviz.training.train`.
    pace
        Steps per second at most, so that people can follow; it can be changed at any time.

    Raises
    ------
    ConfigError
        If the configuration, the device or the pace is not valid.

    Examples
    --------
    >>> from structviz.training import FLOW
    >>> run = LiveRun(FLOW, TrainConfig(recipe="flow", steps=5))
    >>> run.single_step()
    >>> run.wait()
    True
    >>> run.look().step
    1
    """

    def __init__(self, recipe: Recipe, config: TrainConfig, device: str = "cpu", pace: float = math.inf) -> None:
        self.recipe = recipe
        self.pace = pace
        self._training = Training(recipe, config, device, report_every=1)
        self.config = self._training.config
        self._losses: list[float] = []
        self._outcome: Outcome | None = None
        self._failure: Exception | None = None
        self._allowed = 0.0  # steps that may be begun; infinite while running
        self._busy = False  # whether a step is under way
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None

    @property
    def pace(self) -> float:
        """Steps per second at most."""
        return self._pace

    @pace.setter
    def pace(self, pace: float) -> None:
        try:
            value = float(pace)
        except OverflowError:  # a whole number that is too long for a float
            value = math.nan
        if not value > 0:
            raise ConfigError(f"The pace must be a positive number of steps per second; got {repr(pace)[:40]}.")
        self._pace = value

    @property
    def state(self) -> LiveState:
        """What the run is doing; far cheaper than `look`."""
        with self._changed:
            return self._state()

    def start(self) -> None:
        """Train to the end, or until another method is called."""
        self._allow(math.inf)

    def pause(self) -> None:
        """Pause after the step that is under way."""
        self._allow(0)

    def single_step(self) -> None:
        """Take one step, if the run is paused."""
        with self._changed:
            if not math.isinf(self._allowed):
                self._allow(self._allowed + 1)

    def stop(self) -> None:
        """End the run for good, after the step that is under way; its network can still be looked at."""
        with self._changed:
            if self._outcome is None:
                self._outcome = Outcome.CANCELLED
            self._changed.notify_all()

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until the run is paused or over; False if that takes longer than `timeout` seconds."""
        with self._changed:
            rests = self._changed.wait_for(lambda: not self._busy and self._state() is not LiveState.RUNNING, timeout)
            self._raise_failure()
            return rests

    def look(self) -> Snapshot:
        """The state of the run now, with a copy of its network."""
        with self._changed:
            return self._look()

    def result(self) -> TrainResult:
        """The network as it is now with its figures, ready to be saved."""
        with self._changed:
            seen, history, seconds = self._look(), tuple(self._training.watch.history), self._training.seconds
        measured = self._training.measured(seen.net, seen.outcome or Outcome.CANCELLED, seen.weights_step)
        return dataclasses.replace(measured, history=history, seconds=seconds)

    def _look(self) -> Snapshot:
        self._raise_failure()
        training, step = self._training, len(self._losses)
        # A step that is under way may change the weights of the network; those of the watch stay as they are.
        watch, diverged = training.watch, self._outcome is Outcome.DIVERGED
        weights, weights_step = (watch.good, watch.good_step) if diverged else (watch.latest, watch.latest_step)
        return Snapshot(
            state=self._state(),
            outcome=self._outcome,
            step=step,
            steps=training.steps,
            losses=tuple(self._losses),
            net=training.network(weights),
            weights_step=weights_step,
            diverged_at=watch.diverged_at if diverged else None,
            steps_per_second=step / training.seconds if training.seconds else math.nan,
        )

    def _state(self) -> LiveState:
        if self._outcome is not None:
            return LiveState.OVER
        if self._allowed or self._busy:
            return LiveState.RUNNING
        return LiveState.PAUSED if self._losses else LiveState.READY

    def _raise_failure(self) -> None:
        """Raise an error of the thread in the thread of the caller."""
        if self._failure is not None:
            raise self._failure

    def _allow(self, steps: float) -> None:
        with self._changed:
            if self._outcome is not None:
                return
            self._allowed = steps
            if steps and self._thread is None:
                self._thread = threading.Thread(target=self._train, name="live training", daemon=True)
                self._thread.start()
            self._changed.notify_all()

    def _train(self) -> None:
        while self._begin():
            started = time.perf_counter()
            self._training.rest()
            try:
                loss = self._training.take_step()
            except _FAILURES as error:  # raised again where somebody listens, see `_raise_failure`
                self._fail(error)
                return
            self._end(loss)
            self._keep_pace(started)

    def _begin(self) -> bool:
        """Wait for a step that may be taken; False if there is none to come."""
        with self._changed:
            if not self._changed.wait_for(lambda: self._allowed or self._outcome is not None, _IDLE):
                self._thread = None
                return False
            self._busy = self._outcome is None
            self._allowed -= self._busy
            return self._busy

    def _end(self, loss: Tensor) -> None:
        """Record one step, and see whether it was the last."""
        with self._changed:
            self._busy = False
            self._losses.append(loss.item())
            healthy = self._training.record(loss)
            if self._outcome is None and not healthy:
                self._outcome = Outcome.DIVERGED
            elif self._outcome is None and self._training.step == self._training.steps:
                self._outcome = Outcome.FINISHED
            self._changed.notify_all()

    def _fail(self, error: Exception) -> None:
        with self._changed:
            self._busy = False
            if is_lack_of_memory(error):
                self._outcome = Outcome.OUT_OF_MEMORY
            else:
                self._outcome, self._failure = Outcome.CANCELLED, error
            self._changed.notify_all()

    def _keep_pace(self, started: float) -> None:
        """Wait as the pace asks for, unless the run is told otherwise meanwhile."""
        with self._changed:
            rest = 1 / self._pace - (time.perf_counter() - started)
            self._changed.wait_for(lambda: self._outcome is not None or not math.isinf(self._allowed), max(rest, 0))
