"""The server gives memory back as long as it runs."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from structviz.ui.server import tidying


@asynccontextmanager
async def nothing(app: object) -> AsyncIterator[None]:
    yield


def test_memory_is_given_back_again_and_again_until_the_server_stops(monkeypatch: pytest.MonkeyPatch) -> None:
    times, twice = [], asyncio.Event()

    def tidy(loop: asyncio.AbstractEventLoop) -> None:
        times.append(1)
        if len(times) == 2:
            loop.call_soon_threadsafe(twice.set)

    async def serve() -> int:
        loop = asyncio.get_running_loop()
        monkeypatch.setattr(tidying, "give_back_memory", lambda: tidy(loop))
        async with tidying.server_lifespan(None):
            await asyncio.wait_for(twice.wait(), 10)
        return len(asyncio.all_tasks(loop))

    monkeypatch.setattr(tidying, "_EVERY", 0.0)
    monkeypatch.setattr(tidying, "import_early", nothing)
    assert asyncio.run(serve()) == 1  # its own task: nothing goes on after the server
