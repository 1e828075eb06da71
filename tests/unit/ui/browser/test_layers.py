"""The numbers from which the tests in node run the layers of the browser."""

import pytest
import torch
from torch import nn

from structviz.errors import ConfigError
from structviz.nets import HamiltonianNet
from structviz.ui.browser.layers import described_layers
from tests.browser_numbers import check_file
from tests.layer_numbers import FILE, layer_numbers


def test_the_file_of_numbers_is_up_to_date() -> None:
    check_file(FILE, layer_numbers(), "tests.layer_numbers", 1e-6)


@pytest.mark.parametrize("net", [nn.Linear(2, 2), HamiltonianNet(method="euler"), HamiltonianNet(dim=4)])
def test_layers_that_the_browser_has_not_are_refused(net: nn.Module) -> None:
    with pytest.raises(ConfigError):
        described_layers(net)


def test_layers_that_share_their_weights_are_described_each() -> None:
    torch.manual_seed(0)
    one, other = described_layers(HamiltonianNet(n_layers=2, shared=True))
    assert one == other
