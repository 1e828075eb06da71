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
from structviz.training.events import Outcome, TrainResult
from structviz.training.loop import Descent, Watch, initial_network, pick_device
from structviz.training.recipes import Recipe, complete

__all__ = ["Glimpse", "LiveRun", "State"]


class State(Enum):
    """What a run is doing; the value is a word for people."""

    READY = "ready"
    RUNNING = "training"
    PAUSED = "paused"
    OVER = "finished"


@dataclass(frozen=True)
class Glimpse:
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
        A copy of the network with the last good weights.
    steps_per_second
        Of the time spent on steps; nan before the first.
    """

    state: State
    outcome: Outcome | None
    step: int
    steps: int
    losses: tuple[float, ...]
    net: nn.Module
    steps_per_second: float


class LiveRun:
    """One arm of a recipe, trained in a thread of its own, that can be held and stepped at any time.

    It is made for networks whose steps take milliseconds. It does nothing until it is told to, and whatever is said
    twice is heard once: there is one thread at most.

    Parameters
    ----------
    recipe, config
        What to train.
    device
        As for `structviz.training.train`.
    pace
        Steps per second at most, for those who want to watch.

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
    >>> run.look().step
    1
    """

    def __init__(self, recipe: Recipe, config: TrainConfig, device: str = "cpu", pace: float = math.inf) -> None:
        if not pace > 0:
            raise ConfigError(f"The pace must be a positive number of steps per second; got {pace!r}.")
        self.recipe, self.config = recipe, complete(config, recipe)
        self.pace = pace
        self._place = pick_device(device)
        self._net = initial_network(recipe, self.config)
        self._descent = Descent(recipe, self.config, self._net, self._place)
        self._watch = Watch(self._net, lambda _event: None)
        self._losses: list[float] = []
        self._seconds = 0.0
        self._outcome: Outcome | None = None
        self._allowed = 0.0  # steps that may be taken; infinite while running
        self._told = threading.Condition()
        self._thread: threading.Thread | None = None

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
        """End the run for good; its network can still be looked at."""
        with self._told:
            if self._outcome is None:
                self._outcome = Outcome.CANCELLED
            self._told.notify_all()

    def wait(self, timeout: float | None = None) -> bool:
        """Until the run is held or over; False if that takes longer than `timeout` seconds."""
        with self._told:
            return self._told.wait_for(lambda: self._outcome is not None or not self._allowed, timeout)

    def look(self) -> Glimpse:
        """What can be seen now."""
        with self._told:
            net = self.recipe.export(self._good_network())
            step, outcome = len(self._losses), self._outcome
            speed = step / self._seconds if self._seconds else math.nan
            return Glimpse(self._state(), outcome, step, self._descent.steps, tuple(self._losses), net, speed)

    def result(self) -> TrainResult:
        """The network as it is now, measured, ready to be saved."""
        seen = self.look()
        net = seen.net.cpu()
        return TrainResult(
            outcome=seen.outcome or Outcome.CANCELLED,
            net=net,
            config=self.config,
            history=tuple(self._watch.history),
            metrics=dict(self.recipe.evaluate(net, self.config)),
            n_parameters=sum(p.numel() for p in self._net.parameters()),
            device=str(self._place),
            seconds=self._seconds,
        )

    def _state(self) -> State:
        if self._outcome is not None:
            return State.OVER
        if self._allowed:
            return State.RUNNING
        return State.PAUSED if self._losses else State.READY

    def _good_network(self) -> nn.Module:
        net = copy.deepcopy(self._net)
        net.load_state_dict(self._watch.good)
        return net

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
        while True:
            with self._told:
                # A thread that nobody needs for a minute goes; the next order brings a new one.
                if not self._told.wait_for(lambda: self._allowed or self._outcome is not None, timeout=60):
                    self._thread = None
                    return
                if self._outcome is not None:
                    return
            started = time.perf_counter()
            loss = self._descent.step()
            self._note(loss, time.perf_counter() - started)
            time.sleep(max(1 / self.pace - (time.perf_counter() - started), 0))

    def _note(self, loss: Tensor, seconds: float) -> None:
        """Keep the books of one step, and see whether it was the last."""
        with self._told:
            self._losses.append(loss.item())
            self._seconds += seconds
            self._allowed = max(self._allowed - 1, 0)
            self._watch.add(loss)
            healthy = self._watch.report(len(self._losses), self._descent.steps, self._descent.batch_size)
            if self._outcome is None and not healthy:
                self._outcome = Outcome.DIVERGED
            elif self._outcome is None and len(self._losses) == self._descent.steps:
                self._outcome = Outcome.FINISHED
            self._told.notify_all()
