"""What the header of a DICOM file must say before its pixels are decoded.

Each refusal is one sentence that states the rule, what came and what to do.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from io import BytesIO
from math import isfinite
from typing import TYPE_CHECKING

from structviz.decoding.jpeg import read_jpeg_head
from structviz.errors import ImageError

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

__all__ = [
    "HEADER",
    "MAX_SIDE",
    "MIN_SIDE",
    "WIDTHS",
    "check_compression",
    "check_items",
    "check_kind",
    "check_pixels",
    "check_stream",
    "scale",
    "shape",
    "spacing",
]

MIN_SIDE = 32
"""Fewest rows and columns of a slice."""

MAX_SIDE = 4096
"""Most rows and columns of a slice."""

WIDTHS = (1.0, 100.0)
"""How wide an object to scan can be, in cm."""

_MAX_COMPRESSED = 4_000_000
"""Most bytes of compressed pixels: run lengths may swell to 64 times as many."""

_MAX_ITEMS = 10_000
"""Most items of sequences; each becomes an object before anything is asked of it."""

_ITEM_MARKS = (b"\xfe\xff\x00\xe0", b"\xff\xfe\xe0\x00")
"""The tag of an item, in both orders of bytes."""

_J2K_MARK = b"\xff\x4f\xff\x51"
"""Start of a JPEG 2000 stream, which its size follows."""

_DEFLATED = "1.2.840.10008.1.2.1.99"

HEADER = [
    "SOPClassUID",
    "Modality",
    "SamplesPerPixel",
    "PhotometricInterpretation",
    "PlanarConfiguration",
    "NumberOfFrames",
    "Rows",
    "Columns",
    "BitsAllocated",
    "BitsStored",
    "HighBit",
    "PixelRepresentation",
    "PixelSpacing",
    "RescaleIntercept",
    "RescaleSlope",
    "RescaleType",
]
"""What is read besides the pixels."""


def check_compression(content: bytes) -> None:
    """Judge the transfer syntax, from the group that is always plain: pydicom would inflate before it tells."""
    from pydicom.filereader import read_dataset
    from pydicom.pixels.decoders.base import get_decoder
    from pydicom.uid import UID

    meta = read_dataset(BytesIO(content[132:]), False, True, stop_when=lambda tag, _vr, _length: tag.group != 2)
    syntax = UID(str(meta.get("TransferSyntaxUID", "")))
    try:
        decodable = not syntax or (syntax != _DEFLATED and get_decoder(syntax).is_available)
    except NotImplementedError:
        decodable = False
    if not decodable:
        raise ImageError(
            "A slice must come in a form that can be decoded here, "
            f"but its pixels are compressed as {_shown(syntax.name, 64)}: export it without compression."
        )


def check_items(content: bytes) -> None:
    """Refuse a file with more than a slice's worth of items; pixels hold their mark once in four billion bytes."""
    n = max(map(content.count, _ITEM_MARKS))
    if n > _MAX_ITEMS:
        raise ImageError(
            f"A slice may have at most {_MAX_ITEMS:,} items in its header, but this DICOM file has {n:,}: "
            "export it again without private entries."
        )


def check_kind(header: Dataset) -> None:
    """Refuse what is no single grey CT slice."""
    if "Rows" not in header or "Columns" not in header:
        raise ImageError(
            "A slice needs pixels, but this DICOM file announces no rows and columns: choose a file with an image."
        )
    frames = int(header.get("NumberOfFrames") or 1)
    if frames != 1:
        raise ImageError(f"A slice has one frame, but this DICOM file has {frames}: export one of them.")
    modality = _shown(header.get("Modality"))
    if modality != "CT":
        raise ImageError(
            f"Hounsfield units are known for CT slices only, but the modality of this DICOM file is {modality}: "
            "save it as a 16-bit PNG to use its grey values."
        )
    samples, colours = int(header.get("SamplesPerPixel") or 1), _shown(header.get("PhotometricInterpretation"))
    if samples != 1 or not colours.startswith("MONOCHROME"):
        raise ImageError(
            f"A slice must be grey (MONOCHROME), but this DICOM file is {colours} with {samples} samples a pixel: "
            "export the original slice, not a coloured copy."
        )


def shape(header: Dataset) -> tuple[int, int]:
    """Rows and columns, within the limits."""
    rows, columns = int(header.Rows), int(header.Columns)
    if not MIN_SIDE <= min(rows, columns) <= max(rows, columns) <= MAX_SIDE:
        raise ImageError(
            f"A slice must have {MIN_SIDE} to {MAX_SIDE} rows and columns, "
            f"but this one has {rows} × {columns} pixels: choose another slice."
        )
    return rows, columns


def scale(header: Dataset) -> tuple[float, float]:
    """Slope and intercept that turn stored numbers into Hounsfield units."""
    unit = _shown(header.get("RescaleType") or "HU")
    given = header.get("RescaleSlope"), header.get("RescaleIntercept")
    if None in given or unit not in ("HU", "US"):
        raise ImageError(
            "A CT slice needs a rescale slope and intercept that give Hounsfield units, but this DICOM file has "
            f"{'none' if None in given else f'the unit {unit}'}: save it as a 16-bit PNG to use its grey values."
        )
    try:
        slope, intercept = float(given[0]), float(given[1])
    except (TypeError, ValueError):
        slope = intercept = float("nan")
    if not (isfinite(slope) and isfinite(intercept) and slope != 0):
        raise ImageError(
            "A rescale slope must be a finite number other than 0 and the intercept a finite number, "
            f"but they are {_shown(given[0])} and {_shown(given[1])}: export the slice again."
        )
    return slope, intercept


def spacing(header: Dataset) -> tuple[float, float] | None:
    """How far apart rows and columns are in the patient, in mm; None if the header has no sound value.

    Imager Pixel Spacing does not stand in for Pixel Spacing: it is the distance of detector elements, on which rays
    that spread show the patient larger than life.
    """
    try:
        given = [float(value) for value in header.get("PixelSpacing") or ()]
    except (TypeError, ValueError):
        return None
    if len(given) != 2 or not all(isfinite(length) and length > 0 for length in given):
        return None
    longest = max(given[0] * int(header.Rows), given[1] * int(header.Columns)) / 10
    return (given[0], given[1]) if WIDTHS[0] <= longest <= WIDTHS[1] else None


def check_pixels(whole: Dataset, n_pixels: int) -> None:
    """Refuse a file whose pixels are missing, cut short, or compressed to more bytes than a slice needs."""
    if not whole.get("PixelData"):
        raise ImageError("A slice needs pixels, but this DICOM file has none: choose a file with an image.")
    n_bytes, compressed = len(whole.PixelData), whole.file_meta.get("TransferSyntaxUID", "")
    if getattr(compressed, "is_compressed", False):
        if n_bytes > _MAX_COMPRESSED:
            raise ImageError(
                f"Compressed pixels may have at most {_MAX_COMPRESSED / 1e6:g} MB, "
                f"but here they have {n_bytes / 1e6:.1f} MB: export the slice without compression."
            )
        return
    needed = n_pixels * int(whole.BitsAllocated) // 8
    if n_bytes < needed:
        raise ImageError(
            f"An upload must be a whole file, but this DICOM file ends after {n_bytes} of {needed} bytes of pixels: "
            "copy or export it again."
        )


def check_stream(whole: Dataset, rows: int, columns: int) -> None:
    """Refuse a compressed picture that is larger than its slice, or is gone over too often, before it is decoded.

    Parameters
    ----------
    whole
        The slice, with its pixels.
    rows, columns
        What its header announces.

    Raises
    ------
    ImageError
        If the picture has other sides than the header announces, or is gone over too often.
    """
    if not getattr(whole.file_meta.get("TransferSyntaxUID", ""), "is_compressed", False):
        return
    from pydicom.encaps import generate_frames

    stream = b"".join(generate_frames(whole.PixelData, number_of_frames=1))
    shapes = [*_j2k_shapes(stream)]
    if stream.startswith(b"\xff\xd8"):
        shapes += read_jpeg_head(stream).shapes
    for width, height in shapes:
        if (height, width) != (rows, columns):
            raise ImageError(
                f"The pixels of a slice must be those of its header, but {rows} × {columns} are announced and "
                f"{height} × {width} came: export the slice again."
            )


def _j2k_shapes(stream: bytes) -> Iterator[tuple[int, int]]:
    """Width and height that each JPEG 2000 stream within announces."""
    place = stream.find(_J2K_MARK)
    while place >= 0:
        right, bottom, left, top = struct.unpack_from(">4L", stream[place : place + 24].ljust(24, b"\0"), 8)
        bands = int.from_bytes(stream[place + 40 : place + 42])
        yield (right - left) * max(bands, 1), bottom - top
        place = stream.find(_J2K_MARK, place + 1)


def _shown(entry: object, longest: int = 16) -> str:
    """An entry of the header as a word for a sentence: a file may hold anything there."""
    word = "" if entry is None else str(entry)[:longest]
    return "".join(filter(str.isprintable, word)) or "unknown"
