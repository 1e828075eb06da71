"""Turns at something that is used by one at a time: of all who wait, whoever has used it least of late goes first."""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

__all__ = ["HALF_LIFE", "Turns"]

HALF_LIFE = 60.0
"""Seconds after which half of a use is forgotten."""

_LEAST = 0.01
"""Seconds of use that are not kept: names that are never seen again must not pile up."""


@dataclass(eq=False)
class _Waiter:
    names: tuple[str, ...]
    called: threading.Event = field(default_factory=threading.Event)


class Turns:
    """A lock that is fair to those who rarely ask for it.

    Parameters
    ----------
    clock
        Seconds since any moment.

    Examples
    --------
    >>> turns = Turns()
    >>> with turns.take(["visitor a"], patience=1.0) as is_mine:
    ...     print(is_mine)
    True
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._taken = False
        self._waiting: list[_Waiter] = []
        self._used: dict[str, tuple[float, float]] = {}  # seconds of use, and when they were counted

    @contextmanager
    def take(self, names: Sequence[str], patience: float) -> Iterator[bool]:
        """Wait for a turn, which lasts as long as the block.

        Parameters
        ----------
        names
            Whose use it is: of several names, such as a visitor and an address, all uses count.
        patience
            Longest wait in seconds.

        Yields
        ------
        bool
            Whether the turn has come; without it, nothing may be used.
        """
        if not self._wait(tuple(names), patience):
            yield False
            return
        began = self._clock()
        try:
            yield True
        finally:
            self._leave(names, self._clock() - began)

    def used(self, name: str) -> float:
        """Seconds of use that are not forgotten yet."""
        with self._lock:
            return self._used_by(name, self._clock())

    def _wait(self, names: tuple[str, ...], patience: float) -> bool:
        with self._lock:
            if not self._taken:
                self._taken = True
                return True
            waiter = _Waiter(names)
            self._waiting.append(waiter)
        if waiter.called.wait(patience):
            return True
        with self._lock:
            if waiter.called.is_set():  # just now
                return True
            self._waiting.remove(waiter)
            return False

    def _leave(self, names: Sequence[str], seconds: float) -> None:
        with self._lock:
            now = self._clock()
            used = {name: (left, now) for name in self._used if (left := self._used_by(name, now)) > _LEAST}
            for name in names:
                used[name] = (used.get(name, (0.0, now))[0] + seconds, now)
            self._used = used
            if not self._waiting:
                self._taken = False
                return
            # Among equals the one who came first.
            first = min(self._waiting, key=lambda one: sum(self._used_by(name, now) for name in one.names))
            self._waiting.remove(first)
            first.called.set()

    def _used_by(self, name: str, now: float) -> float:
        seconds, counted = self._used.get(name, (0.0, now))
        return seconds * 0.5 ** ((now - counted) / HALF_LIFE)
