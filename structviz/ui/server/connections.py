"""How many visitors a server has at the same time, so that it never runs out of open files.

A visitor takes one open file for the connection of the page, three for the event loop of the session, and some for
requests. Streamlit keeps up to 128 sessions for two minutes after their visitors have left. Whoever finds no place is
told so, and gets one as soon as another visitor leaves. One address takes at most half of the places, whatever names
its visitors have.
"""

import contextlib
import logging
from asyncio import Transport
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from starlette.datastructures import Headers
from starlette.responses import HTMLResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from structviz.ui.server.addresses import address_group, group_of
from structviz.ui.server.visitors import cookies_of, read_visitor, server_secret

if TYPE_CHECKING:
    import uvicorn

__all__ = ["Room", "VisitorLimit", "full", "limit_sockets", "raise_open_files", "room_for"]

_MOST_VISITORS = 1000
_MOST_FILES = (2**16, 10_240, 4096)
"""Numbers of open files to ask the system for; macOS grants no more than the second."""

_FILES_OF_A_SESSION, _FILES_OF_A_VISITOR = 3, 7
_KEPT_FILES = 128 + 128 * _FILES_OF_A_SESSION
"""For files of the server's own, and for sessions whose visitors have left."""

_SOCKETS_OF_A_VISITOR = 8
_UNANSWERED = 32
"""Connections above the limit that are told so; more are closed without a word."""

_PATIENCE = 20.0
"""Seconds in which a connection must have asked for something."""

_AGAIN = 60
"""Seconds after which a visitor who found no place tries again."""

_TRY_AGAIN_LATER = 1013
_FULL = f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="refresh" content="{_AGAIN}">
<title>structviz is full</title>
<style>
:root {{ color-scheme: light dark }}
body {{ font: 1.1rem/1.5 system-ui, sans-serif; max-width: 34rem; margin: 20vh auto; padding: 0 1rem }}
</style>
</head>
<body>
<h1>All places are taken</h1>
<p>This server has as many visitors as it can serve, in all or from
one address. Please come back in a minute; the page then loads by itself.</p>
</body>
</html>
"""

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Room:
    """What a server has room for.

    Attributes
    ----------
    visitors
        Connections of pages at the same time.
    sockets
        Connections of all kinds at the same time.
    """

    visitors: int
    sockets: int


def raise_open_files() -> int:
    """Let this process open as many files as the system allows, up to 65,536; return how many that are."""
    try:
        import resource
    except ImportError:  # not on Windows, where sockets are no files
        return _MOST_FILES[0]
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    for wanted in _MOST_FILES:
        allowed = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        if soft == resource.RLIM_INFINITY or soft >= allowed:
            return allowed
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, hard))
            return allowed
    return soft


def room_for(files: int, most_visitors: int | None = None) -> Room:
    """What there is room for.

    Parameters
    ----------
    files
        Files that the process may have open.
    most_visitors
        What the operator wants; if there are too few files for it, it is less. By default as many as there are files
        for, and at most 1000.

    Examples
    --------
    >>> room_for(1024), room_for(65536).visitors, room_for(1024, 500).visitors
    (Room(visitors=73, sockets=293), 1000, 73)
    """
    free = max(files - min(_KEPT_FILES, files // 2), _FILES_OF_A_VISITOR)
    possible = free // _FILES_OF_A_VISITOR
    visitors = min(possible, most_visitors or _MOST_VISITORS)
    sockets = min(free - _FILES_OF_A_SESSION * visitors, _SOCKETS_OF_A_VISITOR * visitors)
    return Room(visitors, max(sockets, visitors + 1))


class VisitorLimit:
    """ASGI middleware that lets only so many visitors in.

    Parameters
    ----------
    app
        Serves those who are in.
    most
        How many connections of pages there may be; half as many of one address.
    """

    def __init__(self, app: ASGIApp, most: int) -> None:
        self._app = app
        self._most = most
        self._most_of_address = max(1, most // 2)
        self._inside: Counter[str] = Counter()
        self._at: Counter[str] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] not in ("http", "websocket"):
            return await self._app(scope, receive, send)
        address = group_of(scope)
        is_full = self._inside.total() >= self._most or self._at[address] >= self._most_of_address
        if scope["type"] == "http":
            if is_full and _asks_for_page(scope) and not self._is_inside(scope):
                return await full(scope, receive, send)
            return await self._app(scope, receive, send)
        if is_full:
            _log.warning(
                "All places for visitors (%d, half of them of one address) are taken; one more was told so.", self._most
            )
            return await _refuse(scope, receive, send)
        who = _visitor(scope)
        self._inside[who] += 1
        if address:
            self._at[address] += 1
        try:
            return await self._app(scope, receive, send)
        finally:
            # What has nobody left is forgotten, and so is the empty name of those whom no address tells apart.
            self._inside = +(self._inside - Counter([who]))
            self._at = +(self._at - Counter([address]))

    def _is_inside(self, scope: Scope) -> bool:
        """Whether it is a visitor who has a place already, and may load the page again."""
        who = _visitor(scope)
        return bool(who) and self._inside[who] > 0


async def full(scope: Scope, receive: Receive, send: Send) -> None:
    """ASGI application that says that the server is full."""
    headers = {"Retry-After": str(_AGAIN), "Cache-Control": "no-store", "Connection": "close"}
    await HTMLResponse(_FULL, 503, headers)(scope, receive, send)


async def _refuse(scope: Scope, receive: Receive, send: Send) -> None:
    """Tell a page that is about to connect that the server is full."""
    if "websocket.http.response" not in scope.get("extensions", {}):
        return await send({"type": "websocket.close", "code": _TRY_AGAIN_LATER})
    del receive
    headers = [(b"retry-after", str(_AGAIN).encode()), (b"content-type", b"text/plain; charset=utf-8")]
    await send({"type": "websocket.http.response.start", "status": 503, "headers": headers})
    sentence = b"All places are taken; come back in a minute."
    return await send({"type": "websocket.http.response.body", "body": sentence})


def _asks_for_page(scope: Scope) -> bool:
    return scope["method"] == "GET" and "text/html" in Headers(scope=scope).get("accept", "")


def _visitor(scope: Scope) -> str:
    return read_visitor(cookies_of(scope), server_secret()) or ""


def limit_sockets(server: "uvicorn.Server", most: int) -> None:
    """Let a server have only so many connections, and close those that do not ask for anything.

    Parameters
    ----------
    server
        Not yet started.
    most
        How many connections of all kinds there may be; half as many of one address.
    """
    base: Any = server.config.http_protocol_class
    at: Counter[str] = Counter()

    class LimitedProtocol(base):
        """The server's own protocol, with a limit of connections and of patience."""

        def connection_made(self, transport: Transport) -> None:
            super().connection_made(transport)
            peer = transport.get_extra_info("peername")
            self.address = address_group(peer[0]) if peer else ""
            at[self.address] += 1
            beyond = max(len(self.connections) - most, at[self.address] - most // 2 if self.address else 0)
            if beyond > 0:
                self.app = full
            if beyond > _UNANSWERED:
                transport.abort()
                return
            self._expect_request()

        def connection_lost(self, exc: Exception | None) -> None:
            super().connection_lost(exc)
            at.subtract([self.address])
            if not at[self.address]:
                del at[self.address]

        def on_response_complete(self) -> None:
            super().on_response_complete()
            self._expect_request()

        def _expect_request(self) -> None:
            self.loop.call_later(_PATIENCE, self._close_if_silent, self.cycle)

        def _close_if_silent(self, last: Any) -> None:
            # A request that came before the one ahead of it was answered may be under way.
            is_answered = last is None or last.response_complete
            if self.cycle is last and is_answered and self.transport.get_protocol() is self:
                self.transport.close()

    server.config.http_protocol_class = LimitedProtocol
