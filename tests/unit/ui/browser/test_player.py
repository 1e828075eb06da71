import math

import pytest

from structviz.ui.browser.player import shown, sought


def test_reports_of_a_browser_are_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    def hears(report: object) -> None:
        monkeypatch.setattr("streamlit.session_state", {"film": report})

    hears({"seek": {"frame": 7, "count": 1}, "show": {"names": ["grid", "line"], "count": 2}})
    assert sought("film") == 7
    assert shown("film") == {"grid", "line"}
    for frame in ("7", None, -1, math.nan, math.inf, True, [7]):
        hears({"seek": {"frame": frame}})
        assert sought("film") is None
    for names in ("grid", None, 3, {"grid": True}):
        hears({"show": {"names": names}})
        assert shown("film") is None
    hears({"show": {"names": ["grid", "confetti", 3]}, "seek": 4})
    assert shown("film") == {"grid"}
    assert sought("film") is None
    hears({})
    assert sought("film") is shown("film") is None
