"""Uploads: what is good is read with the right values."""

import warnings
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import PIL.Image
import PIL.ImageFile
import pytest
import torch
from torch.testing import assert_close

from structviz import data
from structviz.errors import ConfigError, ImageError
from tests.unit.data.upload_files import COLOUR, GREY, encode, ramp, tiff

ROUNDING = 1.01 / 255

LUMA = torch.from_numpy(np.asarray(COLOUR) / 255 @ np.array([0.2126, 0.7152, 0.0722])).float()


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "TIFF"])
def test_lossless_formats_keep_grey_and_colour(kind: str) -> None:
    options = {"lossless": True} if kind == "WEBP" else {}
    assert_close(data.read_image(encode(COLOUR, kind, **options), 32)[0, 0], LUMA)
    grey = torch.from_numpy(ramp() / 255).float()
    assert_close(data.read_image(encode(GREY, kind, **options), 32)[0, 0], grey)


def test_jpeg_is_read_up_to_its_loss() -> None:
    assert (data.read_image(encode(COLOUR, "JPEG", quality=95), 32)[0, 0] - LUMA).abs().max() < 0.05


@pytest.mark.parametrize("kind", ["JPEG", "TIFF"])
def test_cmyk(kind: str) -> None:
    red = PIL.Image.new("CMYK", (32, 32), (0, 255, 255, 0))
    image = data.read_image(encode(red, kind), 16)
    assert_close(image, torch.full_like(image, 0.2126), rtol=0, atol=0.02)


def test_palette() -> None:
    palette = COLOUR.quantize(64)
    reference = torch.from_numpy(np.asarray(palette.convert("RGB")) / 255 @ np.array([0.2126, 0.7152, 0.0722]))
    assert_close(data.read_image(encode(palette), 32)[0, 0], reference.float())


def test_one_bit() -> None:
    picture = PIL.Image.fromarray(ramp() > 100)
    for kind in ("PNG", "TIFF"):
        image = data.read_image(encode(picture, kind), 32)
        assert_close(image[0, 0], torch.from_numpy(ramp() > 100).float())


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P"])
def test_transparency_shows_white(mode: str) -> None:
    picture = PIL.Image.new("RGBA", (32, 32), (0, 0, 0, 255))
    picture.paste((0, 0, 0, 0), (0, 0, 16, 32))
    image = data.read_image(encode(picture.convert(mode)), 32)[0, 0]
    assert_close(image[:, :16], torch.ones(32, 16))
    assert_close(image[:, 16:], torch.zeros(32, 16))


def test_half_transparent_grey_is_mixed_with_white() -> None:
    image = data.read_image(encode(PIL.Image.new("RGBA", (20, 20), (100, 100, 100, 128))), 16)
    mixed = (100 * 128 / 255 + 127) / 255
    assert_close(image, torch.full_like(image, mixed), rtol=0, atol=ROUNDING)


def test_transparent_colour_key() -> None:
    picture = PIL.Image.new("RGB", (32, 32), (10, 20, 30))
    assert float(data.read_image(encode(picture, transparency=(10, 20, 30)), 16).min()) == 1


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "TIFF"])
def test_orientation_is_obeyed(kind: str, orientation: int) -> None:
    # What a camera stores, so that undoing it gives the upright picture: odd sides show a wrong square.
    store = {
        1: lambda a: a,
        2: np.fliplr,
        3: lambda a: np.rot90(a, 2),
        4: np.flipud,
        5: lambda a: a.T,
        6: lambda a: np.rot90(a, 1),
        7: lambda a: np.rot90(a, 2).T,
        8: lambda a: np.rot90(a, -1),
    }[orientation]
    upright = np.ascontiguousarray(ramp(40, 33))
    exif = PIL.Image.Exif()
    exif[0x0112] = orientation
    options = {"WEBP": {"lossless": True}, "JPEG": {"quality": 100}}.get(kind, {})
    content = encode(PIL.Image.fromarray(np.ascontiguousarray(store(upright))), kind, exif=exif.tobytes(), **options)
    expected = torch.from_numpy(upright[3:36] / 255).float()
    assert_close(data.read_image(content, 33)[0, 0], expected, rtol=0, atol=0.02 if kind == "JPEG" else 1e-6)


DEEP = (np.arange(32 * 32).reshape(32, 32) * 60).astype(np.uint16)


@pytest.mark.parametrize(
    "content",
    [
        encode(PIL.Image.fromarray(DEEP)),
        tiff(DEEP),
        tiff(DEEP, byteorder=">"),
        tiff(DEEP, compression="zlib"),
        tiff(DEEP.astype(np.int32)),
        tiff(65535 - DEEP, photometric="miniswhite", byteorder="<"),
    ],
    ids=["png", "little", "big", "deflate", "int32", "white-is-zero"],
)
def test_sixteen_bits_are_kept(content: bytes) -> None:
    expected = torch.from_numpy(DEEP / 65535).float()
    assert_close(data.read_image(content, 32)[0, 0], expected, rtol=0, atol=1e-6)


def test_floats_in_the_unit_interval_are_kept() -> None:
    values = np.linspace(0.25, 0.5, 32 * 32, dtype=np.float32).reshape(32, 32)
    assert_close(data.read_image(tiff(values), 32)[0, 0], torch.from_numpy(values))


@pytest.mark.parametrize(("low", "high"), [(-1000.0, 3000.0), (-3e38, 3e38), (0.0, 1.5), (70000.0, 70001.0)])
@pytest.mark.parametrize("order", ["<", ">"])
def test_other_floats_are_mapped_to_the_unit_interval(low: float, high: float, order: str) -> None:
    unit = np.linspace(0, 1, 32 * 32).reshape(32, 32)
    image = data.read_image(tiff((low + unit * (high - low)).astype(np.float32), byteorder=order), 32)
    assert_close(image[0, 0], torch.from_numpy(unit).float(), rtol=0, atol=5e-3)
    assert float(image.min()) == 0
    assert float(image.max()) == 1


def test_wide_integers_are_mapped_to_the_unit_interval() -> None:
    image = data.read_image(tiff(DEEP.astype(np.int32) - 1000), 32)
    assert_close(image[0, 0], torch.from_numpy(DEEP / DEEP.max()).float(), rtol=0, atol=1e-5)


@pytest.mark.parametrize("kind", ["WEBP", "TIFF", "PNG"])
def test_the_first_frame_is_taken(kind: str) -> None:
    options = {"lossless": True} if kind == "WEBP" else {}
    frames = [PIL.Image.new("RGB", (32, 32), colour) for colour in ("white", "black")]
    content = encode(frames[0], kind, save_all=True, append_images=frames[1:], **options)
    assert float(data.read_image(content, 16).min()) == 1


def test_resizing_is_anti_aliased_and_square() -> None:
    board = (np.indices((120, 90)).sum(0) % 2 * 255).astype(np.uint8)
    image = data.read_image(encode(PIL.Image.fromarray(board)), 16)
    assert image.shape == (1, 1, 16, 16)
    assert image.dtype == torch.float32
    assert (image - 0.5).abs().max() < 0.1
    edge = PIL.Image.new("L", (200, 100), 0)
    edge.paste(255, (50, 0, 150, 100))
    assert float(data.read_image(encode(edge), 50).min()) == 1
    assert data.read_image(encode(edge), 128).shape == (1, 1, 128, 128)


def test_nothing_rings() -> None:
    step = np.where(np.arange(90) < 45, 0.25, 0.75).astype(np.float32) * np.ones((90, 1), dtype=np.float32)
    image = data.read_image(tiff(step), 31)
    assert float(image.min()) == pytest.approx(0.25, abs=1e-6)
    assert float(image.max()) == pytest.approx(0.75, abs=1e-6)


def test_damaged_metadata_do_not_spoil_a_sound_picture() -> None:
    content = encode(COLOUR, "WEBP", lossless=True, exif=b"Exif\0\0MM\0\x07 nonsense")
    assert_close(data.read_image(content, 32)[0, 0], LUMA)


def test_nothing_global_changes() -> None:
    before = (PIL.Image.MAX_IMAGE_PIXELS, PIL.ImageFile.LOAD_TRUNCATED_IMAGES, list(warnings.filters))
    data.read_image(encode(COLOUR), 16)
    with pytest.raises(ImageError):
        data.read_image(encode(COLOUR)[:60], 16)
    after = (PIL.Image.MAX_IMAGE_PIXELS, PIL.ImageFile.LOAD_TRUNCATED_IMAGES, list(warnings.filters))
    assert after == before


def test_threads_do_not_disturb_each_other() -> None:
    contents = [encode(COLOUR.rotate(90 * turns), kind) for turns in range(4) for kind in ("PNG", "TIFF")]
    alone = [data.read_image(content, 24) for content in contents]
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(lambda content: data.read_image(content, 24), contents * 5))
    for index, image in enumerate(together):
        assert_close(image, alone[index % len(contents)], rtol=0, atol=0)


@pytest.mark.parametrize("size", [0, 10**6])
def test_sizes_are_bounded(size: int) -> None:
    with pytest.raises(ConfigError, match="size must be"):
        data.read_image(encode(GREY), size)


def test_colours_are_kept_where_they_are_asked_for() -> None:
    colours = torch.from_numpy(np.asarray(COLOUR) / 255).float().permute(2, 0, 1)[None]
    assert_close(data.read_colour_image(encode(COLOUR), 32), colours)
    half = PIL.Image.new("RGBA", (32, 32), (255, 0, 0, 0))
    half.paste((255, 0, 0, 255), (0, 0, 16, 32))
    image = data.read_colour_image(encode(half), 32)
    assert_close(image[0, 1], torch.cat([torch.zeros(32, 16), torch.ones(32, 16)], dim=1))


@pytest.mark.parametrize(
    "picture", [GREY, PIL.Image.fromarray(ramp().astype(np.uint16) * 257)], ids=["grey", "16 bits"]
)
def test_grey_files_have_three_equal_bands(picture: PIL.Image.Image) -> None:
    file = encode(picture)
    assert_close(data.read_colour_image(file, 32), data.read_image(file, 32).expand(1, 3, -1, -1))
