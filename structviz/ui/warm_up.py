"""Imports that take seconds begin as soon as the server is up, and not when the first visitor comes."""

import gc
import threading
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from importlib import import_module

__all__ = ["FIRST", "import_early", "start_imports", "wait_for_imports"]

FIRST = ("structviz.ui.kit.charts", "structviz.ui.pages.home.chapters", "structviz.ui.pages.home.hero")
"""What the first page imports. PyTorch comes with it, which takes longest."""

_done = threading.Event()
_done.set()


@asynccontextmanager
async def import_early(app: object) -> AsyncIterator[None]:
    """Lifespan for `st.App`: the imports run beside a browser that loads Streamlit's scripts."""
    del app
    start_imports(FIRST)
    yield


def start_imports(names: Sequence[str]) -> threading.Thread:
    """Begin to import modules in a thread of its own, and return it."""
    _done.clear()
    thread = threading.Thread(target=_import_all, args=(names,), name="imports", daemon=True)
    thread.start()
    return thread


def wait_for_imports() -> None:
    """Called at the beginning of each run of the app: return at once, unless imports are under way.

    Two threads that import the same modules at the same time may see them half initialised.
    """
    _done.wait()


def _import_all(names: Sequence[str]) -> None:
    try:
        for name in names:
            import_module(name)
    finally:
        # Streamlit looks for garbage after every run. What was imported stays, but to look through it takes 150 ms.
        gc.freeze()
        _done.set()
