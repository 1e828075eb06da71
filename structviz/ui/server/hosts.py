"""Which requests the server answers: those to its own name, from its own pages, and to paths that are open.

A page from elsewhere can make a browser send requests here, and by a name of its own that is made to lead to this
machine (DNS rebinding) it could read the answers. Such a request has that name as its host, so the host is checked.
"""

import ipaddress
import socket
from collections.abc import Collection
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

__all__ = ["CLOSED", "RequestCheck", "is_loopback", "is_own_host"]

CLOSED = ("/_stcore/metrics", "/_stcore/agent/")
"""Beginnings of paths, behind the base path, that Streamlit has and that are closed here."""

_READS = frozenset({"GET", "HEAD", "OPTIONS"})
_FORBIDDEN, _NOT_FOUND, _POLICY_VIOLATION = 403, 404, 1008
_WRONG_HOST = (
    "This server does not answer to this name. Who runs it can add the name: STRUCTVIZ_HOSTS=name, "
    "as docs/public_server.md says."
)
_WRONG_ORIGIN = "This request comes from a page of another website, so it is refused."


def is_loopback(host: str | None) -> bool:
    """Whether a name or address means the computer itself, wherever it is used; None means all addresses."""
    if host is None:
        return False
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def is_own_host(header: str | None, local_address: str | None, further: Collection[str]) -> bool:
    """Whether a host header names this server.

    Parameters
    ----------
    header
        What the browser sent: a name or an address, perhaps with a port. None if it sent none.
    local_address
        Of this machine, at which the connection has arrived.
    further
        Names and addresses that are the server's too.

    Returns
    -------
    bool
        False for any name that is neither this machine, nor its address, nor among `further`.
    """
    if (host := _hostname(header)) is None:
        return False
    if is_loopback(host) or host in {_plain(name) for name in further}:
        return True
    own = socket.gethostname().lower()
    if host in (own, f"{own}.local"):
        return True
    return local_address is not None and host == _plain(local_address)


class RequestCheck:
    """ASGI middleware that refuses requests to other names, from pages of other websites, and to closed paths.

    Parameters
    ----------
    app
        Gets all other requests.
    hosts
        Names and addresses of the server besides those of its machine.
    base_path
        What stands before all paths, such as "/lecture"; may be empty.
    """

    def __init__(self, app: ASGIApp, hosts: Collection[str] = (), base_path: str = "") -> None:
        self._app = app
        self._hosts = hosts
        self._base_path = base_path.rstrip("/")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] not in ("http", "websocket"):
            return await self._app(scope, receive, send)
        if (refusal := self._refusal(scope)) is None:
            return await self._app(scope, receive, send)
        if scope["type"] == "websocket":
            return await send({"type": "websocket.close", "code": _POLICY_VIOLATION})
        status, sentence = refusal
        return await PlainTextResponse(sentence, status)(scope, receive, send)

    def _refusal(self, scope: Scope) -> tuple[int, str] | None:
        """Status and sentence for a request that is refused."""
        headers = Headers(scope=scope)
        host, server = headers.get("host"), scope.get("server")
        if len(headers.getlist("host")) > 1 or not is_own_host(host, server[0] if server else None, self._hosts):
            return _FORBIDDEN, _WRONG_HOST
        origin = headers.get("origin")
        changes = scope["type"] == "websocket" or scope["method"] not in _READS
        if changes and origin is not None and _place(origin) != _place(f"//{host}", origin):
            return _FORBIDDEN, _WRONG_ORIGIN
        if scope["path"].removeprefix(self._base_path).startswith(CLOSED):
            return _NOT_FOUND, "Not found"
        return None


def _hostname(header: str | None) -> str | None:
    """The name or address in a host header; None if it is no valid one."""
    if not header:
        return None
    try:
        parts = urlsplit(f"//{header}")
        _ = parts.port  # raises if it is none
    except ValueError:
        return None
    if parts.netloc != header or "@" in header or parts.hostname is None:
        return None
    return _plain(parts.hostname)


def _plain(host: str) -> str:
    """A name or address as it is compared: small letters, and one way to write each address."""
    host = host.lower().strip("[]").rstrip(".").partition("%")[0]
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    mapped = getattr(address, "ipv4_mapped", None)
    return str(mapped or address)


def _place(url: str, scheme_of: str | None = None) -> tuple[str, int] | None:
    """Host and port of an address; None if it has none, as the origin of a page that must not say where it is from."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None
    if parts.hostname is None:
        return None
    scheme = urlsplit(scheme_of or url).scheme
    return _plain(parts.hostname), port or (443 if scheme == "https" else 80)
