"""The numbers by which states and costates in the browser are checked are those of Python."""

import json
from typing import Any

import pytest

from tests.steering_numbers import FILE, steering_numbers


def leaves(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return [leaf for name in sorted(value) for leaf in (name, *leaves(value[name]))]
    if isinstance(value, list):
        return [leaf for one in value for leaf in leaves(one)]
    return [value]


def test_the_file_of_numbers_is_up_to_date() -> None:
    """If not: `python -m tests.steering_numbers`."""
    expected, found = (
        leaves(json.loads(FILE.read_text(encoding="utf-8"))),
        leaves(json.loads(json.dumps(steering_numbers()))),
    )
    assert len(found) == len(expected)
    for one, other in zip(found, expected, strict=True):
        assert one == (pytest.approx(other, rel=1e-9, abs=1e-12) if isinstance(other, float) else other)
