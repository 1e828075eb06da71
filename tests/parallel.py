"""How `pytest -n 2` shares the tests: what needs the machine for itself runs last, in one of the processes."""

from collections.abc import Sequence

import pytest
from xdist.scheduler import LoadFileScheduling

__all__ = ["ALONE", "Scheduling", "is_alone", "last"]

ALONE = (
    "tests/e2e/",
    "tests/unit/jobs/",
    "tests/unit/decoding/",
    "tests/unit/cli/test_app.py",
    "tests/unit/cli/test_runs.py",
)
"""Tests of browsers, servers, workers and time limits: what else is computed would hold these up."""


def is_alone(nodeid: str) -> bool:
    """Whether a test needs the machine for itself."""
    return nodeid.startswith(ALONE)


class Scheduling(LoadFileScheduling):
    """A process takes one file after another, or all that needs the machine for itself."""

    def _split_scope(self, nodeid: str) -> str:
        return "alone" if is_alone(nodeid) else super()._split_scope(nodeid)


def last(items: Sequence[pytest.Item]) -> list[pytest.Item]:
    """The tests in their order, with those that need the machine for themselves at the end."""
    return sorted(items, key=lambda item: is_alone(item.nodeid))
