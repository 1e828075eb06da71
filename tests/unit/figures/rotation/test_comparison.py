"""The sheet of a comparison: which picture stands where, and under which heading."""

import io
import math

import numpy as np
import pytest
import torch
from PIL import Image as PillowImage

from structviz import data
from structviz.figures import ARM_COLOURS, COLOUR_MAPS, Heading, comparison_sheet
from structviz.studies.rotation import Comparison, compare

HEAD, SIDE, GAP, FOOT = 41, 384, 24, 37
"""Heights of headings and captions, and sides of pictures and gaps, in pixels."""


def compared(angle: float = math.pi / 2) -> Comparison:
    return compare({"ordinary": torch.nn.Identity(), "mine": torch.zeros_like}, data.image("coins", 64), angle)


def sheet(comparison: Comparison, differences: bool = False) -> np.ndarray:
    content = comparison_sheet(comparison, "grey", differences, {"mine": Heading("My network", "#0072B2")})
    return np.asarray(PillowImage.open(io.BytesIO(content)))


def first_column(pixels: np.ndarray) -> int:
    """Where the bar of the first heading begins: labels are as wide as their words."""
    return int(np.flatnonzero((pixels[HEAD - 6] != 255).any(-1))[0])


def part(pixels: np.ndarray, row: int, column: int) -> np.ndarray:
    """One picture, sampled in the middle of each of its 64 x 64 pixels."""
    x, y = first_column(pixels) + column * (SIDE + GAP), HEAD + row * (SIDE + GAP + FOOT)
    return pixels[y + 3 : y + SIDE : 6, x + 3 : x + SIDE : 6]


def test_each_picture_stands_in_its_row_and_column() -> None:
    comparison = compared()
    pixels = sheet(comparison)
    columns = [comparison.noisy, comparison.arms["ordinary"], comparison.arms["mine"]]
    for row in (0, 1):
        shown = [*(column[row].image for column in columns), comparison.clean[row]]
        for k, image in enumerate(shown):
            np.testing.assert_array_equal(part(pixels, row, k), COLOUR_MAPS["grey"](image[0, 0].double().numpy()))


def test_differences_are_output_minus_truth_and_the_truth_stays() -> None:
    comparison = compared()
    pixels = sheet(comparison, differences=True)
    wanted = (comparison.arms["ordinary"][1].image - comparison.clean[1])[0, 0].double().numpy()
    np.testing.assert_array_equal(part(pixels, 1, 1), COLOUR_MAPS["difference"](wanted))
    np.testing.assert_array_equal(part(pixels, 1, 3), part(sheet(comparison), 1, 3))


def test_pixels_that_a_turn_loses_are_white_in_both_rows() -> None:
    pixels = sheet(compared(math.radians(30)))
    for row in (0, 1):
        assert (part(pixels, row, 0)[0, 0] == 255).all()
        assert not (part(pixels, row, 0)[32] == 255).all()


def test_bars_have_the_colours_of_the_headings() -> None:
    comparison = compared()
    pixels = sheet(comparison)
    first = first_column(pixels)
    for k, colour in enumerate((ARM_COLOURS["noisy"], ARM_COLOURS["ordinary"], "#0072B2", ARM_COLOURS["truth"])):
        left = first + k * (SIDE + GAP)
        assert (pixels[HEAD - 6, left : left + SIDE] == [int(colour[i : i + 2], 16) for i in (1, 3, 5)]).all()
    with pytest.raises(KeyError):
        comparison_sheet(comparison)
