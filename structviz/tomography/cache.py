"""Matrices are shared by all projectors of one geometry and kept while there is room."""

import threading
import time
import weakref
from collections import OrderedDict
from collections.abc import Callable, Hashable

from structviz.freed_memory import give_back_freed
from structviz.tomography.matrix import Matrices

__all__ = ["MatrixCache"]

_LARGE = 5 * 10**7
"""Bytes of matrices that leave about as many freed bytes behind when they have been built."""


class MatrixCache:
    """Keeps the matrices that were used last, up to a number of bytes.

    What somebody still uses is also found when it was dropped here. Matrices are shared between threads and
    must not be changed.

    Parameters
    ----------
    limit
        Bytes; the latest matrices are kept whatever their size.
    clock
        Seconds since any moment.
    """

    def __init__(self, limit: int, clock: Callable[[], float] = time.monotonic) -> None:
        self.limit = limit
        self._clock = clock
        self._used_at: dict[Hashable, float] = {}
        self._kept: OrderedDict[Hashable, Matrices] = OrderedDict()
        self._alive: weakref.WeakValueDictionary[Hashable, Matrices] = weakref.WeakValueDictionary()
        self._making: dict[Hashable, threading.Lock] = {}
        self._lock = threading.Lock()

    @property
    def n_bytes(self) -> int:
        """What the kept matrices take in memory."""
        return sum(matrices.n_bytes for matrices in self._kept.values())

    def get(self, key: Hashable, make: Callable[[], Matrices]) -> Matrices:
        """The matrices of a key; made once, also if two threads ask at the same time.

        Whoever asks for other matrices meanwhile need not wait: those of a large scanner take seconds.
        """
        with self._lock:
            found = self._find(key)
            if found is not None:
                return found
            making = self._making.setdefault(key, threading.Lock())
        with making:
            with self._lock:
                found = self._find(key)
            if found is None:
                found = make()
                if found.n_bytes >= _LARGE:
                    give_back_freed()
                with self._lock:
                    self._alive[key] = found
                    self._keep(key, found)
                    self._making.pop(key, None)
        return found

    def _find(self, key: Hashable) -> Matrices | None:
        found = self._alive.get(key)
        if found is not None:
            self._keep(key, found)
        return found

    def _keep(self, key: Hashable, found: Matrices) -> None:
        self._kept[key] = found
        self._kept.move_to_end(key)
        self._used_at[key] = self._clock()
        while len(self._kept) > 1 and self.n_bytes > self.limit:
            self._drop_oldest()

    def forget_unused(self, seconds: float, keep: int) -> int:
        """Drop what was not used for long, the oldest first, until the rest is small enough.

        Parameters
        ----------
        seconds
            What was asked for since then stays.
        keep
            Bytes that may stay, however old.

        Returns
        -------
        int
            How many matrices were dropped.
        """
        with self._lock:
            n_kept, since = len(self._kept), self._clock() - seconds
            while self._kept and self.n_bytes > keep and self._used_at[next(iter(self._kept))] <= since:
                self._drop_oldest()
            return n_kept - len(self._kept)

    def _drop_oldest(self) -> None:
        key, _ = self._kept.popitem(last=False)
        del self._used_at[key]
