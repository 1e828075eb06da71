"""How much visitors may leave on the server: files that no widget has asked for stay there until their session ends."""

import asyncio
import logging
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any

from streamlit.config import get_option
from streamlit.runtime import Runtime
from streamlit.runtime.uploaded_file_manager import UploadedFileRec

__all__ = ["IN_ALL", "MOST_HELD", "OF_ONE", "PATIENCE", "UploadLimits"]

OF_ONE = 225_000_000
"""Bytes of one session: a table of several images takes up to 200 MB."""

IN_ALL = 1_000_000_000
"""Bytes of all sessions together."""

MOST_HELD = 200
"""Files of one session."""

PATIENCE = 120.0
"""Seconds in which a file must have come: until then its room is taken."""

_AROUND = 2**16
"""Bytes of a body that are not the file."""

_PLACE = "/_stcore/upload_file/"

_log = logging.getLogger(__name__)

Stored = Callable[[], Mapping[str, Mapping[str, UploadedFileRec]]]
Scope = MutableMapping[str, Any]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]


def _stored() -> Mapping[str, Mapping[str, UploadedFileRec]]:
    """The files of each session that Streamlit holds."""
    manager: Any = Runtime.instance().uploaded_file_mgr  # the protocol of managers has no name for its files
    return manager.file_storage


class UploadLimits:
    """ASGI middleware that refuses uploads beyond the limits, and keeps nothing of their bodies.

    A session may hold as much as is still free for all, and at most `OF_ONE`: so a few that take much leave room for
    those who come later (Choudhury and Hahne, "Dynamic queue length thresholds", 1998).

    Parameters
    ----------
    app
        What answers the other requests.
    stored
        The files that each session holds, by session and file.
    patience
        Seconds in which a file must have come.
    """

    def __init__(
        self,
        app: Callable[[Scope, Receive, Send], Awaitable[None]],
        stored: Stored = _stored,
        patience: float = PATIENCE,
    ) -> None:
        self._app = app
        self._stored = stored
        self._patience = patience
        self._coming: Counter[str] = Counter()
        self._n_coming: Counter[str] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        session = _session(scope)
        if session is None:
            await self._app(scope, receive, send)
            return
        size = _announced(scope)
        refusal = self._refusal(session, size)
        try:
            async with asyncio.timeout(self._patience):
                await (_refuse(receive, send, refusal) if refusal else self._take(session, size, scope, receive, send))
        except TimeoutError:
            _log.warning("A file that a visitor sent had not come after %g s, so it was dropped", self._patience)

    async def _take(self, session: str, size: int, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a file come; its room is taken meanwhile."""
        self._coming[session] += size
        self._n_coming[session] += 1
        try:
            await self._app(scope, receive, send)
        finally:
            self._coming[session] -= size
            self._n_coming[session] -= 1
            if not self._n_coming[session]:
                del self._coming[session], self._n_coming[session]

    def _refusal(self, session: str, size: int) -> str | None:
        held = {who: sum(len(file.data) for file in files.values()) for who, files in self._stored().items()}
        free = IN_ALL - sum(held.values()) - self._coming.total()
        n_files = len(self._stored().get(session, {})) + self._n_coming[session]
        of_this = held.get(session, 0) + self._coming[session]
        if n_files >= MOST_HELD:
            return f"A visit may hold at most {MOST_HELD} files, and this one does: remove some, or reload the page."
        most = min(OF_ONE, free)
        if of_this + size > most:
            return (
                f"The files of a visit may take {max(most, 0) / 1e6:.0f} MB now, and these would take "
                f"{(of_this + size) / 1e6:.0f} MB: remove some, or reload the page."
            )
        return None


def _session(scope: Scope) -> str | None:
    """Whose file comes with a request; None if none does."""
    if scope["type"] != "http" or scope["method"] != "PUT":
        return None
    _, found, rest = scope["path"].partition(_PLACE)
    return rest.split("/")[0] if found else None


def _announced(scope: Scope) -> int:
    """How large the body of a request will be: as it says, or else the largest that Streamlit takes."""
    text = dict(scope["headers"]).get(b"content-length", b"")
    most = get_option("server.maxUploadSize") * 2**20
    return min(int(text), most) if text.isdigit() else most


async def _refuse(receive: Receive, send: Send, words: str) -> None:
    # A browser hears an answer only when it has sent its file.
    left = get_option("server.maxUploadSize") * 2**20 + _AROUND
    more = True
    while more and left > 0:
        message = await receive()
        left -= len(message.get("body", b""))
        more = message["type"] == "http.request" and message.get("more_body", False)
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": 413, "headers": headers})
    await send({"type": "http.response.body", "body": words.encode()})
