"""Numbers in the table of classified digits can be read on every shade, in both themes."""

import pytest

from structviz.figures.digits import class_shares


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
