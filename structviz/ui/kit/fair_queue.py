"""A queue of computations that is fair to all who wait: nobody's long one holds up everybody else's short ones.

Each computation comes with its visitor and with roughly how many seconds it takes. It is due that long after it was
asked for, or that long after the visitor's computation before it is due, whichever is later; what is due first is
computed first. So visitors take turns, a short computation goes before a long one of another visitor, equal ones go in
the order in which they came, and none waits for ever: what is asked for later is due later.

The time in which they are due goes as fast as each visitor is served: half as fast for two visitors as for one
(fair queueing, A. Demers, S. Keshav, S. Shenker, SIGCOMM 1989). So whoever comes to a machine that is behind with its
work need not wait until it has caught up. A long computation lets what is due before it go first between any two of its
pieces, see `structviz.stopping`.
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
from functools import partial
from typing import Any

from structviz.stopping import pausable

__all__ = ["SHORT", "FairQueue", "Place"]

SHORT = 2.0
"""Seconds up to which a computation counts as short; one worker takes no others."""

_NICE = 3
"""By how much the workers that take long computations lower their priority, where a thread has one of its own: a page
that runs on the same core has twice their share."""

_LEARNS = 0.1
"""Share of the latest computation in what the queue believes of the speed of the machine."""

_MOST_PAUSED = 4
"""Computations of a worker that let others go first at the same time; each still holds its memory."""


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
    due: float = math.nan  # until it is taken, when it is due depends on what is cancelled before it
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
        self._running: dict[_Task, float] = {}  # since when, without pauses
        self._paused: dict[_Task, float] = {}  # how long they have run
        self._pace = 1.0
        self._time = 0.0
        self._timed = clock()
        self._n_any = max(1, self._cores - 1)
        self._any = ThreadPoolExecutor(self._n_any, "compute", initializer=_lower_priority)
        self._short = ThreadPoolExecutor(1, "compute-short")
        # What goes first has a thread of its own: torch's modes, for one, belong to the thread that is paused.
        self._first = ThreadPoolExecutor(_MOST_PAUSED * self._n_any, "compute-first", initializer=_lower_priority)

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

        Returns
        -------
        Future
            Of what `work` returns; a worker that raises gives it the exception.
        """
        with self._lock:
            task = _Task(work, visitor, max(seconds, 1e-3), self._now())
            self._lines.setdefault(visitor, _Line(-math.inf)).tasks.append(task)
        # A worker is called for each computation, and takes what is due first, or nothing if that was cancelled.
        self._call_for_short()
        self._any.submit(self._serve, math.inf)
        return task.future

    def place(self, future: Future[Any]) -> Place:
        """Where the computation of a future stands."""
        with self._lock:
            now = self._clock()
            left = {task: self._left(task, now - began) for task, began in self._running.items()}
            for task, seconds in left.items():
                if task.future is future:
                    return Place(0, seconds)
            waiting = [(task.due, task, self._left(task, ran)) for task, ran in self._paused.items()]
            for line in self._lines.values():
                waiting += ((due, task, self._left(task)) for due, task in line.dues())
            waiting.sort(key=lambda one: one[0])
            before = sum(left.values())
            others = {task.visitor for task in left}
            for _, task, seconds in waiting:
                if task.future is future:
                    return Place(len(others - {task.visitor}), before / self._n_any + seconds)
                before += seconds
                others.add(task.visitor)
            return Place(0, 0.0)

    def _left(self, task: _Task, ran: float = 0.0) -> float:
        return max(task.seconds * self._pace - ran, 0.0)

    def _now(self) -> float:
        """The time in which computations are due; call it before the visitors who are served change."""
        now, visitors = self._clock(), {task.visitor for task in (*self._running, *self._paused)}
        visitors |= {visitor for visitor, line in self._lines.items() if next(line.dues(), None)}
        share = min(1.0, self._n_any / max(1, len(visitors)))
        self._time += share * (now - self._timed) / self._pace
        self._timed = now
        return self._time

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
        if task is not None:
            self._compute(task)

    def _compute(self, task: _Task) -> None:
        self._call_for_short()  # what the visitor waits for next may be short
        try:
            self._share_cores()
            with pausable(partial(self._let_others_go_first, task)):
                result = task.work()
        except BaseException as error:  # noqa: BLE001 - as an executor does: whoever waits hears of it
            self._end(task, is_whole=False)
            task.future.set_exception(error)
            del task  # the error knows this frame, which must not know the error's future
        else:
            self._end(task, is_whole=True)
            task.future.set_result(result)

    def _let_others_go_first(self, task: _Task) -> None:
        """Between two pieces of a computation: compute first what is due before it."""
        while True:
            with self._lock:
                is_full = len(self._paused) >= _MOST_PAUSED * self._n_any
                earlier = None if is_full else self._take(math.inf, before=task.due)
                if earlier is None:
                    return
                self._paused[task] = self._clock() - self._running.pop(task)
            try:
                self._first.submit(self._compute, earlier).result()
            finally:
                with self._lock:
                    self._now()
                    self._running[task] = self._clock() - self._paused.pop(task)
            self._share_cores()

    def _share_cores(self) -> None:
        with self._lock:
            n_wanted = len(self._running) + sum(1 for line in self._lines.values() for _ in line.dues())
        self._limit_threads(max(1, self._cores // max(1, n_wanted)))

    def _take(self, longest: float, before: float = math.inf) -> _Task | None:
        now = self._now()
        for visitor, line in list(self._lines.items()):
            while line.tasks and line.tasks[0].future.cancelled():
                line.tasks.popleft()
            if not line.tasks and line.due <= now:
                del self._lines[visitor]
        heads = [(*head, line) for line in self._lines.values() if (head := next(line.dues(), None)) is not None]
        for due, task, line in sorted(heads, key=lambda head: (head[0], head[1].asked)):
            if due < before and task.seconds <= longest and task.future.set_running_or_notify_cancel():
                # Whoever takes what nobody else wants is not made to wait for it later.
                line.due = task.due = due if len(heads) > 1 else min(due, now + task.seconds)
                line.tasks.remove(task)
                self._running[task] = self._clock()
                return task
        return None

    def _end(self, task: _Task, is_whole: bool) -> None:
        with self._lock:
            self._now()
            took = self._clock() - self._running.pop(task)
            if is_whole:
                self._pace += _LEARNS * (min(max(took / task.seconds, 0.1), 10.0) - self._pace)
            elif task.visitor in self._lines:
                # It says nothing about the speed of the machine, and costs its visitor what it has used.
                self._lines[task.visitor].due -= max(task.seconds - took / self._pace, 0.0)


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _lower_priority() -> None:
    """Let pages go first: on Linux a thread has a priority of its own, which the threads that it starts share."""
    if hasattr(os, "setpriority") and hasattr(os, "sched_getaffinity"):
        with suppress(OSError):
            thread = threading.get_native_id()
            os.setpriority(os.PRIO_PROCESS, thread, os.getpriority(os.PRIO_PROCESS, thread) + _NICE)
