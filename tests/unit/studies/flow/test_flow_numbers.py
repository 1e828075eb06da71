"""The file by which films in the browser are checked holds what Python computes now: one case in thirteen of it."""

import json
from pathlib import Path

from tests.browser_numbers import check_file
from tests.flow_numbers import FILE, flow_numbers

STRIDE = 13


def test_the_numbers_of_the_browser_are_those_of_python(tmp_path: Path) -> None:
    written = json.loads(FILE.read_text(encoding="utf-8"))
    part = tmp_path / FILE.name
    part.write_text(json.dumps({**written, "cases": written["cases"][::STRIDE]}))
    found = flow_numbers(STRIDE)
    assert len(found["cases"]) >= 12
    check_file(part, found, "tests.flow_numbers", 1e-5)
