"""Seeds give the same weights, whoever draws at the same time."""

import threading

import torch
from torch import nn

from structviz.seeding import seeded


def weights(seed: int) -> torch.Tensor:
    with seeded(seed):
        return nn.Linear(3, 3).weight.detach()


def test_a_seed_gives_the_same_weights_and_leaves_the_generator_alone() -> None:
    torch.manual_seed(5)
    expected = torch.rand(3)
    torch.manual_seed(5)
    assert torch.equal(weights(1), weights(1))
    assert not torch.equal(weights(1), weights(2))
    assert torch.equal(torch.rand(3), expected)


def test_another_thread_draws_before_or_after_but_not_in_between() -> None:
    expected, entered, go_on = weights(1), threading.Event(), threading.Event()

    def draw_another() -> None:
        with seeded(2):
            entered.set()
            go_on.wait(10)

    other = threading.Thread(target=draw_another)
    with seeded(1):
        other.start()
        assert not entered.wait(0.1)
        found = nn.Linear(3, 3).weight.detach()
    go_on.set()
    other.join(10)
    assert entered.is_set()
    assert torch.equal(found, expected)
