"""The heartbeat of a run: a small file that names the process that holds the run, and that the process keeps new."""

import contextlib
import math
import os
import re
import socket
import time
from pathlib import Path

from structviz.errors import CheckpointError
from structviz.files import atomic_write
from structviz.jobs.reading import read_text

__all__ = ["age", "holder_is_gone", "touch"]

_PROCESS = re.compile(r"[0-9]{1,9}")


def touch(path: Path) -> None:
    """Show that this process holds the run."""
    holder = f"{socket.gethostname()} {os.getpid()}"
    with contextlib.suppress(OSError):  # a full disk or a deleted run is noticed elsewhere
        if not _names(path, holder) and path.parent.is_dir():
            with contextlib.suppress(IsADirectoryError):  # it is damaged, and kept new all the same
                atomic_write(path, holder)
        if path.exists():
            path.touch()


def age(path: Path) -> float:
    """Seconds since a process showed that it holds the run; infinite if none did."""
    try:
        # A file from the future is no sign of life either.
        return abs(time.time() - path.stat().st_mtime)
    except OSError:
        return math.inf


def holder_is_gone(path: Path) -> bool:
    """Whether the process that held the run is seen to be gone, which only works on its own machine."""
    try:
        host, _, process = read_text(path).partition(" ")
    except (OSError, CheckpointError):
        return True
    is_here = host == socket.gethostname() and _PROCESS.fullmatch(process) is not None
    return is_here and not _is_alive(int(process))


def _names(path: Path, holder: str) -> bool:
    try:
        return read_text(path) == holder
    except (OSError, CheckpointError):
        return False


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:  # it is somebody else's
        return True
    return True
