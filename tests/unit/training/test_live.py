"""Orders to live runs are obeyed once, at the pace that is asked for."""

import math
import threading
import time

import pytest
import torch

from structviz.errors import ConfigError
from structviz.training import FLOW, Outcome, train
from structviz.training import live as live_module
from structviz.training.live import LiveRun, LiveState
from tests.unit.training.live_runs import STEPS, Gate, Make, config, trainers, weights
from tests.waiting import LONG, until


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


def test_impossible_wishes_are_refused_at_once(runs: Make) -> None:
    with pytest.raises(ConfigError, match="got 'iris'"):
        runs(dataset="iris")
    with pytest.raises(ConfigError, match="got 'toaster'"):
        LiveRun(FLOW, config(), "toaster")
