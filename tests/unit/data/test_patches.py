"""Patches: real pieces of the pictures, reproducible, nested."""

import sys

import pytest
import torch
from torch.nn.functional import unfold
from torch.testing import assert_close

from structviz import data
from structviz.errors import ConfigError


def _seeded(seed: int) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def test_shape_range_and_reproducibility() -> None:
    images = data.patches(40, 24, _seeded(1))
    assert images.shape == (40, 1, 24, 24)
    assert images.dtype == torch.float32
    assert images.min() >= 0
    assert images.max() <= 1
    assert_close(data.patches(40, 24, _seeded(1)), images, rtol=0, atol=0)
    assert not torch.equal(data.patches(40, 24, _seeded(2)), images)


def test_larger_sets_contain_the_smaller_ones() -> None:
    large = data.patches(50, 16, _seeded(5), names=["brick", "text"])
    assert_close(data.patches(7, 16, _seeded(5), names=["brick", "text"]), large[:7], rtol=0, atol=0)


def _distance_to_crops(patch: torch.Tensor, picture: torch.Tensor) -> float:
    size = patch.shape[-1]
    crops = unfold(picture, size)[0]
    return float((crops - patch.reshape(-1, 1)).abs().amax(0).min())


def test_patches_are_upright_crops(generator: torch.Generator) -> None:
    picture = data.training_image("text")
    images = data.patches(3, 12, generator, names=["text"], scales=[1.0])
    for patch in images:
        assert _distance_to_crops(patch, picture) == 0
        assert _distance_to_crops(patch.rot90(1, (-2, -1)), picture) > 0.02


def test_scales_shrink_the_picture(generator: torch.Generator) -> None:
    # At half scale a patch as high as the picture's half must be the whole height of it.
    picture = data.training_image("page")[..., :307]  # 191 x 384, of which a fifth is for validation
    half = torch.nn.functional.interpolate(picture, (96, 154), mode="bilinear", antialias=True)
    patch = data.patches(1, 96, generator, names=["page"], scales=[0.5])
    assert min(float((half[..., j : j + 96] - patch).abs().max()) for j in range(59)) < 1e-6


def test_pictures_are_chosen_uniformly(generator: torch.Generator) -> None:
    # Retina corners are black, the page is bright: the mean tells them apart.
    images = data.patches(400, 40, generator, names=["page", "rocket"], scales=[1.0])
    from_page = (images.mean((1, 2, 3)) > 0.5).float().mean()
    assert abs(float(from_page) - 0.5) < 0.15


def test_flat_places_are_avoided(generator: torch.Generator) -> None:
    flat = float((data.patches(300, 16, generator, names=["retina"]).std((1, 2, 3)) < 0.02).float().mean())
    crops = unfold(data.training_image("retina"), 16, stride=16)[0]
    assert float((crops.std(0) < 0.02).float().mean()) > 0.4
    assert flat < 0.2


def test_small_pictures_are_left_out_and_then_missed(generator: torch.Generator) -> None:
    assert data.patches(4, 300, generator, names=["text", "brick"]).shape == (4, 1, 300, 300)
    with pytest.raises(ConfigError, match=r"text.*smaller size"):
        data.patches(4, 300, generator, names=["text"])


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"n": 0}, "n must be"),
        ({"size": 0}, "size must be"),
        ({"names": ["camera"]}, "camera"),
        ({"names": []}, "none of"),
        ({"scales": []}, "scales must be"),
        ({"scales": [1.5]}, "scales must be"),
        ({"scales": [0.0]}, "scales must be"),
    ],
)
def test_bad_arguments_are_named(changes: dict, named: str, generator: torch.Generator) -> None:
    arguments = {"n": 2, "size": 16, "generator": generator} | changes
    with pytest.raises(ConfigError, match=named):
        data.patches(**arguments)


@pytest.mark.parametrize("name", data.TRAINING_IMAGES)
def test_patches_for_validation_share_no_pixel_with_those_for_training(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each pixel of the picture is its own column: patches tell from which columns they come."""
    columns = data.training_image(name).shape[-1]
    rows = torch.arange(200.0)[:, None] % 2 / 1000  # no place is flat
    picture = (torch.arange(columns) / columns + rows)[None, None]
    module = sys.modules["structviz.data.patches"]  # in the package the function of that name hides the module
    monkeypatch.setattr(module, "_FLAT", 0.0)
    monkeypatch.setattr(module, "training_image", lambda _name: picture)
    trained = data.patches(200, 24, _seeded(0), [name], [1.0], "training")
    validated = data.patches(200, 64, _seeded(0), [name], [1.0], "validation")
    assert trained.max() < validated.min() + 2e-3
    # Both parts are used up to the border between them.
    assert validated.min() - trained.max() < 0.05
    assert validated.max() > 0.95
    assert trained.min() < 0.05
    assert columns * (1 - float(validated.min())) >= 64


@pytest.mark.usefixtures("without_shape_checks")
def test_a_part_of_the_pictures_has_a_name() -> None:
    with pytest.raises(ConfigError, match="part must be"):
        data.patches(1, 8, _seeded(0), part="test")  # pyright: ignore[reportArgumentType]
