import base64
import io

import numpy as np
import pytest
import torch
from PIL import Image as PillowImage

from structviz import data
from structviz.errors import ConfigError
from structviz.figures import COLOUR_MAPS, colour_table, sprite, sprite_values
from structviz.studies.rotation import film_strip


def flat_frames(n: int, side: int = 16, low: float = 0.0, high: float = 1.0) -> torch.Tensor:
    """Frame k has the value k / n of the way from low to high everywhere."""
    values = low + (high - low) * torch.arange(n) / n
    return values[:, None, None, None].expand(n, 1, side, side)


@pytest.mark.parametrize("colour_map", ["grey", "stripes"])
@pytest.mark.parametrize("n", [1, 8, 36, 72])
def test_frames_come_back_in_order(n: int, colour_map: str) -> None:
    colours = COLOUR_MAPS[colour_map]
    frames = flat_frames(n, low=colours.low, high=colours.high)
    values = sprite_values(sprite(frames, colour_map))
    assert values.shape == (n, 16, 16)
    step = (colours.high - colours.low) / 255
    np.testing.assert_allclose(values, frames[:, 0].numpy(), atol=3 * step)


@pytest.mark.parametrize("swap", [(1, 2), (0, 71)])
def test_the_order_is_really_tested(swap: tuple[int, int]) -> None:
    frames = flat_frames(72).clone()
    frames[list(swap)] = frames[list(reversed(swap))]
    values = sprite_values(sprite(frames))
    assert np.abs(values - flat_frames(72)[:, 0].numpy()).max() > 0.01


def test_photographs_lose_little() -> None:
    strip = film_strip({}, data.image("camera", 64), 24)
    values = sprite_values(sprite(strip.clean))
    lost = values - strip.clean[:, 0].clamp(0, 1).numpy()
    assert np.sqrt((lost**2).mean()) < 4 / 255


def test_values_beyond_the_limits_get_the_nearer_one() -> None:
    frames = torch.tensor([-7.0, 9.0, float("nan")])[:, None, None, None].expand(3, 1, 8, 8)
    values = sprite_values(sprite(frames))
    np.testing.assert_allclose(values[:, 0, 0], [0, 1, 0], atol=2 / 255)


def test_six_films_stay_below_three_megabytes() -> None:
    # The hardest case: the noisiest input, and outputs that keep all of its noise.
    strip = film_strip({}, data.image("coins", 128), 72, level=0.5)
    noisy = sprite(strip.noisy.images, limit=950_000).webp
    outputs = sprite(strip.noisy.images).webp
    truth = sprite(strip.clean).webp
    assert len(noisy) + 4 * len(outputs) + len(truth) < 3_000_000


def test_a_limit_that_cannot_be_met_gets_the_smallest_picture() -> None:
    frames = torch.rand(4, 1, 32, 32, generator=torch.Generator().manual_seed(0))
    assert len(sprite(frames, limit=1).webp) < len(sprite(frames).webp)


def test_the_table_holds_the_colours_of_the_map() -> None:
    for name, colours in COLOUR_MAPS.items():
        table = np.frombuffer(colour_table(name), np.uint8).reshape(256, 3)
        for k in (0, 100, 255):
            value = colours.low + k / 255 * (colours.high - colours.low)
            np.testing.assert_array_equal(table[k], colours(np.array(value)))
        assert len(base64.b64encode(table.tobytes())) == 1024


def test_it_is_one_webp_picture_of_greys() -> None:
    packed = sprite(flat_frames(72, side=12))
    picture = PillowImage.open(io.BytesIO(packed.webp))
    assert picture.format == "WEBP"
    assert picture.size == (9 * 12, 8 * 12)


@pytest.mark.parametrize(
    ("images", "colour_map", "rule"),
    [
        (torch.zeros(2, 1, 4, 5), "grey", "square"),
        (torch.zeros(2, 3, 4, 4), "grey", "grey images"),
        (torch.zeros(0, 1, 4, 4), "grey", "shape"),
        (torch.zeros(2, 1, 4, 4), "rainbow", "rainbow"),
        (torch.zeros(1).expand(4, 1, 9000, 9000), "grey", "16383"),
    ],
)
def test_what_cannot_be_packed_is_refused(images: torch.Tensor, colour_map: str, rule: str) -> None:
    with pytest.raises(ConfigError, match=rule):
        sprite(images, colour_map)
