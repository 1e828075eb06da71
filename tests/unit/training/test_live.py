"""Live runs: orders are obeyed once, looks see whole networks, and every end has its name."""

import dataclasses
import math
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import torch
from torch import Tensor

from structviz.config import PointShape, TrainConfig
from structviz.errors import ConfigError
from structviz.nets import PointClassifier
from structviz.training import FLOW, Outcome, train
from structviz.training import live as live_module
from structviz.training.flow import evaluate_classifier
from structviz.training.live import LiveRun, LiveState, Snapshot
from structviz.training.recipes import Recipe, complete
from tests.waiting import LONG, until

"""Seconds after which a test gives up; none comes near it."""

STEPS = 30


def config(**values: Any) -> TrainConfig:
    return TrainConfig("flow", **{"n_train": 20, "steps": STEPS, "net": PointShape(n_layers=3, time=1.0), **values})


@pytest.fixture
def runs() -> Iterator[Callable[..., LiveRun]]:
    """Makes runs, and ends them after the test."""
    made: list[LiveRun] = []

    def make(recipe: Recipe = FLOW, pace: float = math.inf, **values: Any) -> LiveRun:
        made.append(LiveRun(recipe, config(**values), pace=pace))
        return made[-1]

    yield make
    for run in made:
        run.stop()
    for thread in trainers():
        thread.join(LONG)


Make = Callable[..., LiveRun]


def trainers() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "live training"]


def weights(seen: Snapshot) -> Tensor:
    assert isinstance(seen.net, PointClassifier)
    return torch.cat([p.flatten() for p in seen.net.state_dict().values()])


class Gate:
    """A recipe whose steps wait until they are let through."""

    def __init__(self) -> None:
        self.waiting = threading.Event()
        self.opened = threading.Semaphore(0)
        self.recipe = dataclasses.replace(FLOW, loss=self._loss)

    def _loss(self, logits: Tensor, labels: Tensor) -> Tensor:
        self.waiting.set()
        assert self.opened.acquire(timeout=LONG)
        return FLOW.loss(logits, labels)

    def let_through(self, n: int = 1) -> None:
        self.opened.release(n)


# Orders.


def test_nothing_happens_before_an_order(runs: Make) -> None:
    before = len(trainers())
    run = runs()
    seen = run.look()
    assert (seen.state, seen.outcome, seen.step, seen.steps, seen.losses) == (LiveState.READY, None, 0, STEPS, ())
    assert math.isnan(seen.steps_per_second)
    assert run.state is LiveState.READY
    assert run.wait(0)
    assert len(trainers()) == before


def test_start_trains_to_the_end(runs: Make) -> None:
    run = runs()
    run.start()
    assert run.wait(LONG)
    seen = run.look()
    assert (seen.state, seen.outcome, seen.step) == (LiveState.OVER, Outcome.FINISHED, STEPS)
    assert len(seen.losses) == STEPS
    assert seen.losses[-1] < seen.losses[0]
    assert seen.steps_per_second > 0
    for order in (run.start, run.single_step, run.pause, run.stop):
        order()
        assert run.wait(LONG)
        assert run.look().losses == seen.losses
        assert run.look().outcome is Outcome.FINISHED


def test_a_second_start_starts_nothing(runs: Make) -> None:
    gate, before = Gate(), len(trainers())
    run = runs(gate.recipe)
    for _ in range(5):
        run.start()
    assert gate.waiting.wait(LONG)
    run.start()
    assert len(trainers()) == before + 1
    gate.let_through(10 * STEPS)
    assert run.wait(LONG)
    assert run.look().step == STEPS
    assert gate.opened.acquire(blocking=False)
    assert run.look().losses == tuple(report.loss for report in train(config(), "cpu").history)


def test_many_starts_at_once_start_one(runs: Make) -> None:
    before = len(trainers())
    gate = Gate()
    run = runs(gate.recipe)
    barrier = threading.Barrier(8)

    def click() -> None:
        barrier.wait(LONG)
        run.start()

    clicks = [threading.Thread(target=click) for _ in range(8)]
    for thread in clicks:
        thread.start()
    for thread in clicks:
        thread.join(LONG)
    assert gate.waiting.wait(LONG)
    assert len(trainers()) == before + 1
    gate.let_through(2 * STEPS)
    assert run.wait(LONG)
    assert run.look().step == STEPS


def test_a_single_step_is_one_step(runs: Make) -> None:
    run = runs()
    start = weights(run.look())
    for n in range(1, 4):
        run.single_step()
        assert run.wait(LONG)
        seen = run.look()
        assert (seen.state, seen.step, len(seen.losses)) == (LiveState.PAUSED, n, n)
        assert not torch.equal(weights(seen), start)
        start = weights(seen)


def test_single_steps_add_up_to_the_end_and_not_beyond(runs: Make) -> None:
    run = runs(steps=5)
    for _ in range(9):
        run.single_step()
    assert run.wait(LONG)
    assert (run.look().step, run.look().outcome) == (5, Outcome.FINISHED)


def test_pause_holds_after_the_step_under_way_and_start_goes_on(runs: Make) -> None:
    gate = Gate()
    run = runs(gate.recipe)
    run.start()
    gate.let_through(3)
    until(lambda: run.look().step == 3)
    until(gate.waiting.is_set)
    run.pause()
    gate.let_through(1)
    assert run.wait(LONG)
    step = run.look().step
    assert step in (3, 4)  # the fourth was under way, or was not yet begun
    assert run.state is LiveState.PAUSED
    gate.let_through(2 * STEPS)
    assert not run._busy
    assert run.look().step == step
    run.start()
    assert run.wait(LONG)
    assert run.look().step == STEPS
    assert run.look().losses == tuple(report.loss for report in train(config(), "cpu").history)


def test_a_single_step_right_after_a_pause_is_not_lost(runs: Make) -> None:
    gate = Gate()
    run = runs(gate.recipe)
    run.start()
    assert gate.waiting.wait(LONG)
    run.pause()
    assert run.state is LiveState.RUNNING  # the first step is under way
    assert not run.wait(0)
    run.single_step()
    gate.let_through(10)
    assert run.wait(LONG)
    assert run.look().step == 2


def test_a_single_step_while_it_runs_is_ignored(runs: Make) -> None:
    gate = Gate()
    run = runs(gate.recipe)
    run.start()
    assert gate.waiting.wait(LONG)
    run.single_step()
    gate.let_through(2 * STEPS)
    assert run.wait(LONG)
    assert run.look().step == STEPS


def test_stop_is_for_good(runs: Make) -> None:
    run = runs()
    run.single_step()
    assert run.wait(LONG)
    run.stop()
    for order in (run.start, run.single_step, run.pause, run.stop):
        order()
    assert run.wait(LONG)
    seen = run.look()
    assert (seen.state, seen.outcome, seen.step) == (LiveState.OVER, Outcome.CANCELLED, 1)
    for thread in trainers():
        thread.join(LONG)
    assert run.look().step == 1


def test_stop_waits_for_the_step_under_way(runs: Make) -> None:
    gate = Gate()
    run = runs(gate.recipe)
    run.start()
    assert gate.waiting.wait(LONG)
    run.stop()
    assert not run.wait(0)
    gate.let_through()
    assert run.wait(LONG)
    assert (run.look().step, run.look().outcome) == (1, Outcome.CANCELLED)


def test_a_thread_that_nobody_needs_goes_and_another_comes(runs: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live_module, "_IDLE", 0.01)
    before = len(trainers())
    run = runs()
    for n in (1, 2):
        run.single_step()
        assert run.wait(LONG)
        until(lambda: len(trainers()) == before)
        assert run.look().step == n
    run.start()
    assert run.wait(LONG)
    assert run.look().losses == tuple(report.loss for report in train(config(), "cpu").history)


# Pace.


def test_the_pace_is_kept_and_can_be_changed(runs: Make) -> None:
    started = time.monotonic()
    run = runs(pace=50.0, steps=6)
    run.start()
    assert run.wait(LONG)
    assert time.monotonic() - started > 5 * 0.02 * 0.9  # never quicker; how much slower depends on the machine
    slow = runs(pace=1e-3)
    slow.start()
    until(lambda: slow.look().step == 1)
    assert slow.state is LiveState.RUNNING
    slow.pause()  # orders need not wait a thousand seconds
    slow.single_step()
    assert slow.wait(LONG)
    assert slow.look().step == 2
    slow.pace = math.inf
    slow.start()
    assert slow.wait(LONG)
    assert slow.look().step == STEPS


@pytest.mark.parametrize("pace", [0.0, -1.0, math.nan])
def test_impossible_paces_are_refused(pace: float, runs: Make) -> None:
    with pytest.raises(ConfigError, match="The pace must be a positive number of steps per second; got"):
        runs(pace=pace)
    run = runs()
    with pytest.raises(ConfigError, match="The pace must be"):
        run.pace = pace
    assert run.pace == math.inf


# What one sees.


@pytest.mark.parametrize("batch_size", [None, 6])
def test_it_trains_as_train_does(batch_size: int | None, runs: Make) -> None:
    expected = train(config(batch_size=batch_size), "cpu")
    first, second = runs(batch_size=batch_size), runs(batch_size=batch_size)
    for run in (first, second):
        run.start()
    assert first.wait(LONG)
    assert second.wait(LONG)
    losses = tuple(report.loss for report in expected.history)
    assert first.look().losses == second.look().losses == losses
    result = first.result()
    assert result.outcome is Outcome.FINISHED
    assert result.metrics == expected.metrics
    assert result.config == expected.config == complete(config(batch_size=batch_size), FLOW)
    assert result.n_parameters == expected.n_parameters
    assert [report.step for report in result.history] == list(range(1, STEPS + 1))
    assert tuple(report.loss for report in result.history) == losses
    assert isinstance(expected.net, PointClassifier)
    assert torch.equal(weights(first.look()), torch.cat([p.flatten() for p in expected.net.state_dict().values()]))
    other = runs(batch_size=batch_size, seed=1)
    other.start()
    assert other.wait(LONG)
    assert other.look().losses != losses


def test_a_look_is_a_copy(runs: Make) -> None:
    run = runs()
    run.single_step()
    assert run.wait(LONG)
    seen = run.look()
    before = weights(seen).clone()
    run.start()
    assert run.wait(LONG)
    assert torch.equal(weights(seen), before)
    assert not torch.equal(weights(run.look()), before)
    assert seen.step == len(seen.losses) == 1
    assert not seen.net.training
    assert not any(p.requires_grad for p in seen.net.parameters())
    after = weights(run.look())
    for p in run.look().net.parameters():
        p.zero_()
    assert torch.equal(weights(run.look()), after)


def test_every_look_sees_the_weights_after_some_step(runs: Make) -> None:
    stepped, states = runs(), []
    for _ in range(STEPS):
        states.append(weights(stepped.look()))
        stepped.single_step()
        assert stepped.wait(LONG)
    states.append(weights(stepped.look()))
    run = runs()
    run.start()
    looks = []
    while run.state is not LiveState.OVER:
        looks.append(run.look())
    for seen in (*looks, run.look()):
        assert torch.equal(weights(seen), states[seen.step])
        assert len(seen.losses) == seen.step


def test_the_result_of_a_held_run_is_the_network_as_it_is(runs: Make) -> None:
    run = runs()
    run.single_step()
    assert run.wait(LONG)
    result, seen = run.result(), run.look()
    assert result.outcome is Outcome.CANCELLED
    assert run.state is LiveState.PAUSED
    assert len(result.history) == 1
    assert result.metrics == FLOW.evaluate(seen.net, run.config)
    assert result.seconds > 0
    run.start()
    assert run.wait(LONG)
    assert run.result().outcome is Outcome.FINISHED


def test_points_of_ones_own(runs: Make, generator: torch.Generator) -> None:
    from structviz.training import flow_on

    points = torch.randn(13, 2, generator=generator)
    labels = (points[:, 0] > 0).long()
    run = runs(flow_on(points, labels))
    run.start()
    assert run.wait(LONG)
    result = run.result()
    assert result.config.n_train == 13
    assert result.metrics == evaluate_classifier(result.net, (points, labels), (points, labels))


# Bad ends.


def test_divergence_is_said_and_keeps_weights_that_did_well(runs: Make) -> None:
    run = runs(learning_rate=1e5, steps=100)
    first = run.look()
    run.start()
    assert run.wait(LONG)
    seen = run.look()
    assert seen.outcome is Outcome.DIVERGED
    assert seen.step < 100
    assert not seen.losses[-1] < 10 * seen.losses[0]
    assert weights(seen).isfinite().all()
    assert run.result().metrics["loss_train"] < 2 * FLOW.evaluate(first.net, run.config)["loss_train"]
    run.start()
    assert run.look().losses == seen.losses


def test_what_is_no_number_is_divergence(runs: Make) -> None:
    count = iter(range(STEPS))

    def spoilt(logits: Tensor, labels: Tensor) -> Tensor:
        return FLOW.loss(logits, labels) * (math.nan if next(count) == 4 else 1)

    run = runs(dataclasses.replace(FLOW, loss=spoilt))
    expected = runs()
    for one in (run, expected):
        for _ in range(5 if one is run else 3):
            one.single_step()
        assert one.wait(LONG)
    seen = run.look()
    assert (seen.outcome, seen.step) == (Outcome.DIVERGED, 5)
    assert math.isnan(seen.losses[-1])
    # The loss of the weights after step 3 was the last good one.
    assert torch.equal(weights(seen), weights(expected.look()))


def test_lack_of_memory_is_an_outcome(runs: Make) -> None:
    def greedy(logits: Tensor, labels: Tensor) -> Tensor:
        raise torch.OutOfMemoryError("CUDA out of memory")

    run = runs(dataclasses.replace(FLOW, loss=greedy))
    run.start()
    assert run.wait(LONG)
    assert run.look().outcome is Outcome.OUT_OF_MEMORY
    assert run.look().step == 0


def test_errors_reach_whoever_looks_next(runs: Make) -> None:
    def broken(logits: Tensor, labels: Tensor) -> Tensor:
        raise ValueError("a bug")

    run = runs(dataclasses.replace(FLOW, loss=broken))
    run.start()
    for ask in (lambda: run.wait(LONG), run.look, run.result):
        with pytest.raises(ValueError, match="a bug"):
            ask()
    run.start()
    assert run.state is LiveState.OVER


def test_impossible_wishes_are_refused_at_once(runs: Make) -> None:
    with pytest.raises(ConfigError, match="got 'iris'"):
        runs(dataset="iris")
    with pytest.raises(ConfigError, match="got 'toaster'"):
        LiveRun(FLOW, config(), "toaster")


def test_runs_made_at_once_have_the_weights_of_their_seeds() -> None:
    expected = {seed: weights(LiveRun(FLOW, config(seed=seed)).look()) for seed in range(6)}
    found: dict[int, Tensor] = {}
    barrier = threading.Barrier(6)

    def make(seed: int) -> None:
        barrier.wait(LONG)
        for _ in range(5):
            found[seed] = weights(LiveRun(FLOW, config(seed=seed)).look())
            assert torch.equal(found[seed], expected[seed])

    threads = [threading.Thread(target=make, args=(seed,)) for seed in expected]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(LONG)
    assert set(found) == set(expected)
    for seed, start in expected.items():
        assert torch.equal(found[seed], start)
