"""Files are there whole, or not at all."""

import os
import threading
from pathlib import Path

import pytest

from structviz.files import atomic_write


def test_text_and_bytes_are_written_with_their_folder(tmp_path: Path) -> None:
    atomic_write(tmp_path / "a" / "b.txt", "θ̇ = ẑ")
    atomic_write(tmp_path / "a" / "c.bin", b"\x00\x01")
    assert (tmp_path / "a" / "b.txt").read_text(encoding="utf-8") == "θ̇ = ẑ"
    assert (tmp_path / "a" / "c.bin").read_bytes() == b"\x00\x01"
    assert len(list((tmp_path / "a").iterdir())) == 2


def test_a_full_disk_leaves_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "x"
    atomic_write(path, "before")

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        atomic_write(path, "after")
    assert path.read_text() == "before"
    assert list(tmp_path.iterdir()) == [path]


def test_many_writers_leave_one_whole_file(tmp_path: Path) -> None:
    path = tmp_path / "x"
    texts = [str(k) * 10_000 for k in range(8)]
    threads = [threading.Thread(target=atomic_write, args=(path, text)) for text in texts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert path.read_text() in texts
    assert list(tmp_path.iterdir()) == [path]
