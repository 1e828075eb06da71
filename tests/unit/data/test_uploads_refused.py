"""Uploads: what is not good is refused, in one sentence, before it costs memory."""

import struct
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import numpy as np
import PIL.Image
import pytest
import torch
from torch.testing import assert_close

from structviz import data
from structviz.data import uploads
from structviz.errors import ConfigError, ImageError
from tests.unit.data.upload_files import COLOUR, GREY, encode, png, ramp, retag, tiff


def refusal(content: bytes) -> str:
    with pytest.raises(ImageError) as caught:
        data.read_image(content, 16)
    message = str(caught.value)
    assert message.endswith(".")
    assert "\n" not in message
    assert message.count(". ") == 0
    assert "but" in message
    assert ": " in message
    return message


@pytest.mark.parametrize(
    ("content", "came"),
    [
        (b"", "0 bytes"),
        (b"just a note\n" * 50, "of another kind"),
        (b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>', "SVG"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 64 64\nshowpage\n", "EPS"),
        (b"\xc5\xd0\xd3\xc6" + bytes(60), "EPS"),
        (b"%PDF-1.7\n", "PDF"),
        (encode(GREY, "GIF"), "GIF"),
        (encode(GREY, "GIF", save_all=True, append_images=[COLOUR]), "GIF"),
        (encode(GREY, "BMP"), "BMP"),
        (b"\0\0\0\x18ftypheic" + bytes(40), "HEIC"),
        (bytes(128) + b"DICM", "DICOM"),
        (b"PK\x03\x04" + bytes(40), "ZIP"),
        (encode(PIL.Image.new("L", (1, 1))), "1 × 1"),
        (encode(PIL.Image.new("L", (1, 10_000))), "1 × 10000"),
        (encode(PIL.Image.new("L", (15, 16))), "15 × 16"),
        (encode(PIL.Image.new("L", (16, 129))), "16 × 129"),
        (png(14_000, 14_000, b"\0"), "14000 × 14000"),
        (png(2**31 - 1, 2**31 - 1, b"\0"), "2147483647"),
        (bytes(uploads.MAX_BYTES + 100_000), "10.1 MB"),
    ],
)
def test_the_message_says_what_came(content: bytes, came: str) -> None:
    assert came in refusal(content)


def test_the_limits_themselves_are_allowed() -> None:
    assert data.read_image(encode(PIL.Image.new("L", (16, 128))), 16).shape == (1, 1, 16, 16)
    with pytest.raises(ImageError, match="cannot be decoded"):
        data.read_image(png(6000, 4000, b"\0"), 16)  # 24 million pixels pass the check


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_floats_that_are_not_finite_are_refused(bad: float) -> None:
    values = np.full((32, 32), 0.5, dtype=np.float32)
    values[0, 0] = bad
    assert "1 of its 1024 pixels" in refusal(tiff(values))


def test_constant_floats_are_kept_or_refused() -> None:
    image = data.read_image(tiff(np.full((20, 20), 0.5, dtype=np.float32)), 16)
    assert_close(image, torch.full_like(image, 0.5))
    assert "all pixels are 7" in refusal(tiff(np.full((20, 20), 7, dtype=np.float32)))


def _webp_header(chunk: bytes, body: bytes) -> bytes:
    return b"RIFF" + struct.pack("<I", 100) + b"WEBP" + chunk + struct.pack("<I", 10) + body + bytes(80)


@pytest.mark.parametrize(
    "content",
    [
        _webp_header(b"VP8X", bytes(4) + (13_999).to_bytes(3, "little") * 2),
        _webp_header(b"VP8L", b"\x2f" + (13_999 | 13_999 << 14).to_bytes(4, "little")),
        _webp_header(b"VP8 ", b"\0\0\0\x9d\x01\x2a" + struct.pack("<HH", 14_000, 14_000)),
    ],
    ids=["extended", "lossless", "lossy"],
)
def test_large_webp_is_refused_by_its_header(content: bytes) -> None:
    assert "14000 × 14000" in refusal(content)


def test_large_tiles_are_refused() -> None:
    content = tiff(ramp(64, 64), tile=(16, 16))
    assert data.read_image(content, 16).shape == (1, 1, 16, 16)
    assert "60000 × 60000" in refusal(retag(retag(content, 322, 16, 60_000), 323, 16, 60_000))


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "TIFF"])
@pytest.mark.parametrize("share", [0.02, 0.5, 0.9])
def test_truncated_files_are_refused(kind: str, share: float) -> None:
    options = {"compression": "tiff_adobe_deflate"} if kind == "TIFF" else {}
    noise = np.random.default_rng(0).integers(0, 256, (40, 40, 3), dtype=np.uint8)
    content = encode(PIL.Image.fromarray(noise), kind, **options)
    refusal(content[: max(4, int(share * len(content)))])


def _jpeg_saying(width: int, height: int) -> bytes:
    content = encode(GREY, "JPEG")
    at = content.index(b"\xff\xc0") + 5
    return content[:at] + struct.pack(">HH", height, width) + content[at + 4 :]


def _tiff_saying(width: int, height: int) -> bytes:
    return retag(retag(tiff(ramp(), metadata=None), 256, 32, width), 257, 32, height)


@pytest.mark.parametrize("say", [_jpeg_saying, _tiff_saying, lambda w, h: png(w, h, (b"\0" + bytes(32)) * 32)])
@pytest.mark.parametrize(("width", "height"), [(20, 20), (32, 300), (300, 32 * 8), (4000, 4000)])
def test_headers_that_lie_do_no_harm(say: Callable[[int, int], bytes], width: int, height: int) -> None:
    content = say(width, height)
    assert content != say(32, 32)
    with suppress(ImageError):
        image = data.read_image(content, 16)
        assert image.shape == (1, 1, 16, 16)
        assert 0 <= image.min() <= image.max() <= 1
    with pytest.raises(ImageError, match="30000 × 30000"):
        data.read_image(say(30_000, 30_000), 16)


@pytest.mark.usefixtures("without_shape_checks")
def test_only_bytes_are_read() -> None:
    with pytest.raises(ConfigError, match="it is a str"):
        data.read_image("picture.png", 16)  # pyright: ignore[reportArgumentType]


PEAK = """
import sys
from pathlib import Path
from structviz.decoding import pictures
from structviz.errors import ImageError

def peak():
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) / 1024 for line in status if line.startswith("VmHWM"))

small, large = (Path(name).read_bytes() for name in sys.argv[1:])
pictures.decode_picture(small, 16)
before = peak()
try:
    pictures.decode_picture(large, 16)
    sys.exit("the large picture was read")
except ImageError:
    print(peak() - before)
pictures.MAX_PIXELS = 10**9
pictures.decode_picture(large, 16)
print(peak() - before)
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="reads the peak memory from Linux's /proc")
def test_large_pictures_are_not_decoded(tmp_path: Path) -> None:
    small, large = tmp_path / "small.png", tmp_path / "large.png"
    small.write_bytes(encode(GREY))
    large.write_bytes(png(14_000, 14_000, bytes(14_001 * 14_000)))
    command = [sys.executable, "-c", PEAK, str(small), str(large)]
    guarded, decoded = map(float, subprocess.run(command, check=True, capture_output=True, text=True).stdout.split())
    assert guarded < 20  # MB
    assert decoded > 150  # without the limit the test sees the decoded pixels
