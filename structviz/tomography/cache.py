"""Matrices are shared by all projectors of one geometry and kept while there is room."""

import threading
import weakref
from collections import OrderedDict
from collections.abc import Callable, Hashable

from structviz.tomography.matrix import Matrices

__all__ = ["MatrixCache"]


class MatrixCache:
    """Keeps the matrices that were used last, up to a number of bytes.

    What somebody still uses is also found when it was dropped here. Matrices are shared between threads and
    must not be changed.

    Parameters
    ----------
    limit
        Bytes; the latest matrices are kept whatever their size.
    """

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self._kept: OrderedDict[Hashable, Matrices] = OrderedDict()
        self._alive: weakref.WeakValueDictionary[Hashable, Matrices] = weakref.WeakValueDictionary()
        self._lock = threading.Lock()

    @property
    def n_bytes(self) -> int:
        """What the kept matrices take in memory."""
        return sum(matrices.n_bytes for matrices in self._kept.values())

    def get(self, key: Hashable, make: Callable[[], Matrices]) -> Matrices:
        """The matrices of a key; made once, also if two threads ask at the same time."""
        with self._lock:
            found = self._alive.get(key)
            if found is None:
                found = make()
                self._alive[key] = found
            self._kept[key] = found
            self._kept.move_to_end(key)
            while len(self._kept) > 1 and self.n_bytes > self.limit:
                self._kept.popitem(last=False)
            return found
