import asyncio
import contextlib
import hashlib
from collections.abc import MutableMapping
from types import SimpleNamespace
from typing import Any

import pytest
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.uploaded_file_manager import UploadedFileRec

from structviz.ui.server import upload_limits
from structviz.ui.server.upload_limits import UploadLimits
from structviz.ui.server.visitors import COOKIE, sign

SECRET = b"s" * 32


@pytest.fixture(autouse=True)
def small_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that the files of the tests are small."""
    monkeypatch.setattr(upload_limits, "OF_ONE", 400)
    monkeypatch.setattr(upload_limits, "IN_ALL", 1000)
    monkeypatch.setattr(upload_limits, "MOST_HELD", 10)
    monkeypatch.setattr(upload_limits, "server_secret", lambda: SECRET)


def test_streamlit_holds_files_where_the_limits_look_for_them(monkeypatch: pytest.MonkeyPatch) -> None:
    manager = MemoryUploadedFileManager("/_stcore/upload_file")
    manager.add_file("ada", UploadedFileRec("1", "name", "type", bytes(7)))
    monkeypatch.setattr(upload_limits.Runtime, "instance", lambda: SimpleNamespace(uploaded_file_mgr=manager))
    assert [len(file.data) for file in upload_limits._stored()["ada"].values()] == [7]


class Server:
    """Streamlit's store of files behind the limits."""

    def __init__(self) -> None:
        self.manager = MemoryUploadedFileManager("/_stcore/upload_file")
        self.app = UploadLimits(self._put, lambda: self.manager.file_storage)
        self.n_files = 0
        self.n_heard = 0
        self.endless = False
        self.wait: asyncio.Event | None = None

    async def _put(self, scope: MutableMapping[str, Any], _receive: Any, send: Any) -> None:
        if self.wait:
            await self.wait.wait()
        session = scope["path"].split("/")[-2]
        self.n_files += 1
        file = UploadedFileRec(f"{self.n_files}", "name", "type", bytes(scope["size"]))
        self.manager.add_file(session, file)
        await send({"type": "http.response.start", "status": 204})

    async def ask(
        self, session: str, size: int, method: str = "PUT", announced: bool = True, cookie: str = "", address: str = ""
    ) -> tuple[int, str]:
        answer: list[MutableMapping[str, Any]] = []

        async def send(message: MutableMapping[str, Any]) -> None:
            answer.append(message)

        async def receive() -> MutableMapping[str, Any]:
            self.n_heard += 1
            return {"type": "http.request", "body": bytes(2**20), "more_body": self.endless or self.n_heard % 2 == 1}

        name = hashlib.sha256((cookie or session).encode()).hexdigest()[:32]
        headers = [(b"cookie", f"{COOKIE}={sign(name, SECRET)}".encode())]
        scope = {
            "type": "http",
            "method": method,
            "path": f"/_stcore/upload_file/{session}/file",
            "headers": [*headers, (b"content-length", str(size).encode())] if announced else headers,
            "size": size,
            "client": (address or "127.0.0.1", 1234),
        }
        await self.app(scope, receive, send)
        return answer[0]["status"], answer[1]["body"].decode() if len(answer) > 1 else ""

    def put(self, session: str, size: int, method: str = "PUT", announced: bool = True, **who: str) -> tuple[int, str]:
        return asyncio.run(self.ask(session, size, method, announced, **who))

    def held(self, session: str) -> int:
        return sum(len(file.data) for file in self.manager.file_storage.get(session, {}).values())


def test_a_session_holds_no_more_than_its_share() -> None:
    server = Server()
    answers = [server.put("greedy", 100) for _ in range(40)]
    assert [status for status, _ in answers].count(204) == 4
    assert answers[-1] == (
        413,
        "Your files may take 0 MB now, and these would take 0 MB: remove some, or reload the page.",
    )
    assert server.put("other", 100)[0] == 204


def test_tabs_of_one_visitor_are_one_visitor() -> None:
    server = Server()
    answers = [server.put(f"tab {k}", 100, cookie="ada")[0] for k in range(8)]
    assert answers == [204] * 4 + [413] * 4


@pytest.mark.parametrize("n_greedy", [1, 3, 8, 19])
def test_whoever_holds_most_gives_way_to_the_next_visitor(n_greedy: int) -> None:
    server = Server()
    for _ in range(10):
        for k in range(n_greedy):
            server.put(f"greedy {k}", 40)
    for k in range(n_greedy):
        server.put(f"greedy {k}", 40)
    share = min(1000 // (n_greedy + 1), 200) // 20 * 20
    for _ in range(share // 20):
        assert server.put("next", 20)[0] == 204
    assert server.held("next") == share
    assert sum(server.held(session) for session in server.manager.file_storage) <= 1000


def test_the_oldest_file_of_the_largest_holder_goes() -> None:
    server = Server()
    for size in (100, 120, 130):
        server.put("large", size)
    for name in ("a", "b", "c"):
        server.put(name, 210)
    assert server.put("next", 90)[0] == 204
    assert [len(file.data) for file in server.manager.file_storage["large"].values()] == [120, 130]
    assert [server.held(name) for name in ("a", "b", "c")] == [210] * 3


def test_who_holds_as_much_as_all_others_takes_nothing_from_them() -> None:
    server = Server()
    for name in ("a", "b", "c", "d", "e"):
        assert server.put(name, 200)[0] == 204
    assert [server.put(name, 100)[0] for name in ("a", "b", "c", "d", "e")] == [413] * 5
    assert [server.held(name) for name in ("a", "b", "c", "d", "e")] == [200] * 5


def test_a_client_that_drops_its_cookie_is_still_one_address() -> None:
    server = Server()
    for k in range(20):
        server.put(f"s{k}", 50, cookie=f"cookie {k}", address="2001:db8::1")
    for _ in range(8):
        assert server.put("next", 50, address="203.0.113.9")[0] == 204
    assert server.held("next") == 400
    before = server.held("next")
    for k in range(20, 60):
        server.put(f"s{k}", 50, cookie=f"cookie {k}", address="2001:db8::2")
    assert server.held("next") == before, "of another address that holds less, nothing is taken"


def test_within_an_address_too_only_the_larger_gives_way() -> None:
    server = Server()
    holders = ("m", 300, "::5"), ("s", 200, "::5"), ("b", 250, ":6::6"), ("c", 250, ":7::7")
    for name, size, address in holders:
        assert server.put(name, size, address=f"2001:db8{address}")[0] == 204
    assert server.put("m", 50, address="2001:db8::5")[0] == 413
    assert server.held("s") == 200
    assert server.put("s", 50, address="2001:db8::5")[0] == 204
    assert (server.held("m"), server.held("s")) == (0, 250)


def test_a_file_that_is_still_coming_gives_way_too(caplog: pytest.LogCaptureFixture) -> None:
    server = Server()

    async def scenario() -> tuple[int, str]:
        server.wait = asyncio.Event()
        slow = [asyncio.create_task(server.ask(f"slow {k}", 330)) for k in range(3)]
        await asyncio.sleep(0)
        waiting, server.wait = server.wait, None
        answer = await server.ask("next", 100)
        waiting.set()
        await asyncio.gather(*slow, return_exceptions=True)
        return answer

    assert asyncio.run(scenario())[0] == 204
    assert server.held("next") == 100
    assert sum(server.held(f"slow {k}") for k in range(3)) == 660
    assert "gave way to another visitor" in caplog.text
    assert server.app._coming == []


def test_what_is_still_coming_counts() -> None:
    server = Server()

    async def at_once() -> list[int]:
        server.wait = asyncio.Event()
        uploads = [asyncio.create_task(server.ask("greedy", 100)) for _ in range(8)]
        await asyncio.sleep(0)
        server.wait.set()
        return [status for status, _ in await asyncio.gather(*uploads)]

    assert asyncio.run(at_once()).count(204) == 4
    assert not server.app._coming


def test_a_refused_file_is_heard_to_its_end_so_that_the_browser_hears_why() -> None:
    server = Server()
    assert server.put("greedy", 500)[0] == 413
    assert server.n_heard == 2
    server.endless = True
    assert server.put("greedy", 500)[0] == 413
    assert server.n_heard < 20


def test_empty_files_count_too() -> None:
    server = Server()
    assert [server.put("greedy", 0)[0] for _ in range(12)].count(204) == 10


def test_a_body_of_unknown_length_counts_as_the_largest() -> None:
    assert Server().put("visitor", 100, announced=False)[0] == 413


def test_a_session_that_has_ended_leaves_its_room_to_others() -> None:
    server = Server()
    for _ in range(5):
        server.put("greedy", 100)
    server.manager.remove_session_files("greedy")
    assert server.put("greedy", 100)[0] == 204


def test_other_requests_pass() -> None:
    server = Server()
    for _ in range(20):
        assert server.put("visitor", 100, method="DELETE")[0] == 204


def test_a_file_that_does_not_come_gives_its_room_back(caplog: pytest.LogCaptureFixture) -> None:
    server = Server()
    server.app = UploadLimits(server._put, lambda: server.manager.file_storage, patience=0.01)

    async def slowly() -> None:
        server.wait = asyncio.Event()
        with contextlib.suppress(IndexError):  # there is no answer
            await server.ask("slow", 400)
        server.wait = None

    asyncio.run(slowly())
    assert "had not come" in caplog.text
    assert server.put("slow", 400)[0] == 204


def test_a_refused_body_that_never_ends_is_not_heard_for_ever() -> None:
    server = Server()
    server.app = UploadLimits(server._put, lambda: server.manager.file_storage, patience=0.01)

    async def never() -> MutableMapping[str, Any]:
        return await asyncio.Event().wait()  # pyright: ignore[reportReturnType]

    async def refused() -> list[MutableMapping[str, Any]]:
        answer: list[MutableMapping[str, Any]] = []

        async def send(message: MutableMapping[str, Any]) -> None:
            answer.append(message)

        scope = {"type": "http", "method": "PUT", "path": "/_stcore/upload_file/a/f", "headers": []}
        await server.app(scope, never, send)
        return answer

    assert asyncio.run(asyncio.wait_for(refused(), 5)) == []
