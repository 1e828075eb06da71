"""The wire format of all binary data for the browser: a JSON head and named arrays.

A packet holds, one after another:

1. four bytes: the length of the head, the lowest byte first;
2. the head: JSON in UTF-8, filled up with blanks so that the arrays begin at a multiple of 8 bytes;
3. the arrays, each at a multiple of 8 bytes, in rows, numbers with the lowest byte first.

The head is what the caller gives, and under ``arrays`` for each name its ``dtype``, its ``shape`` and its ``offset``
from the beginning of the arrays. The browser reads packets in `ui/browser/src/runtime/packet.js`.

A packet that travels far may be deflated: it is then the array ``deflated`` of another packet, whose head tells under
``planes`` how its bytes were arranged before. With 4 planes come first the first bytes of all 32-bit numbers, then the
second ones, and so on: the bytes with the sign and the exponent are much alike, those with the mantissa are not.
"""

import json
import math
import struct
import zlib
from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from structviz.errors import ConfigError

__all__ = ["DTYPES", "deflate", "inflate", "pack", "unpack"]

DTYPES = ("uint8", "int8", "uint16", "int16", "uint32", "int32", "float32", "float64")
"""Types of numbers for which a browser has typed arrays."""

_ALIGNMENT = 8

_PLANES = (1, 4)
"""Ways to arrange bytes before they are deflated, of which the shortest is taken."""


def pack(head: Mapping[str, Any], arrays: Mapping[str, npt.NDArray[Any] | bytes]) -> bytes:
    """Bytes that the browser unpacks into the same head and the same arrays.

    Parameters
    ----------
    head
        What JSON can express, without infinities; the name ``arrays`` is taken.
    arrays
        Arrays of one of `DTYPES`, of any shape; bytes count as ``uint8``.

    Returns
    -------
    bytes
        The packet.

    Raises
    ------
    ConfigError
        If the head has an entry ``arrays``, or the browser has no typed array for a dtype.
    ValueError
        If the head holds a number that is not finite.

    Examples
    --------
    >>> head, arrays = unpack(pack({"title": "A"}, {"x": np.arange(3, dtype=np.int16)}))
    >>> head["title"], arrays["x"].tolist()
    ('A', [0, 1, 2])
    """
    if "arrays" in head:
        raise ConfigError('The head of a packet lists its arrays under "arrays"; choose another name for that entry.')
    entries: dict[str, Any] = {}
    body = bytearray()
    for name, given in arrays.items():
        values = np.frombuffer(given, np.uint8) if isinstance(given, bytes) else given
        if values.dtype.name not in DTYPES:
            raise ConfigError(
                f"A packet holds arrays of {', '.join(DTYPES)}; {name!r} has {values.dtype.name}: convert it first."
            )
        body += bytes(-len(body) % _ALIGNMENT)
        entries[name] = {"dtype": values.dtype.name, "shape": list(values.shape), "offset": len(body)}
        body += values.astype(values.dtype.newbyteorder("<"), copy=False).tobytes()
    text = json.dumps({**head, "arrays": entries}, allow_nan=False).encode()
    text += b" " * (-(4 + len(text)) % _ALIGNMENT)
    return struct.pack("<I", len(text)) + text + bytes(body)


def unpack(packet: bytes) -> tuple[dict[str, Any], dict[str, npt.NDArray[Any]]]:
    """The head of a packet, without its entry ``arrays``, and the arrays: read-only views of the bytes."""
    (length,) = struct.unpack_from("<I", packet)
    head: dict[str, Any] = json.loads(packet[4 : 4 + length])
    arrays = {}
    for name, entry in head.pop("arrays").items():
        dtype = np.dtype(entry["dtype"]).newbyteorder("<")
        count, offset = math.prod(entry["shape"]), 4 + length + entry["offset"]
        arrays[name] = np.frombuffer(packet, dtype, count, offset).reshape(entry["shape"])
    return head, arrays


def deflate(packet: bytes) -> bytes:
    """The same packet in fewer bytes, as a packet; nothing is lost.

    Examples
    --------
    >>> packet = pack({"title": "A"}, {"x": np.zeros(1000, np.float32)})
    >>> len(deflate(packet)) < 200, unpack(inflate(deflate(packet)))[0]
    (True, {'title': 'A'})
    """
    padded = np.frombuffer(packet + bytes(-len(packet) % max(_PLANES)), np.uint8)
    found = {planes: zlib.compress(padded.reshape(-1, planes).T.tobytes(), 9) for planes in _PLANES}
    planes = min(found, key=lambda one: len(found[one]))
    return pack({"planes": planes}, {"deflated": found[planes]})


def inflate(packet: bytes) -> bytes:
    """The packet that was deflated, with up to three bytes behind it; one that was not deflated comes back as it is."""
    head, arrays = unpack(packet)
    if "deflated" not in arrays:
        return packet
    arranged = np.frombuffer(zlib.decompress(arrays["deflated"].tobytes()), np.uint8)
    return arranged.reshape(head["planes"], -1).T.tobytes()
