"""A training run that one can hold, step and look into while it goes."""

import copy
import math
import threading
import time
from dataclasses import dataclass
from enum import Enum

from torch import Tensor, nn

from structviz.config import TrainConfig
from structviz.errors import ConfigError
from structviz.training.descent import Descent, initial_network, is_lack_of_memory, pick_device
from structviz.training.events import Outcome, TrainResult
from structviz.training.recipes import Recipe, complete
from structviz.training.watch import Watch

__all__ = ["Snapshot", "LiveRun", "LiveState"]


class LiveState(Enum):
    """What a run is doing; the value is a word for people."""

    READY = "ready"
    RUNNING = "training"
    PAUSED = "paused"
    OVER = "finished"


_IDLE = 60.0
"""Seconds after which a thread that nobody needs goes; the next order brings a new one."""


@dataclass(frozen=True)
class Snapshot:
    """What can be seen of a run at one moment.

    Attributes
    ----------
    state, outcome
        What it is doing, and how it ended, if it has.
    step, steps
        Steps taken, and in all.
    losses
        Loss before each step, so far.
    net
        A copy of the network after the last step, or, if training diverged, with the last good weights.
    steps_per_second
        Of the time spent on steps; nan before the first.
    """

    state: LiveState
    outcome: Outcome | None
    step: int
    steps: int
    losses: tuple[float, ...]
    net: nn.Module
    steps_per_second: float


class LiveRun:
    """One arm of a recipe, trained in a thread of its own, that can be held and stepped at any time.

    It is made for networks whose steps take milliseconds. It does nothing until it is told to, and whatever is said
    twice is heard once: there is one thread at most. All methods may be called from any thread.

    Parameters
    ----------
    recipe, config
        What to train.
    device
        As for `structviz.training.train`.
    pace
        Steps per second at most, for those who want to watch; it can be changed at any time.

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
        self.recipe, self.config = recipe, complete(config, recipe)
        self.pace = pace
        self._place = pick_device(device)
        self._net = initial_network(recipe, self.config)
        self._descent = Descent(recipe, self.config, self._net, self._place)
        self._watch = Watch(self._net)
        self._losses: list[float] = []
        self._seconds = 0.0
        self._outcome: Outcome | None = None
        self._failure: Exception | None = None
        self._allowed = 0.0  # steps that may be begun; infinite while running
        self._busy = False  # whether a step is under way
        self._told = threading.Condition()
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
        """What the run is doing: the cheapest look at it."""
        with self._told:
            return self._state()

    def start(self) -> None:
        """Train on, to the end or until told otherwise."""
        self._allow(math.inf)

    def pause(self) -> None:
        """Hold after the step that is under way."""
        self._allow(0)

    def single_step(self) -> None:
        """Take one step, if the run is held."""
        with self._told:
            if not math.isinf(self._allowed):
                self._allow(self._allowed + 1)

    def stop(self) -> None:
        """End the run for good, after the step that is under way; its network can still be looked at."""
        with self._told:
            if self._outcome is None:
                self._outcome = Outcome.CANCELLED
            self._told.notify_all()

    def wait(self, timeout: float | None = None) -> bool:
        """Until the run is held or over; False if that takes longer than `timeout` seconds."""
        with self._told:
            rests = self._told.wait_for(lambda: not self._busy and self._state() is not LiveState.RUNNING, timeout)
            self._raise_failure()
            return rests

    def look(self) -> Snapshot:
        """What can be seen now."""
        with self._told:
            return self._look()

    def result(self) -> TrainResult:
        """The network as it is now, measured, ready to be saved."""
        with self._told:
            seen, history, seconds = self._look(), tuple(self._watch.history), self._seconds
        return TrainResult(
            outcome=seen.outcome or Outcome.CANCELLED,
            net=seen.net,
            config=self.config,
            history=history,
            metrics=dict(self.recipe.evaluate(seen.net, self.config)),
            n_parameters=sum(p.numel() for p in self._net.parameters()),
            device=str(self._place),
            seconds=seconds,
        )

    def _look(self) -> Snapshot:
        self._raise_failure()
        step = len(self._losses)
        # A step that is under way may change the weights that are copied, but those of the watch replace them all.
        net = copy.deepcopy(self._net)
        net.load_state_dict(self._watch.good if self._outcome is Outcome.DIVERGED else self._watch.latest)
        return Snapshot(
            state=self._state(),
            outcome=self._outcome,
            step=step,
            steps=self._descent.steps,
            losses=tuple(self._losses),
            net=self.recipe.export(net.cpu().eval()),
            steps_per_second=step / self._seconds if self._seconds else math.nan,
        )

    def _state(self) -> LiveState:
        if self._outcome is not None:
            return LiveState.OVER
        if self._allowed or self._busy:
            return LiveState.RUNNING
        return LiveState.PAUSED if self._losses else LiveState.READY

    def _raise_failure(self) -> None:
        """Whoever looks next hears of an error in the thread, where nobody listens."""
        if self._failure is not None:
            raise self._failure

    def _allow(self, steps: float) -> None:
        with self._told:
            if self._outcome is not None:
                return
            self._allowed = steps
            if steps and self._thread is None:
                self._thread = threading.Thread(target=self._train, name="live training", daemon=True)
                self._thread.start()
            self._told.notify_all()

    def _train(self) -> None:
        while self._begin():
            started = time.perf_counter()
            try:
                loss = self._descent.step()
            except Exception as error:  # noqa: BLE001 - it is raised again, see `_raise_failure`
                self._fail(error)
                return
            self._end(loss, time.perf_counter() - started)
            self._rest(started)

    def _begin(self) -> bool:
        """Wait for a step that may be taken; False if there is none to come."""
        with self._told:
            if not self._told.wait_for(lambda: self._allowed or self._outcome is not None, _IDLE):
                self._thread = None
                return False
            self._busy = self._outcome is None
            self._allowed -= self._busy
            return self._busy

    def _end(self, loss: Tensor, seconds: float) -> None:
        """Keep the books of one step, and see whether it was the last."""
        with self._told:
            self._busy = False
            self._losses.append(loss.item())
            self._seconds += seconds
            self._watch.add(loss)
            healthy = self._watch.report(len(self._losses), self._descent.steps, self._descent.batch_size)
            if self._outcome is None and not healthy:
                self._outcome = Outcome.DIVERGED
            elif self._outcome is None and len(self._losses) == self._descent.steps:
                self._outcome = Outcome.FINISHED
            self._told.notify_all()

    def _fail(self, error: Exception) -> None:
        with self._told:
            self._busy = False
            if is_lack_of_memory(error):
                self._outcome = Outcome.OUT_OF_MEMORY
            else:
                self._outcome, self._failure = Outcome.CANCELLED, error
            self._told.notify_all()

    def _rest(self, started: float) -> None:
        """Keep the pace, unless there is news meanwhile."""
        with self._told:
            rest = 1 / self._pace - (time.perf_counter() - started)
            self._told.wait_for(lambda: self._outcome is not None or not math.isinf(self._allowed), max(rest, 0))
