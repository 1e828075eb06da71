"""What a JPEG stream announces, read without decoding it: its size, and how often its pixels are gone over."""

import re
from dataclasses import dataclass

from structviz.errors import ImageError

__all__ = ["MAX_SCANS", "MAX_SEGMENTS", "JpegHead", "read_jpeg_head"]

MAX_SCANS = 100
"""Most scans: each goes over all pixels again. A progressive photograph has about ten."""

MAX_SEGMENTS = 10_000
"""Most segments between the scans, which hold tables, notes and profiles."""

_START, _END, _SCAN = 0xD8, 0xD9, 0xDA
_FRAMES = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}
_BARE = {0x01, *range(0xD0, 0xD8)}
"""Markers without a length."""

_MARKER = re.compile(rb"\xff+[^\x00\xff\xd0-\xd7]", re.DOTALL)
"""The next marker within the data of a scan: restarts and stuffed zeros belong to the data."""


@dataclass(frozen=True)
class JpegHead:
    """What a JPEG stream announces.

    Parameters
    ----------
    shapes
        Width and height in pixels of each frame; a sound stream has one.
    scans
        How often the decoder goes over the pixels.
    """

    shapes: tuple[tuple[int, int], ...]
    scans: int


def read_jpeg_head(content: bytes) -> JpegHead:
    """Walk through the segments of a JPEG stream, as far as they are sound; the decoder judges the rest.

    Raises
    ------
    ImageError
        If there are more than `MAX_SCANS` scans or `MAX_SEGMENTS` segments.
    """
    shapes, scans, place = [], 0, 0
    for _ in range(MAX_SEGMENTS):
        found = _MARKER.search(content, place)
        if found is None or content[found.end() - 1] == _END:
            return JpegHead(tuple(shapes), scans)
        marker, place = content[found.end() - 1], found.end()
        if marker == _START or marker in _BARE:
            continue
        if marker in _FRAMES:
            height, width = (int.from_bytes(content[place + i : place + i + 2]) for i in (3, 5))
            shapes.append((width, height))
        if marker == _SCAN:
            scans += 1
            if scans > MAX_SCANS:
                raise ImageError(
                    f"A JPEG image may have at most {MAX_SCANS} scans, but this one has more: "
                    "save it again as an ordinary JPEG."
                )
        place += int.from_bytes(content[place : place + 2])
    raise ImageError(
        f"A JPEG image may have at most {MAX_SEGMENTS:,} segments, but this one has more: save it again without notes."
    )
