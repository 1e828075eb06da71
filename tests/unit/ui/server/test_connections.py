"""A server that is full says so, and lets visitors in again as soon as there is room."""

import asyncio
import resource
import socket

import pytest
import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send

from structviz.ui.server import connections, visitors
from structviz.ui.server.connections import Room, VisitorLimit, limit_sockets, raise_open_files, room_for
from structviz.ui.server.visitors import COOKIE, sign
from tests.unit.ui.server.serving import answered, page, scope_of
from tests.waiting import LONG

SECRET, NAME = b"s" * 32, "0123456789abcdef" * 2


class Sockets:
    """Websockets that stay open until they are told to close."""

    def __init__(self, most: int) -> None:
        self.app = VisitorLimit(self._serve, most)
        self.closing: list[asyncio.Event] = []
        self.tasks: list[asyncio.Task[object]] = []

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        await page(scope, receive, send)
        if scope["type"] == "websocket":
            self.closing.append(asyncio.Event())
            await self.closing[-1].wait()

    async def open(self, cookie: str = "", client: str = "127.0.0.1") -> None:
        headers = {"cookie": f"{COOKIE}={cookie}"} if cookie else {}
        scope = scope_of("/_stcore/stream", headers, "websocket", client=client)
        self.tasks.append(asyncio.create_task(answered(self.app, scope)))
        await asyncio.sleep(0)

    async def close(self) -> None:
        self.closing.pop().set()
        await self.tasks.pop()

    async def status(self, path: str = "/", kind: str = "http", cookie: str = "", client: str = "127.0.0.1") -> int:
        headers = {"cookie": f"{COOKIE}={cookie}"} if cookie else {}
        return (await answered(self.app, scope_of(path, headers, kind, client=client))).status


@pytest.fixture(autouse=True)
def secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "server_secret", lambda: SECRET)
    monkeypatch.setattr(visitors, "server_secret", lambda: SECRET)


def test_a_full_server_says_so_and_recovers(caplog: pytest.LogCaptureFixture) -> None:
    async def scenario() -> None:
        sockets, mine = Sockets(2), sign(NAME, SECRET)
        await sockets.open(mine)
        assert await sockets.status() == 200
        await sockets.open()
        answer = await answered(sockets.app, scope_of())
        assert (answer.status, answer.headers["retry-after"]) == (503, "60")
        assert b"All places are taken" in answer.body
        assert await sockets.status("/_stcore/stream", "websocket") == 503
        # Those inside go on: their files come, and their pages can be loaded again.
        assert await sockets.status(cookie=mine) == 200
        scope = scope_of("/static/js/index.js", {"accept": "*/*"})
        assert (await answered(sockets.app, scope)).status == 200
        await sockets.close()
        assert await sockets.status() == 200
        await sockets.open()
        assert await sockets.status() == 503
        for _ in range(2):
            await sockets.close()

    asyncio.run(scenario())
    assert "All places for visitors (2," in caplog.text


def test_one_address_takes_at_most_half_of_the_places_however_many_cookies_it_has() -> None:
    async def scenario() -> None:
        sockets, many = Sockets(6), [sign(f"{k:032x}", SECRET) for k in range(9)]
        for k, cookie in enumerate(many):
            await sockets.open(cookie, f"2001:db8::{k}")
        assert len(sockets.closing) == 3
        assert await sockets.status(client="2001:db8::77") == 503
        assert await sockets.status(client="2001:db8::77", cookie=many[0]) == 200, "who is inside stays inside"
        assert await sockets.status(client="203.0.113.9") == 200
        for _ in range(3):
            await sockets.open(client="203.0.113.9")
        assert len(sockets.closing) == 6
        assert await sockets.status(client="198.51.100.1") == 503, "now all are taken"
        for closing in sockets.closing:
            closing.set()
        await asyncio.gather(*sockets.tasks)
        assert await sockets.status(client="2001:db8::77") == 200
        assert not sockets.app._inside
        assert not sockets.app._at

    asyncio.run(scenario())


def test_behind_a_proxy_that_names_nobody_no_address_is_told_apart() -> None:
    async def scenario() -> None:
        sockets = Sockets(4)
        for _ in range(4):
            await sockets.open(client="127.0.0.1")
        assert len(sockets.closing) == 4
        for closing in sockets.closing:
            closing.set()
        await asyncio.gather(*sockets.tasks)

    asyncio.run(scenario())


def test_a_visitor_whose_page_failed_leaves_the_place() -> None:
    async def fails(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            raise ValueError("a page failed")
        await page(scope, receive, send)

    async def scenario() -> None:
        app = VisitorLimit(fails, 1)
        for _ in range(3):
            with pytest.raises(ValueError, match="a page failed"):
                await answered(app, scope_of(kind="websocket"))
        assert (await answered(app, scope_of())).status == 200

    asyncio.run(scenario())


@pytest.mark.parametrize("files", [256, 1024, 4096, 65536])
@pytest.mark.parametrize("wanted", [None, 1, 300, 100_000])
def test_visitors_and_sockets_fit_into_the_files(files: int, wanted: int | None) -> None:
    room = room_for(files, wanted)
    assert 1 <= room.visitors <= (wanted or 1000)
    assert room.visitors < room.sockets
    if room.visitors > 1:
        left_behind, own = 3 * 128, 128
        assert room.sockets + 32 + 3 * room.visitors <= files - min(own, files // 8)
        assert files < 1024 or room.sockets + 3 * room.visitors + left_behind + own <= files


def test_few_files_make_few_places() -> None:
    assert room_for(1024) == Room(73, 293)


def test_as_many_files_as_allowed_may_be_open() -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < 256:
        pytest.skip("this process may open few files anyway")
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (256, hard))
        allowed = raise_open_files()
        assert resource.getrlimit(resource.RLIMIT_NOFILE)[0] == allowed > 256
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


async def started(most: int, app: ASGIApp = page) -> tuple[uvicorn.Server, asyncio.Task[None], int]:
    """A server with a limit of connections, and its port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    config = uvicorn.Config(app, port=port, lifespan="off", log_config=None, ws="none")
    config.load()
    server = uvicorn.Server(config)
    limit_sockets(server, most)
    task = asyncio.create_task(server._serve())
    while not server.started:
        await asyncio.sleep(0)
    return server, task, port


async def get(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
    """The first line of an answer."""
    writer.write(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
    return await reader.readline()


def test_more_connections_than_there_is_room_for_are_told_so_and_a_free_one_is_used_again() -> None:
    async def scenario() -> None:
        server, task, port = await started(most=2)
        silent = [await asyncio.open_connection("127.0.0.1", port) for _ in range(2)]
        third = await asyncio.open_connection("127.0.0.1", port)
        assert b" 503 " in await get(*third)
        assert b" 200 " in await get(*silent[0])
        for _, writer in (third, silent[1]):
            writer.close()
            await writer.wait_closed()
        while len(server.server_state.connections) > 1:
            await asyncio.sleep(0)
        fourth = await asyncio.open_connection("127.0.0.1", port)
        assert b" 200 " in await get(*fourth)
        for _, writer in (silent[0], fourth):
            writer.close()
        server.should_exit = True
        await task

    asyncio.run(scenario())


def test_a_request_that_came_early_is_answered_however_long_it_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    answered = []

    async def slow(scope: Scope, receive: Receive, send: Send) -> None:
        monkeypatch.setattr(connections, "_PATIENCE", 0)  # from the first answer on
        if answered:
            for _ in range(20):
                await asyncio.sleep(0)
        answered.append(scope["path"])
        await page(scope, receive, send)

    async def scenario() -> None:
        server, task, port = await started(5, slow)
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"GET /1 HTTP/1.1\r\nHost: localhost\r\n\r\nGET /2 HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert (await asyncio.wait_for(reader.read(), LONG)).count(b" 200 ") == 2
        writer.close()
        server.should_exit = True
        await task

    asyncio.run(scenario())
    assert answered == ["/1", "/2"]


def test_a_connection_that_asks_for_nothing_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "_PATIENCE", 0.01)

    async def scenario() -> None:
        server, task, port = await started(most=5)
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"GET / HTTP/1.1\r\nHost: loc")  # and no more
        assert await asyncio.wait_for(reader.read(), 20) == b""
        writer.close()
        server.should_exit = True
        await task

    asyncio.run(scenario())
