"""Freed memory goes back to the operating system."""

import sys

import psutil
import pytest

from structviz.freed_memory import give_back_freed


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only glibc is asked")
def test_what_lies_freed_below_something_in_use_is_given_back() -> None:
    memory = psutil.Process().memory_info
    pieces = [bytearray(60_000) for _ in range(1000)]  # too small for pages of their own
    last = pieces.pop()
    pieces.clear()
    held = memory().rss
    assert give_back_freed()
    assert memory().rss < held - 30_000_000
    assert len(last) == 60_000


def test_elsewhere_nothing_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    assert not give_back_freed()
