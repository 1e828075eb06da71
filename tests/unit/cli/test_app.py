"""The command that opens the app: from any folder, with Streamlit's options, with a status."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import tomllib
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from structviz import cli
from structviz.folders import APP

LONG = 60.0


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
def test_the_app_opens_from_any_folder_and_stops_when_asked(tmp_path: Path, sent: signal.Signals) -> None:
    port = free_port()
    command = [sys.executable, "-m", "structviz", "app", "--port", str(port), "--no-browser", "--json"]
    command += ["--server.address", "127.0.0.1", "--server.baseUrlPath", "lecture"]
    process = subprocess.Popen(
        command,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(APP.parent)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    deadline = time.monotonic() + LONG
    while True:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/lecture/_stcore/health", timeout=1).close()
            break
        except (urllib.error.URLError, TimeoutError, ConnectionError):
            assert process.poll() is None, process.communicate()
            assert time.monotonic() < deadline
            time.sleep(0.05)
    process.send_signal(sent)
    output, _ = process.communicate(timeout=LONG)
    assert process.returncode == 0
    assert json.loads(output) == {"app": str(APP), "port": port, "status": 0}


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [(["--port", "0"], "A port is a number"), (["--server.colour", "red"], "--server.colour red")],
)
def test_a_wrong_request_has_a_sentence_and_a_status(
    arguments: list[str], sentence: str, capfd: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["app", *arguments]) == 2
    assert sentence in capfd.readouterr().err.splitlines()[-1]


def test_other_commands_refuse_further_options(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        cli.main(["evaluate", "--server.port", "8501"])
    assert "--server.port" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "address", "shared"),
    [
        ([], None, None),
        (["--network"], "0.0.0.0", None),
        (["--shared"], None, "1"),
        (["--network", "--server.address", "192.168.1.5"], "192.168.1.5", None),
    ],
)
def test_the_network_and_sharing_are_switched_on_by_an_option(
    arguments: list[str], address: str | None, shared: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("STRUCTVIZ_SHARED", raising=False)
    started: list[tuple[list[str], dict[str, str]]] = []

    def run(command: list[str], output: object, environment: dict[str, str] | None) -> int:
        started.append((command, environment or {}))
        return 0

    monkeypatch.setattr("structviz.cli.app._run", run)
    assert cli.main(["app", *arguments]) == 0
    ((command, environment),) = started
    options = dict(zip(command[5::2], command[6::2], strict=True))
    assert options.get("--server.address") == address
    assert environment.get("STRUCTVIZ_SHARED") == shared


def test_the_app_listens_on_this_computer_alone_by_default() -> None:
    settings = tomllib.loads((APP.parent / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
    assert settings["server"]["address"] == "127.0.0.1"
    assert settings["client"]["showErrorDetails"] == "none"
