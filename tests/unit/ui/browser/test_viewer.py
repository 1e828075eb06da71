"""How slices are looked at: a view is checked, and what a browser says is believed only if it makes sense."""

import math
from typing import Any

import pytest
import streamlit as st

from structviz.errors import ConfigError
from structviz.ui.browser.viewer import WINDOWS, ViewState, read_view

GOOD: dict[str, Any] = {
    "low": 0.1,
    "high": 0.3,
    "unit": "hu",
    "row": 0.25,
    "column": 0.75,
    "zoom": 0.5,
    "iterate": 2,
    "differences": True,
    "profile": [0.1, 0.2, 0.3, 0.4],
    "count": 5,
}


def heard(monkeypatch: pytest.MonkeyPatch, report: object) -> ViewState | None:
    monkeypatch.setattr(st, "session_state", {"key": {"view": report}})
    return read_view("key")


def test_a_view_is_taken_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    expected = ViewState(0.1, 0.3, "hu", 0.25, 0.75, 0.5, 2, differences=True, profile=(0.1, 0.2, 0.3, 0.4))
    assert heard(monkeypatch, GOOD) == expected
    assert heard(monkeypatch, {**GOOD, "iterate": None, "profile": None, "low": 0, "more": "words"}) == ViewState(
        0.0, 0.3, "hu", 0.25, 0.75, 0.5, None, differences=True
    )


@pytest.mark.parametrize(
    "part",
    [
        {"low": "0.1"},
        {"low": None},
        {"low": True},
        {"low": math.nan},
        {"high": math.inf},
        {"high": 0.1},
        {"high": 0.05},
        {"high": 1e9},
        {"low": -3},
        {"unit": "furlongs"},
        {"unit": ["mu"]},
        {"unit": None},
        {"row": -0.01},
        {"row": 1.01},
        {"column": [0.5]},
        {"column": 10**400},
        {"zoom": 0},
        {"zoom": 0.04},
        {"zoom": 1.5},
        {"iterate": -1},
        {"iterate": 100},
        {"iterate": 1.5},
        {"iterate": True},
        {"iterate": "2"},
        {"differences": 1},
        {"differences": "true"},
        {"profile": []},
        {"profile": [0.1, 0.2, 0.3]},
        {"profile": [0.1, 0.2, 0.3, 1.2]},
        {"profile": [0.1, 0.2, 0.3, None]},
        {"profile": [0.1, 0.2, 0.3, math.nan]},
        {"profile": "line"},
        {"profile": {"0": 0.1}},
    ],
    ids=lambda part: str(part)[:40],
)
def test_nonsense_is_not_taken(monkeypatch: pytest.MonkeyPatch, part: dict[str, Any]) -> None:
    assert heard(monkeypatch, {**GOOD, **part}) is None


@pytest.mark.parametrize("missing", [name for name in GOOD if name not in ("iterate", "profile", "count")])
def test_what_is_missing_is_not_made_up(monkeypatch: pytest.MonkeyPatch, missing: str) -> None:
    assert heard(monkeypatch, {name: value for name, value in GOOD.items() if name != missing}) is None


@pytest.mark.parametrize("report", [None, "view", 5, [], [GOOD], {}], ids=lambda report: str(report)[:20])
def test_other_things_are_no_view(monkeypatch: pytest.MonkeyPatch, report: object) -> None:
    assert heard(monkeypatch, report) is None


def test_nothing_said_is_no_view(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(st, "session_state", {})
    assert read_view("key") is None


def test_views_that_cannot_be_shown_say_why() -> None:
    with pytest.raises(ConfigError, match=r"window.*\(0.3, 0.2\)"):
        ViewState(0.3, 0.2)
    with pytest.raises(ConfigError, match=r"side of the zoom.*0\.01"):
        ViewState(zoom=0.01)


def test_every_window_and_the_first_view_can_be_shown() -> None:
    assert (ViewState().low, ViewState().high) == WINDOWS["Chest"]
    for low, high in WINDOWS.values():
        ViewState(low, high)
