"""A click while a preset's run is under way: what the browser could not know yet does not undo the preset."""

import pytest
from streamlit.proto.WidgetStates_pb2 import WidgetStates
from streamlit.testing.v1 import AppTest

from tests.app.pages import healthy


def page() -> None:
    from dataclasses import dataclass

    import streamlit as st

    from structviz.ui.kit.choice import Choice, Number, One, Section, Toggle, declare
    from structviz.ui.kit.form import Form

    @dataclass(frozen=True)
    class Turned(Choice):
        loud: bool = declare(False, Toggle("Loud", place="sidebar"))
        kind: str = declare("a", One("Kind", place="sidebar", options={"a": "First", "b": "Second"}))
        angle: int = declare(0, Number("Angle", low=0, high=360))
        more: bool = declare(False, Section("More"))

    form = Form("t", Turned)
    form.warn_ignored()
    form.presets({"Upright": Turned(kind="b"), "Sideways": Turned(angle=45)})
    st.session_state["choice"] = form.show()
    if st.session_state.get("interrupted"):
        st.stop()  # as where a click ends the run
    form.ask("angle")
    with form.section("more"):
        pass


@pytest.fixture
def app() -> AppTest:
    """A page whose angle a visitor has set to 90."""
    app = healthy(AppTest.from_function(page).run())
    return healthy(app.number_input(key="t_angle").set_value(90).run())


def shown(app: AppTest) -> WidgetStates:
    """What the widgets in the browser say."""
    return app._tree.get_widget_states()


def press_and_interrupt(app: AppTest, preset: str) -> None:
    """Press a preset; the run ends before it reaches the angle."""
    app.session_state["interrupted"] = True
    healthy(app.button(key=f"t_preset_{preset}").click().run())
    del app.session_state["interrupted"]


def send(app: AppTest, states: WidgetStates) -> None:
    healthy(app._run(states))


def test_a_click_on_another_field_leaves_the_preset_as_it_is(app: AppTest) -> None:
    app.toggle(key="t_loud").set_value(True)
    stale = shown(app)
    press_and_interrupt(app, "Upright")
    send(app, stale)
    assert app.number_input(key="t_angle").value == 0
    assert app.session_state["choice"].angle == 0
    assert app.session_state["choice"].loud
    assert "t_angle" not in app.query_params


def test_two_presets_in_a_row_and_a_click(app: AppTest) -> None:
    stale = shown(app)
    press_and_interrupt(app, "Upright")
    press_and_interrupt(app, "Sideways")
    send(app, stale)
    assert app.number_input(key="t_angle").value == 45
    assert app.query_params["t_angle"] == "45"


def test_what_the_visitor_sets_meanwhile_counts(app: AppTest) -> None:
    app.number_input(key="t_angle").set_value(120)
    changed = shown(app)
    app.number_input(key="t_angle").set_value(90)  # the preset comes first
    press_and_interrupt(app, "Upright")
    send(app, changed)
    assert app.number_input(key="t_angle").value == 120
    assert app.session_state["choice"].angle == 120


def test_once_the_browser_has_heard_a_visitor_may_go_back_to_what_was(app: AppTest) -> None:
    healthy(app.button(key="t_preset_Upright").click().run())
    assert app.number_input(key="t_angle").value == 0
    healthy(app.number_input(key="t_angle").set_value(90).run())
    assert app.session_state["choice"].angle == 90
    healthy(app.run())
    assert app.session_state["choice"].angle == 90
