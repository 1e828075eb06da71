"""Chips: a second place of a control, which follows it and sets it, and is no second control."""

from streamlit.testing.v1 import AppTest


def page() -> None:
    import streamlit as st

    from structviz.ui.kit.chips import chips
    from structviz.ui.kit.form import Form
    from tests.unit.ui.kit.example import Example

    form = Form("ex", Example)
    chips(form)
    form.ask("rows")
    form.ask("column")
    st.session_state["link"] = form.share_link()


def opened(**parameters: str) -> AppTest:
    app = AppTest.from_function(page, default_timeout=30)
    for name, value in parameters.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception
    return app


def test_there_is_a_chip_for_each_value_that_is_declared_and_allowed() -> None:
    app = opened()
    (pills,) = app.button_group
    assert pills.options == ["one", "two"], "there is no ninth column in three rows"
    assert pills.value == 2
    app.number_input[0].set_value(9).run()
    assert app.button_group[0].options == ["one", "two", "nine"]


def test_a_chip_sets_its_control_and_the_address() -> None:
    app = opened()
    app.button_group[0].set_value(1).run()
    assert not app.exception
    assert app.selectbox[0].value == 1
    assert app.session_state["link"].endswith("?ex_column=1")


def test_a_chip_follows_its_control_and_the_address() -> None:
    assert opened(ex_column="1").button_group[0].value == 1
    app = opened()
    app.selectbox[0].set_value(1).run()
    assert app.button_group[0].value == 1
    app.selectbox[0].set_value(3).run()
    assert app.button_group[0].value is None, "there is no chip for the third"


def test_a_chip_that_is_pressed_again_stays() -> None:
    app = opened(ex_column="1")
    app.button_group[0].set_value(None).run()
    assert not app.exception
    assert app.selectbox[0].value == 1
    assert app.button_group[0].value == 1
