import io
import re

import numpy as np
import pytest
import torch
from PIL import Image as PillowImage
from PIL import ImageColor

from structviz.figures import CLASS_COLOURS
from structviz.figures.decision_map import decision_ground, decision_picture, decision_scale

ORANGE, BLUE = (np.array(ImageColor.getrgb(colour), dtype=float) for colour in CLASS_COLOURS)
NO_POINTS = torch.zeros(0, 2), torch.zeros(0, dtype=torch.int64)
SIDE = 200


def drawn(
    probabilities: torch.Tensor, *points: tuple[float, float, int], half_width: float = 1.0, side: int = SIDE
) -> np.ndarray:
    """The picture as (row, column, 3)."""
    places = torch.tensor([point[:2] for point in points]).reshape(-1, 2)
    labels = torch.tensor([point[2] for point in points], dtype=torch.int64)
    content = decision_picture(probabilities, half_width, places, labels, side)
    assert content.startswith(b"\x89PNG")
    return np.asarray(PillowImage.open(io.BytesIO(content)).convert("RGB"), dtype=float)


def undecided() -> torch.Tensor:
    return torch.full((8, 8), 0.5)


def has_colour(picture: np.ndarray, colour: np.ndarray) -> np.ndarray:
    return np.abs(picture - colour).max(-1) < 12


def test_the_first_row_is_on_top_and_the_first_column_on_the_left() -> None:
    probabilities = undecided()
    probabilities[:2] = 1.0
    probabilities[:, :2] = 0.0
    picture = drawn(probabilities)
    top, left, middle = picture[10, 150], picture[150, 10], picture[150, 150]
    assert (middle == 255).all(), "undecided is white"
    assert np.abs(top - BLUE).sum() < np.abs(middle - BLUE).sum()
    assert np.abs(left - ORANGE).sum() < np.abs(middle - ORANGE).sum()
    assert top[2] > top[0], "class 1 is blue"
    assert left[0] > left[2], "class 0 is orange"


def test_the_tint_grows_with_certainty_and_no_further() -> None:
    shades = [drawn(torch.full((4, 4), p))[100, 100] for p in (0.0, 0.25, 0.5, 0.75, 1.0)]
    certain_no, no, _, yes, certain_yes = (255 - shade for shade in shades)
    assert np.allclose(2 * no, certain_no, atol=1.5)
    assert np.allclose(2 * yes, certain_yes, atol=1.5)
    assert np.array_equal(drawn(torch.full((4, 4), 3.0)), drawn(torch.full((4, 4), 1.0)))


@pytest.mark.parametrize(("x", "y"), [(0.5, 0.5), (-0.5, 0.5), (0.25, -0.75)])
@pytest.mark.parametrize(("label", "colour"), [(0, ORANGE), (1, BLUE)])
def test_points_are_where_they_are_with_y_upwards(x: float, y: float, label: int, colour: np.ndarray) -> None:
    rows, columns = np.nonzero(has_colour(drawn(undecided(), (2 * x, 2 * y, label), half_width=2.0), colour))
    assert 2 * (columns.mean() + 0.5) / SIDE - 1 == pytest.approx(x, abs=0.01)
    assert 1 - 2 * (rows.mean() + 0.5) / SIDE == pytest.approx(y, abs=0.01)


def test_class_0_is_round_and_class_1_square() -> None:
    shapes = []
    for label, colour in ((0, ORANGE), (1, BLUE)):
        inside = has_colour(drawn(undecided(), (0.0, 0.0, label), side=1000), colour)
        rows, columns = np.nonzero(inside)
        box = inside[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]
        shapes.append(box.mean())
    assert shapes[0] == pytest.approx(np.pi / 4, abs=0.06)
    assert shapes[1] > 0.97


def test_points_outside_are_left_out() -> None:
    assert np.array_equal(drawn(undecided(), (1.01, 0.0, 0), (0.0, -5.0, 1)), drawn(undecided()))
    assert not np.array_equal(drawn(undecided(), (0.99, 0.0, 0)), drawn(undecided()))


def test_what_is_no_number_is_left_out() -> None:
    assert np.array_equal(drawn(undecided(), (float("nan"), 0.0, 0)), drawn(undecided()))


def test_it_is_a_small_picture_of_the_wanted_side() -> None:
    content = decision_picture(undecided(), 1.0, *NO_POINTS)
    assert PillowImage.open(io.BytesIO(content)).size == (420, 420)
    assert len(content) < 20_000


def test_nothing_that_goes_in_is_changed() -> None:
    probabilities, points = torch.rand(8, 8), torch.rand(5, 2)
    before = probabilities.clone(), points.clone()
    decision_picture(probabilities, 1.0, points, torch.tensor([0, 1, 0, 1, 0]))
    assert torch.equal(probabilities, before[0])
    assert torch.equal(points, before[1])


def test_every_picture_has_the_tints_of_the_plotly_scale() -> None:
    stops = [(p, tuple(map(float, re.findall(r"[\d.]+", colour)))) for p, colour in decision_scale()]
    assert [stop for stop, _ in stops] == [0, 0.5, 0.5, 1]
    for probability in (0.0, 0.2, 0.6, 1.0):
        # The scale is translucent: what stands on white is mixed with it.
        (low, first), (high, last) = stops[:2] if probability < 0.5 else stops[2:]
        part = (probability - low) / (high - low)
        assert first[:3] == last[:3]
        opacity = (1 - part) * first[3] + part * last[3]
        wanted = 255 + opacity * (np.array(first[:3]) - 255)
        shown = np.asarray(decision_ground(torch.full((4, 4), probability), 10))[5, 5]
        np.testing.assert_allclose(shown, wanted, atol=1.5)


def test_few_shades_compress_and_what_is_no_number_is_white() -> None:
    rising = torch.linspace(0, 1, 64).expand(64, 64)
    many, few = (decision_ground(rising, 200, shades) for shades in (None, 7))
    assert len(many.getcolors(10_000) or []) > 150
    assert len(few.getcolors(10_000) or []) == 7
    assert decision_ground(torch.full((4, 4), torch.nan), 8).getcolors() == [(64, (255, 255, 255))]
