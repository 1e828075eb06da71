"""The numbers that the browser's spheres and bodies are compared with are those of Python."""

import json
from typing import Any

import pytest

from tests.manifold_numbers import FILE, numbers


def check(found: Any, expected: Any) -> None:
    hint = "run python -m tests.manifold_numbers"
    if isinstance(expected, dict):
        assert found.keys() == expected.keys(), hint
        for name, value in expected.items():
            check(found[name], value)
    elif isinstance(expected, list):
        assert len(found) == len(expected), hint
        for one, other in zip(found, expected, strict=True):
            check(one, other)
    elif isinstance(expected, float):
        assert found == pytest.approx(expected, rel=1e-10, abs=1e-10), hint
    else:
        assert found == expected, hint


def test_the_file_holds_what_python_computes() -> None:
    check(json.loads(json.dumps(numbers())), json.loads(FILE.read_text(encoding="utf-8")))
