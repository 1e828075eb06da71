"""Times that can be compared: all in one process, taking turns."""

import time
from collections.abc import Callable, Mapping

__all__ = ["taking_turns"]


def taking_turns(works: Mapping[str, Callable[[], object]], repetitions: int = 9) -> dict[str, float]:
    """Seconds of the quickest call of each work: what else runs on the machine can only add to it.

    The works take turns, so that a busy minute is shared by all; the first call of each does not count.
    """
    for work in works.values():
        work()
    seconds = dict.fromkeys(works, float("inf"))
    for _ in range(repetitions):
        for name, work in works.items():
            started = time.perf_counter()
            work()
            seconds[name] = min(seconds[name], time.perf_counter() - started)
    return seconds
