"""How much visitors may leave on the server: files that no widget has asked for stay there until their session ends.

When the room of all is taken, whoever holds most gives way, oldest file first, to whoever would hold less with the new
file: so n clients leave to the next one at least an (n + 1)-th of the room. What counts is the address, and among the
visitors of one address the cookie. A page that has read a file keeps what it needs of it.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from dataclasses import dataclass
from typing import Any

from streamlit.config import get_option
from streamlit.runtime import Runtime
from streamlit.runtime.uploaded_file_manager import UploadedFileRec

from structviz.ui.server.addresses import group_of
from structviz.ui.server.visitors import cookies_of, read_visitor, server_secret

__all__ = ["IN_ALL", "MOST_HELD", "OF_ONE", "PATIENCE", "UploadLimits"]

OF_ONE = 225_000_000
"""Bytes of one visitor: a table of several images takes up to 200 MB."""

IN_ALL = 1_000_000_000
"""Bytes of all visitors together."""

MOST_HELD = 200
"""Files of one visitor."""

PATIENCE = 120.0
"""Seconds in which a file must have come: until then its room is taken."""

_AROUND = 2**16
"""Bytes of a body that are not the file."""

_PLACE = "/_stcore/upload_file/"

_log = logging.getLogger(__name__)

Stored = Callable[[], Mapping[str, MutableMapping[str, UploadedFileRec]]]
Scope = MutableMapping[str, Any]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]


def _stored() -> Mapping[str, MutableMapping[str, UploadedFileRec]]:
    """The files of each session that Streamlit holds."""
    manager: Any = Runtime.instance().uploaded_file_mgr  # the protocol of managers has no name for its files
    return manager.file_storage


@dataclass(frozen=True)
class _Holder:
    """Who holds files: an address, or the cookie where the address tells nobody apart; and the cookie."""

    place: str
    visitor: str


@dataclass(eq=False)
class _Coming:
    """A file that is still coming, whose room is taken already."""

    session: str
    size: int
    timeout: asyncio.Timeout
    has_given_way: bool = False


class UploadLimits:
    """ASGI middleware that refuses uploads beyond the limits, and keeps nothing of their bodies.

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
        self._coming: list[_Coming] = []
        self._holders: dict[str, _Holder] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        session = _session(scope)
        if session is None:
            await self._app(scope, receive, send)
            return
        size = _announced(scope)
        self._note_holder(session, scope)
        refusal = self._refusal(session, size)
        coming = None
        try:
            async with asyncio.timeout(self._patience) as timeout:
                if refusal:
                    await _refuse(receive, send, refusal)
                else:
                    coming = _Coming(session, size, timeout)
                    self._coming.append(coming)
                    await self._app(scope, receive, send)
        except TimeoutError:
            why = "gave way to another visitor's" if coming and coming.has_given_way else "had not come in time"
            _log.warning("A file that a visitor was sending %s, so it was dropped", why)
        finally:
            if coming in self._coming:
                self._coming.remove(coming)

    def _note_holder(self, session: str, scope: Scope) -> None:
        """Remember who sends the files of a session, and forget those who hold none."""
        here = {*self._stored(), *(coming.session for coming in self._coming)}
        self._holders = {name: holder for name, holder in self._holders.items() if name in here}
        visitor = read_visitor(cookies_of(scope), server_secret()) or ""
        self._holders[session] = _Holder(group_of(scope) or f"visitor {visitor}", visitor)

    def _held(self) -> Counter[str]:
        """Bytes of each session, with those that are coming."""
        held = Counter({who: sum(len(file.data) for file in files.values()) for who, files in self._stored().items()})
        for coming in self._coming:
            held[coming.session] += coming.size
        return held

    def _holder(self, session: str) -> _Holder:
        return self._holders.get(session, _Holder(f"session {session}", session))

    def _refusal(self, session: str, size: int) -> str | None:
        mine = {name for name in self._holders if self._holder(name) == self._holder(session)}
        n_coming = sum(coming.session in mine for coming in self._coming)
        if sum(len(self._stored().get(name, {})) for name in mine) + n_coming >= MOST_HELD:
            return f"A visitor may hold at most {MOST_HELD} files, and you do: remove some, or reload the page."
        held = self._held()
        of_this = sum(held[name] for name in mine)
        if of_this + size <= OF_ONE and self._make_room(session, size):
            return None
        most = min(OF_ONE, max(0, IN_ALL - self._held().total()) + of_this)
        return (
            f"Your files may take {most / 1e6:.0f} MB now, and these would take {(of_this + size) / 1e6:.0f} MB: "
            "remove some, or reload the page."
        )

    def _make_room(self, session: str, size: int) -> bool:
        """Whether there is room for a file; those who hold most give way to it if they hold more than its owner."""
        while (held := self._held()).total() + size > IN_ALL:
            gives = self._gives_way(held, session, size)
            if gives is None:
                return False
            self._drop_oldest(gives)
        return True

    def _gives_way(self, held: Counter[str], session: str, size: int) -> str | None:
        """The session whose oldest file goes; None if nobody else would still hold more than this visitor."""
        places, visitors = Counter[str](), Counter[_Holder]()
        for name, n_bytes in held.items():
            places[self._holder(name).place] += n_bytes
            visitors[self._holder(name)] += n_bytes
        me = self._holder(session)

        def holds_more(name: str) -> bool:
            other = self._holder(name)
            if other.place != me.place:
                return places[other.place] > places[me.place] + size
            return other != me and visitors[other] > visitors[me] + size

        found = [name for name in held if held[name] and holds_more(name)]
        return max(
            found,
            key=lambda name: (places[self._holder(name).place], visitors[self._holder(name)], held[name]),
            default=None,
        )

    def _drop_oldest(self, session: str) -> None:
        coming = next((coming for coming in self._coming if coming.session == session), None)
        files = self._stored().get(session, {})
        if coming is not None:
            coming.has_given_way = True
            coming.timeout.reschedule(asyncio.get_running_loop().time())
            self._coming.remove(coming)
        elif files:
            files.pop(next(iter(files)))
            _log.warning("All room for files is taken: a file of the visitor who holds most gave way")


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
