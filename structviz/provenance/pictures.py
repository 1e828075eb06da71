"""Notes in pictures, added to the bytes: no pixel is coded again."""

import io
import json
import struct
import zlib
from typing import Any

__all__ = ["read_exif", "read_gif", "read_png", "write_gif", "write_png", "write_tiff", "write_webp"]

_KEYWORD = b"structviz"
_DESCRIPTION = 0x010E
"""The EXIF and TIFF tag ImageDescription, a text in ASCII."""

_PNG, _END_OF_HEADER = b"\x89PNG\r\n\x1a\n", 33


def write_png(content: bytes, notes: dict[str, Any]) -> bytes:
    """A text chunk behind the header."""
    if not content.startswith(_PNG):
        raise ValueError("it does not begin as a PNG does")
    chunk = b"tEXt" + _KEYWORD + b"\0" + _json(notes)
    packed = struct.pack(">I", len(chunk) - 4) + chunk + struct.pack(">I", zlib.crc32(chunk))
    return content[:_END_OF_HEADER] + packed + content[_END_OF_HEADER:]


def read_png(content: bytes) -> dict[str, Any]:
    """The text chunk of the project."""
    from PIL import Image

    with Image.open(io.BytesIO(content), formats=["PNG"]) as picture:
        picture.load()  # texts may stand behind the pixels
        return json.loads(picture.info.get(_KEYWORD.decode(), "{}"))


def write_gif(content: bytes, notes: dict[str, Any]) -> bytes:
    """A comment behind the table of colours that all frames share."""
    if content[:6] not in (b"GIF87a", b"GIF89a"):
        raise ValueError("it does not begin as a GIF does")
    flags = content[10]
    end = 13 + (3 << (flags & 7) + 1 if flags & 0x80 else 0)
    text = _json(notes)
    blocks = b"".join(bytes([len(part)]) + part for part in (text[k : k + 255] for k in range(0, len(text), 255)))
    return b"GIF89a" + content[6:end] + b"\x21\xfe" + blocks + b"\0" + content[end:]


def read_gif(content: bytes) -> dict[str, Any]:
    """The comment, if it is one of the project."""
    from PIL import Image

    with Image.open(io.BytesIO(content), formats=["GIF"]) as picture:
        return _notes(picture.info.get("comment", b"").decode("ascii", "replace"))


def write_webp(content: bytes, notes: dict[str, Any]) -> bytes:
    """EXIF behind the frames, and the flag in the header that says so."""
    from PIL import Image

    if content[:4] != b"RIFF" or content[8:12] != b"WEBP":
        raise ValueError("it does not begin as a WebP does")
    with Image.open(io.BytesIO(content), formats=["WEBP"]) as picture:
        width, height = picture.size
        has_alpha = "A" in picture.mode
    exif = Image.Exif()
    exif[_DESCRIPTION] = _json(notes).decode()
    body = content[12:]
    if body[:4] == b"VP8X":
        body = body[:8] + bytes([body[8] | 0x08]) + body[9:]
    else:
        sides = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
        body = b"VP8X" + struct.pack("<I", 10) + bytes([0x08 | 0x10 * has_alpha, 0, 0, 0]) + sides + body
    data = exif.tobytes().removeprefix(b"Exif\0\0")
    body += b"EXIF" + struct.pack("<I", len(data)) + data + b"\0" * (len(data) % 2)
    return b"RIFF" + struct.pack("<I", 4 + len(body)) + b"WEBP" + body


def write_tiff(content: bytes, notes: dict[str, Any]) -> bytes:
    """The description of a picture of one page; notes that are there already stay."""
    from PIL import Image

    file = io.BytesIO()
    with Image.open(io.BytesIO(content), formats=["TIFF"]) as picture:
        text = _json({**read_exif(content), **notes}).decode()
        picture.save(file, "TIFF", compression=picture.info.get("compression", "raw"), description=text)
    return file.getvalue()


def read_exif(content: bytes) -> dict[str, Any]:
    """The description of a WebP or TIFF, if it is one of the project."""
    from PIL import Image

    with Image.open(io.BytesIO(content), formats=["WEBP", "TIFF"]) as picture:
        return _notes(str(picture.getexif().get(_DESCRIPTION, "")))


def _json(notes: dict[str, Any]) -> bytes:
    return json.dumps(notes, allow_nan=False).encode("ascii")


def _notes(text: str) -> dict[str, Any]:
    """The notes in a text; others write there what is no JSON."""
    try:
        found = json.loads(text)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
