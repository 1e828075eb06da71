"""A copy of the checkout, in which defects are planted and tests run."""

import os
import shutil
import signal
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.mutation.defect import Defect, StaleError
from tests.mutation.forked import run_pytest

__all__ = ["SECONDS", "Copy", "Finding"]

SECONDS = 300
"""A run of tests that takes longer counts as a failure: the defect made something endless."""

_PYTEST = ("-qx", "-rfE", "--tb=line", "-p", "no:cacheprovider", "-W", "ignore:Module already imported")

_NO_PROGRAM = ("NameError", "ImportError", "ModuleNotFoundError", "SyntaxError", "IndentationError", "ReferenceError")
"""Errors of a text that is no program: that a test fails then says nothing."""


@dataclass(frozen=True)
class Finding:
    """What became of a defect: "caught", "survived", "stale" or "broken", and what was seen."""

    outcome: str
    seen: str


class Copy:
    """A copy of all files that git knows or does not ignore; the checkout itself is never changed.

    Parameters
    ----------
    root
        The checkout.
    folder
        An empty folder for the copy.
    """

    def __init__(self, root: Path, folder: Path) -> None:
        self.folder = folder
        listed = subprocess.run(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            cwd=root,
            capture_output=True,
            check=True,
        )
        for name in filter(None, listed.stdout.decode().split("\0")):
            if (root / name).is_file():  # git also lists what was deleted
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(root / name, folder / name)
        self._modified = 10**9

    def try_defect(self, defect: Defect) -> Finding:
        """Plant a defect, run its tests, and remove it again."""
        path = self.folder / defect.file
        healthy = path.read_text(encoding="utf-8")
        try:
            sick = defect.planted_in(healthy)
        except StaleError as stale:
            return Finding("stale", str(stale))
        if missing := defect.missing_tests(self.folder):
            return Finding("stale", f"no such tests: {' '.join(missing)}")
        self._write(path, sick)
        try:
            status, output = self.run(defect.selection(), SECONDS)
        finally:
            self._write(path, healthy)
        return _judged(status, output)

    def run(self, tests: Sequence[str], seconds: float | None = None) -> tuple[int | None, str]:
        """Exit status and output of some tests; the status is None if they took longer than so many seconds."""
        output = ""
        if node := [test for test in tests if test.endswith(".js")]:
            status, output = self._node(node, seconds)
            if status != 0:
                return status, output
        if rest := [test for test in tests if not test.endswith(".js")]:
            status, printed = run_pytest(self.folder, [*_PYTEST, *rest], seconds)
            return status, output + printed
        return 0, output

    def _node(self, tests: Sequence[str], seconds: float | None) -> tuple[int | None, str]:
        command = ["node", "--test", *tests]
        with subprocess.Popen(
            command,
            cwd=self.folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        ) as node:
            try:
                output, _ = node.communicate(timeout=seconds)
            except subprocess.TimeoutExpired:
                os.killpg(node.pid, signal.SIGKILL)  # with the process that it has started for each file
                return None, ""
        return node.returncode, output

    def _write(self, path: Path, text: str) -> None:
        path.write_text(text, encoding="utf-8")
        # Python recognises a changed source by its size and the second in which it changed.
        self._modified += 1
        os.utime(path, (self._modified, self._modified))


def _judged(status: int | None, output: str) -> Finding:
    if status == 0:
        return Finding("survived", "all tests pass")
    if status is None:
        return Finding("caught", f"no end within {SECONDS} s")
    lines = [line.strip() for line in output.splitlines()]
    failures = [line for line in lines if line.startswith(("FAILED ", "ERROR ", "not ok ", "✖ "))]
    seen = failures[0] if failures else (lines or [""])[-1]
    if status != 1 or any(f"{error}:" in line for line in lines for error in _NO_PROGRAM):
        return Finding("broken", seen)
    return Finding("caught", seen)
