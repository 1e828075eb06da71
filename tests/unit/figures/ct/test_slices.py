"""The sheet to take along: windowed pixels, the zoom, a column for each method and one for the truth."""

import io

import numpy as np
import pytest
import torch
from PIL import Image as PillowImage

from structviz.errors import ConfigError
from structviz.figures import Heading
from structviz.figures.ct.slices import slices_sheet
from structviz.studies.ct import Reconstruction

SIDE, GAP, HEAD, FOOT = 384, 12, 41, 37
TRUTH = torch.linspace(0, 0.5, 64).reshape(1, 1, 8, 8)
WHOLE = (0.0, 1.0, 0.0, 1.0)


def made(value: float) -> Reconstruction:
    first, last = torch.zeros(8, 8), torch.full((8, 8), value)
    return Reconstruction(torch.stack((first, last)), (1.0, 30.0), (0.1, 0.9))


def sheet(low: float, high: float, box: tuple[float, float, float, float], **methods: Reconstruction) -> np.ndarray:
    content = slices_sheet(methods, TRUTH, low, high, box)
    picture = PillowImage.open(io.BytesIO(content))
    assert picture.format == "PNG"
    return np.asarray(picture.convert("RGB")).astype(int)


def part(pixels: np.ndarray, column: int, row: int = 0) -> np.ndarray:
    """A picture of the sheet, sampled in the middle of each of its 8 × 8 pixels."""
    x, y = GAP + column * (SIDE + GAP), HEAD + row * (SIDE + GAP + FOOT)
    return pixels[y + 24 : y + SIDE : 48, x + 24 : x + SIDE : 48]


def test_pixels_are_those_of_the_window() -> None:
    pixels = sheet(0.1, 0.4, WHOLE)
    assert pixels.shape == (HEAD + 2 * (SIDE + GAP + FOOT), SIDE + 2 * GAP, 3)
    expected = np.round(255 * ((TRUTH[0, 0].double() - 0.1) / 0.3).clamp(0, 1).numpy())
    for row in (0, 1):
        assert (part(pixels, 0, row) == expected[..., None]).all(), "a zoom of everything is everything"


def test_the_last_iterate_stands_beside_the_truth() -> None:
    pixels = sheet(0.0, 0.5, WHOLE, ordinary=made(0.25), equivariant=made(0.5))
    assert pixels.shape[1] == 3 * (SIDE + GAP) + GAP
    assert (part(pixels, 0) == 128).all()
    assert (part(pixels, 1) == 255).all()
    assert (part(pixels, 2) == part(sheet(0.0, 0.5, WHOLE), 0)).all()


def test_figures_stand_below_the_pictures_and_not_below_the_truth() -> None:
    pixels = sheet(0.0, 0.5, WHOLE, ordinary=made(0.25))
    better = Reconstruction(made(0.25).iterates, (1.0, 31.0), (0.1, 0.9))
    rows, columns = np.nonzero((sheet(0.0, 0.5, WHOLE, ordinary=better) != pixels).any(2))
    assert HEAD + SIDE < rows.min() <= rows.max() < HEAD + SIDE + FOOT
    assert columns.max() < GAP + SIDE
    assert (pixels[HEAD + SIDE : HEAD + SIDE + FOOT, 2 * GAP + SIDE :] == 255).all()


def test_a_column_that_is_no_method_has_the_colour_of_its_heading() -> None:
    content = slices_sheet({"mine": made(0.2)}, TRUTH, 0.0, 0.5, WHOLE, {"mine": Heading("My network", "#0072B2")})
    pixels = np.asarray(PillowImage.open(io.BytesIO(content)))
    assert (pixels[HEAD - 6, GAP : GAP + SIDE] == (0x00, 0x72, 0xB2)).all()


@pytest.mark.parametrize(
    ("box", "rows", "columns"),
    [
        ((0.0, 0.5, 0.5, 1.0), slice(0, 4), slice(4, 8)),
        ((0.5, 1.0, 0.0, 0.5), slice(4, 8), slice(0, 4)),
        ((0.25, 0.5, 0.0, 0.25), slice(2, 4), slice(0, 2)),
    ],
    ids=str,
)
def test_the_zoom_is_the_part_that_its_frame_surrounds(
    box: tuple[float, float, float, float], rows: slice, columns: slice
) -> None:
    pixels = sheet(0.0, 0.5, box)
    chosen = TRUTH[0, 0].double()[rows, columns]
    expected = np.round(255 * (chosen / 0.5).numpy())
    repeated = expected.repeat(8 // len(expected), 0).repeat(8 // len(expected), 1)
    assert (part(pixels, 0, 1) == repeated[..., None]).all()
    x, y = GAP + round(box[2] * SIDE), HEAD + round(box[0] * SIDE)
    assert len(set(pixels[y, x])) > 1, "the frame has a colour"


@pytest.mark.parametrize(
    ("low", "high", "box"),
    [
        (0.3, 0.3, WHOLE),
        (0.4, 0.3, WHOLE),
        (float("nan"), 0.3, WHOLE),
        (0.0, 0.3, (0.5, 0.5, 0.0, 1.0)),
        (0.0, 0.3, (0.0, 1.2, 0.0, 1.0)),
        (0.0, 0.3, (-0.1, 1.0, 0.0, 1.0)),
        (0.0, 0.3, (0.0, 1.0, 0.7, 0.2)),
    ],
    ids=str,
)
def test_empty_windows_and_zooms_are_refused(low: float, high: float, box: tuple[float, float, float, float]) -> None:
    with pytest.raises(ConfigError, match="window goes from low to high"):
        slices_sheet({}, TRUTH, low, high, box)


def test_a_zoom_between_pixels_shows_one_at_least() -> None:
    assert (part(sheet(0.0, 0.5, (0.51, 0.52, 0.51, 0.52)), 0, 1) == round(255 * TRUTH[0, 0, 4, 4].item() / 0.5)).all()
