"""An ASGI application asked without a network."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["Answer", "ask", "page", "scope_of"]


@dataclass
class Answer:
    """What came back: a status, which for a websocket that was let in is 101, with headers and body."""

    status: int = 0
    headers: Headers = field(default_factory=Headers)
    body: bytes = b""


def scope_of(
    path: str = "/",
    headers: Mapping[str, str] | None = None,
    kind: str = "http",
    method: str = "GET",
    local: str = "192.168.1.5",
    scheme: str = "http",
    client: str = "127.0.0.1",
) -> Scope:
    """A request, by default by a browser for a page of localhost."""
    given = {"host": "localhost:8501", "accept": "text/html", **(headers or {})}
    return {
        "type": kind,
        "method": method,
        "path": path,
        "scheme": scheme,
        "server": (local, 8501),
        "client": (client, 50_000),
        "headers": [(name.encode(), value.encode()) for name, value in given.items()],
        "extensions": {"websocket.http.response": {}},
    }


def ask(app: ASGIApp, scope: Scope) -> Answer:
    """The answer to a request."""
    return asyncio.run(answered(app, scope))


async def answered(app: ASGIApp, scope: Scope) -> Answer:
    """The answer to a request, within an event loop."""
    answer = Answer()

    async def receive() -> Message:
        return {"type": "http.request"}

    async def send(message: Message) -> None:
        match message["type"]:
            case "http.response.start" | "websocket.http.response.start":
                answer.status, answer.headers = message["status"], Headers(raw=message["headers"])
            case "http.response.body" | "websocket.http.response.body":
                answer.body += message.get("body", b"")
            case "websocket.accept":
                answer.status = 101
            case "websocket.close":
                answer.status = answer.status or 403  # what a server makes of it

    await app(scope, receive, send)
    return answer


async def page(scope: Scope, receive: Receive, send: Send) -> None:
    """An application that lets everybody in."""
    if scope["type"] == "websocket":
        await send({"type": "websocket.accept"})
        return
    kind: Any = b"text/html; charset=utf-8" if scope["path"] == "/" else b"text/javascript"
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", kind)]})
    await send({"type": "http.response.body", "body": b"<html>"})
