"""Removing runs, and what killed processes have left of them: a folder gets or loses its name in one step."""

import contextlib
import shutil
import time
from pathlib import Path

from structviz.errors import JobError
from structviz.files import PARTIAL, paths_below
from structviz.jobs.folder import Run

__all__ = ["NEW", "remove", "remove_leftovers"]

NEW, _DELETED = ".new", ".deleted"
"""Endings of folders that are no runs yet, or none any more."""

_LEFT_AFTER = 600.0
"""Seconds after which a file or folder without its final name counts as left by a killed process."""


def remove(run: Run) -> None:
    """Delete a run. Its folder is renamed first, so that no reader finds half a run.

    Raises
    ------
    JobError
        If it cannot be renamed.
    """
    trash = run.folder.with_name(f".{run.id}{_DELETED}")
    try:
        run.folder.replace(trash)
    except OSError as error:
        raise JobError(f"The run {run.id} cannot be deleted: {error.strerror}.") from error
    shutil.rmtree(trash, ignore_errors=True)


def remove_leftovers(folder: Path) -> None:
    """Remove what killed processes have left between runs and in them: it has no name yet, or none any more."""
    before = time.time() - _LEFT_AFTER
    for path in paths_below(folder):
        nameless = (PARTIAL, NEW, _DELETED) if path.parent == folder else (PARTIAL,)
        if not (path.name.startswith(".") and path.name.endswith(nameless)):
            continue
        with contextlib.suppress(OSError):  # somebody else was first
            if path.lstat().st_mtime < before:
                shutil.rmtree(path) if path.is_dir() else path.unlink()
