"""Feature maps while the input turns: the co-moving frame, its directions and its number."""

import math

import pytest
import torch
from torch import Tensor

from structviz import data, zoo
from structviz.errors import ConfigError
from structviz.nets import GROUPS, ConvDenoiser, commuting_kernel
from structviz.studies.features import activations, feature_film, nearest_turn, receptive_radius, turn_back
from structviz.transforms import add_gaussian, disc_mask, rotate
from structviz.types import Image
from tests.tolerances import EQUIVARIANCE

STEPS = {"C4": 4, "C8": 8, "D4": 4}
DOUBLE = EQUIVARIANCE[torch.float64]


def network(group_name: str | None, generator: torch.Generator, fields: int = 2) -> ConvDenoiser:
    """Random weights and biases, made to commute with a group or left as they are."""
    order = GROUPS[group_name].order if group_name else 8
    net = ConvDenoiser(width=fields * order, dilations=(1, 2, 1)).double().eval().requires_grad_(False)
    for k, convolution in enumerate(net.convolutions):
        weight = torch.randn(convolution.weight.shape, generator=generator, dtype=torch.float64)
        if group_name:
            weight = commuting_kernel(weight, GROUPS[group_name], regular_in=k > 0, regular_out=k < 2)
        convolution.weight.copy_(2 * weight / weight[0].norm())
        bias = 0.1 * torch.randn(fields if k < 2 else 1, generator=generator, dtype=torch.float64)
        convolution.get_parameter("bias").copy_(bias.repeat_interleave(order) if k < 2 else bias)
    return net


def picture(size: int, generator: torch.Generator) -> Image:
    return torch.rand(1, 1, size, size, generator=generator, dtype=torch.float64)


def relative(x: Tensor, reference: Tensor) -> float:
    return ((x - reference).norm() / reference.norm()).item()


@pytest.mark.parametrize("layer", [0, 1])
@pytest.mark.parametrize("quarter_turns", [1, 2, 3])
@pytest.mark.parametrize("name", STEPS)
def test_only_the_right_direction_brings_the_maps_back(
    name: str, quarter_turns: int, layer: int, generator: torch.Generator
) -> None:
    net, image = network(name, generator), picture(25, generator)
    angle, G = quarter_turns * math.pi / 2, GROUPS[name]
    z0, z = activations(net, image, layer), activations(net, rotate(image, angle), layer)
    assert relative(turn_back(z, angle, name), z0) <= DOUBLE
    g = nearest_turn(name, angle)
    # Planted: no permutation, the inverse one, the pixels turned on instead of back.
    there = z.unflatten(1, (-1, G.order))[:, :, G.permutation(g)].flatten(1, 2)
    wrong = [turn_back(z, angle), turn_back(z, -angle, name), rotate(there, -angle)]
    if quarter_turns == 2:
        # Half a turn is its own inverse.
        assert relative(rotate(there, -angle), z0) <= DOUBLE
        wrong = wrong[:1]
    for candidate in wrong:
        assert relative(candidate, z0) > 0.1


def test_eighth_turns_of_c8_move_the_channels_by_one_step() -> None:
    # Directional derivatives K_h = cos(h 45°) D_x + sin(h 45°) D_up turn exactly with a smooth image.
    net = ConvDenoiser(width=8, dilations=(1, 1)).double().requires_grad_(False)
    right = torch.tensor([[0.0, 0, 0], [-1, 0, 1], [0, 0, 0]], dtype=torch.float64)
    up = torch.rot90(right)
    turns = torch.arange(8, dtype=torch.float64)[:, None, None] * math.pi / 4
    net.convolutions[0].weight.copy_((torch.cos(turns) * right + torch.sin(turns) * up)[:, None])
    net.convolutions[0].get_parameter("bias").copy_(torch.full((8,), 0.01, dtype=torch.float64))
    y, x = torch.meshgrid(*2 * [torch.arange(65, dtype=torch.float64) - 32], indexing="ij")
    bump = torch.exp(-((x - 7) ** 2 / 3 + (y + 4) ** 2) / 60)[None, None]
    film = feature_film(net, bump, 0, "C8", n_angles=8)
    assert film.change.max() < 0.02
    assert feature_film(net, bump, 0, None, n_angles=8).change[1:].min() > 0.2
    assert torch.equal(film.maps[0], film.comoving[0])


@pytest.mark.parametrize("layer", [0, 1])
@pytest.mark.parametrize("name", STEPS)
def test_change_is_round_off_at_quarter_turns_of_an_equivariant_network_only(
    name: str, layer: int, generator: torch.Generator
) -> None:
    image = picture(41, generator)
    net = network(name, generator)
    assert feature_film(net, image, layer, name, n_maps=8, n_angles=4).change.max() <= DOUBLE
    # Turned back alone, or as if it were a network of this group, the maps of others move.
    assert feature_film(net, image, layer, None, n_angles=4).change[1:].min() > 0.1
    stranger = network(None, generator)
    assert feature_film(stranger, image, layer, name, n_maps=8, n_angles=4).change[1:].min() > 0.1


def test_change_is_that_of_all_channels_in_the_mask(generator: torch.Generator) -> None:
    net, image = network(None, generator), picture(33, generator)
    film = feature_film(net, image, 1, n_maps=3, n_angles=8)
    assert torch.equal(film.mask, disc_mask(33, 33, 3 * math.sqrt(2) + 4))
    angle = film.angles[3].item()
    back = rotate(activations(net, rotate(image, angle), 1), -angle)
    start = activations(net, image, 1)
    expected = (back - start)[..., film.mask].norm() / start[..., film.mask].norm()
    assert film.change[3].item() == pytest.approx(expected.item())
    assert film.change[0] == 0


def test_corners_do_not_reach_the_mask() -> None:
    # Blanking what lies outside the inscribed disc must not touch a pixel that counts.
    net = ConvDenoiser(width=8, dilations=(1, 2, 1)).requires_grad_(False)
    image = data.image("camera", 64)
    film = feature_film(net, image, 1, n_angles=4)
    outside = ~disc_mask(64, 64)
    blank = image.masked_fill(outside, 5.0)
    changed = (activations(net, image, 1) - activations(net, blank, 1)).abs().amax((0, 1)) > 0
    assert not (changed & film.mask).any()
    assert (changed & disc_mask(64, 64)).any()


def test_most_active_whole_fields_come_first(generator: torch.Generator) -> None:
    net, image = network("C4", generator, fields=5), picture(33, generator)
    film = feature_film(net, image, 1, "C4", n_maps=12, n_angles=4)
    assert len(film.channels) == 12
    assert all(film.channels[i : i + 4] == tuple(range(film.channels[i], film.channels[i] + 4)) for i in (0, 4, 8))
    energy = activations(net, image, 1)[0][:, film.mask].var(1).reshape(5, 4).sum(1)
    shown = [film.channels[i] // 4 for i in (0, 4, 8)]
    assert energy[shown].tolist() == sorted(energy.tolist(), reverse=True)[:3]
    assert torch.equal(film.maps[0], activations(net, image, 1)[0, list(film.channels)])
    # The channels of a field change places: none of them comes back to its own place after a quarter turn.
    assert relative(rotate(film.maps[1:2], -math.pi / 2), film.maps[:1]) > 0.1
    assert relative(film.comoving[1:2], film.maps[:1]) <= DOUBLE


def test_constant_maps_are_not_chosen(generator: torch.Generator) -> None:
    net = network(None, generator)
    for convolution in net.convolutions:
        convolution.get_parameter("bias").fill_(5)  # no map is dead
    net.convolutions[0].weight[3] = 0
    assert sorted(feature_film(net, picture(32, generator), 0, n_maps=15, n_angles=4).channels) == [
        *range(3), *range(4, 16),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "degrees", "turns"),
    [("C4", 44, 0), ("C4", 45, 1), ("C4", 46, 1), ("C4", 350, 0), ("C8", 23, 1), ("D4", -90, 3), ("D8", 180, 4)],
)
def test_nearest_turn(name: str, degrees: int, turns: int) -> None:
    g = nearest_turn(name, math.radians(degrees))
    assert (g.flip, g.turns) == (False, turns)


def test_receptive_radius_is_how_far_a_pixel_acts() -> None:
    net = ConvDenoiser(width=4, dilations=(1, 3, 2, 1), kernel_size=5).requires_grad_(False)
    for convolution in net.convolutions:
        convolution.weight.fill_(1)
    image = torch.zeros(1, 1, 41, 41)
    image[..., 20, 20] = 1
    for layer in range(3):
        with_it, without = (activations(net, x, layer)[0, 0] for x in (image, 0 * image))
        reach = ((with_it != without).nonzero() - 20).abs().max().item()
        assert reach == receptive_radius(net, layer)


@pytest.mark.parametrize(
    "name",
    [
        name
        for name in zoo.names()
        if zoo.card(name).network["class"] == "ConvDenoiser" and zoo.card(name).config.arm != "augmented"
    ],
)
def test_shipped_networks_keep_what_they_promise(name: str) -> None:
    group_name, net = zoo.card(name).config.group, zoo.load(name)
    assert isinstance(net, ConvDenoiser)
    n_maps = max(8, GROUPS[group_name].order if group_name else 1)
    image = add_gaussian(data.image("camera", 64), 0.1, torch.Generator().manual_seed(0))
    for layer in range(len(net.convolutions) - 1):
        change = feature_film(net, image, layer, group_name, n_maps=n_maps, n_angles=4).change[1:]
        assert change.max() <= EQUIVARIANCE[torch.float32] if group_name else change.min() > 0.1


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"layer": 2}, "hidden layers 0 to 1; got 2"),
        ({"layer": -1}, "got -1"),
        ({"n_angles": 6}, "multiple of 4 angles.*got 6"),
        ({"n_angles": 0}, "got 0"),
        ({"n_maps": 0}, "got 0"),
        ({"n_maps": 17}, "out of 16; got 17"),
        ({"group_name": "C4", "n_maps": 6}, "multiple of 4.*got 6"),
        ({"group_name": "C5"}, "C5"),
    ],
    ids=str,
)
def test_wrong_arguments_are_explained(arguments: dict, message: str, generator: torch.Generator) -> None:
    net = network(None, generator)
    with pytest.raises(ConfigError, match=message):
        feature_film(net, picture(33, generator), **{"layer": 0, **arguments})


def test_wrong_images_and_widths_are_explained(generator: torch.Generator) -> None:
    net = network(None, generator)
    with pytest.raises(ConfigError, match=r"sees 3 pixels far.*13×13"):
        feature_film(net, picture(13, generator), 1)
    with pytest.raises(ConfigError, match=r"square.*20×21"):
        feature_film(net, torch.zeros(1, 1, 20, 21, dtype=torch.float64), 0)
    with pytest.raises(ConfigError, match="C8 hold 8 channels; 12"):
        feature_film(ConvDenoiser(width=12), torch.zeros(1, 1, 20, 20), 0, "C8")


def test_a_dead_layer_stands_still() -> None:
    net = ConvDenoiser(width=8).requires_grad_(False)
    net.convolutions[0].get_parameter("bias").fill_(-100)
    assert feature_film(net, torch.rand(1, 1, 20, 20), 0, n_angles=4).change.tolist() == [0, 0, 0, 0]
