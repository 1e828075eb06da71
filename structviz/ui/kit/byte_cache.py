"""Results that are kept while there is room, counted in bytes."""

import dataclasses
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator, Mapping
from concurrent.futures import CancelledError, Future
from typing import Any, Generic, TypeVar

import numpy as np
from torch import Tensor, nn

from structviz.stopping import unpaused

__all__ = ["ByteCache", "n_bytes"]

T = TypeVar("T")

_SMALL = 64
"""Bytes of an object with no content of its own, roughly."""


class ByteCache(Generic[T]):
    """Keeps the results that were used last, up to a number of bytes; threads share them and must not change them.

    Parameters
    ----------
    most_bytes
        What they may take, see `n_bytes`; the latest result is kept whatever its size.
    """

    def __init__(self, most_bytes: int) -> None:
        self._most_bytes = most_bytes
        self._lock = threading.Lock()
        self._kept: OrderedDict[Hashable, Future[T]] = OrderedDict()
        self._sizes: dict[Hashable, int] = {}

    @property
    def n_bytes(self) -> int:
        """What the kept results take in memory."""
        return sum(self._sizes.values())

    def get(self, key: Hashable, make: Callable[[], T]) -> T:
        """The result of a key; made once, also if two threads ask at the same time.

        Parameters
        ----------
        key
            Decides the result: ids, seeds and digests.
        make
            Makes it; if it raises, the next call tries again.
        """
        while True:
            with self._lock:
                future = self._kept.get(key)
                is_new = future is None
                if future is None:
                    future = self._kept[key] = Future()
                self._kept.move_to_end(key)
            if is_new:
                return self._make(key, future, make)
            try:
                return future.result()
            except CancelledError:  # whoever made it has failed: this is another try
                continue

    def _make(self, key: Hashable, future: Future[T], make: Callable[[], T]) -> T:
        try:
            with unpaused():  # what would go first may ask for the same
                result = make()
            future.set_result(result)
        finally:
            with self._lock:
                if future.done():
                    self._sizes[key] = n_bytes(future.result())
                    self._drop()
                else:
                    del self._kept[key]
                    future.cancel()
        return result

    def _drop(self) -> None:
        for old in [key for key in self._kept if key in self._sizes][:-1]:
            if self.n_bytes <= self._most_bytes:
                break
            del self._kept[old], self._sizes[old]


def n_bytes(value: Any) -> int:
    """The memory of a value and of what it consists of, to some per cent where most of it is tensors, arrays or bytes.

    Tensors count with what they keep alive: a small view of a large one as the large one.
    """
    return sum(_parts(value, set()))


def _parts(value: Any, seen: set[int]) -> Iterator[int]:
    if isinstance(value, Tensor):
        storage = value.untyped_storage()
        if storage.data_ptr() not in seen:
            seen.add(storage.data_ptr())
            yield storage.nbytes()
    elif isinstance(value, np.ndarray):
        whole = value.base if isinstance(value.base, np.ndarray) else value
        if id(whole) not in seen:
            seen.add(id(whole))
            yield whole.nbytes
    elif isinstance(value, bytes | bytearray | str):
        yield len(value)
    elif isinstance(value, nn.Module):
        yield from _parts(tuple(value.state_dict().values()), seen)
    elif isinstance(value, Mapping):
        yield from _parts((*value.keys(), *value.values()), seen)
    elif isinstance(value, tuple | list | set | frozenset):
        for part in value:
            yield from _parts(part, seen)
    elif dataclasses.is_dataclass(value) and not isinstance(value, type):
        yield from _parts([getattr(value, part.name) for part in dataclasses.fields(value)], seen)
    yield _SMALL
