"""Accuracy."""

import math

import pytest
import torch
from torch import Generator

from structviz.metrics import accuracy


def test_counts_what_is_on_the_right_side() -> None:
    logits, labels = torch.tensor([-2.0, 0.5, 3.0, 1.0, -1e-30]), torch.tensor([0, 1, 1, 0, 1])
    assert accuracy(logits, labels) == 3 / 5
    assert accuracy(-logits, labels) == 2 / 5
    assert accuracy(logits, 1 - labels) == 2 / 5


def test_one_at_a_time() -> None:
    right = [(1e-30, 1), (math.inf, 1), (0.0, 0), (-1e-30, 0), (-math.inf, 0)]
    for logit, label in right:
        assert accuracy(torch.tensor([logit]), torch.tensor([label])) == 1
        assert accuracy(torch.tensor([logit]), torch.tensor([1 - label])) == 0


@pytest.mark.parametrize("label", [0, 1])
def test_what_is_no_number_is_wrong(label: int) -> None:
    assert accuracy(torch.tensor([math.nan]), torch.tensor([label])) == 0


def test_agrees_with_counting(generator: Generator) -> None:
    logits = torch.randn(1001, generator=generator)
    labels = torch.randint(2, (1001,), generator=generator)
    expected = sum((logit > 0) == bool(label) for logit, label in zip(logits.tolist(), labels.tolist(), strict=True))
    assert accuracy(logits, labels) == expected / 1001
    assert 0.4 < accuracy(logits, labels) < 0.6
    assert accuracy(logits.double(), labels.int()) == accuracy(logits, labels)


def test_of_no_points_there_is_nothing_to_say() -> None:
    assert math.isnan(accuracy(torch.zeros(0), torch.zeros(0, dtype=torch.int64)))
