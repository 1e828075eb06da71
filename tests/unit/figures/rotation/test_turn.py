import csv
import io
import math
from itertools import pairwise

import numpy as np
import pytest
import torch
from PIL import Image as PillowImage
from PIL import ImageSequence

from structviz import data
from structviz.errors import ConfigError
from structviz.figures import ARM_COLOURS, Heading
from structviz.figures.animation import AnimationType
from structviz.figures.rotation.turn import curves_csv, turn_film
from structviz.studies.rotation import film_strip
from structviz.studies.turning import FilmStrip

ARMS = ("ordinary", "augmented", "equivariant")


def strip_of(size: int, n_angles: int = 8, n_arms: int = 2, level: float = 0.1) -> FilmStrip:
    return film_strip(
        {arm: lambda y: y.clamp(0, 1) for arm in ARMS[:n_arms]}, data.image("coins", size), n_angles, level=level
    )


def decode(film: bytes) -> list[np.ndarray]:
    with PillowImage.open(io.BytesIO(film)) as pictures:
        return [np.asarray(frame.convert("RGB")).astype(int) for frame in ImageSequence.Iterator(pictures)]


@pytest.mark.parametrize(("file_type", "kind"), [("webp", "WEBP"), ("gif", "GIF")])
def test_film_is_an_endless_turn(file_type: AnimationType, kind: str) -> None:
    film = turn_film(strip_of(32, 8), file_type=file_type)
    with PillowImage.open(io.BytesIO(film)) as pictures:
        assert pictures.format == kind
        assert pictures.info["loop"] == 0
    frames = decode(film)
    assert len(frames) == 8
    assert all(np.abs(a - b).max() > 50 for a, b in pairwise(frames))


@pytest.mark.parametrize("file_type", ["webp", "gif"])
def test_each_column_shows_its_pictures_under_its_colour(file_type: AnimationType) -> None:
    strip = strip_of(128, 8)
    frames = decode(turn_film(strip, file_type=file_type))
    columns = {"noisy": strip.noisy.images, **{arm: f.images for arm, f in strip.arms.items()}, "truth": strip.clean}
    for k, (arm, images) in enumerate(columns.items()):
        left = 8 + k * (128 + 8)
        for frame, image in zip(frames, images, strict=True):
            shown = frame[32 : 32 + 128, left : left + 128].mean(-1) / 255
            inside = strip.mask.numpy()
            assert np.abs(shown - image[0].clamp(0, 1).numpy())[inside].mean() < 0.06
            corner = shown[~inside].reshape(-1)
            assert np.median(corner) == 1
            bar = frame[26, left + 64]
            assert np.abs(bar - [int(ARM_COLOURS[arm][i : i + 2], 16) for i in (1, 3, 5)]).max() < 40


def test_numbers_stand_below_the_pictures() -> None:
    frames = decode(turn_film(strip_of(128, 4)))
    assert all((frame[-30:].min((1, 2)) < 100).any() for frame in frames)


def test_differences_of_a_perfect_arm_are_neutral() -> None:
    strip = film_strip({"ordinary": lambda y: y}, data.image("coins", 128), 4, level=0)
    middle = decode(turn_film(strip, differences=True))[1][32 + 64, 8 + 136 + 64]
    assert middle.min() > 235


@pytest.mark.parametrize(("size", "side"), [(16, 128), (50, 150), (128, 128), (256, 128), (300, 150)])
def test_small_images_are_enlarged_and_large_ones_averaged(size: int, side: int) -> None:
    frames = decode(turn_film(strip_of(size, 4, 1)))
    assert frames[0].shape[1] == 3 * (side + 8) + 8


def test_a_column_that_is_no_arm_has_the_colour_of_its_heading() -> None:
    strip = film_strip({"mine": lambda y: y}, data.stripes(1, 16), n_angles=4)
    frame = decode(turn_film(strip, headings={"mine": Heading("My network", "#0072B2")}))[0]
    assert (np.abs(frame[24:29, 8 + 136 : 8 + 136 + 128] - (0x00, 0x72, 0xB2)).max(-1) < 40).mean() > 0.3


@pytest.fixture(scope="module")
def full_strip() -> FilmStrip:
    return strip_of(128, 72, 3, level=0.5)  # clipped noise in every picture: nothing compresses worse


@pytest.mark.parametrize("file_type", ["webp", "gif"])
@pytest.mark.parametrize("differences", [False, True])
def test_a_full_strip_takes_at_most_three_megabytes(
    full_strip: FilmStrip, file_type: AnimationType, differences: bool
) -> None:
    film = turn_film(full_strip, differences=differences, file_type=file_type)
    assert len(film) <= 3_000_000
    assert len(decode(film)) == (72 if file_type == "webp" else 36)


def test_unknown_colours_are_refused() -> None:
    strip = strip_of(16, 4, 0)
    with pytest.raises(ConfigError, match="'jet'"):
        turn_film(strip, "jet")


def test_curves_hold_every_number() -> None:
    strip = strip_of(16, 8, 2)
    errors = {"ordinary": [0.5 * k for k in range(8)], "equivariant": torch.zeros(8)}
    rows = list(csv.DictReader(io.StringIO(curves_csv(strip, errors))))
    assert len(rows) == 3 * 8
    assert [row["angle_degrees"] for row in rows[:8]] == ["0", "45", "90", "135", "180", "225", "270", "315"]
    for arm, frames in {"noisy": strip.noisy, **strip.arms}.items():
        own = [row for row in rows if row["arm"] == arm]
        psnr = torch.tensor([float(row["psnr_db"]) for row in own])
        ssim = torch.tensor([float(row["ssim"]) for row in own])
        torch.testing.assert_close(psnr, frames.psnr, atol=6e-4, rtol=0)
        torch.testing.assert_close(ssim, frames.ssim, atol=6e-5, rtol=0)
        found = [row["equivariance_error"] for row in own]
        assert found == ([f"{e:g}" for e in errors["ordinary"]] if arm == "ordinary" else [""] * 8)


def test_unknown_errors_stay_empty_and_missing_ones_are_refused() -> None:
    strip = strip_of(16, 4, 1)
    assert ",nan" not in curves_csv(strip, {"ordinary": [math.nan] * 4})
    with pytest.raises(ConfigError, match=r"each of the 4 angles.*got 3"):
        curves_csv(strip, {"ordinary": [0.0, 0.1, 0.2]})
