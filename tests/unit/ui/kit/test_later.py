"""What is large waits for the first picture, once in a visit."""

from streamlit.testing.v1 import AppTest

from structviz.ui.kit.later import painted_key
from tests.app.inbox import has_component
from tests.app.pages import healthy


def page() -> None:
    import streamlit as st

    from structviz.errors import DataError
    from structviz.ui.kit.later import send_later

    def fails() -> None:
        raise DataError("Films need a picture, but none is there: choose one.")

    send_later([lambda: st.caption("slices"), fails, lambda: st.caption("films")], "picture")


def captions(app: AppTest) -> list[str]:
    return [caption.value for caption in app.caption]


def test_nothing_large_goes_before_the_picture_has_been_painted() -> None:
    app = healthy(AppTest.from_function(page).run())
    assert captions(app) == []
    assert has_component(app, "painted")
    app.session_state[painted_key("another picture")] = True
    assert captions(app.run()) == []


def test_afterwards_all_goes_at_once_and_one_that_fails_says_so() -> None:
    app = AppTest.from_function(page)
    app.session_state[painted_key("picture")] = True
    app.run()
    assert captions(app) == ["slices", "films"]
    assert [error.value for error in app.error] == ["Films need a picture, but none is there: choose one."]
    assert not has_component(app, "painted")
