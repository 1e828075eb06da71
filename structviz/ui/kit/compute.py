"""Long computations, one at a time, shared by all visitors who ask for the same."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as FutureTimeout
from contextlib import ExitStack, contextmanager
from typing import Any, Generic, TypeVar

__all__ = ["ComputeQueue"]

T = TypeVar("T")

_PATIENCE = 0.2
"""Seconds between two looks at whether the visitor has moved on."""


class ComputeQueue(Generic[T]):
    """A bounded store of results that a single worker fills.

    Streamlit's own caches compute in the visitor's thread: twenty visitors are twenty computations at once,
    and one that was clicked away goes on to its end. Here all wait in one queue, whoever asks for what
    another has asked for waits for the same result, and what nobody waits for any more is never begun.

    Parameters
    ----------
    capacity
        Results that are kept; the one that was not asked for longest goes first.
    """

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._lock = threading.Lock()
        self._results: OrderedDict[Hashable, Future[T]] = OrderedDict()
        self._waiting: dict[Hashable, int] = {}
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="compute")

    def get(self, key: Hashable, work: Callable[[], T], on_wait: Callable[[], Any] = lambda: None) -> T:
        """The result of `work`, from the store if there is one.

        Parameters
        ----------
        key
            Decides the result: ids, seeds and digests.
        work
            Computes it, in another thread: it must not call streamlit.
        on_wait
            Called a few times a second while waiting. If it raises, as streamlit does when the visitor has
            clicked on, the wait ends; work that has not begun is then dropped unless another visitor waits.

        Raises
        ------
        Exception
            Whatever `work` raises; the next call tries again.
        """
        (result,) = self.get_all([(key, work)], on_wait)
        return result

    def get_all(
        self, jobs: Sequence[tuple[Hashable, Callable[[], T]]], on_wait: Callable[[], Any] = lambda: None
    ) -> Iterator[T]:
        """The results of several jobs, each as soon as it is ready.

        All take their places in the queue at once, so that jobs which share something, and come from one
        visitor, are done together; those that are still waiting leave it when the iteration ends.
        """
        with ExitStack() as places:
            futures = [places.enter_context(self._waits(key, work)) for key, work in jobs]
            for future in futures:
                yield _wait(future, on_wait)

    @contextmanager
    def _waits(self, key: Hashable, work: Callable[[], T]) -> Iterator[Future[T]]:
        with self._lock:
            future = self._results.get(key)
            if future is None or (future.done() and future.exception() is not None):
                future = self._results[key] = self._worker.submit(work)
            self._results.move_to_end(key)
            self._waiting[key] = self._waiting.get(key, 0) + 1
        try:
            yield future
        finally:
            with self._lock:
                self._leave(key, future)

    def _leave(self, key: Hashable, future: Future[T]) -> None:
        self._waiting[key] -= 1
        if not self._waiting[key]:
            del self._waiting[key]
            if future.cancel() if not future.done() else future.exception() is not None:
                self._results.pop(key, None)
        finished = [k for k, f in self._results.items() if f.done() and k not in self._waiting]
        for old in finished[: max(0, len(self._results) - self._capacity)]:
            del self._results[old]


def _wait(future: Future[T], on_wait: Callable[[], Any]) -> T:
    while True:
        try:
            return future.result(_PATIENCE)
        except FutureTimeout:
            if future.done():  # just now, or the work itself raised it
                return future.result()
            on_wait()
