"""From where a run was asked for is kept as a token from which nobody reads the address."""

from collections.abc import Callable
from types import SimpleNamespace

import pytest

from structviz.ui.pages.train import shared


@pytest.fixture
def token(monkeypatch: pytest.MonkeyPatch) -> Callable[[object], str]:
    monkeypatch.setattr(shared, "server_secret", lambda: b"s" * 32)

    def of(host: object) -> str:
        monkeypatch.setattr(shared.st, "context", SimpleNamespace(ip_address=host))
        return shared.origin()

    return of


def test_an_address_is_kept_as_a_token(token: Callable[[object], str]) -> None:
    found = token("203.0.113.7")
    assert len(found) == 32
    assert token("203.0.113.7") == found != token("203.0.113.8")
    assert token("2001:db8::1") == token("2001:db8::ffff:2") != token("2001:db8:0:1::1")


@pytest.mark.parametrize("host", [None, "127.0.0.1", "::1", object()])
def test_this_computer_is_no_address(token: Callable[[object], str], host: object) -> None:
    assert token(host) == ""
