"""The pictures of feature maps: where things stand, what moves, how large the files are."""

import io
import math

import numpy as np
import pytest
import torch
from PIL import Image as PillowImage

from structviz import data, zoo
from structviz.errors import ConfigError
from structviz.figures.animation import AnimationType
from structviz.figures.rotation.features import feature_animation, feature_frame, feature_still, percentage
from structviz.nets import ConvDenoiser
from structviz.studies.features import FeatureFilm, feature_film
from structviz.transforms import add_gaussian


def shipped(name: str) -> ConvDenoiser:
    net = zoo.load(name)
    assert isinstance(net, ConvDenoiser)
    return net


def films(size: int = 32, n_angles: int = 8) -> dict[str, FeatureFilm]:
    image = add_gaussian(data.image("camera", size), 0.05, torch.Generator().manual_seed(0))
    names = {"ordinary": "images/ordinary-small", "equivariant": "images/equivariant-c4-small"}
    return {
        arm: feature_film(shipped(name), image, 1, zoo.card(name).config.group, n_angles=n_angles)
        for arm, name in names.items()
    }


@pytest.fixture(scope="module")
def both() -> dict[str, FeatureFilm]:
    return films()


def test_frame_shows_all_parts(both: dict[str, FeatureFilm]) -> None:
    frame = feature_frame(both, 2)
    rows, columns, _ = frame.shape
    # Two rows, the right third of each holds the co-moving maps.
    start = feature_frame(both, 0)
    comoving = slice(columns - 4 * 64, columns)
    upper, lower = slice(rows // 12, rows // 2 - 4), slice(rows // 2 + rows // 12, rows)
    moved = np.abs(frame.astype(int) - start).max(axis=-1) > 40
    assert moved[upper, comoving].mean() > 0.05
    # At a quarter turn of the equivariant network nothing moves there but its number.
    assert moved[lower, comoving].mean() < 0.01
    assert moved[:, : columns // 2].mean() > 0.05


def test_pixels_are_squares_and_discs_lie_on_the_ground(both: dict[str, FeatureFilm]) -> None:
    frame = feature_frame(both, 0, scale=4)
    small = feature_frame(both, 0, scale=2)
    assert frame.dtype == np.uint8
    assert frame.shape[1] > 1.8 * small.shape[1]
    assert frame[0, 0].tolist() == frame[-1, -1].tolist()


def test_frames_are_reproducible_and_do_not_change_the_films(both: dict[str, FeatureFilm]) -> None:
    before = {arm: film.maps.clone() for arm, film in both.items()}
    assert np.array_equal(feature_frame(both, 3), feature_frame(both, 3))
    assert all(torch.equal(before[arm], film.maps) for arm, film in both.items())


@pytest.mark.parametrize(("file_type", "scale"), [("webp", 2), ("gif", 1)])
def test_films_turn_for_ever(file_type: AnimationType, scale: int, both: dict[str, FeatureFilm]) -> None:
    with PillowImage.open(io.BytesIO(feature_animation(both, file_type=file_type, milliseconds=70))) as film:
        assert getattr(film, "n_frames", 1) == 8
        assert film.info["loop"] == 0
        film.seek(1)
        film.load()
        assert film.info["duration"] == 70
        film.seek(2)
        shown = np.asarray(film.convert("RGB")).astype(int)
    exact = feature_frame(both, 2, scale=scale)
    assert shown.shape == exact.shape
    assert np.abs(shown - exact).mean() < 6


def test_the_scale_gives_way_where_the_quality_does_not_suffice(both: dict[str, FeatureFilm]) -> None:
    for max_bytes, scale in ((2_000_000, 4), (1, 2)):
        with PillowImage.open(io.BytesIO(feature_animation(both, scale=4, max_bytes=max_bytes))) as film:
            assert film.size[::-1] == feature_frame(both, 0, scale=scale).shape[:2]


def test_a_noisy_film_of_48_frames_has_at_most_two_megabytes() -> None:
    image = add_gaussian(data.image("camera", 64), 0.25, torch.Generator().manual_seed(0))
    noisy = {
        "ordinary": feature_film(shipped("images/ordinary-small"), image, 0),
        "equivariant": feature_film(shipped("images/equivariant-c4-small"), image, 0, "C4"),
    }
    assert len(feature_animation(noisy)) <= 2_000_000
    assert len(feature_animation(noisy, file_type="gif")) <= 2_000_000


def test_still_is_the_frame(both: dict[str, FeatureFilm]) -> None:
    with PillowImage.open(io.BytesIO(feature_still(both, 1))) as picture:
        assert np.array_equal(np.asarray(picture), feature_frame(both, 1))


def test_films_that_do_not_belong_together_are_refused(both: dict[str, FeatureFilm]) -> None:
    with pytest.raises(ConfigError, match="one or more films"):
        feature_frame({}, 0)
    with pytest.raises(ConfigError, match="one or more films"):
        feature_frame({**both, "augmented": films(n_angles=4)["ordinary"]}, 0)
    turned = films()["ordinary"]
    other = FeatureFilm(**{**vars(turned), "inputs": turned.inputs + 1})
    with pytest.raises(ConfigError, match="different inputs"):
        feature_frame({**both, "augmented": other}, 0)
    with pytest.raises(ConfigError, match=r"colour map.*'jet'"):
        feature_frame(both, 0, "jet")
    with pytest.raises(ConfigError, match="got 0"):
        feature_frame(both, 0, scale=0)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (0.0, "0\N{NO-BREAK SPACE}%"),
        (0.314, "31\N{NO-BREAK SPACE}%"),
        (1.25, "125\N{NO-BREAK SPACE}%"),
        (0.0123, "1.2\N{NO-BREAK SPACE}%"),
        (2.5e-7, "2.5·10⁻⁷"),
        (math.inf, "∞"),
    ],
)
def test_percentage(change: float, words: str) -> None:
    assert percentage(change) == words
