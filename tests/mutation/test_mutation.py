"""Each planted defect still fits the code, and the command tells those that tests see from those that they do not."""

import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from tests.mutation.__main__ import ROOT, main, run
from tests.mutation.copy import Finding
from tests.mutation.defect import Defect, StaleError
from tests.mutation.planted import PLANTED


def test_planted_defects_fit_the_code() -> None:
    assert {name: problem for name, defect in PLANTED.items() if (problem := problem_of(defect))} == {}


def problem_of(defect: Defect) -> str:
    """Why a defect does not fit the code any more; nothing if it does."""
    healthy = (ROOT / defect.file).read_text(encoding="utf-8")
    try:
        changed = defect.planted_in(healthy) != healthy
    except StaleError as stale:
        return str(stale)
    if not changed:
        return "it changes nothing"
    if missing := defect.missing_tests(ROOT):
        return f"no such tests: {' '.join(missing)}"
    return "" if defect.selection() and defect.breaks.endswith(".") else "it names no test, or no sentence"


def test_a_defect_that_does_not_fit_is_named() -> None:
    fits = next(iter(PLANTED.values()))
    assert problem_of(fits) == ""
    assert "exactly once, got 0 times" in problem_of(replace(fits, old="no such text"))
    assert problem_of(replace(fits, new=fits.old)) == "it changes nothing"
    assert problem_of(replace(fits, tests="tests/test_nothing.py")) == "no such tests: tests/test_nothing.py"
    assert "no sentence" in problem_of(replace(fits, breaks="No full stop"))


SOURCE = "def half(x):\n    return x / 2\n"
TESTS = "from half import half\n\n\ndef test_four():\n    assert half(4) == 2\n"


def defect(old: str, new: str, tests: str = "test_half.py::test_four") -> Defect:
    return Defect("wrong", "It is wrong.", "half.py", old, new, tests)


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    (tmp_path / "half.py").write_text(SOURCE)
    (tmp_path / "test_half.py").write_text(TESTS)
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    return tmp_path


def test_a_defect_is_caught_or_survives_or_is_broken_or_stale(checkout: Path) -> None:
    found = run(
        checkout,
        {
            "caught": defect("x / 2", "x * 2"),
            "survived": defect("x / 2", "x - 2"),  # equal at 4
            "broken": defect("x / 2", "y / 2"),
            "no program": defect("x / 2", "x / "),
            "gone": defect("x / 3", "x / 2"),
            "twice": defect("x", "y"),
            "no test": defect("x / 2", "x * 2", "test_half.py::test_five"),
        },
        jobs=2,
    )
    assert not isinstance(found, str)
    outcomes = {name: finding.outcome for name, finding in found.items()}
    assert outcomes == {
        "caught": "caught",
        "survived": "survived",
        "broken": "broken",
        "no program": "broken",
        "gone": "stale",
        "twice": "stale",
        "no test": "stale",
    }
    assert found["caught"].seen.startswith("FAILED test_half.py::test_four")
    assert (checkout / "half.py").read_text() == SOURCE


def test_nothing_is_planted_where_tests_fail_already(checkout: Path) -> None:
    (checkout / "half.py").write_text("def half(x):\n    return x\n")
    found = run(checkout, {"caught": defect("return x", "return 2 * x")})
    assert isinstance(found, str)
    assert "1 failed" in found


@pytest.mark.parametrize(("outcome", "status"), [("caught", 0), ("survived", 1), ("stale", 1), ("broken", 1)])
def test_the_command_fails_unless_all_are_caught(
    outcome: str, status: int, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    name = next(iter(PLANTED))
    monkeypatch.setattr("tests.mutation.__main__.run", lambda *_: {name: Finding(outcome, "")})
    report = tmp_path / "report.json"
    assert main(["--only", name, "--json", str(report)]) == status
    assert f'"outcome": "{outcome}"' in report.read_text()


def test_the_list_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--list"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == len(PLANTED)
