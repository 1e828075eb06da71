"""The scripts that pages offer print what the pages show, from the script alone and the archive beside it.

`.ci/installed` runs those of every preset in an environment where the package is installed, outside of the checkout.
"""

import contextlib
import io
from pathlib import Path

import pytest
import streamlit as st

from tests.page_scripts import PageScript, page_scripts, write_scripts
from tests.run_scripts import differences


def output_of(code: bytes) -> str:
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        exec(compile(code, "script.py", "exec"), {"__name__": "__main__"})
    return printed.getvalue()


def test_every_page_has_a_script_that_prints_its_numbers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STRUCTVIZ_RUNS", str(tmp_path / "runs"))
    st.cache_resource.clear()  # the store of runs may be another test's
    try:
        scripts: list[PageScript] = list(page_scripts(every_preset=False))
        write_scripts(scripts, tmp_path / "scripts")
    finally:
        st.cache_resource.clear()
        st.cache_data.clear()
    assert {script.name.split()[0] for script in scripts} == {
        "rotation",
        "ct",
        "flow",
        "notation",
        "invertibility",
        "optimal_control",
        "manifolds",
        "robustness",
        "stability",
        "train",
        "runs",
    }
    for place in sorted((tmp_path / "scripts").iterdir()):
        monkeypatch.chdir(place)
        printed = output_of((place / "script.py").read_bytes())
        assert differences(printed, (place / "expected.txt").read_text(encoding="utf-8")) == [], place.name


@pytest.mark.parametrize(
    ("printed", "agrees"),
    [
        ("a: 1.53 dB", True),
        ("a: 1.54 dB", True),
        ("a: 1.56 dB", False),
        ("b: 1.54 dB", False),
        ("a: 1.54 dB\nb", False),
    ],
)
def test_numbers_may_differ_in_the_last_digit_only(printed: str, agrees: bool) -> None:
    assert (differences(printed, "a: 1.54 dB") == []) == agrees
