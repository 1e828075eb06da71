"""The history of a run: JSON lines that are only ever appended to."""

import json
import os
from pathlib import Path
from types import MappingProxyType

from structviz.errors import CheckpointError
from structviz.jobs.reading import COUNT, check_values, json_object, read_bytes
from structviz.jobs.records import Entry

__all__ = ["append", "mark_resumed", "read"]

_RESUMED = "resumed_at"

_MARK = MappingProxyType({_RESUMED: COUNT})

_MOST_BYTES = 16 * 1024**2
"""Bytes that are read; a million steps leave five million."""


def append(path: Path, entry: Entry) -> None:
    """Add one report."""
    _add(path, entry.to_json())


def mark_resumed(path: Path, step: int) -> None:
    """Note that the run goes on from a checkpoint: what was reported after it happens again."""
    _add(path, json.dumps({_RESUMED: step}))


def read(path: Path) -> tuple[Entry, ...]:
    """All reports in their order, without lines that are none, as a crash leaves them, and what happens again."""
    entries: list[Entry] = []
    try:
        lines = read_bytes(path, _MOST_BYTES).decode(errors="replace").splitlines()
    except (OSError, CheckpointError):
        return ()
    for line in lines:
        try:
            values = json_object(line)
            if _RESUMED not in values:
                entries.append(Entry.from_values(values))
            else:
                check_values(values, _MARK)
                step = int(str(values[_RESUMED]))
                entries = [entry for entry in entries if entry.step <= step]
        except (ValueError, TypeError):
            continue
    return tuple(entries)


def _add(path: Path, line: str) -> None:
    # A line in one write: whoever reads meets whole lines, or the last one cut short.
    with path.open("ab") as file:
        torn = file.tell() > 0 and not _ends_with_newline(path)
        file.write((b"\n" if torn else b"") + line.encode() + b"\n")
        file.flush()
        os.fsync(file.fileno())


def _ends_with_newline(path: Path) -> bool:
    with path.open("rb") as file:
        file.seek(-1, os.SEEK_END)
        return file.read(1) == b"\n"
