from collections.abc import Callable

import pytest
from streamlit.components.v2.bidi_component.serialization import BidiComponentSerde
from streamlit.elements.widgets.slider import SliderSerde
from streamlit.proto.Slider_pb2 import Slider
from streamlit.proto.WidgetStates_pb2 import WidgetState, WidgetStates
from streamlit.runtime.state import SessionState
from streamlit.runtime.state.common import ValueFieldName, WidgetMetadata
from streamlit.testing.v1 import AppTest

from structviz.ui.server.client_values import REFUSED, refuse_wrong_kinds, understood


@pytest.fixture
def session(monkeypatch: pytest.MonkeyPatch) -> SessionState:
    """A session with a slider, as after the first run of a page."""
    monkeypatch.setattr(SessionState, "set_widgets_from_proto", SessionState.set_widgets_from_proto)
    refuse_wrong_kinds()
    session = SessionState()
    session._new_widget_state.set_widget_metadata(slider())
    return session


def slider() -> WidgetMetadata[object]:
    serde = SliderSerde([3], Slider.INT, True, None, 0, 10)
    return WidgetMetadata("id", serde.deserialize, serde.serialize, "double_array_value")


def doubles(*values: float) -> WidgetState:
    state = WidgetState(id="id")
    state.double_array_value.data.extend(values)
    return state


def send(session: SessionState, *states: WidgetState) -> None:
    session.set_widgets_from_proto(WidgetStates(widgets=states))


WRONG: list[Callable[[], WidgetState]] = [
    lambda: WidgetState(id="id", string_value="text"),
    lambda: WidgetState(id="id", bool_value=True),
    lambda: WidgetState(id="id", json_value="{"),
    lambda: WidgetState(id="id", bytes_value=b"\xff"),
]


@pytest.mark.parametrize("make", WRONG)
def test_a_value_of_another_kind_is_left_out(session: SessionState, make: Callable[[], WidgetState]) -> None:
    send(session, doubles(5))
    assert session._new_widget_state["id"] == 5
    send(session, make())
    assert session._new_widget_state["id"] == 5
    assert session[REFUSED] == 1


def test_values_of_the_kind_of_the_widget_are_taken(session: SessionState) -> None:
    send(session, doubles(7), WidgetState(id="of an earlier page", string_value="text"))
    assert session._new_widget_state["id"] == 7
    assert REFUSED not in session


def test_a_text_that_is_no_json_is_not_understood() -> None:
    widget = WidgetMetadata("id", dict, str, "json_value")
    assert understood(WidgetState(id="id", json_value='{"a": 1}'), widget)
    for text in ("{", "[" * 100_000, ""):
        assert not understood(WidgetState(id="id", json_value=text), widget)


@pytest.mark.parametrize("text", ['""', '"text"', "5", "NaN", "true"])
def test_the_state_of_a_component_is_no_text_or_number(text: str) -> None:
    serde = BidiComponentSerde()
    widget = WidgetMetadata("id", serde.deserialize, serde.serialize, "json_value")
    assert understood(WidgetState(id="id", json_value='{"turn": 1}'), widget)
    assert understood(WidgetState(id="id", json_value="null"), widget)
    assert not understood(WidgetState(id="id", json_value=text), widget)


@pytest.mark.parametrize(
    ("called", "sent"),
    [
        ("double_value", WidgetState(id="id", int_value=3)),
        ("int_value", WidgetState(id="id", double_value=3)),
    ],
)
def test_a_field_for_whole_numbers_is_understood_as_browsers_send_it(called: ValueFieldName, sent: WidgetState) -> None:
    widget = WidgetMetadata("id", float, str, called)
    assert understood(sent, widget)
    assert not understood(WidgetState(id="id", string_value="3"), widget)


def page() -> None:
    import streamlit as st

    from structviz.ui.kit.guard import show_callback_error

    show_callback_error()
    st.write("the page")


def test_the_page_says_so_once_and_runs_on() -> None:
    app = AppTest.from_function(page)
    app.session_state[REFUSED] = 1
    app.run()
    assert [error.value for error in app.error] == [
        "Each control takes values of one kind, but the browser sent another: it is ignored, and the value before "
        "stays. Reload the page if this comes again."
    ]
    assert app.markdown[0].value == "the page"
    assert not app.run().error
