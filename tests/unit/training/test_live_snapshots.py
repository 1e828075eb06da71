"""Whoever looks at a live run sees whole networks, those of `train`, and every end of it has its name."""

import dataclasses
import math
import threading

import pytest
import torch
from torch import Tensor

from structviz.nets import PointClassifier
from structviz.training import FLOW, Outcome, flow_on, train
from structviz.training.flow import evaluate_classifier
from structviz.training.live import LiveRun, LiveState
from structviz.training.recipes import complete
from tests.unit.training.live_runs import STEPS, Make, config, weights
from tests.waiting import LONG


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
    points = torch.randn(13, 2, generator=generator)
    labels = (points[:, 0] > 0).long()
    run = runs(flow_on(points, labels))
    run.start()
    assert run.wait(LONG)
    result = run.result()
    assert result.config.n_train == 13
    assert result.metrics == evaluate_classifier(result.net, (points, labels), (points, labels))


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
