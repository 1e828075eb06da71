"""What a server does while it runs: every now and then it gives back memory that nobody uses any more."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from structviz.freed_memory import give_back_freed
from structviz.ui.warm_up import import_early

__all__ = ["give_back_memory", "server_lifespan"]

_EVERY = 20.0
"""Seconds between two times."""

_UNUSED = 60.0
"""Seconds for which large matrices are kept for the next visitor who asks for the same scanner."""


@asynccontextmanager
async def server_lifespan(app: object) -> AsyncIterator[None]:
    """Lifespan for `st.App`: early imports at the start, and memory given back as long as the server runs."""
    tidying = asyncio.create_task(_tidy())
    try:
        async with import_early(app):
            yield
    finally:
        tidying.cancel()
        with suppress(asyncio.CancelledError):
            await tidying


def give_back_memory() -> None:
    """Forget matrices of scanners that nobody asked for lately, and give freed memory back to the operating system."""
    projector = sys.modules.get("structviz.tomography.folded")  # before a first scan there is nothing to forget
    if projector is not None:
        projector.forget_unused_matrices(_UNUSED)
    give_back_freed()


async def _tidy() -> None:
    while True:
        await asyncio.sleep(_EVERY)
        await asyncio.to_thread(give_back_memory)  # nobody waits for it
