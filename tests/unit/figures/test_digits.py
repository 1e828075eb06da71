"""Numbers in the table of classified digits can be read on every shade, in both themes; a certified disc is seen."""

import math
from typing import Any

import numpy as np
import pytest

from structviz.figures.digits import DIGIT_COLOURS, Spoke, certificate_disc, class_shares


def luminance(colour: tuple[float, float, float]) -> float:
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in colour]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def rgb(text: str) -> tuple[float, float, float]:
    red, green, blue = (int(text[k : k + 2], 16) / 255 for k in (1, 3, 5))
    return red, green, blue


@pytest.mark.parametrize("percent", range(1, 101))
def test_every_number_has_contrast_with_its_cell(percent: int) -> None:
    share = percent / 100
    figure = class_shares({"above": [0.0, share], "below": [0.001, 0.0]}, ("a", "b"))
    cells, words = figure.to_dict()["data"]
    assert (words["x"], words["y"], words["text"]) == (["b"], ["above"], [str(percent)])
    (_, pale), (_, dark) = cells["colorscale"]
    red, green, blue = ((1 - share) * p + share * d for p, d in zip(rgb(pale), rgb(dark), strict=True))
    light, shade = sorted((luminance((red, green, blue)), luminance(rgb(words["textfont"]["color"][0]))), reverse=True)
    assert (light + 0.05) / (shade + 0.05) >= 4.5


@pytest.mark.parametrize("radius", [0.04, 0.71, 2.3, 3.9])
@pytest.mark.parametrize("own", [None, 0.05, 0.75, 4.0])
@pytest.mark.parametrize("n", [4, 5])
def test_a_disc_of_any_radius_fills_a_third_of_its_picture_and_spokes_end_in_it(
    radius: float, own: float | None, n: int
) -> None:
    lengths = [0.1, None, 1.25, own, 4.0][:n]
    spokes = [
        Spoke(arm, colour, length, f"{length or 4:.2f}")
        for (arm, colour), length in zip(DIGIT_COLOURS.items(), lengths, strict=False)
    ]
    figure: Any = certificate_disc(radius, f"{radius:.2f}", spokes, 3)
    disc, *lines, label = figure.data
    (low, high), (left, right) = figure.layout.yaxis.range, figure.layout.xaxis.range
    assert (low, left, right) == (-high, low, high)
    assert np.max(disc["y"]) == pytest.approx(radius)
    assert np.min(disc["y"]) == pytest.approx(-radius)
    assert high / 3 <= radius < high
    assert label["text"][1] == f"radius {radius:.2f}"
    assert label["x"][2] == pytest.approx(radius)
    assert [line["name"] for line in lines] == [spoke.title for spoke in spokes]
    for line, length in zip(lines, lengths, strict=True):
        end = math.hypot(line["x"][1], line["y"][1])
        assert max(abs(line["x"][1]), abs(line["y"][1])) < high
        marker, shown = line.marker, line.text[1]
        if marker["symbol"] == "x":
            assert end == pytest.approx(length)
        else:
            assert marker["symbol"] == "arrow"
            assert end < (length or math.inf)
            upwards = math.radians(90 - marker["angle"])
            assert (math.cos(upwards), math.sin(upwards)) == pytest.approx((line["x"][1] / end, line["y"][1] / end))
        assert (line.textposition.endswith("left")) == (line["x"][1] > 0)  # numbers are not cut on a phone
        assert shown == ("none up to 4.00" if length is None else f"{length:.2f}")
        assert line["line"]["dash"] == ("dot" if length is None else "solid")
    if own is not None and 1.2 * radius < own < 2.35 * radius:
        assert lines[3]["marker"]["symbol"] == "x"
