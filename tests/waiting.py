"""Wait for what another thread, process or machine gets round to."""

import time
from collections.abc import Callable

__all__ = ["LONG", "until"]

LONG = 120.0
"""Seconds after which a test gives up."""


def until(met: Callable[[], bool], what: str = "", seconds: float = LONG, pause: float = 0.01) -> None:
    """Return as soon as a condition is met; fail, saying what is missing, if it takes too long."""
    deadline = time.monotonic() + seconds
    while not met():
        assert time.monotonic() < deadline, what
        time.sleep(pause)
