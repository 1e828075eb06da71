"""Files of numbers by which what runs in the browser is checked: written by Python, and compared with it."""

import json
from pathlib import Path
from typing import Any

import pytest

__all__ = ["check_file"]


def check_file(file: Path, numbers: Any, module: str, tolerance: float) -> None:
    """Fail if a file does not hold the numbers that Python computes now.

    Parameters
    ----------
    file
        With JSON.
    numbers
        Computed now.
    module
        Writes the file anew.
    tolerance
        Largest error of a number that is not whole, absolute or relative.
    """
    __tracebackhide__ = True
    expected, found = json.loads(file.read_text(encoding="utf-8")), json.loads(json.dumps(numbers))
    _check(found, expected, tolerance, f"{file.name} is old: run python -m {module}")


def _check(found: Any, expected: Any, tolerance: float, hint: str) -> None:
    __tracebackhide__ = True
    assert type(found) is type(expected), hint
    if isinstance(expected, dict):
        assert found.keys() == expected.keys(), hint
        for name, value in expected.items():
            _check(found[name], value, tolerance, hint)
    elif isinstance(expected, list):
        assert len(found) == len(expected), hint
        for one, other in zip(found, expected, strict=True):
            _check(one, other, tolerance, hint)
    elif isinstance(expected, float):
        assert found == pytest.approx(expected, rel=tolerance, abs=tolerance, nan_ok=True), hint
    else:
        assert found == expected, hint
