"""The numbers by which the layers in the browser are checked are those of Python."""

import json
from typing import Any

import pytest

from tests.plane_numbers import FILE, numbers


def test_the_numbers_for_the_browser_are_those_of_python() -> None:
    _same(json.loads(FILE.read_text(encoding="utf-8")), json.loads(json.dumps(numbers())))


def _same(found: Any, expected: Any) -> None:
    assert type(found) is type(expected)
    if isinstance(expected, dict):
        assert found.keys() == expected.keys(), "run python -m tests.plane_numbers"
        for key, value in expected.items():
            _same(found[key], value)
    elif isinstance(expected, list):
        assert len(found) == len(expected), "run python -m tests.plane_numbers"
        for one, other in zip(found, expected, strict=True):
            _same(one, other)
    elif isinstance(expected, str | bool | None):
        assert found == expected, "run python -m tests.plane_numbers"
    else:
        assert found == pytest.approx(expected, rel=1e-12, abs=1e-12), "run python -m tests.plane_numbers"
