"""The small picture of values over time."""

import numpy as np
import torch
from PIL import ImageColor

from structviz.figures import sparklines

BLUE, RED = "#0072B2", "#D55E00"


def middle(picture: np.ndarray, colour: str, columns: slice) -> float:
    """Where a colour stands in some columns, in parts of the picture from below."""
    rows = np.nonzero((picture[:, columns, :3] == ImageColor.getrgb(colour)).all(-1))[0]
    return 1 - rows.mean().item() / len(picture)


def test_larger_values_are_higher_and_time_goes_to_the_right() -> None:
    picture = sparklines.sparklines([torch.tensor([1.0, 1.0, -1.0, -1.0])], [BLUE])
    first, last = slice(24, 160), slice(-160, -24)
    assert middle(picture, BLUE, first) > 0.9
    assert middle(picture, BLUE, last) < 0.1
    assert middle(picture, "#9AA3AD", first) == middle(picture, "#9AA3AD", last)


def test_curves_share_their_axis() -> None:
    picture = sparklines.sparklines([torch.full((3,), 2.0), torch.full((3,), 1.0)], [BLUE, RED])
    levels = [middle(picture, colour, slice(None)) for colour in ("#9AA3AD", RED, BLUE)]
    np.testing.assert_allclose(np.diff(levels), (448 - 48) / 448 / 2, atol=0.01)


def test_the_ground_lets_the_page_through() -> None:
    assert sparklines.sparklines([torch.zeros(3)], [BLUE])[0, 0, 3] == 0
