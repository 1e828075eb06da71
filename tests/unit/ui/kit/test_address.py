"""The address and the browser's history on a tiny page: how often the browser hears of it; who decides after Back."""

from urllib.parse import urlencode

import pytest
from streamlit.runtime.state.query_params import QueryParams
from streamlit.testing.v1 import AppTest

from structviz.ui.kit import form
from structviz.ui.kit.control import Values
from tests.unit.ui.kit.test_form import Example, choice, healthy, open_page, press


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every address that the browser is told; it makes an entry of its history for each that is new."""
    addresses: list[str] = []
    send = QueryParams._send_query_param_msg

    def note(self: QueryParams) -> None:
        addresses.append(urlencode(self._query_params, doseq=True))
        send(self)

    monkeypatch.setattr(QueryParams, "_send_query_param_msg", note)
    return addresses


def page() -> None:
    import streamlit as st

    from structviz.ui.kit.form import Form
    from tests.unit.ui.kit.test_form import Example

    form = Form("ex", Example)
    form.follow_history()
    form.warn_ignored()
    st.session_state["choice"] = form.show()
    st.session_state["seen"] = form.values()
    form.ask("angle")


def test_a_preset_tells_the_browser_one_address(told: list[str]) -> None:
    app = open_page(ex_rows="5", ex_letters=["Ex", "Why"])
    told.clear()
    press(app, "Second")
    assert set(told) == {"ex_angle=45&ex_kind=Second"}
    told.clear()
    press(app, "With a line")
    assert set(told) == {"ex_line=8&ex_more=true"}


def test_a_preset_of_what_is_there_tells_nothing_new(told: list[str]) -> None:
    app = open_page()
    press(app, "Second")
    before = set(told)
    press(app, "Second")
    assert set(told) == before


def test_a_reset_tells_the_browser_one_address(told: list[str]) -> None:
    app = open_page(ex_rows="5", ex_kind="Second", ex_angle="30", ex_mark="7")
    told.clear()
    assert press(app, "Reset all choices") == Example()
    assert set(told) == {""}


def test_an_address_is_corrected_at_once(told: list[str]) -> None:
    open_page(ex_kind="b", ex_lines="5", ex_nonsense="1", ex_rate="2e9", other_page="stays")
    assert set(told) == {"other_page=stays&ex_kind=Second&ex_rows=5"}


def went_back(app: AppTest, monkeypatch: pytest.MonkeyPatch, entered: bool = False) -> Values:
    with monkeypatch.context() as patch:
        patch.setattr(form, "goes_back", lambda: True)
        patch.setattr(form, "forget_history", lambda: patch.setattr(form, "goes_back", lambda: False))
        patch.setattr(form, "was_entered", lambda: entered)
        return healthy(app.run()).session_state["seen"]


def test_after_back_the_address_decides_also_what_has_no_widget(monkeypatch: pytest.MonkeyPatch) -> None:
    app = AppTest.from_function(page)
    app.session_state["ex_mark"] = 7
    assert healthy(app.run()).session_state["seen"]["mark"] == 7
    app.query_params["ex_mark"] = "5"
    assert app.run().session_state["seen"]["mark"] == 7, "without Back the session decides"
    app.query_params["ex_mark"] = "5"
    assert went_back(app, monkeypatch)["mark"] == 5
    assert app.run().session_state["seen"]["mark"] == 5


def test_who_comes_back_from_another_page_finds_what_the_session_says(monkeypatch: pytest.MonkeyPatch) -> None:
    app = AppTest.from_function(page)
    app.session_state["ex_mark"] = 7
    healthy(app.run())
    del app.query_params["ex_mark"]
    assert went_back(app, monkeypatch, entered=True)["mark"] == 7
    del app.query_params["ex_mark"]
    assert went_back(app, monkeypatch, entered=False)["mark"] == 100


def test_numbers_in_the_address_are_those_that_streamlit_writes(told: list[str]) -> None:
    app = open_page(ex_rate="0.5")
    assert choice(app).rate == 0.5
    assert set(told) <= {"ex_rate=0.5"}
