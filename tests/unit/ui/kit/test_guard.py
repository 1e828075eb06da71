"""The last line: for whom files are read within it."""

import pytest

from structviz.decoding import process
from structviz.ui.kit.guard import callback, guarded


@pytest.fixture(autouse=True)
def visitor(monkeypatch: pytest.MonkeyPatch) -> tuple[str, str]:
    names = ("visitor a", "address 7")
    monkeypatch.setattr("structviz.ui.kit.guard.readers_here", lambda: names)
    return names


def test_what_a_widget_calls_reads_files_for_its_visitor(visitor: tuple[str, str]) -> None:
    seen = []
    callback(lambda: seen.append(process._readers.get()))()
    assert seen == [visitor]


def test_a_part_of_a_page_that_runs_alone_reads_files_for_its_visitor(visitor: tuple[str, str]) -> None:
    seen = []
    with guarded():
        seen.append(process._readers.get())
    assert seen == [visitor]


def test_afterwards_files_are_nobodys() -> None:
    with guarded():
        pass
    callback(lambda: None)()
    assert process._readers.get() == ("",)
