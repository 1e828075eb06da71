from types import SimpleNamespace
from typing import cast

import pytest

from tests.parallel import ALONE, BROWSERS, SECTIONS, hangs_on_the_clock, last


def test_browsers_come_late_and_what_needs_the_machine_for_itself_last() -> None:
    names = [
        "tests/app/a.py::one",
        "tests/e2e/b.py::two",
        f"{ALONE[0]}::three",
        "tests/unit/c.py::four",
        "tests/unit/jobs/d.py::five",
    ]
    items = [cast(pytest.Item, SimpleNamespace(nodeid=name)) for name in names]
    assert [names.index(item.nodeid) for item in last(items)] == [0, 3, 1, 2, 4]


def test_these_places_exist(pytestconfig: pytest.Config) -> None:
    assert all((pytestconfig.rootpath / place).exists() for place in (*ALONE, *SECTIONS, BROWSERS))


def test_only_what_other_processes_take_part_in_is_tried_twice(request: pytest.FixtureRequest) -> None:
    assert hangs_on_the_clock(f"{BROWSERS}b.py::two")
    assert hangs_on_the_clock(f"{ALONE[-1]}::three")
    assert not hangs_on_the_clock(request.node.nodeid)
    assert request.node.get_closest_marker("flaky") is None
