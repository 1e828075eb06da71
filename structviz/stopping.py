"""Long computations can be given up between two pieces of their work, by whoever has started them."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

__all__ = ["StoppedError", "stop_if_asked", "stoppable"]


class StoppedError(Exception):
    """A computation was given up; nobody waits for its result, so this needs no words for people."""


_should_stop: ContextVar[Callable[[], bool]] = ContextVar("should_stop", default=lambda: False)


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


def stop_if_asked() -> None:
    """Give up what is computed, if the block around it should stop: called between the pieces of long work.

    Raises
    ------
    StoppedError
        If so; never outside of `stoppable`.
    """
    if _should_stop.get()():
        raise StoppedError
