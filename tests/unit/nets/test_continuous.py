"""Layers that commute with all rotations, on samples of functions on the circle."""

import math

import pytest
import torch
from torch import Tensor, nn
from torch.nn.functional import silu

from structviz.errors import ConfigError
from structviz.nets.circle import sampling
from structviz.nets.equivariant import EquivariantDenoiser
from structviz.nets.groups import group
from structviz.nets.parameters import n_free_parameters
from structviz.nets.steerable import CircleConv
from structviz.transforms import rotate
from tests.tolerances import EQUIVARIANCE, EXPORT


@pytest.fixture(autouse=True)
def seeded() -> None:
    torch.manual_seed(3)


def network(name: str = "C8", band: int = 2, kernel_size: int = 3, dilations: tuple[int, ...] = (1, 2, 1)) -> nn.Module:
    net = EquivariantDenoiser(name, 2, dilations, kernel_size, residual=True, activation="silu", band=band)
    for layer in net.layers:
        weights = layer.get_parameter("conv.weights")
        nn.init.normal_(weights, std=0.3)
        nn.init.normal_(layer.get_parameter("conv.bias"))
    return net


def between_coefficients(net: nn.Module, y: Tensor) -> Tensor:
    """The same network with escnn's own layers between Fourier coefficients, and the nonlinearity on samples."""
    from escnn.nn import GeometricTensor

    samples = sampling(2, 8).float()
    z = y
    for k, layer in enumerate(net.layers):  # pyright: ignore[reportArgumentType]
        conv = layer.conv
        m = layer.margin
        padded = nn.functional.pad(z, (m, m, m, m), mode="replicate")
        z = conv(GeometricTensor(padded, conv.in_type)).tensor
        if k < 2:
            values = torch.einsum("sc,nfcij->nfsij", samples, z.unflatten(1, (2, 5)))
            z = torch.einsum("sc,nfsij->nfcij", samples, silu(values)).flatten(1, 2)
    return y - z


@pytest.mark.parametrize("kernel_size", [3, 5])
@pytest.mark.parametrize("shape", [(2, 1, 15, 15), (1, 1, 10, 17)], ids=str)
def test_merged_kernels_do_what_the_steerable_layers_do(kernel_size: int, shape: tuple[int, ...]) -> None:
    net, y = network(kernel_size=kernel_size), torch.randn(shape)
    with torch.no_grad():
        expected = between_coefficients(net, y)
        for found in (net(y), net.export()(y)):  # pyright: ignore[reportCallIssue]
            assert float((found - expected).norm() / expected.norm()) <= EXPORT


@pytest.mark.parametrize(("name", "band"), [("C8", 2), ("C16", 5)])
def test_the_export_commutes_with_quarter_turns(name: str, band: int) -> None:
    plain = network(name, band).export()  # pyright: ignore[reportCallIssue]
    assert plain.group == name
    y = torch.randn(1, 1, 13, 13)
    with torch.no_grad():
        turned = plain(y).rot90(1, (-2, -1))
        assert float((plain(y.rot90(1, (-2, -1))) - turned).norm() / turned.norm()) < EQUIVARIANCE[torch.float32]


@pytest.mark.parametrize("depth", [1, 2])
@pytest.mark.parametrize("degrees", [10.0, 37.0, 60.0])
def test_layers_commute_with_any_rotation(degrees: float, depth: int) -> None:
    """Of smooth bumps, so that what is left is the grid's share."""
    row, column = torch.meshgrid(torch.arange(61.0), torch.arange(61.0), indexing="ij")
    bumps = [torch.exp(-((row - r) ** 2 + (column - c) ** 2) / (2 * s**2)) for r, c, s in ((24, 33, 3.5), (37, 26, 4))]
    y, alpha = torch.stack(bumps).sum(0)[None, None], math.radians(degrees)
    waves = [torch.ones(1, 1)]
    for k in (1, 2):
        c, s = math.cos(k * alpha), math.sin(k * alpha)
        waves.append(torch.tensor([[c, -s], [s, c]]))
    samples = sampling(2, 8).float()
    shift = samples @ torch.block_diag(*waves) @ samples.T

    def error(net: nn.Module, shift: Tensor) -> float:
        layers = nn.Sequential(*list(net.layers)[:depth])  # pyright: ignore[reportArgumentType]
        with torch.no_grad():
            fields = rotate(layers(y), alpha).unflatten(1, (2, -1))
            expected = torch.einsum("st,nftij->nfsij", shift, fields).flatten(1, 2)
            found, inside = layers(rotate(y, alpha)), (..., slice(14, -14), slice(14, -14))
            spread = found[inside] - found[inside].mean((-1, -2), keepdim=True)
            return float((found - expected)[inside].norm() / spread.norm())

    continuous = network(kernel_size=5, dilations=(1, 1, 1))
    assert error(continuous, shift) < 0.05
    assert error(continuous, torch.eye(8)) > 0.1
    if depth == 2:  # more waves than two, which no matrix between samples can shift
        assert error(EquivariantDenoiser("C8", 2, (1, 1, 1), 5), shift) > 0.1


def test_fewer_waves_are_fewer_parameters() -> None:
    counts = [n_free_parameters(EquivariantDenoiser("C8", 2, (1, 1, 1), 3, band=band)) for band in (1, 2, 3, None)]
    assert counts == sorted(counts)
    assert len(set(counts)) == 4


def test_the_kernel_is_merged_in_single_precision_also_in_mixed_precision() -> None:
    layer = CircleConv(group("C8"), 2, 2, regular_in=True, regular_out=True, band=2)
    y = torch.randn(1, 16, 9, 9)
    with torch.no_grad(), torch.autocast("cpu", torch.bfloat16):
        found = layer(y)
    assert found.dtype is torch.bfloat16
    with torch.no_grad():
        torch.testing.assert_close(found.float(), layer(y), atol=0.05, rtol=0.02)


def test_too_few_samples_are_refused() -> None:
    with pytest.raises(ConfigError, match=r"need 2L \+ 2 samples"):
        EquivariantDenoiser("C4", 2, (1, 1, 1), band=2)
