"""Only requests to the server's own names, from its own pages and to open paths are answered."""

import socket

import pytest

from structviz.ui.server.hosts import RequestCheck, is_own_host
from tests.unit.ui.server.serving import ask, page, scope_of

OWN = ("structviz.example.org", "2001:DB8::5")


@pytest.mark.parametrize(
    "host",
    [
        "localhost",
        "LocalHost:8501",
        "app.localhost",
        "127.0.0.1:8501",
        "[::1]:8501",
        "192.168.1.5:8501",
        "structviz.example.org",
        "STRUCTVIZ.example.org.:443",
        "[2001:db8:0::5]",
        socket.gethostname(),
    ],
)
def test_own_names_are_answered(host: str) -> None:
    assert is_own_host(host, "::ffff:192.168.1.5", OWN)
    assert ask(RequestCheck(page, OWN), scope_of(headers={"host": host})).status == 200


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "evil.example:8501",
        "localhost.evil.example",
        "localhost@evil.example",
        "evil.example#localhost",
        "evil.example/localhost",
        "192.168.1.6",
        "192.168.1.5.evil.example",
        "localhost:port",
        "[::1",
        "",
    ],
)
def test_other_names_are_refused(host: str) -> None:
    assert not is_own_host(host, "192.168.1.5", OWN)
    for kind in ("http", "websocket"):
        assert ask(RequestCheck(page, OWN), scope_of(headers={"host": host}, kind=kind)).status == 403


def test_a_name_and_an_origin_that_agree_are_not_enough() -> None:
    rebound = {"host": "evil.example:8501", "origin": "http://evil.example:8501"}
    assert ask(RequestCheck(page), scope_of("/_stcore/stream", rebound, "websocket")).status == 403


@pytest.mark.parametrize(
    ("host", "origin", "status"),
    [
        ("localhost:8501", "http://localhost:8501", 101),
        ("structviz.example.org", "https://structviz.example.org", 101),
        ("structviz.example.org:443", "https://structviz.example.org", 101),
        ("localhost:8501", "http://localhost:3000", 403),
        ("localhost:8501", "http://evil.example", 403),
        ("localhost:8501", "http://127.0.0.1:8501", 403),
        ("localhost:8501", "null", 403),
        ("localhost:8501", "http://localhost:port", 403),
    ],
)
def test_a_websocket_comes_from_the_server_s_own_page(host: str, origin: str, status: int) -> None:
    asked = scope_of("/_stcore/stream", {"host": host, "origin": origin}, "websocket")
    assert ask(RequestCheck(page, OWN), asked).status == status


def test_other_pages_may_send_nothing_but_link_here() -> None:
    foreign = {"origin": "http://evil.example"}
    assert ask(RequestCheck(page), scope_of("/upload", foreign, method="PUT")).status == 403
    assert ask(RequestCheck(page), scope_of("/", foreign)).status == 200


def test_metrics_are_closed_below_the_base_path_too() -> None:
    for base in ("", "/lecture"):
        check = RequestCheck(page, base_path=base)
        assert ask(check, scope_of(f"{base}/_stcore/metrics")).status == 404
        assert ask(check, scope_of(f"{base}/_stcore/agent/openapi.json")).status == 404
        assert ask(check, scope_of(f"{base}/_stcore/health")).status == 200


def test_two_hosts_are_none() -> None:
    asked = scope_of()
    asked["headers"].append((b"host", b"localhost"))
    assert ask(RequestCheck(page), asked).status == 403
