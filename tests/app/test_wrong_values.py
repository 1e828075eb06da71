"""A client can send anything: every page ignores what makes no sense, says so if its kind is wrong, and goes on."""

import json
import logging
from collections.abc import Callable, Mapping
from itertools import count
from typing import Any

import pytest
import streamlit as st
from streamlit.proto.WidgetStates_pb2 import WidgetState
from streamlit.runtime.state import SessionState
from streamlit.testing.v1 import AppTest

from structviz.ui.browser.component import BrowserComponent
from structviz.ui.server.client_values import REFUSED, refuse_wrong_kinds
from structviz.ui.sitemap import PAGES
from tests.app.pages import open_page
from tests.app.wrong_values import REPORTS, WRONG, components, hostile_states, of_other_kinds, widgets_of

ADDRESSES: list[tuple[str, dict[str, str]]] = [
    ("home", {}),
    ("rotation", {"rot_source": "own", "rot_size": "64"}),
    ("ct", {"ct_size": "64", "ct_phantom": "own", "ct_methods": "fbp"}),
    ("flow", {"flow_data": "own"}),
    ("notation", {}),
    ("stability", {"stability_portraits": "true"}),
    ("invertibility", {"inv_density": "true"}),
    ("optimal_control", {"control_dataset": "own", "control_learned": "true"}),
    ("manifolds", {"manifolds_body": "true"}),
    ("robustness", {"robust_digits": "true", "robust_digit_source": "drawn"}),
    ("robustness", {"robust_photo": "own", "robust_aim": "target"}),
    ("train", {}),
    ("runs", {}),
]
"""The pages, as they have most to report and to fill in."""

RUNS = 8
"""Of each page, with another wrong value for each entry of each report."""

KINDS = 6
"""Of values, that are sent to each widget in turn."""


def test_all_components_and_pages_are_here() -> None:
    shown = {component.name: component.reports for component in components()}
    assert shown == {name: tuple(reports) for name, reports in REPORTS.items()}
    assert {page for page, _ in ADDRESSES} == {entry.name for entry in PAGES}


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> None:
    """Values of widgets are checked, as `app.py` has it for its server."""
    monkeypatch.setattr(SessionState, "set_widgets_from_proto", SessionState.set_widgets_from_proto)
    refuse_wrong_kinds()


@pytest.fixture
def callbacks(monkeypatch: pytest.MonkeyPatch) -> dict[tuple[str, str, str], Callable[[], object]]:
    """What the components on a page call, by component, key and report."""
    found: dict[tuple[str, str, str], Callable[[], object]] = {}
    show = BrowserComponent.show

    def noted(self: BrowserComponent, data: Mapping[str, Any], *, key: str, **called: Callable[[], object]) -> None:
        found.update({(self.name, key, report): called[f"on_{report}"] for report in self.reports})
        show(self, data, key=key, **called)

    monkeypatch.setattr(BrowserComponent, "show", noted)
    return found


def reported(app: AppTest, numbers: "count[int]", whole: bool) -> list[WidgetState]:
    """The next wrong values: one for each report as a whole, or one for each of its entries."""
    states = []
    for element in app.get("bidi_component"):
        name = element.proto.component_name.removeprefix("structviz_")
        said: dict[str, Any] = {}
        for report, entries in (REPORTS.get(name) or {"further": ("entry",)}).items():
            values = {entry: WRONG[next(numbers) % len(WRONG)] for entry in ("count", *entries)}
            said[report] = values["count"] if whole else values
        states.append(WidgetState(id=element.proto.id, json_value=json.dumps(said)))
    return states


def send(app: AppTest, wrong: list[WidgetState], caplog: pytest.LogCaptureFixture) -> None:
    """Send values beside those of the other widgets: the page says nothing worse than a sentence."""
    states = app._tree.get_widget_states()
    wanted = {state.id for state in wrong}
    kept = [state for state in states.widgets if state.id not in wanted]
    del states.widgets[:]
    states.widgets.extend([*kept, *wrong])
    app._run(states)
    assert not app.exception
    assert not [error.value for error in app.error if "went wrong" in error.value]
    assert [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR] == []


@pytest.mark.usefixtures("served", "engine")
@pytest.mark.parametrize(("page", "address"), ADDRESSES, ids=lambda value: value if isinstance(value, str) else "")
def test_wrong_values_leave_every_page_whole(
    page: str,
    address: dict[str, str],
    caplog: pytest.LogCaptureFixture,
    callbacks: dict[tuple[str, str, str], Callable[[], object]],
) -> None:
    app, numbers = open_page(page, **address), count(len(page))
    assert not app.exception
    shown = {element.proto.component_name.removeprefix("structviz_") for element in app.get("bidi_component")}
    assert {name for name, _, _ in callbacks} <= shown
    every_value_in_every_entry(app, callbacks, caplog)
    for k in range(RUNS):
        send(app, reported(app, numbers, whole=k % 4 == 0), caplog)
    widgets = {name: widget for name, widget in widgets_of(app).items() if "trigger" not in widget.value_type}
    for kind in range(KINDS):
        other = [states[kind % len(states)] for states in (of_other_kinds(*item) for item in widgets.items())]
        before = session_of(app)
        send(app, other, caplog)
        after = session_of(app)
        assert after.pop(REFUSED) == len(other), "the router says so, before the page"
        del app.session_state[REFUSED]
        assert not {key for key in before if before[key] is not after.get(key) and before[key] != after.get(key)}
    for k in range(5):
        states = [found for item in widgets.items() if (found := hostile_states(*item))]
        send(app, [found[(k * 5) % len(found)] for found in states], caplog)
    app.run()
    assert not app.exception
    assert app.get("bidi_component") or page == "runs"


def session_of(app: AppTest) -> dict[str, Any]:
    """The session, by the names that pages and widgets have given."""
    return dict(app._session_state._state.filtered_state)


def every_value_in_every_entry(
    app: AppTest, callbacks: Mapping[tuple[str, str, str], Callable[[], object]], caplog: pytest.LogCaptureFixture
) -> None:
    """Report each wrong value as each entry of each report, and as the report itself; nothing may raise."""
    kept = session_of(app)
    for (component, key, report), called in callbacks.items():
        for entry in (None, *REPORTS[component][report]):
            for value in WRONG:
                said = value if entry is None else {"count": 1, entry: value}
                with pytest.MonkeyPatch.context() as patch:
                    patch.setattr(st, "session_state", {**kept, key: {report: said}})
                    try:
                        called()
                    except Exception as error:
                        raise AssertionError(f"{component}.{report}.{entry} = {str(value)[:40]}") from error
    assert [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR] == []
