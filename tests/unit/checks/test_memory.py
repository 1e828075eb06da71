"""Bytes that wait for a backward pass: counted by hand."""

import torch

from structviz.checks import peak_saved_bytes


def test_a_chain_of_squares_stores_each_of_its_inputs() -> None:
    x = torch.rand(1000, requires_grad=True)
    assert peak_saved_bytes(lambda: x.square().sum()) == 4000
    assert peak_saved_bytes(lambda: x.square().square().square().sum()) == 12_000


def test_a_storage_counts_once_and_weights_do_not() -> None:
    x = torch.rand(1000, requires_grad=True)
    assert peak_saved_bytes(lambda: (x.square() + x.pow(3)).sum()) == 4000
    assert peak_saved_bytes(lambda: x.square().square().sum(), [x]) == 4000
