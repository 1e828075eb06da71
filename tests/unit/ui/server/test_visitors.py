"""The name of a visitor: signed, kept by the browser, and made by nobody else."""

import stat
from http.cookies import SimpleCookie
from pathlib import Path

import pytest

from structviz.ui.server import visitors
from structviz.ui.server.visitors import COOKIE, VisitorCookie, read_visitor, server_secret, sign, stored_secret
from tests.unit.ui.server.serving import ask, page, scope_of

SECRET, NAME = b"s" * 32, "0123456789abcdef" * 2


@pytest.fixture(autouse=True)
def secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(visitors, "server_secret", lambda: SECRET)


def test_a_signed_name_is_read_and_no_other() -> None:
    value = sign(NAME, SECRET)
    assert read_visitor({COOKIE: value}, SECRET) == NAME
    other = "f" * 32
    for forged in (
        NAME,
        f"{NAME}.",
        value.replace(NAME, other),
        value[:-1] + ("0" if value[-1] != "0" else "1"),
        value + "0",
        sign(NAME, b"t" * 32),
        value.upper(),
        "",
    ):
        assert read_visitor({COOKIE: forged}, SECRET) is None
    assert read_visitor({}, SECRET) is None


def test_a_page_gives_a_name_that_stays() -> None:
    first = ask(VisitorCookie(page), scope_of())
    cookie = SimpleCookie(first.headers["set-cookie"])[COOKIE]
    name = read_visitor({COOKIE: cookie.value}, SECRET)
    assert name is not None
    assert (cookie["httponly"], cookie["samesite"], cookie["path"], cookie["secure"]) == (True, "Lax", "/", "")
    assert int(cookie["max-age"]) >= 30 * 24 * 3600
    again = ask(VisitorCookie(page), scope_of(headers={"cookie": f"other=1; {COOKIE}={cookie.value}"}))
    assert SimpleCookie(again.headers["set-cookie"])[COOKIE].value == cookie.value
    forged = ask(VisitorCookie(page), scope_of(headers={"cookie": f"{COOKIE}={name}.{'0' * 64}"}))
    assert SimpleCookie(forged.headers["set-cookie"])[COOKIE].value != cookie.value


def test_the_cookie_is_secure_behind_https_and_only_pages_set_it() -> None:
    assert "; Secure" in ask(VisitorCookie(page), scope_of(scheme="https")).headers["set-cookie"]
    assert "set-cookie" not in ask(VisitorCookie(page), scope_of("/static/js/index.js")).headers


def test_the_secret_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "data" / "visitor_secret"
    secret = stored_secret(path)
    assert len(secret) == 32
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stored_secret(path) == secret
    assert [found.name for found in path.parent.iterdir()] == [path.name]


def test_a_damaged_secret_is_not_used_and_is_said(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = tmp_path / "visitor_secret"
    path.write_text("00")
    assert len(stored_secret(path)) == 32
    assert "No secret can be kept" in caplog.text


def test_the_operator_can_give_the_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STRUCTVIZ_SECRET", "of several servers")
    server_secret.cache_clear()
    assert server_secret() == b"of several servers"
    server_secret.cache_clear()
