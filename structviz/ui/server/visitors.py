"""A name for each visitor that outlives the tab: a cookie that only the server can make."""

import contextlib
import hashlib
import hmac
import logging
import os
import re
import secrets
import uuid
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from starlette.datastructures import MutableHeaders
from starlette.requests import cookie_parser
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from structviz.folders import data_folder

__all__ = ["COOKIE", "VisitorCookie", "cookies_of", "read_visitor", "server_secret", "sign", "stored_secret"]

COOKIE = "structviz_visitor"
"""Name of the cookie."""

_YEAR = 365 * 24 * 3600
_SIGNED = re.compile(r"([0-9a-f]{32})\.([0-9a-f]{64})")

_log = logging.getLogger(__name__)


def sign(name: str, secret: bytes) -> str:
    """The value of the cookie of a visitor: the name, and what only somebody who has the secret can add."""
    code = hmac.new(secret, f"{COOKIE}:{name}".encode(), hashlib.sha256).hexdigest()
    return f"{name}.{code}"


def read_visitor(cookies: Mapping[str, str], secret: bytes) -> str | None:
    """The name in the cookie; None if there is no cookie or another server made it."""
    found = _SIGNED.fullmatch(str(cookies.get(COOKIE, "")))
    if found is None:
        return None
    name = found.group(1)
    return name if hmac.compare_digest(sign(name, secret), found.group(0)) else None


@cache
def server_secret() -> bytes:
    """With what this server signs names: STRUCTVIZ_SECRET, else a file in `structviz.folders.data_folder()`."""
    given = os.environ.get("STRUCTVIZ_SECRET")
    return given.encode() if given else stored_secret(data_folder() / "visitor_secret")


def stored_secret(path: Path) -> bytes:
    """The secret in a file that only its owner can read; made if there is none.

    Where no file can be written, the secret lives as long as the process, and the log says so.
    """
    try:
        with contextlib.suppress(FileNotFoundError):
            return _read(path)
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_name(f".{path.name}.{uuid.uuid4().hex}.partial")
        try:
            with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                file.write(secrets.token_hex(32))
            # Of two servers that start at once, the first one wins.
            with contextlib.suppress(FileExistsError):
                os.link(partial, path)
        finally:
            partial.unlink(missing_ok=True)
        return _read(path)
    except (OSError, ValueError) as error:
        _log.warning("No secret can be kept in %s, so visitors lose their runs when the server stops: %s", path, error)
        return secrets.token_bytes(32)


def _read(path: Path) -> bytes:
    if len(secret := bytes.fromhex(path.read_text(encoding="ascii"))) < 32:
        raise ValueError("the secret is too short; delete the file")
    return secret


class VisitorCookie:
    """ASGI middleware that gives each visitor who opens a page a name, and renews it with each visit.

    Parameters
    ----------
    app
        Makes the responses.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http" or scope["method"] != "GET":
            return await self._app(scope, receive, send)

        async def send_with_cookie(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                if headers.get("content-type", "").startswith("text/html"):
                    headers.append("Set-Cookie", _cookie(scope))
            await send(message)

        return await self._app(scope, receive, send_with_cookie)


def _cookie(scope: Scope) -> str:
    name = read_visitor(cookies_of(scope), server_secret()) or uuid.uuid4().hex
    value = f"{COOKIE}={sign(name, server_secret())}; Path=/; Max-Age={_YEAR}; HttpOnly; SameSite=Lax"
    return f"{value}; Secure" if scope["scheme"] == "https" else value


def cookies_of(scope: Scope) -> dict[str, str]:
    """The cookies that a request brings."""
    lines = [value.decode("latin-1") for name, value in scope["headers"] if name == b"cookie"]
    return cookie_parser("; ".join(lines))
