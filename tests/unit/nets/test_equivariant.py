import math

import pytest
import torch
from torch import nn

from structviz.errors import ConfigError, ShapeError
from structviz.nets import GROUPS, PIXELWISE, ConvDenoiser, Symmetrised, commuting_kernel
from structviz.nets.equivariant import EquivariantDenoiser, fields_for_parameters
from structviz.nets.parameters import n_free_parameters
from structviz.transforms import disc_mask, rotate
from tests.covering import every_pair
from tests.tolerances import EXPORT


@pytest.fixture(autouse=True)
def seeded() -> None:
    torch.manual_seed(3)


def test_channel_order_is_that_of_escnn() -> None:
    import escnn.gspaces

    spaces = {
        "C4": escnn.gspaces.rot2dOnR2(4),
        "C8": escnn.gspaces.rot2dOnR2(8),
        "C16": escnn.gspaces.rot2dOnR2(16),
        "D4": escnn.gspaces.flipRot2dOnR2(4),
        "D8": escnn.gspaces.flipRot2dOnR2(8),
    }
    for name, space in spaces.items():
        ours = GROUPS[name]
        for theirs, element in zip(space.fibergroup.elements, ours.elements, strict=True):
            matrix = torch.as_tensor(space.regular_repr(theirs))
            assert matrix.argmax(dim=1).tolist() == ours.permutation(element)


@every_pair(
    group_name=GROUPS,
    shape=[(2, 1, 15, 15), (1, 1, 10, 17)],
    kernel_size=[3, 5, 7, 9],
    activation=PIXELWISE,
    residual=[False, True],
)
def test_export_equals_escnn(
    group_name: str, shape: tuple[int, ...], kernel_size: int, activation: str, residual: bool
) -> None:
    # The border is where a forgotten padding mode would show.
    net = EquivariantDenoiser(group_name, 2, (1, 3, 2), kernel_size, residual, activation)
    for layer in net.layers:
        nn.init.normal_(layer.get_parameter("conv.bias"))
    y = torch.randn(shape)
    with torch.no_grad():
        expected, exported = net(y), net.export()(y)
    assert (
        net.export().shape
        == ConvDenoiser(net.fields * net.group.order, (1, 3, 2), kernel_size, residual, activation).shape
    )
    error = torch.linalg.vector_norm(exported - expected) / torch.linalg.vector_norm(expected)
    assert float(error) <= EXPORT


def test_hidden_fields_permute_when_the_image_turns() -> None:
    group = GROUPS["D4"]
    net = EquivariantDenoiser("D4", 3, (1, 1, 1)).export()
    y = torch.randn(1, 1, 9, 9)
    for g in group.elements:
        turned_first = net.layers[0](group.act(g, y)).unflatten(1, (3, 8))
        turned_last = group.act(g, net.layers[0](y)).unflatten(1, (3, 8))[:, :, group.permutation(g)]
        torch.testing.assert_close(turned_first, turned_last, atol=1e-5, rtol=1e-4)


def test_c8_turns_by_45_degrees_better_than_ordinary() -> None:
    bumps = torch.zeros(1, 1, 41, 41)
    row, column = torch.meshgrid(torch.arange(41.0), torch.arange(41.0), indexing="ij")
    for r, c, s in ((15, 22, 3.0), (25, 17, 4.0), (20, 27, 2.5)):
        bumps[0, 0] += torch.exp(-((row - r) ** 2 + (column - c) ** 2) / (2 * s**2))
    mask = disc_mask(41, 41, margin=6.0)

    def error(net: nn.Module) -> float:
        with torch.no_grad():
            difference = net(rotate(bumps, math.pi / 4)) - rotate(net(bumps), math.pi / 4)
            return float((difference * mask).norm() / (net(bumps) * mask).norm())

    assert error(EquivariantDenoiser("C8", 2, (1, 1, 1)).export()) < 0.3 * error(ConvDenoiser(16, (1, 1, 1)))


def test_width_of_the_export_matches_the_ordinary_network() -> None:
    exported = EquivariantDenoiser("C8", 4, (1, 1, 1)).export()
    assert [layer.weight.shape for layer in exported.convolutions] == [
        layer.weight.shape for layer in ConvDenoiser(32, (1, 1, 1)).convolutions
    ]


@pytest.mark.parametrize("group_name", GROUPS)
@pytest.mark.parametrize("target", [2_000, 20_000])
def test_fields_for_parameters_hit_the_target(group_name: str, target: int) -> None:
    def count(fields: int) -> int:
        return n_free_parameters(EquivariantDenoiser(group_name, fields, (1, 3, 1)))

    fields = fields_for_parameters(target, group_name, (1, 3, 1))
    best = min((abs(count(f) - target), f) for f in (max(1, fields - 1), fields, fields + 1))
    assert fields == best[1]


def test_projection_leaves_commuting_kernels_and_is_idempotent() -> None:
    kernel = torch.randn(8, 8, 3, 3, dtype=torch.float64)
    once = commuting_kernel(kernel, GROUPS["D4"], regular_in=True, regular_out=True)
    twice = commuting_kernel(once, GROUPS["D4"], regular_in=True, regular_out=True)
    assert (once - kernel).abs().max() > 0.1
    torch.testing.assert_close(twice, once, atol=1e-15, rtol=0)


def test_projection_is_orthogonal() -> None:
    kernel = torch.randn(4, 8, 3, 3, dtype=torch.float64)
    projected = commuting_kernel(kernel, GROUPS["C4"], regular_in=True, regular_out=True)
    assert abs(float(((kernel - projected) * projected).sum())) < 1e-12


def test_projection_is_symmetric_bit_for_bit() -> None:
    kernel = commuting_kernel(torch.randn(1, 4, 3, 3), GROUPS["C4"], regular_in=True, regular_out=False)
    for g in GROUPS["C4"].elements:
        moved = GROUPS["C4"].act(g, kernel)[:, GROUPS["C4"].permutation(g)]
        assert torch.equal(moved, kernel)


@pytest.mark.parametrize(
    ("shape", "regular_in", "message"),
    [((4, 4, 3, 5), True, "square; got 3×5"), ((4, 6, 3, 3), True, "6 channels in")],
)
def test_projection_refuses_what_cannot_commute(shape: tuple[int, ...], regular_in: bool, message: str) -> None:
    with pytest.raises(ShapeError, match=message):
        commuting_kernel(torch.zeros(shape), GROUPS["C4"], regular_in=regular_in, regular_out=True)


def test_symmetrised_leaves_an_equivariant_network_as_it_is() -> None:
    net = EquivariantDenoiser("C4", 2, (1, 1, 1)).export()
    y = torch.randn(2, 1, 11, 8)
    torch.testing.assert_close(Symmetrised(net, "C4")(y), net(y), atol=1e-5, rtol=1e-4)


def test_symmetrised_is_the_mean_over_the_group() -> None:
    # Of "take the pixel to the right", averaged over C4, remains the mean of the four neighbours.
    shifted = Symmetrised(lambda y: torch.roll(y, -1, dims=-1), "C4")
    y = torch.zeros(1, 1, 5, 5)
    y[0, 0, 2, 2] = 1.0
    x = shifted(y)[0, 0]
    assert x[2, 1] == x[2, 3] == x[1, 2] == x[3, 2] == 0.25
    assert x.sum() == 1.0


def test_symmetrised_refuses_groups_that_need_interpolation() -> None:
    with pytest.raises(ConfigError, match=r"C4 and D4.*C8"):
        Symmetrised(nn.Identity(), "C8")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"kernel_size": 4}, "odd side.*4"),
        ({"width": 0}, "at least 1 channel; got 0"),
        ({"dilations": (1,)}, "two or more dilations"),
        ({"dilations": (1, 0)}, "at least 1"),
        ({"activation": "tanh"}, "one of relu, silu; got 'tanh'"),
    ],
)
def test_invalid_layers_are_refused(arguments: dict, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        ConvDenoiser(**arguments)


def test_a_network_is_rebuilt_from_its_shape() -> None:
    net = ConvDenoiser(5, (1, 2), 5, residual=True, activation="silu").requires_grad_(False)
    again = ConvDenoiser(**net.shape).requires_grad_(False)  # pyright: ignore[reportArgumentType]
    again.load_state_dict(net.state_dict())
    y = torch.randn(1, 1, 11, 8)
    assert torch.equal(again(y), net(y))
