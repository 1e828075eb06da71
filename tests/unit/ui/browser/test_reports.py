"""Anyone can make a browser say anything: numbers too long for a float are refused, and nothing falls over."""

import math
from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

import pytest
import streamlit as st

from structviz.config import TrainConfig
from structviz.errors import ConfigError
from structviz.figures.packet import unpack
from structviz.training import FLOW
from structviz.training.live import LiveRun
from structviz.ui.browser import component as component_module
from structviz.ui.browser import player as player_module
from structviz.ui.browser import rotor as rotor_module
from structviz.ui.browser import viewer as viewer_module
from structviz.ui.browser.player import player, read_frame
from structviz.ui.browser.rotor import rotor
from structviz.ui.browser.viewer import ViewState, viewer

HUGE = 10**400
NONSENSE = [HUGE, -HUGE, -1, math.nan, math.inf, True, "5", None, [5]]


def nothing() -> None:
    pass


def says(monkeypatch: pytest.MonkeyPatch, **reports: object) -> None:
    monkeypatch.setattr(st, "session_state", {"key": reports})


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[Mapping[str, Any]]:
    """What components are given."""
    found: list[Mapping[str, Any]] = []

    def keep(*, data: Mapping[str, Any], **_how: object) -> SimpleNamespace:
        found.append(data)
        return SimpleNamespace()

    def keep_data(_channel: str, payload: bytes, *, key: str) -> None:
        assert key == "key_data"
        found.append(unpack(payload)[0])

    monkeypatch.setattr(component_module, "send_payload", keep_data)
    monkeypatch.setattr(rotor_module._ROTOR, "_render", keep)
    monkeypatch.setattr(viewer_module._VIEWER, "_render", keep)
    monkeypatch.setattr(player_module._PLAYER, "_render", keep)
    monkeypatch.setattr(player_module, "send_payload", lambda *_what, **_how: None)
    return found


@pytest.mark.parametrize("frame", NONSENSE, ids=lambda value: repr(value)[:12])
def test_no_such_frame(monkeypatch: pytest.MonkeyPatch, frame: object) -> None:
    says(monkeypatch, seek={"frame": frame})
    assert read_frame("key") is None


@pytest.mark.parametrize(("frame", "expected"), [(0, 0), (7, 7), (7.4, 7), (2**53, 2**53)])
def test_frames_are_taken(monkeypatch: pytest.MonkeyPatch, frame: float | int, expected: int) -> None:
    says(monkeypatch, seek={"frame": frame})
    assert read_frame("key") == expected


@pytest.mark.parametrize(("count", "seen"), [*((value, 0) for value in NONSENSE), (5, 5)], ids=lambda v: repr(v)[:12])
def test_numbers_of_reports(
    monkeypatch: pytest.MonkeyPatch, sent: list[Mapping[str, Any]], count: object, seen: int
) -> None:
    monkeypatch.setattr(viewer_module, "send_payload", lambda *_given, **_how: None)
    says(monkeypatch, seek={"count": count}, show=None, turn={"count": count}, view={"count": count})
    player(b"film", key="key", on_seek=nothing, on_show=nothing)
    monkeypatch.setattr(viewer_module, "encode", lambda _stacks: b"slices")
    viewer([], ViewState(), key="key", on_view=nothing)
    rotor({}, key="key", on_turn=nothing, on_view=nothing, on_noise=nothing, on_films=nothing)
    assert [data["seen"] for data in sent if isinstance(data, dict) and "seen" in data] == [seen] * 3


@pytest.mark.usefixtures("without_shape_checks")
@pytest.mark.parametrize("pace", [HUGE, -HUGE])
def test_no_such_pace(pace: int) -> None:
    with pytest.raises(ConfigError, match=r"positive number of steps per second; got -?10000"):
        LiveRun(FLOW, TrainConfig(recipe="flow", steps=5), pace=pace)
