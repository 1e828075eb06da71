"""Undo and redo: which changes are steps, and a page whose controls go back and forward, with the address."""

from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from structviz.ui.kit.history import MOST_STATES, History
from tests.unit.ui.kit.test_form import healthy, press

STEPS = ("angle", "kind")


def state(angle: int = 0, kind: str = "a", place: int = 0) -> dict[str, Any]:
    return {"angle": angle, "kind": kind, "place": place}


def test_each_change_is_a_step_and_going_back_drops_none() -> None:
    history = History((state(),)).noted(state(5), STEPS).noted(state(5, "b"), STEPS)
    assert [one["angle"] for one in history.states] == [0, 5, 5]
    back = history.undone()
    assert (back.now, back.can_undo, back.can_redo) == (state(5), True, True)
    assert back.redone() == history
    assert not history.can_redo
    assert not back.undone().can_undo


def test_a_new_change_forgets_what_was_undone() -> None:
    history = History((state(),)).noted(state(5), STEPS).noted(state(10), STEPS).undone().noted(state(7), STEPS)
    assert history.states == (state(), state(5), state(7))
    assert not history.can_redo


def test_where_a_visitor_looks_is_no_step_but_comes_back_with_one() -> None:
    history = History((state(),)).noted(state(place=3), STEPS)
    assert not history.can_undo
    assert history.noted(state(5, place=8), STEPS).undone().now == state(place=3)


def test_where_a_visitor_looks_after_undo_keeps_what_can_be_redone() -> None:
    history = History((state(),)).noted(state(5), STEPS).undone().noted(state(place=2), STEPS)
    assert history.redone().now == state(5)
    assert history.now == state(place=2)


def test_beyond_the_ends_nothing_happens() -> None:
    history = History((state(),))
    assert history.undone() == history.redone() == history


def test_back_and_forward_of_the_browser_are_steps_along_the_history() -> None:
    history = History((state(),)).noted(state(5), STEPS).noted(state(10), STEPS)
    back = history.followed(state(5, place=4), STEPS)
    assert (back.at, back.now, back.can_redo) == (1, state(5, place=4), True)
    assert back.followed(state(10), STEPS) == history.undone().noted(state(5, place=4), STEPS).redone()
    assert back.followed(state(7), STEPS).states == (state(), state(5, place=4), state(7)), (
        "an address that was typed in"
    )
    assert History((state(),)).followed(state(), STEPS) == History((state(),))


def test_what_a_hand_takes_back_is_a_step_of_its_own() -> None:
    history = History((state(),)).noted(state(5), STEPS).noted(state(), STEPS)
    assert history.undone().now == state(5)


def test_memory_is_bounded_and_the_oldest_states_go() -> None:
    history = History((state(),))
    for angle in range(1, 2 * MOST_STATES):
        history = history.noted(state(angle), STEPS)
    assert len(history.states) == MOST_STATES
    assert history.now == state(2 * MOST_STATES - 1)
    for _ in range(MOST_STATES):
        history = history.undone()
    assert history.now == state(MOST_STATES)


def page() -> None:
    import streamlit as st

    from structviz.ui.kit.form import Form
    from structviz.ui.kit.history import undo_buttons
    from tests.unit.ui.kit.test_form import PRESETS, Example

    form = Form("ex", Example)
    form.warn_ignored()
    form.ask("angle")
    form.presets(PRESETS)
    undo_buttons(form)
    st.session_state["choice"] = form.show()
    with form.section("more"):
        pass


@pytest.fixture
def app() -> AppTest:
    return healthy(AppTest.from_function(page).run())


def enabled(app: AppTest) -> tuple[bool, bool]:
    return tuple(not app.button(key=f"ex_{name}").disabled for name in ("undo", "redo"))  # type: ignore[return-value]


def test_an_untouched_page_has_nothing_to_undo(app: AppTest) -> None:
    assert enabled(app) == (False, False)


def test_widgets_presets_and_reset_are_one_step_each_and_the_address_follows(app: AppTest) -> None:
    healthy(app.slider(key="ex_angle").set_value(30).run())
    moved = app.session_state["choice"]
    preset = press(app, "Second")
    assert app.query_params["ex_kind"] in ("Second", ["Second"])
    press(app, "Reset all choices")
    assert enabled(app) == (True, False)
    assert press(app, "Undo") == preset
    assert app.query_params["ex_kind"] in ("Second", ["Second"])
    assert press(app, "Undo") == moved
    assert "ex_kind" not in app.query_params
    assert app.query_params["ex_angle"] in ("30", ["30"])
    assert press(app, "Undo").angle == 90
    assert enabled(app) == (False, True)
    assert press(app, "Redo") == moved
    assert press(app, "Redo") == preset


def test_controls_that_followed_a_hand_go_back_with_it(app: AppTest) -> None:
    healthy(app.slider(key="ex_angle").set_value(50).run())
    assert app.session_state["choice"].mark == 60
    assert press(app, "Undo").mark == 100


def test_a_control_that_came_and_went_has_the_value_that_it_had(app: AppTest) -> None:
    healthy(app.selectbox(key="ex_kind").select("b").run())
    healthy(app.number_input(key="ex_only_b").set_value(5).run())
    healthy(app.selectbox(key="ex_kind").select("a").run())
    assert app.session_state["choice"].only_b == 1
    assert press(app, "Undo").only_b == 5
    assert press(app, "Undo").only_b == 1


def test_a_section_that_a_preset_opened_closes_with_it(app: AppTest) -> None:
    assert press(app, "With a line").more
    found = press(app, "Undo")
    assert (found.more, found.line) == (False, "")


def test_a_file_stays(app: AppTest) -> None:
    healthy(app.file_uploader[0].set_value(("a.txt", b"ab", "text/plain")).run())
    assert enabled(app) == (False, False)
    press(app, "Second")
    assert press(app, "Undo").file is not None
