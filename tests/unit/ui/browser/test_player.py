import math

import pytest

from structviz.ui.browser.player import read_frame, read_shows


def test_reports_of_a_browser_are_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    def hears(report: object) -> None:
        monkeypatch.setattr("streamlit.session_state", {"film": report})

    hears({"seek": {"frame": 7, "count": 1}, "show": {"names": ["grid", "line"], "count": 2}})
    assert read_frame("film") == 7
    assert read_shows("film") == {"grid", "line"}
    for frame in ("7", None, -1, math.nan, math.inf, True, [7]):
        hears({"seek": {"frame": frame}})
        assert read_frame("film") is None
    for names in ("grid", None, 3, {"grid": True}):
        hears({"show": {"names": names}})
        assert read_shows("film") is None
    hears({"show": {"names": ["grid", "confetti", 3]}, "seek": 4})
    assert read_shows("film") == {"grid"}
    assert read_frame("film") is None
    hears({})
    assert read_frame("film") is read_shows("film") is None
