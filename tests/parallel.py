"""In which order `pytest -n 2` takes the tests, how it shares them, and which of them are tried once more."""

from collections.abc import Sequence

import pytest
from xdist.scheduler import LoadFileScheduling

__all__ = ["ALONE", "BROWSERS", "SECTIONS", "Scheduling", "hangs_on_the_clock", "is_alone", "last"]

BROWSERS = "tests/e2e/"
"""Tests that wait for a server and a browser most of the time: two files of them share the machine well."""

ALONE = (
    "tests/e2e/test_demonstration.py",
    "tests/e2e/test_train.py",
    "tests/e2e/test_visitors.py",
    "tests/unit/jobs/",
    "tests/unit/decoding/",
    "tests/unit/cli/test_app.py",
    "tests/unit/cli/test_runs.py",
)
"""Tests of workers, time limits and many visitors: what else is computed would hold these up."""

SECTIONS = ("tests/e2e/test_accessibility.py", "tests/e2e/test_first_screen.py", "tests/e2e/test_touch.py")
"""Tests that open all sections of all pages: with the same server the second one finds what the first has computed."""


def is_alone(nodeid: str) -> bool:
    """Whether a test needs the machine for itself."""
    return nodeid.startswith(ALONE)


def hangs_on_the_clock(nodeid: str) -> bool:
    """Whether other processes take part in a test, which answer whenever the machine lets them: it is tried twice."""
    return nodeid.startswith(BROWSERS) or is_alone(nodeid)


class Scheduling(LoadFileScheduling):
    """A process takes one file after another, or all that opens sections, or all that needs the machine for itself."""

    def _split_scope(self, nodeid: str) -> str:
        if is_alone(nodeid):
            return "alone"
        return "sections" if nodeid.startswith(SECTIONS) else super()._split_scope(nodeid)


def last(items: Sequence[pytest.Item]) -> list[pytest.Item]:
    """The tests in their order, with those of browsers at the end, and those that need the machine after them."""
    return sorted(items, key=lambda item: 2 if is_alone(item.nodeid) else int(item.nodeid.startswith(BROWSERS)))
