"""The pictures of learned kernels: which kernel stands where, in which colour, and in which words."""

import io
import itertools

import numpy as np
import pytest
import torch
from PIL import Image as PillowImage

from structviz import zoo
from structviz.errors import ConfigError
from structviz.figures.rotation.filters import arranged_kernels, filters_picture
from structviz.nets import GROUPS, ConvDenoiser, Element, commuting_kernel

WITH_GROUP = [
    name for name in zoo.names() if zoo.card(name).config.group and zoo.card(name).network["class"] == "ConvDenoiser"
]


def shipped(name: str) -> ConvDenoiser:
    net = zoo.load(name)
    assert isinstance(net, ConvDenoiser)
    return net


@pytest.mark.parametrize("name", WITH_GROUP)
def test_outer_layers_show_rotated_copies(name: str) -> None:
    group_name, net = zoo.card(name).config.group, shipped(name)
    assert group_name is not None
    G = GROUPS[group_name]
    for layer in (0, len(net.convolutions) - 1):
        kernels = arranged_kernels(net, layer, group_name)
        assert kernels.shape[1] == G.order
        for g in G.exact_elements:
            assert torch.equal(kernels[:, G.elements.index(g)], G.act(g, kernels[:, 0]))
        # Planted: the other direction is another kernel.
        quarter = Element(False, G.rotations // 4)
        there = kernels[:, G.elements.index(quarter)]
        assert not torch.allclose(there, G.act(G.inverse(quarter), kernels[:, 0]), atol=1e-3)


@pytest.mark.parametrize("name", ["C4", "C8", "D4"])
def test_middle_layers_show_a_circulant_block(name: str, generator: torch.Generator) -> None:
    G = GROUPS[name]
    net = ConvDenoiser(width=2 * G.order).double().requires_grad_(False)
    random = torch.randn(net.convolutions[1].weight.shape, generator=generator, dtype=torch.float64)
    net.convolutions[1].weight.copy_(commuting_kernel(random, G, regular_in=True, regular_out=True))
    block = arranged_kernels(net, 1, name)
    assert block.shape[:2] == (G.order, G.order)
    position = {g: i for i, g in enumerate(G.elements)}
    for g, h in itertools.product(G.exact_elements, G.elements):
        first = block[0, position[G.multiply(G.inverse(g), h)]]
        assert torch.equal(block[position[g], position[h]], G.act(g, first))


def test_strongest_block_is_shown() -> None:
    net = ConvDenoiser(width=8).requires_grad_(False)
    net.convolutions[1].weight[4:, :4] = torch.arange(144.0).reshape(4, 4, 3, 3)
    assert torch.equal(arranged_kernels(net, 1).float(), net.convolutions[1].weight[4:, :4])


def test_ordinary_kernels_fill_the_same_grid() -> None:
    for layer, lines in ((0, 8), (1, 4), (2, 8)):
        kernels = arranged_kernels(shipped("stripes/ordinary"), layer)
        assert kernels.shape == arranged_kernels(shipped("stripes/equivariant"), layer, "C4").shape
        assert kernels.shape[0] == lines
    ragged = arranged_kernels(ConvDenoiser(width=6), 0)
    assert ragged.shape[:2] == (2, 4)
    assert ragged.isnan().flatten(2).all(2).tolist() == [4 * [False], [False, False, True, True]]
    assert filters_picture(ConvDenoiser(width=6), 0).alt.startswith("The 6 kernels")


def test_colours_have_common_symmetric_limits() -> None:
    net = ConvDenoiser(width=4, dilations=(1, 1)).requires_grad_(False)
    net.convolutions[0].weight.zero_()
    net.convolutions[0].weight[0, 0, 1, 1] = 0.5
    net.convolutions[0].weight[1, 0, 1, 1] = -1.0
    shown = filters_picture(net, 0, scale=20)
    with PillowImage.open(io.BytesIO(shown.png)) as picture:
        rgba = np.asarray(picture)
    assert "±1." in shown.alt
    # Side 60, gaps 20: middles of the kernels of the first two channels, between them, and a corner of the first.
    assert rgba[30, 30].tolist() == [0xE5, 0x83, 0x68, 255] or rgba[30, 30, 0] > rgba[30, 30, 2]
    assert rgba[30, 30 + 80].tolist() == [0x05, 0x30, 0x61, 255]
    assert rgba[30, 60 + 10, 3] == 0
    assert rgba[10, 10].tolist() == [0xF7, 0xF7, 0xF7, 255]


def test_words_tell_what_is_seen() -> None:
    first = filters_picture(shipped("stripes/equivariant"), 0, "C4").alt
    assert "The 32 kernels of 3×3 weights of layer 1 of 3 in 8 rows" in first
    assert "turned by the elements of C4" in first
    assert "between 4 and 4 channels; each row" in filters_picture(shipped("stripes/equivariant"), 1, "C4").alt
    assert "turned" not in filters_picture(shipped("stripes/ordinary"), 0).alt


def test_wrong_layers_and_groups_are_refused() -> None:
    with pytest.raises(ConfigError, match="layers 0 to 2; got 3"):
        filters_picture(ConvDenoiser(width=8), 3)
    with pytest.raises(ConfigError, match="C8 hold 8 channels; 12"):
        filters_picture(ConvDenoiser(width=12), 0, "C8")
    with pytest.raises(ConfigError, match="got 0 columns"):
        filters_picture(ConvDenoiser(width=8), 0, columns=0)
