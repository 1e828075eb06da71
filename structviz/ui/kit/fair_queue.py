"""A queue of computations that is fair to all who wait: nobody's long one holds up everybody else's short ones.

Each computation comes with its visitor and with roughly how many seconds it takes. It is due that long after it was
asked for, or that long after the visitor's computation before it is due, whichever is later; what is due first is
computed first (L. Zhang, "Virtual Clock", SIGCOMM 1990). So visitors take turns, a short computation goes before a
long one of another visitor, equal ones go in the order in which they came, and none waits for ever: what is asked for
later is due later.
"""

import math
import os
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

__all__ = ["SHORT", "FairQueue", "Place"]

SHORT = 2.0
"""Seconds up to which a computation counts as short; one worker takes no others."""

_NICE = 3
"""By how much the workers that take long computations lower their priority, where a thread has one of its own: a page
that runs on the same core has twice their share."""

_LEARNS = 0.1
"""Share of the latest computation in what the queue believes of the speed of the machine."""


@dataclass(frozen=True)
class Place:
    """Where a computation stands.

    Attributes
    ----------
    before
        Other visitors whose computations come first.
    seconds
        Until it is done, roughly.
    """

    before: int
    seconds: float

    def __str__(self) -> str:
        seconds = max(1, math.ceil(self.seconds))
        seconds = seconds if seconds < 10 else 5 * math.ceil(seconds / 5)
        about = f"about {seconds} s" if seconds < 120 else f"about {math.ceil(seconds / 60)} min"
        return f"{self.before} before you, {about}" if self.before else about


@dataclass(eq=False)
class _Task:
    work: Callable[[], Any]
    visitor: str
    seconds: float
    asked: float
    future: Future[Any] = field(default_factory=Future)


@dataclass(eq=False)
class _Line:
    """What one visitor waits for, and when the last computation that was taken from here was due."""

    due: float
    tasks: deque[_Task] = field(default_factory=deque)

    def dues(self) -> Iterator[tuple[float, _Task]]:
        """Every computation that is still wanted, with when it is due."""
        due = self.due
        for task in self.tasks:
            if not task.future.cancelled():
                due = max(due, task.asked) + task.seconds
                yield due, task


class FairQueue:
    """Workers that compute what is due first: as many as the machine has cores, and one of them short things alone.

    Parameters
    ----------
    cores
        For how many computations at once; at least two are possible, a short one beside another. By default those
        that this process may use.
    limit_threads
        Called by a worker before each computation with the number of threads that it may use: all cores if nothing
        else waits or runs, else its share.
    clock
        Seconds since any moment.
    """

    def __init__(
        self,
        cores: int | None = None,
        limit_threads: Callable[[int], object] = lambda _: None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._cores = cores or _cores()
        self._limit_threads = limit_threads
        self._clock = clock
        self._lock = threading.Lock()
        self._lines: dict[str, _Line] = {}
        self._running: dict[_Task, float] = {}
        self._pace = 1.0
        self._any = ThreadPoolExecutor(max(1, self._cores - 1), "compute", initializer=_lower_priority)
        self._short = ThreadPoolExecutor(1, "compute-short")

    def submit(self, work: Callable[[], Any], *, visitor: str, seconds: float) -> Future[Any]:
        """Queue a computation; cancel its future to leave the queue.

        Parameters
        ----------
        work
            Runs in a worker.
        visitor
            For whom: computations of one visitor are begun in the order in which they came.
        seconds
            How long it takes, roughly, on one core.
        """
        task = _Task(work, visitor, max(seconds, 1e-3), self._clock())
        with self._lock:
            self._lines.setdefault(visitor, _Line(-math.inf)).tasks.append(task)
        # A worker is called for each computation, and takes what is due first, or nothing if that was cancelled.
        self._call_for_short()
        self._any.submit(self._serve, math.inf)
        return task.future

    def place(self, future: Future[Any]) -> Place:
        """Where the computation of a future stands."""
        with self._lock:
            now = self._clock()
            left = {task: max(task.seconds * self._pace - (now - began), 0.0) for task, began in self._running.items()}
            mine = next((task for task in left if task.future is future), None)
            if mine is not None:
                return Place(0, left[mine])
            waiting = sorted(
                ((due, task) for line in self._lines.values() for due, task in line.dues()), key=lambda one: one[0]
            )
            ahead = []
            for _, task in waiting:
                if task.future is future:
                    mine = task
                    break
                ahead.append(task)
            if mine is None:
                return Place(0, 0.0)
            before = sum(left.values()) + self._pace * sum(task.seconds for task in ahead)
            others = {task.visitor for task in (*left, *ahead)} - {mine.visitor}
            return Place(len(others), before / max(1, self._cores - 1) + self._pace * mine.seconds)

    def _call_for_short(self) -> None:
        with self._lock:
            heads = (next(line.dues(), None) for line in self._lines.values())
            n_short = sum(head is not None and head[1].seconds <= SHORT for head in heads)
        if n_short:
            self._short.submit(self._serve, SHORT)

    def _serve(self, longest: float) -> None:
        """Compute what is due first among that which takes no longer than `longest`."""
        with self._lock:
            task = self._take(longest)
            n_wanted = len(self._running) + sum(1 for line in self._lines.values() for _ in line.dues())
        if task is None:
            return
        self._call_for_short()  # what the visitor waits for next may be short
        try:
            self._limit_threads(max(1, self._cores // max(1, n_wanted)))
            result = task.work()
        except BaseException as error:  # noqa: BLE001 - as an executor does: whoever waits hears of it
            self._end(task, is_whole=False)
            task.future.set_exception(error)
            del task  # the error knows this frame, which must not know the error's future
        else:
            self._end(task, is_whole=True)
            task.future.set_result(result)

    def _take(self, longest: float) -> _Task | None:
        now = self._clock()
        for visitor, line in list(self._lines.items()):
            while line.tasks and line.tasks[0].future.cancelled():
                line.tasks.popleft()
            if not line.tasks and line.due <= now:
                del self._lines[visitor]
        heads = [(*head, line) for line in self._lines.values() if (head := next(line.dues(), None)) is not None]
        for due, task, line in sorted(heads, key=lambda head: (head[0], head[1].asked)):
            if task.seconds <= longest and task.future.set_running_or_notify_cancel():
                # Whoever takes what nobody else wants is not made to wait for it later.
                line.due = due if len(heads) > 1 else min(due, now + task.seconds)
                line.tasks.remove(task)
                self._running[task] = now
                return task
        return None

    def _end(self, task: _Task, is_whole: bool) -> None:
        with self._lock:
            took = self._clock() - self._running.pop(task)
            if is_whole:  # one that failed or was given up says nothing about the speed of the machine
                self._pace += _LEARNS * (min(max(took / task.seconds, 0.1), 10.0) - self._pace)


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _lower_priority() -> None:
    """Let pages go first: on Linux a thread has a priority of its own, which the threads that it starts share."""
    if hasattr(os, "setpriority") and hasattr(os, "sched_getaffinity"):
        with suppress(OSError):
            thread = threading.get_native_id()
            os.setpriority(os.PRIO_PROCESS, thread, os.getpriority(os.PRIO_PROCESS, thread) + _NICE)
