"""Files that several threads and processes use: written whole before they get their name, and locked."""

import contextlib
import os
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

__all__ = ["PARTIAL", "atomic_write", "locked", "paths_below"]

PARTIAL = ".partial"
"""Ending of files that are being written; a process that is killed leaves them."""


def atomic_write(path: Path, content: str | bytes) -> None:
    """Write a file, and its folder if need be; if that fails, what was there before stays and nothing is left over.

    Raises
    ------
    OSError
        If the disk is full or the folder cannot be written to.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.{os.getpid()}-{threading.get_ident()}{PARTIAL}")
    try:
        with partial.open("wb") as file:
            file.write(content.encode() if isinstance(content, str) else content)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise


def paths_below(folder: Path) -> Iterator[Path]:
    """All files and folders below a folder, but for what others remove meanwhile, at which `Path.rglob` may raise."""
    for parent, folders, files in os.walk(folder):
        yield from (Path(parent, name) for name in (*folders, *files))


@contextlib.contextmanager
def locked(path: Path, patience: float) -> Iterator[None]:
    """Hold the lock of a file while the block lasts; of all threads and processes, one has it at a time.

    Parameters
    ----------
    path
        The file, which is made if need be and stays empty.
    patience
        Seconds in which the others must let go.

    Raises
    ------
    TimeoutError
        If they do not.
    OSError
        If the folder cannot be written to.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("ab") as file:
        deadline = time.monotonic() + patience
        while not _try_lock(file.fileno()):
            if time.monotonic() > deadline:
                raise TimeoutError(f"others have held {path.name} for {patience:g} s")
            time.sleep(0.01)
        try:
            yield
        finally:
            _unlock(file.fileno())


if sys.platform == "win32":
    import msvcrt

    def _try_lock(descriptor: int) -> bool:
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

    def _unlock(descriptor: int) -> None:
        msvcrt.locking(descriptor, msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    def _try_lock(descriptor: int) -> bool:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def _unlock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_UN)
