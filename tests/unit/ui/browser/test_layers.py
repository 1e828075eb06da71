"""The numbers from which the tests in node run the layers of the browser."""

import json
from typing import Any

import pytest
import torch
from torch import nn

from structviz.errors import ConfigError
from structviz.nets import HamiltonianNet
from structviz.ui.browser.layers import described_layers
from tests.layer_numbers import FILE, layer_numbers


def leaves(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return [leaf for name in sorted(value) for leaf in (name, *leaves(value[name]))]
    if isinstance(value, list):
        return [leaf for one in value for leaf in leaves(one)]
    return [value]


def test_the_file_of_numbers_is_up_to_date() -> None:
    """If not: `python -m tests.layer_numbers`."""
    expected, found = (
        leaves(json.loads(FILE.read_text(encoding="utf-8"))),
        leaves(json.loads(json.dumps(layer_numbers()))),
    )
    assert len(found) == len(expected)
    for one, other in zip(found, expected, strict=True):
        assert one == (pytest.approx(other, rel=1e-6, abs=1e-6) if isinstance(other, float) else other)


@pytest.mark.parametrize("net", [nn.Linear(2, 2), HamiltonianNet(method="euler"), HamiltonianNet(dim=4)])
def test_layers_that_the_browser_has_not_are_refused(net: nn.Module) -> None:
    with pytest.raises(ConfigError):
        described_layers(net)


def test_layers_that_share_their_weights_are_described_each() -> None:
    torch.manual_seed(0)
    one, other = described_layers(HamiltonianNet(n_layers=2, shared=True))
    assert one == other
