"""Pictures: grey, square, and never in both lists."""

import subprocess
import sys
from collections.abc import Callable

import numpy as np
import pytest
import skimage.data
import torch
from torch.testing import assert_close

from structviz import data
from structviz.errors import ConfigError


@pytest.mark.parametrize("name", data.IMAGES)
def test_held_out_images_are_grey_squares_with_contrast(name: str) -> None:
    image = data.image(name, 65)
    assert image.shape == (1, 1, 65, 65)
    assert image.dtype == torch.float32
    assert 0 <= image.min() < image.max() <= 1
    assert image.std() > 0.04


@pytest.mark.parametrize("name", data.TRAINING_IMAGES)
def test_training_images_come_whole_or_square(name: str) -> None:
    whole = data.training_image(name)
    assert min(whole.shape[-2:]) >= 172
    assert 0 <= whole.min() < whole.max() <= 1
    assert data.training_image(name, 33).shape == (1, 1, 33, 33)


def test_grey_values_are_those_of_scikit_image() -> None:
    camera = torch.from_numpy(skimage.data.camera() / 255).float()
    assert_close(data.image("camera", 512)[0, 0], camera)
    colour = skimage.data.astronaut() / 255
    luma = torch.from_numpy(colour @ np.array([0.2126, 0.7152, 0.0722])).float()
    assert_close(data.image("astronaut", 512)[0, 0], luma)


def test_the_square_is_the_central_one() -> None:
    chelsea = skimage.data.chelsea()  # 300 rows, 451 columns
    middle = chelsea[:, 75:375] / 255 @ np.array([0.2126, 0.7152, 0.0722])
    assert_close(data.image("chelsea", 300)[0, 0], torch.from_numpy(middle).float())


def test_resizing_is_anti_aliased() -> None:
    # What lies beyond the new grid's resolution must vanish: grass is mostly fine texture.
    grass, plain = data.training_image("grass", 32), data.training_image("grass")[..., ::16, ::16]
    assert_close(grass.mean(), data.training_image("grass").mean(), rtol=0, atol=0.01)
    assert grass.std() < 0.5 * plain.std()


def _standardised(images: list[torch.Tensor]) -> torch.Tensor:
    flat = torch.stack([image.flatten() for image in images])
    flat = flat - flat.mean(1, keepdim=True)
    return flat / flat.norm(dim=1, keepdim=True)


def test_no_test_image_is_a_training_image() -> None:
    assert not set(data.IMAGES) & set(data.TRAINING_IMAGES)
    assert len({picture.file for picture in data.PICTURES.values()}) == len(data.PICTURES)
    test = _standardised([data.image(name, 64) for name in data.IMAGES])
    train = _standardised([data.training_image(name, 64) for name in data.TRAINING_IMAGES])
    assert (test @ train.T).abs().max() < 0.95


def test_the_comparison_finds_a_picture_under_another_name() -> None:
    test = _standardised([data.image("chelsea", 64)])
    disguised = _standardised([0.3 + 0.5 * data.image("chelsea", 96)[..., 1:-1, 1:-1]])
    assert disguised.shape != test.shape
    shrunk = torch.nn.functional.interpolate(disguised.reshape(1, 1, 94, 94), (64, 64), antialias=True, mode="bilinear")
    assert (test @ _standardised([shrunk]).T).max() > 0.95


def test_every_picture_has_a_title_and_a_credit() -> None:
    assert set(data.PICTURES) == {*data.IMAGES, *data.TRAINING_IMAGES}
    titles = [picture.title for picture in data.PICTURES.values()]
    assert len(set(titles)) == len(titles)
    assert all(picture.credit for picture in data.PICTURES.values())


@pytest.mark.parametrize(("load", "names"), [(data.image, data.IMAGES), (data.training_image, data.TRAINING_IMAGES)])
def test_an_unknown_name_is_answered_with_the_known_ones(
    load: Callable[[str, int], torch.Tensor], names: tuple[str, ...]
) -> None:
    with pytest.raises(ConfigError) as caught:
        load("lena", 32)
    assert all(name in str(caught.value) for name in ("lena", *names))


def test_names_of_the_other_list_are_refused() -> None:
    with pytest.raises(ConfigError, match="brick"):
        data.image("brick", 32)
    with pytest.raises(ConfigError, match="camera"):
        data.training_image("camera")


@pytest.mark.parametrize("size", [0, -3, 10**6])
def test_sizes_are_bounded(size: int) -> None:
    with pytest.raises(ConfigError, match="size must be"):
        data.image("camera", size)


def test_importing_data_imports_neither_scikit_image_nor_pillow() -> None:
    code = (
        "import sys; from structviz import data; assert not {'PIL', 'skimage', 'scipy'} & set(sys.modules); "
        "data.image('coins', 16); assert 'PIL' in sys.modules; assert 'skimage' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
