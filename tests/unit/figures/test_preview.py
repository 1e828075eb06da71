"""The sheet of pictures of networks in training: places, colours, pixels."""

import io

import numpy as np
import pytest
import torch
from PIL import Image as PillowImage

from structviz.errors import ConfigError
from structviz.figures.pixels import COLOUR_MAPS
from structviz.figures.preview import preview_sheet


def read(png: bytes) -> np.ndarray:
    return np.asarray(PillowImage.open(io.BytesIO(png)))


def test_pixels_become_squares_with_the_colours_of_the_recipe() -> None:
    x = torch.tensor([[0.0, 1.0], [1.0, 0.0]])
    sheet = read(preview_sheet([("Given", "#5F6368", {"a": x})], "grey"))
    assert sheet.shape == (60 + 256, 256, 4)
    assert set(np.unique(sheet[60:188, :128, 0])) == {0}
    assert set(np.unique(sheet[60:188, 128:, 0])) == {255}
    assert set(np.unique(sheet[188:, :128, 0])) == {255}
    assert sheet[0, 255, 3] == 0  # what is no picture lets the page through


@pytest.mark.parametrize("colour_map", COLOUR_MAPS)
def test_each_colour_map_has_its_range(colour_map: str) -> None:
    colours = COLOUR_MAPS[colour_map]
    x = torch.tensor([[colours.low, colours.high]] * 2)
    sheet = read(preview_sheet([("x", "#000000", {"a": x})], colour_map))
    first, last = (tuple(int(c[i : i + 2], 16) for i in (1, 3, 5)) for c in (colours.colours[0], colours.colours[-1]))
    assert tuple(sheet[60, 10, :3]) == first
    assert tuple(sheet[60, 250, :3]) == last


def test_a_row_for_each_example_and_a_frame_where_one_is_missing() -> None:
    x = torch.ones(4, 4)
    columns = [("Given", "#5F6368", {"a": x, "b": x}), ("Ordinary", "#D55E00", {"a": x})]
    sheet = read(preview_sheet(columns, "grey"))
    assert sheet.shape == (60 + 2 * 256 + 12, 2 * 256 + 12, 4)
    assert sheet[400, 400, 3] == 0
    assert tuple(sheet[54, 400]) == (0xD5, 0x5E, 0, 255)


def test_numbers_that_are_none_and_long_headings_do_no_harm() -> None:
    x = torch.tensor([[float("nan"), float("inf")]] * 2)
    sheet = read(preview_sheet([("An ordinary network with a very long name", "#000000", {"a": x})], "attenuation"))
    assert sheet.shape[1] == 256


def test_nothing_to_draw_is_refused() -> None:
    with pytest.raises(ConfigError, match="got none"):
        preview_sheet([], "grey")
    with pytest.raises(ConfigError, match="got none"):
        preview_sheet([("Given", "#000000", {})], "grey")
    with pytest.raises(ConfigError, match="'flow'"):
        preview_sheet([("Given", "#000000", {"a": torch.ones(2, 2)})], "flow")
