import io
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image as PillowImage

import structviz
from structviz import data
from structviz.errors import ConfigError
from structviz.figures import COLOUR_MAPS, coloured, comparison_sheet, to_png
from structviz.studies.rotation import compare


def decode(png: bytes) -> np.ndarray:
    return np.asarray(PillowImage.open(io.BytesIO(png)).convert("RGBA"))


def test_limits_take_the_outer_colours() -> None:
    stripes = COLOUR_MAPS["stripes"]
    assert stripes(np.array([-1.0, -7.0])).tolist() == 2 * [[0x44, 0x01, 0x54]]
    assert stripes(np.array([2.0, 9.0])).tolist() == 2 * [[0xFD, 0xE7, 0x25]]


def test_grey_is_linear() -> None:
    assert COLOUR_MAPS["grey"](np.array([0.0, 0.2, 1.0]))[:, 0].tolist() == [0, 51, 255]


def test_differences_are_symmetric_about_a_neutral_middle() -> None:
    difference = COLOUR_MAPS["difference"]
    middle = difference(np.array([0.0]))[0]
    assert middle.min() == middle.max()
    low, high = difference(np.array([-0.3, 0.3])).astype(int)
    assert low[2] > low[0] + 50
    assert high[0] > high[2] + 50


def test_png_keeps_pixels_as_squares() -> None:
    picture = torch.tensor([[0.0, 1.0, 0.2]])
    shown = decode(to_png(picture, side=7))
    assert shown.shape == (3, 9, 4)
    assert shown[..., 0].tolist() == 3 * [3 * [0] + 3 * [255] + 3 * [51]]
    assert (shown[..., 3] == 255).all()


def test_mask_makes_the_outside_transparent() -> None:
    mask = torch.tensor([[True, False]])
    assert coloured(torch.ones(1, 2), "grey", mask)[..., 3].tolist() == [[255, 0]]


def test_unknown_colours_are_refused() -> None:
    with pytest.raises(ConfigError, match=r"one of grey, .*got 'jet'"):
        coloured(torch.ones(1, 1), "jet")


@pytest.mark.parametrize("differences", [False, True])
def test_sheet_holds_every_picture(differences: bool) -> None:
    result = compare({"ordinary": torch.nn.Identity()}, data.stripes(1, 48), np.pi / 2)
    sheet = decode(comparison_sheet(result, "stripes", differences))
    one = 384
    assert sheet.shape[0] > 2 * one
    assert sheet.shape[1] > 3 * one
    # The truth stands in the last column, the lecture's colours at 0 and 1 in every row of pixels.
    truth = sheet[60 : 60 + one // 2, -one // 2]
    assert len(np.unique(truth, axis=0)) == 2
    arm = sheet[60 : 60 + one // 2, -one - 200]
    assert (len(np.unique(arm, axis=0)) == 2) is False


def test_opening_the_package_does_not_load_plotly() -> None:
    code = "import sys, structviz.figures, structviz.figures.flow.stills; print('plotly' in sys.modules)"
    root = Path(structviz.__file__).parents[1]
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=root)
    assert run.stdout.strip() == "False"


@pytest.mark.parametrize("masked", [False, True])
@pytest.mark.parametrize(("colour_map", "mode"), [("grey", "L"), ("stripes", "RGB")])
def test_a_png_has_the_channels_that_it_needs_and_the_same_pixels(colour_map: str, mode: str, masked: bool) -> None:
    picture = torch.rand(5, 7, generator=torch.Generator().manual_seed(0))
    mask = torch.arange(35).reshape(5, 7) % 3 > 0 if masked else None
    with PillowImage.open(io.BytesIO(to_png(picture, colour_map, mask))) as found:
        assert found.mode == mode + masked * "A"
        np.testing.assert_array_equal(np.asarray(found.convert("RGBA")), coloured(picture, colour_map, mask))
