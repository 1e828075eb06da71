"""How many numbers a network learns: against the rank of the map from them to its kernels."""

import pytest
import torch
from torch import nn

from structviz.nets import GROUPS, ConvDenoiser
from structviz.nets.equivariant import EquivariantDenoiser
from structviz.nets.parameters import n_free_parameters
from structviz.nets.steerable import SteerableConv


def rank_of_kernels(layer: SteerableConv) -> int:
    """Kernels of random weights span as many dimensions as there are free weights."""
    weights = layer.conv.weights
    n = weights.numel()
    kernels = []
    with torch.no_grad():
        for k in range(n):
            weights.copy_(torch.eye(n)[k])
            kernels.append(layer.conv.expand_parameters()[0].flatten().clone())
    return int(torch.linalg.matrix_rank(torch.stack(kernels).double(), rtol=1e-4))


@pytest.mark.parametrize(("regular_in", "regular_out"), [(True, True), (False, True), (True, False)])
@pytest.mark.parametrize(("kernel_size", "dilation"), [(3, 1), (3, 3), (5, 1)])
def test_weights_count_by_the_kernels_that_they_span(
    kernel_size: int, dilation: int, regular_in: bool, regular_out: bool
) -> None:
    torch.manual_seed(0)
    layer = SteerableConv(
        GROUPS["C4"],
        1,
        2,
        regular_in=regular_in,
        regular_out=regular_out,
        kernel_size=kernel_size,
        dilation=dilation,
    )
    assert layer.conv.bias is not None
    assert n_free_parameters(layer) == rank_of_kernels(layer) + layer.conv.bias.numel()
    assert (layer.n_redundant > 0) == (dilation == 3)


def test_every_number_of_an_ordinary_network_is_free() -> None:
    net = ConvDenoiser(4, (1, 3))
    assert n_free_parameters(net) == sum(p.numel() for p in net.parameters())
    assert n_free_parameters(nn.Linear(3, 2)) == 8


def test_a_dilated_network_has_as_many_as_its_layers() -> None:
    net = EquivariantDenoiser("C4", 15, (1, 2, 3, 3, 2, 1))
    assert n_free_parameters(net) == 30_856
    assert sum(p.numel() for p in net.parameters()) == 38_056
