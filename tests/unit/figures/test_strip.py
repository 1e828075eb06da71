"""Strips of pictures as bytes: what comes out is what went in, and what does not fit is refused."""

import dataclasses
import io
import math

import numpy as np
import pytest
import torch
from PIL import Image as PillowImage

from structviz.errors import ConfigError, ShapeError
from structviz.figures.packet import unpack
from structviz.figures.sprites import colour_table
from structviz.figures.strip import MAX_BYTES, Cell, Curve, Plot, Strip, encode_strip, strip_png

FRAMES = torch.tensor([[[0.0, 1.0], [2.0, -1.0]], [[0.5, math.nan], [0.25, 1.0]]])
CELL = Cell("Output", "#123456", FRAMES, ("a", "b"))
PLOT = Plot("Shift", (Curve("one", "#123456", (0.0, 3.0, math.inf)),), "ε", ("0", "2"))
STRIP = Strip(("first", "second"), (0, 2), ((CELL, None),), (PLOT,))


def test_pictures_become_levels_of_their_colour_map() -> None:
    head, arrays = unpack(encode_strip(STRIP))
    cell, nothing = head["rows"][0]
    assert nothing is None
    assert arrays[cell["levels"]].tolist() == [[[0, 255], [255, 0]], [[128, 0], [64, 255]]]
    assert arrays["table grey"].tobytes() == colour_table("grey")
    assert (cell["title"], cell["captions"], cell["side"]) == ("Output", ["a", "b"], 2)
    change = dataclasses.replace(
        CELL, frames=torch.tensor([[[-0.5, 0.5], [0.5, -0.5]]]), captions=("",), colour_map="difference"
    )
    head, arrays = unpack(encode_strip(dataclasses.replace(STRIP, rows=((change,),))))
    assert arrays[head["rows"][0][0]["levels"]].tolist() == [[[0, 255], [255, 0]]]


def test_curves_keep_their_values_and_lose_what_is_not_finite() -> None:
    head, _ = unpack(encode_strip(STRIP))
    (plot,) = head["plots"]
    assert plot["curves"][0]["values"] == [0.0, 3.0, None]
    assert plot["low"] == 0
    assert 3 < plot["high"] < 4
    assert all(plot["low"] <= value <= plot["high"] for value, _ in plot["ticks"])
    assert len(plot["ticks"]) >= 3


def test_a_logarithmic_axis_ends_at_rounding_and_marks_powers() -> None:
    curve = Curve("one", "#123456", (1.0, 1e-3, 1e-9, 0.0))
    plot = dataclasses.replace(PLOT, curves=(curve,), logarithmic=True, least=1e-6)
    head, _ = unpack(encode_strip(dataclasses.replace(STRIP, plots=(plot,))))
    found = head["plots"][0]
    assert 5e-7 < found["low"] < 1e-6
    assert [words for _, words in found["ticks"]] == ["10⁻⁶", "10⁻⁴", "0.01", "1"]


@pytest.mark.parametrize("values", [(math.nan,), (2.0, 2.0), (-1.0,)])
def test_any_curve_has_an_axis(values: tuple[float, ...]) -> None:
    plot = dataclasses.replace(PLOT, curves=(Curve("one", "#123456", values),))
    head, _ = unpack(encode_strip(dataclasses.replace(STRIP, plots=(plot,))))
    assert head["plots"][0]["low"] < head["plots"][0]["high"]


def test_what_does_not_fit_is_refused() -> None:
    with pytest.raises(ConfigError, match="at least one frame"):
        encode_strip(Strip((), (), (), ()))
    with pytest.raises(ShapeError, match="as many places"):
        encode_strip(dataclasses.replace(STRIP, places=(0,)))
    with pytest.raises(ShapeError, match="1 or 2 pictures"):
        encode_strip(dataclasses.replace(STRIP, rows=((dataclasses.replace(CELL, captions=("a",)),),)))
    large = Cell("", "#123456", torch.zeros(1, 2001, 2001), ("",))
    with pytest.raises(ConfigError, match=f"{MAX_BYTES / 1e6:g} MB"):
        encode_strip(dataclasses.replace(STRIP, rows=((large,),)))


def test_a_frame_is_one_picture_with_a_gap_between_cells() -> None:
    strip = dataclasses.replace(STRIP, rows=((CELL, None), (CELL, CELL)))
    sheet = np.asarray(PillowImage.open(io.BytesIO(strip_png(strip, 0))))
    assert sheet.shape == (520, 520, 4)
    assert sheet[0, 0].tolist() == [0, 0, 0, 255]
    assert sheet[0, 255].tolist() == [255, 255, 255, 255]
    assert not sheet[:256, 264:].any()
    assert sheet[264, 519].tolist() == [255, 255, 255, 255]
    with pytest.raises(ConfigError, match="needs a cell"):
        strip_png(Strip(("a",), (0,), (), ()), 0)
