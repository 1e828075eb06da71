"""How many pieces a PNG or TIFF file announces, counted before a decoder makes an object of each."""

import struct
from collections.abc import Iterator

from structviz.errors import ImageError

__all__ = ["MAX_CHUNKS", "MAX_PIECES", "check_png", "check_tiff"]

MAX_CHUNKS = 20_000
"""Most chunks of a PNG file: 10 MB in the customary chunks of 8 kB are 1,250."""

MAX_PIECES = 100_000
"""Most strips or tiles of a TIFF image."""

_MAX_TAGS = 1_000

_TYPE_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4, 16: 8, 17: 8, 18: 8}
_WHOLE = {1, 3, 4, 13, 16}
"""Types of unsigned whole numbers."""

_LISTS = {273: "strips", 279: "strips", 324: "tiles", 325: "tiles"}
"""Tags with an entry for each piece."""

_NUMBERS = {
    256: "width",
    257: "height",
    258: "bits",
    259: "compression",
    262: "colours",
    266: "order of bits",
    274: "orientation",
    277: "samples",
    278: "rows of a strip",
    284: "planes",
    317: "predictor",
    322: "tile width",
    323: "tile height",
    338: "extra samples",
    339: "format of samples",
    **{tag: f"place of {what}" for tag, what in _LISTS.items()},
}
"""Tags from which sizes are computed, so that each must be whole numbers."""

_SEVERAL = {258, 338, 339, *_LISTS}
"""Those with a number for each band or piece."""


def check_png(content: bytes) -> None:
    """Raise ImageError if a PNG file has more than `MAX_CHUNKS` chunks."""
    place = 8
    for _ in range(MAX_CHUNKS):
        if place + 8 > len(content):
            return
        place += 12 + int.from_bytes(content[place : place + 4])
    raise ImageError(
        f"A PNG image may have at most {MAX_CHUNKS:,} chunks, but this one has more: save it again without notes."
    )


def check_tiff(content: bytes) -> None:
    """Judge the tags of the first image of a TIFF or BigTIFF file.

    Raises
    ------
    ImageError
        If it has more than `MAX_PIECES` strips or tiles, if a tag that must hold whole numbers holds something else, or
        if the tags announce more than the file holds.
    """
    total = 0
    for tag, kind, count in _tags(content):
        if tag in _NUMBERS and kind not in _WHOLE:
            raise ImageError(
                f"The {_NUMBERS[tag]} of a TIFF image must be whole numbers, but tag {tag} is of type {kind}: "
                "save the image again."
            )
        if tag in _NUMBERS and count != 1 and tag not in _SEVERAL:
            raise ImageError(
                f"The {_NUMBERS[tag]} of a TIFF image must be one number, but tag {tag} has {count:,}: "
                "save the image again."
            )
        if tag in _LISTS and count > MAX_PIECES:
            raise ImageError(
                f"A TIFF image may have at most {MAX_PIECES:,} {_LISTS[tag]}, but this one has {count:,}: "
                "save it with larger ones."
            )
        total += count * _TYPE_SIZES.get(kind, 1)
    if total > len(content):
        raise ImageError(
            f"The tags of a TIFF image must fit into its file, but they announce {total:,} bytes and the file has "
            f"{len(content):,}: save the image again."
        )


def _tags(content: bytes) -> Iterator[tuple[int, int, int]]:
    """Tag, type and number of values of each entry, as far as the file goes."""
    order, big = "<" if content.startswith(b"II") else ">", content[2:4] in (b"+\0", b"\0+")
    offset, n_entries, entry = ("Q", "Q", "HHQ8x") if big else ("L", "H", "HHL4x")
    try:
        (place,) = struct.unpack_from(order + offset, content, 8 if big else 4)
        (n,) = struct.unpack_from(order + n_entries, content, place)
    except struct.error:
        return  # the decoder says that the file is cut
    place += struct.calcsize(order + n_entries)
    if n > _MAX_TAGS:
        raise ImageError(f"A TIFF image may have at most {_MAX_TAGS:,} tags, but this one has {n:,}: save it again.")
    layout = struct.Struct(order + entry)
    for index in range(n):
        at = place + index * layout.size
        if at + layout.size > len(content):
            return
        yield layout.unpack_from(content, at)
