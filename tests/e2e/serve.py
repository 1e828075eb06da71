"""A server of its own on a free port of this machine."""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Server", "served"]

_SECONDS = 180


@dataclass(frozen=True)
class Server:
    """Where it listens, and the process that does."""

    address: str
    process: subprocess.Popen[bytes]


@contextmanager
def served(
    script: str = "app.py",
    folder: Path | None = None,
    launcher: Sequence[str] = ("streamlit",),
    environment: Mapping[str, str] | None = None,
) -> Iterator[Server]:
    """Run a Streamlit script until the end of the block.

    Parameters
    ----------
    script, folder
        What to run and where; None is the current folder.
    launcher
        The Python module that takes Streamlit's command line, with arguments that come before it.
    environment
        Variables that the server gets besides ours.

    Raises
    ------
    RuntimeError
        If the server stops, or does not come up within three minutes.
    """
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", *launcher, "run", script, "--server.port", str(port)]
    command += ["--server.address", "127.0.0.1", "--server.headless", "true", "--server.fileWatcherType", "none"]
    command += ["--browser.gatherUsageStats", "false"]
    process = subprocess.Popen(
        command,
        cwd=folder,
        env={**os.environ, **(environment or {})},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        server = Server(f"http://127.0.0.1:{port}", process)
        _wait_for(server)
        yield server
        if process.poll() is not None:
            raise RuntimeError("The server has stopped.")
    finally:
        process.terminate()
        process.wait(timeout=60)


def _wait_for(server: Server) -> None:
    deadline = time.monotonic() + _SECONDS
    while time.monotonic() < deadline:
        if server.process.poll() is not None:
            raise RuntimeError("The server stopped before it was up.")
        try:
            urllib.request.urlopen(f"{server.address}/_stcore/health", timeout=1).close()
        except (urllib.error.URLError, TimeoutError, ConnectionError):
            time.sleep(0.02)
        else:
            return
    raise RuntimeError(f"The server did not come up within {_SECONDS} seconds.")
