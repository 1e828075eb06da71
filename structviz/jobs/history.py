"""The history of a run: JSON lines that are only ever appended to."""

import json
import os
from pathlib import Path

from structviz.jobs.records import Entry

__all__ = ["append", "mark_resumed", "read"]

_RESUMED = "resumed_at"


def append(path: Path, entry: Entry) -> None:
    """Add one report."""
    _add(path, entry.to_json())


def mark_resumed(path: Path, step: int) -> None:
    """Note that the run goes on from a checkpoint: what was reported after it happens again."""
    _add(path, json.dumps({_RESUMED: step}))


def read(path: Path) -> tuple[Entry, ...]:
    """All reports in their order. Half a line, as a crash leaves it, is skipped; so is what a resumed run repeats."""
    entries: list[Entry] = []
    try:
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    except FileNotFoundError:
        return ()
    for line in lines:
        try:
            values = json.loads(line)
            if _RESUMED in values:
                entries = [entry for entry in entries if entry.step <= values[_RESUMED]]
            else:
                entries.append(Entry(**values))
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
