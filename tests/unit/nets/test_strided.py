"""A network that works on every second pixel."""

import pytest
import torch

from structviz.nets import ConvDenoiser
from structviz.nets.equivariant import EquivariantDenoiser
from structviz.nets.strided import Strided


def strided(kind: str) -> Strided:
    torch.manual_seed(0)
    trained = EquivariantDenoiser("C4", 2, (1, 1, 1), residual=True, activation="silu")
    return Strided(trained if kind == "trained" else trained.export()).eval()


@pytest.mark.parametrize("kind", ["trained", "exported"])
@pytest.mark.parametrize("shape", [(2, 1, 12, 17), (1, 1, 9, 9)], ids=str)
def test_keeps_the_size(kind: str, shape: tuple[int, ...], generator: torch.Generator) -> None:
    with torch.no_grad():
        assert strided(kind)(torch.randn(shape, generator=generator)).shape == shape


def test_even_sides_do_not_turn_and_odd_ones_do(generator: torch.Generator) -> None:
    net = strided("exported")
    errors = {}
    for side in (16, 17):
        y = torch.randn(1, 1, side, side, generator=generator)
        turned = torch.rot90(net(y), 1, (-2, -1))
        errors[side] = float((net(torch.rot90(y, 1, (-2, -1))) - turned).norm() / turned.norm())
    assert errors[17] < 1e-5
    assert errors[16] > 1e-2


def test_hidden_layers_see_every_second_pixel() -> None:
    net = ConvDenoiser(4, (1, 1)).eval().requires_grad_(False)
    y = torch.zeros(1, 1, 16, 16)
    y[..., 8, 8] = 1.0
    assert not torch.equal(Strided(net)(y), net(y))
    # With 1×1 kernels an odd pixel is never looked at.
    flat = Strided(ConvDenoiser(4, (1, 1), kernel_size=1).requires_grad_(False))
    odd = torch.zeros(1, 1, 16, 16)
    odd[..., 7, 7] = 1.0
    assert torch.equal(flat(odd), flat(torch.zeros_like(odd)))
