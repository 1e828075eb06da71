"""Files are written whole and then get their name: whoever reads them never meets half of one."""

import os
import threading
from pathlib import Path

__all__ = ["atomic_write"]


def atomic_write(path: Path, content: str | bytes) -> None:
    """Write a file, and its folder if need be; if that fails, what was there before stays and nothing is left over.

    Raises
    ------
    OSError
        If the disk is full or the folder cannot be written to.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.{os.getpid()}-{threading.get_ident()}.partial")
    try:
        with partial.open("wb") as file:
            file.write(content.encode() if isinstance(content, str) else content)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise
