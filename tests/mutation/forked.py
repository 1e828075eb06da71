"""pytest in a process that begins with the libraries loaded: a run of a few tests takes half the time."""

import multiprocessing
import os
import signal
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

__all__ = ["run_pytest"]

ROOT = Path(__file__).resolve().parents[2]

_LIBRARIES = ["numpy", "torch", "PIL.Image", "plotly.graph_objects", "streamlit.testing.v1"]
_CONTEXT = multiprocessing.get_context("forkserver")
_CONTEXT.set_forkserver_preload(_LIBRARIES)


def run_pytest(folder: Path, arguments: Sequence[str], seconds: float | None = None) -> tuple[int | None, str]:
    """Exit status and output of pytest; the status is None if it takes too long, and then it is stopped.

    Parameters
    ----------
    folder
        Where it runs; the packages of this folder are tested, not those of this checkout.
    arguments
        Of its command line.
    seconds
        How long it may take.
    """
    with tempfile.NamedTemporaryFile() as output:
        process = _CONTEXT.Process(target=_pytest, args=(str(folder), list(arguments), output.name))
        process.start()
        process.join(seconds)
        status = process.exitcode
        if status is None:
            os.killpg(process.pid or 0, signal.SIGKILL)  # with the servers that its tests have started
            process.join()
        return status, Path(output.name).read_text(encoding="utf-8", errors="replace")


def _pytest(folder: str, arguments: list[str], output: str) -> None:
    os.setsid()
    with open(output, "wb") as file:  # noqa: PTH123
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)
    os.chdir(folder)
    os.environ["PYTHONPATH"] = folder
    sys.path[:] = [folder, *(path for path in sys.path if Path(path).resolve() != ROOT)]
    for name in [name for name in sys.modules if name.partition(".")[0] in ("structviz", "tests")]:
        del sys.modules[name]  # those of this checkout
    import pytest

    sys.exit(pytest.main(arguments))
