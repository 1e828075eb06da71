"""A log that the same trouble cannot fill: each line of code may write so many messages in a minute."""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

__all__ = ["RepeatLimit", "limit_repeats"]

_MOST, _WINDOW = 10, 60.0
_MOST_PLACES = 10_000


@dataclass
class _Place:
    """What one line of code has written since a moment."""

    since: float
    n_written: int = 0
    n_left_out: int = 0


class RepeatLimit(logging.Filter):
    """Lets through so many messages from one line of code in a window of time; the next window says how many came more.

    Two errors of different kinds, or raised at different lines, count by themselves.

    Parameters
    ----------
    most
        Messages in a window.
    window
        In seconds.
    clock
        Tells the time in seconds.
    """

    def __init__(self, most: int = _MOST, window: float = _WINDOW, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._most, self._window, self._clock = most, window, clock
        self._places: dict[tuple[object, ...], _Place] = {}
        self._lock = threading.Lock()

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether a message is written; the first one of a window says how many of the last were left out."""
        key, now = _key(record), self._clock()
        with self._lock:
            place = self._places.get(key)
            if place is None or now - place.since >= self._window:
                if place is None and len(self._places) >= _MOST_PLACES:
                    self._places.clear()
                n_missing = place.n_left_out if place else 0
                self._places[key] = place = _Place(now)
                if n_missing:
                    record.msg = f"{record.msg} ({n_missing:,} more from the same place were left out before.)"
            if place.n_written >= self._most:
                place.n_left_out += 1
                return False
            place.n_written += 1
            return True


def limit_repeats() -> None:
    """Limit the messages of all loggers of this process, also of those that are made later."""
    limit = RepeatLimit()

    class LimitedLogger(logging.getLoggerClass()):
        """A logger whose messages are limited."""

        def __init__(self, name: str, level: int = logging.NOTSET) -> None:
            super().__init__(name, level)
            self.addFilter(limit)

    logging.setLoggerClass(LimitedLogger)
    present = [one for one in logging.root.manager.loggerDict.values() if isinstance(one, logging.Logger)]
    for logger in [logging.root, *present]:
        logger.addFilter(limit)


def _key(record: logging.LogRecord) -> tuple[object, ...]:
    """What makes two messages the same: the line that wrote them, and the line at which their error was raised."""
    error, raised = record.exc_info[1] if record.exc_info else None, None
    trace = error.__traceback__ if error else None
    while trace is not None:
        raised, trace = (trace.tb_frame.f_code.co_filename, trace.tb_lineno), trace.tb_next
    return record.name, record.levelno, record.pathname, record.lineno, type(error), raised
