"""Archives of networks: what is packed comes back byte for byte, and nothing that a card claims is taken on trust."""

import io
import json
import shutil
import struct
import tracemalloc
import zipfile
from pathlib import Path

import pytest
import torch

from structviz import zoo
from structviz.errors import CheckpointError
from structviz.provenance import Provenance, stamp
from structviz.zoo import archive as archives

NAMES = ("stripes/equivariant", "flow/resnet-xor")
PACKED = zoo.pack(dict.fromkeys(NAMES, zoo.PRETRAINED))


def changed(content: bytes, **files: bytes | None) -> bytes:
    """The archive with some files replaced, added or (None) left out; `__` stands for a dot, `_of_` for a slash."""
    wanted = {name.replace("__", ".").replace("_of_", "/"): data for name, data in files.items()}
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(file := io.BytesIO(), "w") as new:
        for name in dict.fromkeys([*old.namelist(), *wanted]):
            data = wanted[name] if name in wanted else old.read(name)
            if data is not None:
                new.writestr(name, data)
    return file.getvalue()


def test_networks_come_back_byte_for_byte(tmp_path: Path) -> None:
    (tmp_path / "download.zip").write_bytes(stamp(PACKED, "download.zip", Provenance("a page")))
    assert zoo.unpack(tmp_path / "download.zip", tmp_path / "nets") == tuple(sorted(NAMES))
    for name in NAMES:
        for suffix in (".safetensors", ".json"):
            kept, original = (folder / f"{name}{suffix}" for folder in (tmp_path / "nets", zoo.PRETRAINED))
            assert kept.read_bytes() == original.read_bytes()
        here, there = zoo.load(name, folder=tmp_path / "nets").state_dict(), zoo.load(name).state_dict()
        assert all(torch.equal(here[key], there[key]) for key in there)


def test_the_same_networks_make_the_same_archive() -> None:
    assert zoo.pack(dict.fromkeys(NAMES, zoo.PRETRAINED)) == PACKED


def test_other_files_and_folders_are_left_alone() -> None:
    card, weights = ((zoo.PRETRAINED / f"{NAMES[0]}{end}").read_bytes() for end in (".json", ".safetensors"))
    with zipfile.ZipFile(file := io.BytesIO(), "w") as archive:
        archive.writestr("some/folder/net.safetensors", weights)
        archive.writestr("some/folder/net.json", card)
        archive.writestr("own.csv", "x,y")
        archive.writestr("provenance.json", "{}")
    (network,) = zoo.read_archive(file.getvalue())
    assert (network.card.name, network.weights, network.described) == (NAMES[0], weights, card)


def test_a_path_in_an_archive_writes_nowhere_else(tmp_path: Path) -> None:
    card, weights = ((zoo.PRETRAINED / f"{NAMES[0]}{end}").read_bytes() for end in (".json", ".safetensors"))
    with zipfile.ZipFile(file := io.BytesIO(), "w") as archive:
        archive.writestr("../../outside.safetensors", weights)
        archive.writestr("../../outside.json", card)
    (tmp_path / "a.zip").write_bytes(file.getvalue())
    zoo.unpack(tmp_path / "a.zip", tmp_path / "in" / "nets")
    written = sorted(path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*.*"))
    assert written == ["a.zip", f"in/nets/{NAMES[0]}.json", f"in/nets/{NAMES[0]}.safetensors"]


def other_digest() -> bytes:
    card = json.loads((zoo.PRETRAINED / "stripes/equivariant.json").read_bytes())
    return json.dumps({**card, "sha256": "0" * 64}).encode()


def other_shape() -> bytes:
    card = json.loads((zoo.PRETRAINED / "stripes/equivariant.json").read_bytes())
    return json.dumps({**card, "network": {**card["network"], "kernel_size": 5}}).encode()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (changed(PACKED, stripes_of_equivariant__json=other_digest()), "its card says 000000000000…"),
        (changed(PACKED, stripes_of_equivariant__json=other_shape()), "do not fit the network on its card"),
        (changed(PACKED, stripes_of_equivariant__json=b"{}"), "no card of a network"),
        (changed(PACKED, stripes_of_equivariant__json=None), r"card stripes/equivariant\.json is missing"),
        (changed(PACKED, stripes_of_equivariant__safetensors=b"PK12345678"), "looks like a pickle"),
        (changed(PACKED, stripes_of_equivariant__json=b" " * 100_001), "at most 100,000 bytes in an archive"),
        (PACKED[: len(PACKED) // 2], "a whole ZIP file"),
        (b"", "a whole ZIP file"),
        (changed(PACKED, **{f"a{k}": b"" for k in range(201)}), "at most 200 files; this one has 205"),
        (zoo.pack({}), "0 files and no weights"),
    ],
)
def test_a_false_claim_is_refused_and_nothing_is_written(content: bytes, words: str, tmp_path: Path) -> None:
    with pytest.raises(CheckpointError, match=words):
        zoo.read_archive(content)
    (tmp_path / "a.zip").write_bytes(content)
    with pytest.raises(CheckpointError):
        zoo.unpack(tmp_path / "a.zip", tmp_path / "nets")
    assert not (tmp_path / "nets").exists()


def test_no_more_is_unpacked_than_a_network_can_need() -> None:
    bomb = changed(PACKED, stripes_of_equivariant__safetensors=bytes(archives.MOST_WEIGHTS + 1))
    with pytest.raises(CheckpointError, match="weights file has at most 10,000,000 bytes"):
        zoo.read_archive(bomb)
    with pytest.raises(CheckpointError, match="at most 50,000,000 bytes"):
        zoo.read_archive(bytes(archives.MOST_ARCHIVE + 1))


def test_what_is_gone_cannot_be_packed_or_unpacked(tmp_path: Path) -> None:
    shutil.copytree(zoo.PRETRAINED / "stripes", tmp_path / "stripes")
    (tmp_path / "stripes" / "equivariant.json").unlink()
    with pytest.raises(CheckpointError, match="can no longer be read"):
        zoo.pack({NAMES[0]: tmp_path})
    with pytest.raises(CheckpointError, match=r"archive none\.zip cannot be read"):
        zoo.unpack(tmp_path / "none.zip", tmp_path)


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_what_python_unpacks_at_once_is_refused(method: int) -> None:
    """Of such a file, 3 kB became 3 GB before the first byte was returned."""
    card = (zoo.PRETRAINED / f"{NAMES[0]}.json").read_bytes()
    with zipfile.ZipFile(file := io.BytesIO(), "w", method) as archive:
        archive.writestr("net.safetensors", bytes(60_000_000))
        archive.writestr("net.json", card)
    content = file.getvalue()
    assert len(content) < 50_000
    tracemalloc.start()
    try:
        with pytest.raises(CheckpointError, match="must be stored or deflated, but one is compressed with"):
            zoo.read_archive(content)
        assert tracemalloc.get_traced_memory()[1] < 10_000_000
    finally:
        tracemalloc.stop()


def test_entries_are_counted_before_they_become_objects() -> None:
    entry = b"PK\1\2" + bytes(42)  # a table of contents in which everything is empty
    content = entry * 100_000 + b"PK\5\6" + struct.pack("<4H2LH", 0, 0, 0, 0, 46 * 100_000, 0, 0)
    assert zipfile.is_zipfile(io.BytesIO(content))
    tracemalloc.start()
    try:
        with pytest.raises(CheckpointError, match="at most 200 files; this one has 100,000"):
            zoo.read_archive(content)
        assert tracemalloc.get_traced_memory()[1] < 1_000_000
    finally:
        tracemalloc.stop()
