"""The numbers by which networks with time steps are checked in the browser are those of Python."""

import json

import pytest

from tests.training_numbers import FILE, training_numbers


def flat(value: object) -> list[float]:
    if isinstance(value, dict):
        return [number for part in value.values() for number in flat(part)]
    return [number for part in value for number in flat(part)] if isinstance(value, list) else [float(str(value))]


def test_the_file_is_up_to_date() -> None:
    expected, found = json.loads(FILE.read_text(encoding="utf-8")), training_numbers()
    assert found.keys() == expected.keys()
    assert flat(found) == pytest.approx(flat(expected), rel=1e-12, abs=1e-12), "run python -m tests.training_numbers"
