"""Long computations can be given up between two pieces of their work, or let others go first."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

__all__ = ["StoppedError", "pausable", "stop_if_asked", "stoppable", "unpaused"]


class StoppedError(Exception):
    """A computation was given up; nobody waits for its result, so this needs no words for people."""


_should_stop: ContextVar[Callable[[], bool]] = ContextVar("should_stop", default=lambda: False)
_pause: ContextVar[Callable[[], object]] = ContextVar("pause", default=lambda: None)


@contextmanager
def stoppable(should_stop: Callable[[], bool]) -> Iterator[None]:
    """Let what the block computes in this thread be given up.

    Parameters
    ----------
    should_stop
        Called between the pieces of the work; once it says so, the block ends with a `StoppedError`.

    Examples
    --------
    >>> with stoppable(lambda: False):
    ...     for piece in range(3):
    ...         stop_if_asked()
    """
    token = _should_stop.set(should_stop)
    try:
        yield
    finally:
        _should_stop.reset(token)


@contextmanager
def pausable(pause: Callable[[], object]) -> Iterator[None]:
    """Let what the block computes in this thread wait for something else between its pieces.

    Parameters
    ----------
    pause
        Called between the pieces of the work; it returns when the work may go on.
    """
    token = _pause.set(pause)
    try:
        yield
    finally:
        _pause.reset(token)


@contextmanager
def unpaused() -> Iterator[None]:
    """Let nothing go before what the block computes: something else may be waiting for it, and would wait for ever."""
    with pausable(lambda: None):
        yield


def stop_if_asked() -> None:
    """Let others go first, or give up what is computed: called between the pieces of long work.

    Raises
    ------
    StoppedError
        If the block around it should stop; never outside of `stoppable`.
    """
    _pause.get()()
    if _should_stop.get()():
        raise StoppedError
