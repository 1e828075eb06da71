from types import SimpleNamespace
from typing import cast

import pytest

from tests.parallel import ALONE, last


def test_what_needs_the_machine_for_itself_comes_last() -> None:
    names = ["tests/app/a.py::one", "tests/e2e/b.py::two", "tests/unit/c.py::three", "tests/unit/jobs/d.py::four"]
    items = [cast(pytest.Item, SimpleNamespace(nodeid=name)) for name in names]
    assert [names.index(item.nodeid) for item in last(items)] == [0, 2, 1, 3]


def test_these_places_exist(pytestconfig: pytest.Config) -> None:
    assert all((pytestconfig.rootpath / place).exists() for place in ALONE)
