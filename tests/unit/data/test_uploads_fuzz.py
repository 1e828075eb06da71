"""Damaged uploads: whatever bytes come, an image or an ImageError goes out."""

from io import BytesIO

import numpy as np
import PIL.Image
import pytest
import torch

from structviz import data
from structviz.errors import ImageError

CASES = 200


def _files(kind: str) -> list[bytes]:
    rng = np.random.default_rng(7)
    colour = PIL.Image.fromarray(rng.integers(0, 256, (20, 24, 4), dtype=np.uint8), "RGBA")
    exif = PIL.Image.Exif()
    exif[0x0112], exif[0x010E] = 6, "a description that lies outside of its entry"
    options = {
        "PNG": [{}, {"exif": exif}, {"save_all": True, "append_images": [colour.rotate(90)]}],
        "JPEG": [{}, {"exif": exif, "progressive": True}],
        "WEBP": [
            {},
            {"exif": exif, "lossless": True},
            {"save_all": True, "append_images": [colour.rotate(90)]},
        ],
        "TIFF": [
            {},
            {"exif": exif.tobytes()},
            {"compression": "tiff_lzw"},
            {"compression": "tiff_adobe_deflate"},
        ],
    }[kind]
    modes = {"PNG": ["RGBA", "P", "LA", "1"], "JPEG": ["RGB", "L", "CMYK"], "WEBP": ["RGBA", "RGB"]}
    files = []
    for mode in modes.get(kind, ["RGBA", "F", "I", "1", "CMYK"]):
        for option in options:
            file = BytesIO()
            colour.convert("RGB").convert(mode).save(file, kind, **option)
            files.append(file.getvalue())
    return files


def _damaged(content: bytes, rng: np.random.Generator) -> bytes:
    broken = bytearray(content)
    if rng.random() < 0.2:
        return bytes(broken[: rng.integers(len(broken))])
    for _ in range(rng.choice([1, 2, 4, 16])):
        # Headers are where damage matters most.
        reach = min(len(broken), int(rng.choice([32, 200, len(broken)])))
        broken[rng.integers(reach)] = rng.choice([0, 1, 255, int(rng.integers(256))])
    return bytes(broken)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "TIFF"])
def test_damage_gives_an_image_or_a_sentence(kind: str) -> None:
    files, rng = _files(kind), np.random.default_rng(20211)
    refused = 0
    for case in range(CASES):
        content = _damaged(files[case % len(files)], rng)
        try:
            image = data.read_image(content, 16)
        except ImageError:
            refused += 1
        else:
            assert image.shape == (1, 1, 16, 16)
            assert torch.all((image >= 0) & (image <= 1))
    assert 0.1 * CASES < refused < CASES  # the damage is neither harmless nor always in the first bytes
