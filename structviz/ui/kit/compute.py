"""Long computations in one fair queue, their results shared by all visitors who ask for the same."""

import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator, Sequence
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeout
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any, Generic, TypeVar

import torch
from streamlit.runtime.scriptrunner import get_script_run_ctx

from structviz.stopping import stoppable
from structviz.ui.kit.byte_cache import n_bytes
from structviz.ui.kit.fair_queue import FairQueue, Place
from structviz.ui.kit.visitor import name_in_cookie

__all__ = ["ComputeQueue", "Job", "OnWait", "asking", "on_behalf_of"]

T = TypeVar("T")

OnWait = Callable[[Place], Any]
"""Called a few times a second while a visitor waits, with the place of what is waited for."""

_PATIENCE = 0.2
"""Seconds between two looks at whether the visitor has moved on."""


_COMES_BACK = 5.0
"""Seconds in which a visitor who has clicked on asks again for what is still computed, if the page still shows it."""


@dataclass(frozen=True)
class Job(Generic[T]):
    """A computation.

    Attributes
    ----------
    key
        Decides the result: ids, seeds and digests.
    work
        Computes it, in another thread: it must not call streamlit.
    seconds
        Roughly how long it takes.
    """

    key: Hashable
    work: Callable[[], T]
    seconds: float


_for: ContextVar[str] = ContextVar("visitor", default="")
"""For whom a thread that runs no script computes."""


@contextmanager
def on_behalf_of(visitor: str) -> Iterator[None]:
    """Queue what the block computes as this visitor's: Streamlit makes files for download outside of any script."""
    token = _for.set(visitor)
    try:
        yield
    finally:
        _for.reset(token)


def asking() -> str:
    """Who asks: the browser whose script runs in this thread, by its cookie; without one, its session."""
    context = get_script_run_ctx(suppress_warning=True)
    if context is None:
        return _for.get()
    return name_in_cookie() or context.session_id


@lru_cache(maxsize=1)
def _shared() -> FairQueue:
    """The queue of this server, in which all that pages compute takes its turn."""
    return FairQueue(limit_threads=torch.set_num_threads)


class ComputeQueue(Generic[T]):
    """A bounded store of results that the workers of a fair queue fill.

    Streamlit's own caches compute in the visitor's thread: twenty visitors are twenty computations at once,
    and one that was clicked away goes on to its end. Here all wait in one queue, see `FairQueue`; whoever asks for
    what another has asked for waits for the same result. What nobody waits for any more is never begun, or given up
    between two pieces of its work, see `structviz.stopping`.

    Parameters
    ----------
    most_bytes
        What the kept results may take; the one that was not asked for longest goes first.
    queue
        Where they are computed; by default the one that all stores of this server share.
    visitor
        Says who asks; by default the browser whose script runs.
    clock
        Seconds since any moment.
    """

    def __init__(
        self,
        most_bytes: int,
        queue: FairQueue | None = None,
        visitor: Callable[[], str] = asking,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._most_bytes = most_bytes
        self._queue = queue
        self._visitor = visitor
        self._clock = clock
        self._lock = threading.Lock()
        self._results: OrderedDict[Hashable, Future[T]] = OrderedDict()
        self._sizes: dict[Hashable, int] = {}
        self._waiting: dict[Hashable, int] = {}
        self._left_at: dict[Hashable, float] = {}

    def get(self, key: Hashable, work: Callable[[], T], on_wait: OnWait = lambda _: None, *, seconds: float = 1.0) -> T:
        """The result of `work`, from the store if there is one.

        Parameters
        ----------
        key, work, seconds
            See `Job`.
        on_wait
            See `OnWait`. If it raises, as streamlit does when the visitor has clicked on or left, the wait ends; work
            that has not begun is then dropped unless another visitor waits.

        Returns
        -------
        T
            What `work` returned, now or before; others may hold the same object, so it is not to be changed.

        Raises
        ------
        Exception
            Whatever `work` raises; the next call tries again.
        """
        (result,) = self.get_all([Job(key, work, seconds)], on_wait)
        return result

    def get_all(self, jobs: Sequence[Job[T]], on_wait: OnWait = lambda _: None) -> Iterator[T]:
        """The results of several jobs, each as soon as it is ready.

        All take their places in the queue at once, and those that are still waiting leave it when the iteration ends.
        `on_wait` gets the place of the last one, with which all are done.
        """
        with ExitStack() as places:
            futures = [places.enter_context(self._waits(job)) for job in jobs]

            def wait() -> None:
                on_wait((self._queue or _shared()).place(futures[-1]))

            for future in futures:
                yield _wait(future, wait)

    @contextmanager
    def _waits(self, job: Job[T]) -> Iterator[Future[T]]:
        key = job.key
        with self._lock:
            future = self._results.get(key)
            if future is None or (future.done() and future.exception() is not None):
                queue = self._queue or _shared()
                self._sizes.pop(key, None)
                work = partial(self._stoppable, job)
                future = self._results[key] = queue.submit(work, visitor=self._visitor(), seconds=job.seconds)
            self._results.move_to_end(key)
            self._left_at.pop(key, None)
            self._waiting[key] = self._waiting.get(key, 0) + 1
        try:
            yield future
        finally:
            with self._lock:
                self._leave(key, future)

    def _stoppable(self, job: Job[T]) -> T:
        with stoppable(partial(self._is_left, job.key)):
            return job.work()

    def _is_left(self, key: Hashable) -> bool:
        """Whether nobody has waited for long for a result that is being computed; it is then forgotten."""
        with self._lock:
            is_left = self._clock() - self._left_at.get(key, math.inf) > _COMES_BACK
            if is_left:
                self._forget(key)
            return is_left

    def _leave(self, key: Hashable, future: Future[T]) -> None:
        self._waiting[key] -= 1
        if not self._waiting[key]:
            del self._waiting[key]
            if not future.done():
                self._left_at[key] = self._clock()
            if future.cancel() if not future.done() else future.exception() is not None:
                self._forget(key)
        finished = [k for k, f in self._results.items() if f.done()]
        for k in finished:
            if self._results[k].exception() is None:
                if k not in self._sizes:
                    self._sizes[k] = n_bytes(self._results[k].result())
            elif k not in self._waiting:
                self._forget(k)  # its traceback holds what the work held
        for old in [k for k in finished if k in self._sizes]:
            if sum(self._sizes.values()) <= self._most_bytes:
                break
            if old not in self._waiting:
                self._forget(old)

    def _forget(self, key: Hashable) -> None:
        self._results.pop(key, None)
        self._sizes.pop(key, None)
        self._left_at.pop(key, None)


def _wait(future: Future[T], on_wait: Callable[[], Any]) -> T:
    while True:
        try:
            return future.result(_PATIENCE)
        except FutureTimeout:
            if future.done():  # just now, or the work itself raised it
                return future.result()
            on_wait()
