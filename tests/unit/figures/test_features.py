"""The pictures of feature maps and filters: where things stand, what moves, how large the files are."""

import io
import itertools
import math

import numpy as np
import pytest
import torch
from PIL import Image as PillowImage

from structviz import data, zoo
from structviz.errors import ConfigError
from structviz.figures.animation import AnimationType
from structviz.figures.features import feature_animation, feature_frame, feature_still, percentage
from structviz.figures.filters import arranged_kernels, filters_picture
from structviz.nets import GROUPS, ConvDenoiser, Element, commuting_kernel
from structviz.studies.features import FeatureFilm, feature_film
from structviz.transforms import add_gaussian

WITH_GROUP = [
    name for name in zoo.names() if zoo.card(name).config.group and zoo.card(name).network["class"] == "ConvDenoiser"
]


def shipped(name: str) -> ConvDenoiser:
    net = zoo.load(name)
    assert isinstance(net, ConvDenoiser)
    return net


def films(size: int = 32, n_angles: int = 8) -> dict[str, FeatureFilm]:
    image = add_gaussian(data.image("camera", size), 0.05, torch.Generator().manual_seed(0))
    names = {"ordinary": "images/ordinary-small", "equivariant": "images/equivariant-c4-small"}
    return {
        arm: feature_film(shipped(name), image, 1, zoo.card(name).config.group, n_angles=n_angles)
        for arm, name in names.items()
    }


@pytest.fixture(scope="module")
def both() -> dict[str, FeatureFilm]:
    return films()


def test_frame_shows_all_parts(both: dict[str, FeatureFilm]) -> None:
    frame = feature_frame(both, 2)
    rows, columns, _ = frame.shape
    # Two rows, the right third of each holds the co-moving maps.
    start = feature_frame(both, 0)
    comoving = slice(columns - 4 * 64, columns)
    upper, lower = slice(rows // 12, rows // 2 - 4), slice(rows // 2 + rows // 12, rows)
    moved = np.abs(frame.astype(int) - start).max(axis=-1) > 40
    assert moved[upper, comoving].mean() > 0.05
    # At a quarter turn of the equivariant network nothing moves there but its number.
    assert moved[lower, comoving].mean() < 0.01
    assert moved[:, : columns // 2].mean() > 0.05


def test_pixels_are_squares_and_discs_lie_on_the_ground(both: dict[str, FeatureFilm]) -> None:
    frame = feature_frame(both, 0, scale=4)
    small = feature_frame(both, 0, scale=2)
    assert frame.dtype == np.uint8
    assert frame.shape[1] > 1.8 * small.shape[1]
    assert frame[0, 0].tolist() == frame[-1, -1].tolist()


def test_frames_are_reproducible_and_do_not_change_the_films(both: dict[str, FeatureFilm]) -> None:
    before = {arm: film.maps.clone() for arm, film in both.items()}
    assert np.array_equal(feature_frame(both, 3), feature_frame(both, 3))
    assert all(torch.equal(before[arm], film.maps) for arm, film in both.items())


@pytest.mark.parametrize(("file_type", "scale"), [("webp", 2), ("gif", 1)])
def test_films_turn_for_ever(file_type: AnimationType, scale: int, both: dict[str, FeatureFilm]) -> None:
    with PillowImage.open(io.BytesIO(feature_animation(both, file_type=file_type, milliseconds=70))) as film:
        assert getattr(film, "n_frames", 1) == 8
        assert film.info["loop"] == 0
        film.seek(1)
        film.load()
        assert film.info["duration"] == 70
        film.seek(2)
        shown = np.asarray(film.convert("RGB")).astype(int)
    exact = feature_frame(both, 2, scale=scale)
    assert shown.shape == exact.shape
    assert np.abs(shown - exact).mean() < 6


def test_the_scale_gives_way_where_the_quality_does_not_suffice(both: dict[str, FeatureFilm]) -> None:
    for max_bytes, scale in ((2_000_000, 4), (1, 2)):
        with PillowImage.open(io.BytesIO(feature_animation(both, scale=4, max_bytes=max_bytes))) as film:
            assert film.size[::-1] == feature_frame(both, 0, scale=scale).shape[:2]


def test_a_noisy_film_of_48_frames_has_at_most_two_megabytes() -> None:
    image = add_gaussian(data.image("camera", 64), 0.25, torch.Generator().manual_seed(0))
    noisy = {
        "ordinary": feature_film(shipped("images/ordinary-small"), image, 0),
        "equivariant": feature_film(shipped("images/equivariant-c4-small"), image, 0, "C4"),
    }
    assert len(feature_animation(noisy)) <= 2_000_000
    assert len(feature_animation(noisy, file_type="gif")) <= 2_000_000


def test_still_is_the_frame(both: dict[str, FeatureFilm]) -> None:
    with PillowImage.open(io.BytesIO(feature_still(both, 1))) as picture:
        assert np.array_equal(np.asarray(picture), feature_frame(both, 1))


def test_films_that_do_not_belong_together_are_refused(both: dict[str, FeatureFilm]) -> None:
    with pytest.raises(ConfigError, match="one or more films"):
        feature_frame({}, 0)
    with pytest.raises(ConfigError, match="one or more films"):
        feature_frame({**both, "augmented": films(n_angles=4)["ordinary"]}, 0)
    turned = films()["ordinary"]
    other = FeatureFilm(**{**vars(turned), "inputs": turned.inputs + 1})
    with pytest.raises(ConfigError, match="different inputs"):
        feature_frame({**both, "augmented": other}, 0)
    with pytest.raises(ConfigError, match=r"colour map.*'jet'"):
        feature_frame(both, 0, "jet")
    with pytest.raises(ConfigError, match="got 0"):
        feature_frame(both, 0, scale=0)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (0.0, "0\N{NO-BREAK SPACE}%"),
        (0.314, "31\N{NO-BREAK SPACE}%"),
        (1.25, "125\N{NO-BREAK SPACE}%"),
        (0.0123, "1.2\N{NO-BREAK SPACE}%"),
        (2.5e-7, "2.5e-07"),
        (math.inf, "∞"),
    ],
)
def test_percentage(change: float, words: str) -> None:
    assert percentage(change) == words


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
    assert rgba[0, 0, 3] == 0
    # Side 60, gaps 10: middles of the kernels of the first two channels, and a corner of the first.
    middle = 20 + 30
    assert rgba[middle, 50].tolist() == [0xE5, 0x83, 0x68, 255] or rgba[middle, 50, 0] > rgba[middle, 50, 2]
    assert rgba[middle, 50 + 80].tolist() == [0x05, 0x30, 0x61, 255]
    assert rgba[20 + 10, 30].tolist() == [0xF7, 0xF7, 0xF7, 255]


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
