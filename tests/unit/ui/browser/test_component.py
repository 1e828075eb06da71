"""What a browser says is checked: numbers of reports, other numbers, and payloads on their way to the inbox."""

import math
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
import streamlit as st

from structviz.figures.packet import unpack
from structviz.ui.browser import component as module
from structviz.ui.browser.component import MAX_COUNT, finite_number, send_payload, whole_number
from structviz.ui.kit.form import Form
from structviz.ui.kit.unheard import outdate_reports
from tests.unit.ui.kit.test_form import Example

NONSENSE = [10**400, -(10**400), -1, math.nan, math.inf, True, "5", None, [5]]


@pytest.mark.parametrize("value", NONSENSE, ids=lambda value: repr(value)[:12])
def test_no_whole_number(value: object) -> None:
    assert whole_number(value) is None


@pytest.mark.parametrize(("value", "expected"), [(0, 0), (7, 7), (7.4, 7), (MAX_COUNT, MAX_COUNT)])
def test_whole_numbers(value: float | int, expected: int) -> None:
    assert whole_number(value) == expected


@pytest.mark.parametrize("value", [value for value in NONSENSE if value != -1], ids=lambda value: repr(value)[:12])
def test_no_finite_number(value: object) -> None:
    assert finite_number(value) is None


def test_a_payload_goes_to_its_channel(monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[dict[str, Any]] = []
    monkeypatch.setattr(module, "_INBOX", lambda **given: sent.append(given))
    send_payload("film-3", b"payload", key="k")
    (given,) = sent
    head, arrays = unpack(given["data"])
    assert (given["key"], head, arrays["payload"].tobytes()) == ("k", {"channel": "film-3"}, b"payload")


@pytest.mark.parametrize("report", [None, "turn", 5, [], {}], ids=repr)
def test_a_report_that_is_no_object_is_empty(monkeypatch: pytest.MonkeyPatch, report: object) -> None:
    monkeypatch.setattr(st, "session_state", {"key": {"turn": report}})
    shown = SimpleNamespace(reports=("turn",))
    assert module.BrowserComponent.report(shown, "key", "turn") == {}  # pyright: ignore[reportArgumentType]


def test_a_report_from_before_a_preset_does_not_undo_it(monkeypatch: pytest.MonkeyPatch) -> None:
    handlers: dict[str, Any] = {}
    sent: list[int] = []
    heard: list[int] = []
    session: dict[str, Any] = {}

    def send(_channel: str, payload: bytes, **_: str) -> None:
        sent.append(unpack(payload)[0]["seen"])

    def declare(_name: str, **_files: str) -> Callable[..., None]:
        return lambda **given: handlers.update(given)

    monkeypatch.setattr(st, "session_state", session)
    monkeypatch.setattr(module, "send_payload", send)
    monkeypatch.setattr(module, "component", declare)
    rotor = module.BrowserComponent("rotor", reports=("turn",))

    def report(degrees: int, seen: int) -> None:
        session["key"] = {"turn": {"degrees": degrees, "count": seen + 1}}
        handlers["on_turn_change"]()

    rotor.show({}, key="key", on_turn=lambda: heard.append(rotor.report("key", "turn")["degrees"]))
    report(32, seen=sent[-1])
    outdate_reports()
    report(33, seen=sent[-1])
    assert heard == [32]
    rotor.show({}, key="key", on_turn=lambda: heard.append(rotor.report("key", "turn")["degrees"]))
    report(34, seen=sent[-1])
    assert heard == [32, 34]


def test_what_a_component_reports_becomes_the_text_of_its_control(monkeypatch: pytest.MonkeyPatch) -> None:
    put: list[dict[str, Any]] = []
    set_to: list[dict[str, Any]] = []
    reports = {("ex_theta_component", "theta"): {"text": "1,2", "count": 3}}
    component = SimpleNamespace(
        show=lambda data, **given: put.append({"data": data, **given}),
        report=lambda key, name: reports.get((key, name), {}),
    )
    form = Form("ex", Example)
    monkeypatch.setattr(form, "set", lambda **values: set_to.append(values))
    module.BrowserComponent.edit(component, form, "theta", {"sigma": "relu"})  # pyright: ignore[reportArgumentType]
    (given,) = put
    assert (given["data"], given["key"]) == ({"sigma": "relu"}, "ex_theta_component")
    given["on_theta"]()
    reports.clear()
    given["on_theta"]()
    assert set_to == [{"theta": "1,2"}, {"theta": None}], "the form refuses what is no text"
