"""Open the installed app from here: every page without an error, and the server by its command."""

import json
import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request

from streamlit.testing.v1 import AppTest

from structviz.folders import APP, CHECKOUT, PRETRAINED

SECONDS = 60


def open_pages() -> None:
    """Run every page of the app once."""
    app = AppTest.from_file(str(APP), default_timeout=SECONDS).run()
    for page in sorted((APP.parent / "pages").glob("*.py")):
        app.switch_page(f"pages/{page.name}").run()
        if app.exception or app.error:
            raise SystemExit(f"{page.name}: {[one.value for one in (*app.exception, *app.error)]}")
        print(f"{page.name}: {app.title[0].value}")


def serve() -> None:
    """Start the server by its command, fetch the page, stop the server."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = ["structviz", "app", "--json", "--no-browser", "--port", str(port), "--server.address", "127.0.0.1"]
    # A shell that runs this in the background has it ignored, and the server would inherit that.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    told = {**os.environ, "PYTHONFAULTHANDLER": "1"}
    server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=told)
    address, end = f"http://127.0.0.1:{port}", time.monotonic() + SECONDS
    while not _answer(f"{address}/_stcore/health"):
        if server.poll() is not None or time.monotonic() > end:
            raise SystemExit("structviz app does not start.")
        time.sleep(0.1)
    if b"<title>" not in _answer(f"{address}/rotation"):
        raise SystemExit("structviz app serves no page.")
    server.send_signal(signal.SIGINT)
    try:
        output, _ = server.communicate(timeout=SECONDS)
    except subprocess.TimeoutExpired:
        server.send_signal(signal.SIGABRT)  # it says what its threads wait for
        server.communicate()
        raise
    if server.returncode != 0 or json.loads(output)["app"] != str(APP):
        raise SystemExit(f"structviz app ended with status {server.returncode}: {output}")


def _answer(address: str) -> bytes:
    try:
        with urllib.request.urlopen(address, timeout=5) as answer:
            return answer.read()
    except (urllib.error.URLError, TimeoutError, ConnectionError):
        return b""


if __name__ == "__main__":
    if CHECKOUT is not None or not PRETRAINED.is_dir():
        raise SystemExit(f"This is no installed package: {APP}.")
    open_pages()
    serve()
