"""Pictures of strangers: everything is checked before a pixel is decoded.

Each refusal is one sentence that states the rule, what came and what to do.
"""

from __future__ import annotations

import struct
import warnings
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float32

from structviz.decoding.chunks import check_png, check_tiff
from structviz.decoding.grey import central_square, colour, grey
from structviz.decoding.jpeg import read_jpeg_head
from structviz.decoding.signatures import identify
from structviz.errors import ImageError

if TYPE_CHECKING:
    from PIL.Image import Image as Picture
    from PIL.ImageFile import ImageFile

__all__ = ["MAX_ASPECT", "MAX_PIXELS", "MIN_SIDE", "decode_picture"]

MAX_PIXELS = 24_000_000
"""Most pixels that the header of a file may announce."""

MIN_SIDE = 16
"""Shortest side in pixels."""

MAX_ASPECT = 8
"""How many times the long side may be longer than the short one."""

_DAMAGED = (
    OSError,  # also UnidentifiedImageError
    SyntaxError,
    ValueError,
    TypeError,
    KeyError,
    IndexError,
    EOFError,
    OverflowError,
    struct.error,
    zlib.error,
)
"""What Pillow raises on damaged files."""


def decode_picture(content: bytes, size: int, is_colour: bool = False) -> Float32[np.ndarray, "... {size} {size}"]:
    """Decode a PNG, JPEG, WebP or TIFF file in this process; `structviz.data.read_image` does it in another.

    Parameters
    ----------
    content
        The bytes of the file.
    size
        Side of the result in pixels; the central square is resized with anti-aliasing.
    is_colour
        Whether the result has red, green and blue.

    Returns
    -------
    Float32[np.ndarray, "... {size} {size}"]
        Grey values in [0, 1], or three bands of them.

    Raises
    ------
    ImageError
        If the file is of another format, too large, too small, too oblong or damaged, if it consists of too many
        pieces, or if its floats are not finite.
    """
    kind = identify(content)
    with warnings.catch_warnings(), _sentences(kind):
        # Pillow warns of odd metadata, which do not matter for the pixels.
        warnings.filterwarnings("ignore", module=r"PIL\.")
        return _decode(content, kind, size, is_colour)


def _check_shape(width: int, height: int) -> None:
    came = f"this image has {width} × {height}"
    if min(width, height) < MIN_SIDE:
        raise ImageError(f"An image needs at least {MIN_SIDE} × {MIN_SIDE} pixels, but {came}: choose a larger image.")
    if width * height > MAX_PIXELS:
        raise ImageError(
            f"An image may have at most {MAX_PIXELS // 1_000_000} million pixels, but {came}: shrink it first."
        )
    if max(width, height) > MAX_ASPECT * min(width, height):
        raise ImageError(
            f"An image may be at most {MAX_ASPECT} times as long as wide, but {came} pixels: crop it first."
        )


@contextmanager
def _sentences(kind: str) -> Iterator[None]:
    """Turn what Pillow raises into a sentence."""
    try:
        yield
    except ImageError:
        raise
    except MemoryError as error:
        raise ImageError(
            f"An image must fit into the memory, but this {kind} file needs more than there is now: shrink it first."
        ) from error
    except _DAMAGED as error:
        raise ImageError(
            f"An upload must be a whole and undamaged file, but this {kind} file cannot be decoded: "
            "save it again as an 8-bit PNG."
        ) from error


_CHECKS = {"PNG": check_png, "JPEG": read_jpeg_head, "TIFF": check_tiff}
"""What each format's file must bear before Pillow makes an object of each of its pieces."""


def _decode(content: bytes, kind: str, size: int, is_colour: bool) -> Float32[np.ndarray, "... {size} {size}"]:
    _CHECKS.get(kind, lambda _: None)(content)
    if kind == "WebP":
        # The decoder allocates the canvas before it tells the size.
        _check_shape(*_webp_shape(content))
    with _open(content, kind) as picture:
        _check_shape(*picture.size)
        if kind == "TIFF":
            _check_tiles(picture)
        picture.load()
        inverted = kind == "TIFF" and _white_is_zero(picture)
        values = (colour if is_colour else grey)(central_square(_upright(picture, kind)), size, size)
    return 1 - values if inverted else values


def _open(content: bytes, kind: str) -> ImageFile:
    # Not PIL.Image.open: it warns of, or refuses, large images before their size can be put into a sentence.
    from PIL import JpegImagePlugin, PngImagePlugin, TiffImagePlugin, WebPImagePlugin

    readers = {
        "PNG": PngImagePlugin.PngImageFile,
        "JPEG": JpegImagePlugin.JpegImageFile,
        "WebP": WebPImagePlugin.WebPImageFile,
        "TIFF": TiffImagePlugin.TiffImageFile,
    }
    return readers[kind](BytesIO(content))


def _webp_shape(content: bytes) -> tuple[int, int]:
    chunk, header = content[12:16], content[20:30]
    if chunk == b"VP8X":
        return 1 + int.from_bytes(header[4:7], "little"), 1 + int.from_bytes(header[7:10], "little")
    if chunk == b"VP8L":
        bits = int.from_bytes(header[1:5], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    width, height = struct.unpack("<HH", header[6:10])
    return width & 0x3FFF, height & 0x3FFF


def _check_tiles(picture: Picture) -> None:
    """Refuse tiles larger than any image: each is decoded as a whole, whatever the size of the image."""
    tags = picture.tag_v2  # pyright: ignore[reportAttributeAccessIssue]
    # A list times a number would repeat the list.
    width, height = (side if isinstance(side := tags.get(tag, 0), int) else MAX_PIXELS for tag in (322, 323))
    if width * height > MAX_PIXELS:
        raise ImageError(
            f"A tile of a TIFF image may have at most {MAX_PIXELS // 1_000_000} million pixels, "
            f"but here it has {width} × {height}: save the image without tiles."
        )


def _white_is_zero(picture: Picture) -> bool:
    # Pillow itself inverts such pictures of up to 8 bits, but not those of 16.
    tags = picture.tag_v2  # pyright: ignore[reportAttributeAccessIssue]
    return picture.mode.startswith("I;16") and tags.get(262) == 0


def _upright(picture: Picture, kind: str) -> Picture:
    from PIL.Image import Transpose

    turns = {
        2: Transpose.FLIP_LEFT_RIGHT,
        3: Transpose.ROTATE_180,
        4: Transpose.FLIP_TOP_BOTTOM,
        5: Transpose.TRANSPOSE,
        6: Transpose.ROTATE_270,
        7: Transpose.TRANSVERSE,
        8: Transpose.ROTATE_90,
    }
    # Pillow turns TIFF itself. Its exif_transpose also rewrites the metadata, which fails on damaged ones.
    turn = None if kind == "TIFF" else turns.get(_orientation(picture))
    return picture if turn is None else picture.transpose(turn)


def _orientation(picture: Picture) -> int:
    try:
        note = picture.getexif().get(0x0112)
    except _DAMAGED:
        note = None  # The pixels may be sound all the same.
    return note if isinstance(note, int) else 1
