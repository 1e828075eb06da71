"""How `pytest -n 2` shares the tests: browsers after what only computes, and what needs the machine for itself last."""

from collections.abc import Sequence

import pytest
from xdist.scheduler import LoadFileScheduling

__all__ = ["ALONE", "BROWSERS", "Scheduling", "is_alone", "last"]

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


def is_alone(nodeid: str) -> bool:
    """Whether a test needs the machine for itself."""
    return nodeid.startswith(ALONE)


class Scheduling(LoadFileScheduling):
    """A process takes one file after another, or all that needs the machine for itself."""

    def _split_scope(self, nodeid: str) -> str:
        return "alone" if is_alone(nodeid) else super()._split_scope(nodeid)


def last(items: Sequence[pytest.Item]) -> list[pytest.Item]:
    """The tests in their order, with those of browsers at the end, and those that need the machine after them."""
    return sorted(items, key=lambda item: 2 if is_alone(item.nodeid) else int(item.nodeid.startswith(BROWSERS)))
