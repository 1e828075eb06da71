"""Files made to cost time or memory: each is refused by what it announces, before a decoder believes it."""

import struct
import time
import zlib
from io import BytesIO

import numpy as np
import PIL.Image
import pytest

from structviz import data
from structviz.decoding import chunks, jpeg
from structviz.decoding.jpeg import read_jpeg_head
from structviz.errors import ImageError
from tests.unit.data.upload_files import COLOUR, GREY, encode, png, ramp, tiff


def refusal(content: bytes) -> str:
    began = time.perf_counter()
    with pytest.raises(ImageError) as caught:
        data.read_image(content, 16)
    assert time.perf_counter() - began < 10
    return str(caught.value)


def tags(*entries: tuple[int, int, int, bytes], order: str = "<", big: bool = False, body: bytes = b"") -> bytes:
    """A TIFF file of the given entries (tag, type, count, value)."""
    first = struct.pack(order + "HHHQ", 43, 8, 0, 16) if big else struct.pack(order + "HL", 42, 8)
    head = (b"II" if order == "<" else b"MM") + first
    offset = 8 if big else 4
    packed = b"".join(
        struct.pack(order + ("HHQ" if big else "HHL"), *entry[:3]) + entry[3].ljust(offset, b"\0") for entry in entries
    )
    return head + struct.pack(order + ("Q" if big else "H"), len(entries)) + packed + bytes(offset) + body


def short(tag: int, value: int, order: str = "<") -> tuple[int, int, int, bytes]:
    return tag, 3, 1, struct.pack(order + "H", value)


SHAPE = [short(256, 32), short(257, 32), short(258, 8), short(259, 1), short(262, 1), short(277, 1)]
BIG_ENDIAN = [short(tag, struct.unpack("<H", value)[0], ">") for tag, _, _, value in SHAPE]


@pytest.mark.parametrize("height", [2**29, 2**32 - 1])
@pytest.mark.parametrize("big", [False, True])
def test_a_tile_width_of_letters_is_refused(height: int, big: bool) -> None:
    content = tags(*SHAPE, (322, 2, 4, b"aaaa"), (323, 4, 1, struct.pack("<L", height)), big=big, body=bytes(1024))
    assert "tag 322 is of type 2" in refusal(content)


def test_a_list_of_tile_widths_is_refused() -> None:
    content = tags(*SHAPE, (322, 3, 2, struct.pack("<HH", 16, 16)), (323, 4, 1, struct.pack("<L", 2**32 - 1)))
    assert "tag 322 has 2" in refusal(content + bytes(1024))


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize(("tag", "pieces"), [(273, "strips"), (324, "tiles")])
def test_too_many_pieces_are_refused(order: str, tag: int, pieces: str) -> None:
    shape = SHAPE if order == "<" else BIG_ENDIAN
    content = tags(*shape, (tag, 4, 2_000_000, struct.pack(order + "L", 8)), order=order) + bytes(8_000_000)
    assert f"at most 100,000 {pieces}, but this one has 2,000,000" in refusal(content)


def test_tags_that_share_their_bytes_are_refused() -> None:
    content = tags(*SHAPE, *[(60_000 + k, 7, 900_000, struct.pack("<L", 8)) for k in range(900)]) + bytes(900_000)
    assert "they announce 810," in refusal(content)
    assert "at most 1,000 tags" in refusal(tags(*SHAPE * 200))


def test_ordinary_tiffs_pass() -> None:
    for content in (tiff(ramp(64, 64), tile=(16, 16)), encode(COLOUR, "TIFF", compression="tiff_lzw", big_tiff=True)):
        chunks.check_tiff(content)
        assert data.read_image(content, 16).shape == (1, 1, 16, 16)


def progressive(scans: int) -> bytes:
    """A JPEG image whose last scan stands there again and again."""
    noise = np.random.default_rng(0).integers(0, 256, (64, 64), dtype=np.uint8)
    content = encode(PIL.Image.fromarray(noise), "JPEG", progressive=True, quality=50)
    last = content.rindex(b"\xff\xda")
    return content[:-2] + content[last:-2] * scans + content[-2:]


def test_scans_are_counted_as_the_decoder_meets_them() -> None:
    assert read_jpeg_head(encode(COLOUR.convert("RGB"), "JPEG")).scans == 1
    ordinary = read_jpeg_head(encode(COLOUR.convert("RGB"), "JPEG", progressive=True))
    assert 5 < ordinary.scans <= 12
    assert ordinary.shapes == (COLOUR.size,)
    assert read_jpeg_head(progressive(20)).scans == read_jpeg_head(progressive(0)).scans + 20
    # The mark of a scan within a note is none.
    assert read_jpeg_head(encode(GREY, "JPEG", comment=b"\xff\xda\0\2" * 400)).scans == 1


def test_too_many_scans_are_refused() -> None:
    assert data.read_image(progressive(50), 16).shape == (1, 1, 16, 16)
    assert f"at most {jpeg.MAX_SCANS} scans" in refusal(progressive(10_000))


def test_too_many_segments_and_chunks_are_refused() -> None:
    content = encode(GREY, "JPEG")
    assert "segments" in refusal(content[:2] + b"\xff\xfe\0\2" * 1_000_000 + content[2:])
    picture = png(32, 32, (b"\0" + bytes(32)) * 32)
    note = b"\0\0\0\0tEXt" + struct.pack(">L", zlib.crc32(b"tEXt"))
    assert "chunks" in refusal(picture[:33] + note * 500_000 + picture[33:])


def test_damaged_streams_end() -> None:
    content = progressive(3)
    for end in range(0, len(content), 7):
        assert read_jpeg_head(content[:end]).scans <= 20
    assert read_jpeg_head(b"\xff" * 1000).scans == 0
    assert read_jpeg_head(b"\xff\xd8" + b"\xff\xc4\0\0" * 100).scans == 0


def test_a_file_of_notes_alone_is_no_picture() -> None:
    file = BytesIO()
    GREY.save(file, "JPEG")
    assert "cannot be decoded" in refusal(b"\xff\xd8\xff\xfe\0\2" + b"\xff\xd9")
