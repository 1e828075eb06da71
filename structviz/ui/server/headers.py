"""Headers with which a browser lets a page do what it needs, and nothing else."""

import base64
import hashlib
import re
from collections.abc import Sequence
from pathlib import Path

import streamlit
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["ResponseHeaders", "content_security_policy", "inline_scripts"]

_SHELL = Path(streamlit.__file__).with_name("static") / "index.html"
_INLINE = re.compile(r"<script>(.*?)</script>", re.DOTALL)
_HOST = re.compile(r"[0-9A-Za-z.:\[\]_-]+")


def inline_scripts(html: str) -> tuple[str, ...]:
    """The sources of the scripts that stand in a page itself, as a content security policy names them."""
    digests = (hashlib.sha256(script.encode()).digest() for script in _INLINE.findall(html))
    return tuple(f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests)


def content_security_policy(host: str, scripts: Sequence[str], frames: Sequence[str]) -> str:
    """What a page may load, and who may show it in a frame.

    Parameters
    ----------
    host
        Of the server, with its port, for the connection that older browsers do not count as the page's own. What
        cannot be a host is left out.
    scripts
        Sources of scripts in the page itself, see `inline_scripts`.
    frames
        Websites that may show the page in a frame, besides the server itself; "'none'" forbids all.

    Returns
    -------
    str
        The value of the header, with semicolons between the rules.
    """
    sockets = f"ws://{host} wss://{host} " if _HOST.fullmatch(host) else ""
    ancestors = "'none'" if "'none'" in frames else " ".join(("'self'", *frames))
    rules = {
        "default-src": "'self'",
        # Components of the pages are scripts that Streamlit loads from blobs; the engine in a worker is WebAssembly.
        "script-src": " ".join(("'self'", "blob:", "'wasm-unsafe-eval'", *scripts)),
        "worker-src": "'self' blob:",
        # Streamlit and Plotly write styles into the page while it runs.
        "style-src": "'self' 'unsafe-inline'",
        "img-src": "'self' data: blob:",
        "media-src": "'self' data: blob:",
        "font-src": "'self' data:",
        "connect-src": f"'self' {sockets}data: blob:",
        "frame-src": "'self'",
        "object-src": "'none'",
        "base-uri": "'self'",
        "form-action": "'self'",
        "frame-ancestors": ancestors,
    }
    return "; ".join(f"{name} {sources}" for name, sources in rules.items())


class ResponseHeaders:
    """ASGI middleware that adds the headers to every response.

    Parameters
    ----------
    app
        Makes the responses, those that refuse a host too.
    frames
        As for `content_security_policy`.
    """

    def __init__(self, app: ASGIApp, frames: Sequence[str] = ()) -> None:
        self._app = app
        self._frames = tuple(frames)
        self._scripts = inline_scripts(_SHELL.read_text(encoding="utf-8"))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        host = Headers(scope=scope).get("host", "")

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["Content-Security-Policy"] = content_security_policy(host, self._scripts, self._frames)
                headers["X-Content-Type-Options"] = "nosniff"
                headers["Referrer-Policy"] = "same-origin"
                headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=()"
                if not self._frames or "'none'" in self._frames:
                    headers["X-Frame-Options"] = "DENY" if self._frames else "SAMEORIGIN"
            await send(message)

        return await self._app(scope, receive, send_with_headers)
