"""The training loop: one for every recipe."""

import copy
import math
import threading
import time
from collections.abc import Callable

import torch
from torch import Tensor, nn

from structviz.config import TrainConfig
from structviz.errors import ConfigError
from structviz.training.events import Event, Finished, Outcome, Progress, Started, TrainResult
from structviz.training.recipes import Recipe, complete

__all__ = ["Descent", "Watch", "fit", "initial_network", "is_lack_of_memory", "pick_device"]

REPORTS = 100
"""A run reports its progress this many times."""

BLOW_UP = 10
"""A run has diverged when its loss exceeds the first one by this factor, each taken over `ENOUGH` examples."""

ENOUGH = 100
"""Losses of fewer examples say little, as one alone can be a hundred times as hard as the next."""

_LENT = threading.Lock()
"""Held while torch's global generator is lent a seed: runs may begin in several threads at once."""


def pick_device(device: str = "auto") -> torch.device:
    """The device by name; "auto" is CUDA when present, else the CPU.

    Raises
    ------
    ConfigError
        If torch does not know the device or cannot use it here.
    """
    if device == "auto":
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    try:
        picked = torch.device(device)
    except RuntimeError as error:
        raise ConfigError(f'A device is "auto", "cpu", "cuda" or "cuda:N"; got {device!r}.') from error
    if picked.type == "cuda" and not torch.cuda.is_available():
        raise ConfigError(f'No CUDA device is available here; got {device!r}. Use "auto" or "cpu".')
    return picked


def fit(
    recipe: Recipe,
    config: TrainConfig,
    device: str = "auto",
    on_event: Callable[[Event], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> TrainResult:
    """Train one arm of a recipe with Adam, to the end or to the first reason to stop.

    Cancelling, divergence and lack of memory are outcomes, not exceptions.
    """
    emit = on_event or (lambda _event: None)
    config = complete(config, recipe)
    place = pick_device(device)
    net = initial_network(recipe, config)
    n_parameters = sum(p.numel() for p in net.parameters())
    emit(Started(config, str(place), n_parameters))
    started = time.perf_counter()
    watch = Watch(net, emit)
    try:
        outcome = _descend(Descent(recipe, config, net, place), watch, should_stop or (lambda: False))
    except RuntimeError as error:
        if not is_lack_of_memory(error):
            raise
        outcome = Outcome.OUT_OF_MEMORY
    if outcome is not Outcome.OUT_OF_MEMORY and not watch.is_healthy():
        outcome = Outcome.DIVERGED
    if outcome in (Outcome.DIVERGED, Outcome.OUT_OF_MEMORY):
        net.load_state_dict(watch.good if outcome is Outcome.DIVERGED else watch.latest)
    plain = recipe.export(net.cpu().eval())
    metrics = dict(recipe.evaluate(plain, config))
    seconds = time.perf_counter() - started
    emit(Finished(outcome, seconds, metrics))
    return TrainResult(outcome, plain, config, tuple(watch.history), metrics, n_parameters, str(place), seconds)


def initial_network(recipe: Recipe, config: TrainConfig) -> nn.Module:
    """The network of a complete configuration with the initial weights that its seed decides."""
    # Initial weights are torch's and escnn's own business, which draws from the global generator: lend it a seed.
    with _LENT, torch.random.fork_rng(devices=[]):
        torch.default_generator.manual_seed(config.seed)
        return recipe.build(config)


def _descend(descent: "Descent", watch: "Watch", should_stop: Callable[[], bool]) -> Outcome:
    """Take the steps of a run; the network is changed in place."""
    steps = descent.steps
    report_every = max(1, steps // REPORTS)
    for step in range(1, steps + 1):
        if should_stop():
            return Outcome.CANCELLED
        watch.add(descent.step())
        if (step % report_every == 0 or step == steps) and not watch.report(step, steps, descent.batch_size):
            return Outcome.DIVERGED
    return Outcome.FINISHED


class Descent:
    """The steps of a run, one at a time: Adam with a warm start and a learning rate that falls along a cosine.

    Parameters
    ----------
    recipe, config
        The task, and its complete settings.
    net
        The network, changed in place.
    place
        Where to train.

    Raises
    ------
    ConfigError
        If the recipe leaves settings open.
    """

    def __init__(self, recipe: Recipe, config: TrainConfig, net: nn.Module, place: torch.device) -> None:
        steps, batch_size, learning_rate = config.steps, config.batch_size, config.learning_rate
        if steps is None or batch_size is None or learning_rate is None:
            raise ConfigError(f"The recipe {recipe.name} leaves settings open: {config}.")
        self.steps, self.batch_size = steps, batch_size
        self._recipe, self._config, self._place = recipe, config, place
        self._net = net
        net.to(place).to(memory_format=torch.channels_last).train()  # pyright: ignore[reportCallIssue]
        self._batches = recipe.batches(config, torch.Generator().manual_seed(config.seed))
        self._parameters = list(net.parameters())
        self._optimiser = torch.optim.Adam(self._parameters, lr=learning_rate, fused=True)
        self._schedule = torch.optim.lr_scheduler.LambdaLR(self._optimiser, lambda step: _warm_cosine(step / steps))

    def step(self) -> Tensor:
        """Take one step; return the loss before it, without waiting for the device."""
        y, x = (self._moved(part) for part in next(self._batches))
        self._optimiser.zero_grad(set_to_none=True)
        loss = self._recipe.loss(self._net(y), x).mean() + self._recipe.regulariser(self._net, self._config)
        loss.backward()
        nn.utils.clip_grad_norm_(self._parameters, 1.0)
        self._optimiser.step()
        self._schedule.step()
        return loss.detach()

    def _moved(self, part: Tensor) -> Tensor:
        if part.ndim != 4:
            return part.to(self._place)
        return part.to(self._place, memory_format=torch.channels_last)


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
    """

    def __init__(self, net: nn.Module, emit: Callable[[Event], None]) -> None:
        self.net = net
        self.emit = emit
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
        """Report the mean loss since the last report; False if the run has diverged."""
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
        self.emit(self.history[-1])
        self.losses, self.clock = [], now
        return True

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

    def is_healthy(self) -> bool:
        """Whether every weight is a number."""
        return all(bool(torch.isfinite(p).all()) for p in self.net.parameters())


def _warm_cosine(progress: float) -> float:
    """Factor of the learning rate: a short linear rise, then half a cosine down to zero."""
    warm = 0.05
    if progress < warm:
        return (progress + 1e-3) / (warm + 1e-3)
    return 0.5 * (1 + math.cos(math.pi * (progress - warm) / (1 - warm)))


def is_lack_of_memory(error: Exception) -> bool:
    """Whether there was too little memory: CUDA has an exception of its own, the CPU says it in words."""
    return isinstance(error, torch.OutOfMemoryError) or "can't allocate memory" in str(error)
