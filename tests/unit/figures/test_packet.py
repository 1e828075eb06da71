"""One wire format for the browser: what is packed comes back, and every array lies where typed arrays may begin."""

import json
import math
import struct
from pathlib import Path

import numpy as np
import pytest

from structviz.errors import ConfigError
from structviz.figures.packet import DTYPES, deflate, inflate, pack, unpack


@pytest.mark.parametrize("title", ["", "a", "größer", "x" * 13])
def test_heads_and_arrays_come_back_aligned(title: str) -> None:
    arrays = {name: (np.arange(15) % 7).astype(name).reshape(3, 5) for name in DTYPES}
    packet = pack({"title": title, "none": None}, arrays)
    head, found = unpack(packet)
    assert head == {"title": title, "none": None}
    assert list(found) == list(DTYPES)
    for name, values in arrays.items():
        assert found[name].dtype == np.dtype(name)
        np.testing.assert_array_equal(found[name], values)
    (length,) = struct.unpack_from("<I", packet)
    assert (4 + length) % 8 == 0
    entries = json.loads(packet[4 : 4 + length])["arrays"]
    assert all(entry["offset"] % 8 == 0 for entry in entries.values())


def test_bytes_and_empty_arrays_and_numbers_of_either_order() -> None:
    big = np.array([1, 256], dtype=">u2")
    _, found = unpack(pack({}, {"raw": b"webp!", "none": np.zeros((0, 3), np.float32), "big": big}))
    assert found["raw"].tobytes() == b"webp!"
    assert found["none"].shape == (0, 3)
    assert found["big"].tolist() == [1, 256]


def test_what_a_browser_cannot_hold_is_refused() -> None:
    with pytest.raises(ConfigError, match=r"'x' has int64"):
        pack({}, {"x": np.arange(3, dtype=np.int64)})
    with pytest.raises(ConfigError, match=r"another name"):
        pack({"arrays": []}, {})
    with pytest.raises(ValueError, match="JSON compliant"):
        pack({"psnr": math.inf}, {})


def test_the_packet_that_the_tests_of_the_browser_read_is_one_of_ours() -> None:
    arrays = {name: np.array([[1, 2, 3], [4, 5, 6]], dtype=name) for name in DTYPES}
    expected = Path(__file__).parents[2] / "js" / "runtime" / "packet.bin"
    assert pack({"title": "größer", "none": None}, arrays) == expected.read_bytes()


FOLDER = Path(__file__).parents[2] / "js" / "runtime"
KINDS = {1: np.full(300, 0.1, np.float32), 4: np.sin(np.arange(300)).astype(np.float32)}
"""Numbers that deflate best as they are, and in planes."""


def _packet(planes: int) -> bytes:
    return pack({"title": "größer"}, {"x": KINDS[planes], "y": bytes([1, 2, 3])})


@pytest.mark.parametrize("planes", KINDS)
def test_what_was_deflated_comes_back_whole_and_the_browser_tests_read_the_same(planes: int) -> None:
    packet = _packet(planes)
    deflated = deflate(packet)
    assert unpack(deflated)[0] == {"planes": planes}
    assert len(deflated) < len(packet)
    assert inflate(deflated)[: len(packet)] == packet
    assert inflate(deflated)[len(packet) :] == bytes(-len(packet) % 4)
    # How far zlib deflates depends on its version; what it means does not.
    assert inflate((FOLDER / f"deflated_{planes}.bin").read_bytes()) == inflate(deflated)
    assert inflate(packet) == packet
