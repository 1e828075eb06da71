"""Stripes: two phases, two orientations, nothing else."""

import pytest
import torch
from torch.testing import assert_close

from structviz import data
from structviz.errors import ConfigError


@pytest.mark.parametrize("size", [2, 5, 50])
def test_horizontal_stripes_alternate_from_row_to_row(size: int) -> None:
    images = data.stripes(4, size)
    assert images.shape == (4, 1, size, size)
    assert images.dtype == torch.float32
    assert set(images.unique().tolist()) == {0.0, 1.0}
    assert_close(images[:, :, 1:] + images[:, :, :-1], torch.ones(4, 1, size - 1, size), rtol=0, atol=0)
    assert_close(images, images[..., :1].expand_as(images), rtol=0, atol=0)


def test_phases_alternate_without_generator() -> None:
    assert data.stripes(5, 6)[:, 0, 0, 0].tolist() == [0, 1, 0, 1, 0]


@pytest.mark.parametrize("size", [7, 8])
@pytest.mark.parametrize("seed", [None, 3])
def test_vertical_is_the_quarter_turn_of_horizontal(size: int, seed: int | None) -> None:
    def draw(orientation: str) -> torch.Tensor:
        generator = None if seed is None else torch.Generator().manual_seed(seed)
        return data.stripes(6, size, orientation, generator)

    horizontal, vertical = draw("horizontal"), draw("vertical")
    assert_close(vertical, torch.rot90(horizontal, 1, (-2, -1)), rtol=0, atol=0)
    assert not torch.equal(vertical, horizontal)
    assert vertical.is_contiguous()


def test_the_generator_draws_both_phases_and_repeats_itself(generator: torch.Generator) -> None:
    state = generator.get_state()
    images = data.stripes(200, 4, generator=generator)
    # Five standard deviations of a fair coin.
    assert abs(float(images[:, 0, 0, 0].mean()) - 0.5) < 5 * 0.5 / 200**0.5
    generator.set_state(state)
    assert_close(data.stripes(200, 4, generator=generator), images, rtol=0, atol=0)
    assert not torch.equal(data.stripes(200, 4, generator=generator), images)


def test_images_do_not_share_memory() -> None:
    images = data.stripes(2, 4)
    images[0, 0, 0, 0] = 7
    assert (images == 7).sum() == 1


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        ({"n": 0}, "n must be"),
        ({"n": True}, "n must be"),
        ({"n": 2, "size": 1}, "size must be"),
        ({"n": 2, "size": 8.0}, "size must be"),
        ({"n": 2, "size": 10**6}, "size must be"),
        ({"n": 2, "orientation": "diagonal"}, "horizontal, vertical"),
    ],
)
@pytest.mark.usefixtures("without_shape_checks")
def test_bad_arguments_are_named(arguments: dict, named: str) -> None:
    with pytest.raises(ConfigError, match=named):
        data.stripes(**arguments)
