"""The command that opens the app, from whatever folder it is called in."""

import argparse
import os
import signal
import subprocess
import sys
from typing import Any

from structviz.errors import ConfigError
from structviz.folders import APP

__all__ = ["app"]

_ALL_ADDRESSES = "0.0.0.0"

_WRONG_REQUEST = 2
"""Status with which Streamlit answers to an option that it does not know."""


def app(options: argparse.Namespace) -> tuple[int, dict[str, Any], str]:
    """Run the app's server until it is stopped.

    Parameters
    ----------
    options
        The port, whether other devices may connect, whether all visitors share all runs, whether to open a browser,
        and `further` options for `streamlit run`. With `json`, Streamlit's own output goes to the standard error
        stream.

    Returns
    -------
    tuple[int, dict[str, Any], str]
        Exit status, and the result as values and as text. The status is 0 if the server was stopped by Ctrl-C or
        SIGTERM.

    Raises
    ------
    ConfigError
        If the port is no port, or Streamlit does not know an option.
    """
    command = [sys.executable, "-m", "streamlit", "run", str(APP)]
    if options.network:
        command += ["--server.address", _ALL_ADDRESSES]
    command += options.further
    if options.port is not None:
        if not 0 < options.port < 2**16:
            raise ConfigError(f"A port is a number from 1 to {2**16 - 1}; got {options.port}. Choose another.")
        command += ["--server.port", str(options.port)]
    if options.no_browser:
        command += ["--server.headless", "true"]
    environment = {**os.environ, "STRUCTVIZ_SHARED": "1"} if options.shared else None
    status = _run(command, sys.stderr if options.json else None, environment)
    if status == _WRONG_REQUEST:
        raise ConfigError(
            f"Streamlit does not know one of these options: {' '.join(options.further)}. See `streamlit run --help`."
        )
    text = "The app was stopped." if status == 0 else f"The app ended with status {status}."
    return int(status != 0), {"app": str(APP), "port": options.port, "status": status}, text


def _run(command: list[str], output: Any, environment: dict[str, str] | None) -> int:
    """Run a command to its end, and stop it when this process is asked to stop: its status is 0 then."""
    process, asked = subprocess.Popen(command, stdout=output, env=environment), False

    def stop(*_: object) -> None:
        nonlocal asked
        asked = True
        process.terminate()

    before = signal.signal(signal.SIGTERM, stop)
    try:
        while True:
            try:
                status = process.wait()
            except KeyboardInterrupt:
                stop()
            else:
                return 0 if asked else status
    finally:
        signal.signal(signal.SIGTERM, before)
