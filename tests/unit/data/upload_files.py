"""Files that people upload, good and bad."""

import struct
import zlib
from io import BytesIO

import numpy as np
import PIL.Image
import tifffile


def encode(picture: PIL.Image.Image, kind: str = "PNG", **options: object) -> bytes:
    file = BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()


def tiff(values: np.ndarray, **options: object) -> bytes:
    file = BytesIO()
    tifffile.imwrite(file, values, **options)  # pyright: ignore[reportArgumentType]
    return file.getvalue()


def png(width: int, height: int, rows: bytes) -> bytes:
    """An 8-bit grey PNG whose header says what we like."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    pixels = zlib.compress(rows)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def ramp(rows: int = 32, columns: int = 32) -> np.ndarray:
    """Bytes that differ in every direction, so that each turn and flip shows."""
    return (np.arange(rows)[:, None] * 5 + np.arange(columns)[None, :] * 2).astype(np.uint8)


def retag(content: bytes, tag: int, old: int, new: int) -> bytes:
    """A TIFF file with another number in one of its 32-bit tags."""
    before, after = (struct.pack("<HHII", tag, 4, 1, value) for value in (old, new))
    assert before in content
    return content.replace(before, after)


COLOUR = PIL.Image.fromarray(np.stack([ramp(), ramp().T, 255 - ramp()], axis=-1))
GREY = PIL.Image.fromarray(ramp())
