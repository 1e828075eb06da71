"""The training loop: one for every recipe."""

import copy
import math
import time
from collections.abc import Callable

import torch
from torch import nn

from structviz.config import TrainConfig
from structviz.errors import ConfigError
from structviz.training.events import Event, Finished, Outcome, Progress, Started, TrainResult
from structviz.training.recipes import Recipe, complete

__all__ = ["fit", "pick_device"]

REPORTS = 100
"""A run reports its progress this many times."""

BLOW_UP = 1e3
"""A run has diverged when its loss exceeds the smallest one so far by this factor."""


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
    steps, batch_size, learning_rate = config.steps, config.batch_size, config.learning_rate
    if steps is None or batch_size is None or learning_rate is None:
        raise ConfigError(f"The recipe {recipe.name} leaves settings open: {config}.")
    place = pick_device(device)
    # Initial weights are torch's and escnn's own business, which draws from the global generator: lend it a seed.
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(config.seed)
        net = recipe.build(config)
    n_parameters = sum(p.numel() for p in net.parameters())
    emit(Started(config, str(place), n_parameters))
    started = time.perf_counter()
    history: list[Progress] = []
    outcome = Outcome.FINISHED
    good = copy.deepcopy(net.state_dict())
    try:
        net = net.to(place).to(memory_format=torch.channels_last).train()  # pyright: ignore[reportCallIssue]
        batches = recipe.batches(config, torch.Generator().manual_seed(config.seed))
        optimiser = torch.optim.Adam(net.parameters(), lr=learning_rate)
        schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda step: _warm_cosine(step / steps))
        report_every = max(1, steps // REPORTS)
        total, since, clock, bound = torch.zeros((), device=place), 0, time.perf_counter(), math.inf
        for step in range(1, steps + 1):
            if should_stop is not None and should_stop():
                outcome = Outcome.CANCELLED
                break
            y, x = (images.to(place, memory_format=torch.channels_last) for images in next(batches))
            optimiser.zero_grad(set_to_none=True)
            loss = recipe.loss(net(y), x).mean()
            loss.backward()
            nn.utils.clip_grad_norm_(net.parameters(), 1.0)
            optimiser.step()
            schedule.step()
            total += loss.detach()
            since += 1
            if step % report_every == 0 or step == steps:
                mean_loss = total.item() / since
                bound = min(bound, BLOW_UP * mean_loss) if math.isfinite(mean_loss) else bound
                if not mean_loss < bound or not _is_finite(net):
                    outcome = Outcome.DIVERGED
                    break
                good = copy.deepcopy(net.state_dict())
                now = time.perf_counter()
                history.append(Progress(step, steps, mean_loss, since * batch_size / (now - clock)))
                emit(history[-1])
                total, since, clock = torch.zeros((), device=place), 0, now
    except torch.OutOfMemoryError:
        outcome = Outcome.OUT_OF_MEMORY
    if outcome in (Outcome.CANCELLED, Outcome.FINISHED) and not _is_finite(net):
        outcome = Outcome.DIVERGED
    if outcome in (Outcome.DIVERGED, Outcome.OUT_OF_MEMORY):
        net.load_state_dict(good)
    plain = recipe.export(net.cpu().eval())
    metrics = dict(recipe.evaluate(plain))
    seconds = time.perf_counter() - started
    emit(Finished(outcome, seconds, metrics))
    return TrainResult(outcome, plain, config, tuple(history), metrics, n_parameters, str(place), seconds)


def _warm_cosine(progress: float) -> float:
    """Factor of the learning rate: a short linear rise, then half a cosine down to zero."""
    warm = 0.05
    if progress < warm:
        return (progress + 1e-3) / (warm + 1e-3)
    return 0.5 * (1 + math.cos(math.pi * (progress - warm) / (1 - warm)))


def _is_finite(net: nn.Module) -> bool:
    """Whether every weight is a number."""
    return all(bool(torch.isfinite(p).all()) for p in net.parameters())
