"""What strangers wrote stays text."""

import pytest
from streamlit.testing.v1 import AppTest

from structviz.ui.kit.literal import as_code, literal


@pytest.mark.parametrize(
    "text",
    ["*bold*", "**bold**", "_slanted_", "[link](https://evil.example)", "![x](https://evil.example/a.png)", "<b>",
     "$x$", ":red[alarm]", "~~gone~~", "# heading", "- item", "a`b"],
)  # fmt: skip
def test_marks_are_escaped(text: str) -> None:
    shown = literal(text)
    for mark in "*[]<>$~`":
        assert shown.count(mark) == shown.count(f"\\{mark}")
    assert not shown.startswith(("#", "- "))
    assert shown.replace("\\", "").replace("\u2060", "") == text


def test_addresses_do_not_become_links() -> None:
    shown = literal("see https://evil.example, HTTP://EVIL.example, www.evil.example and me@evil.example")
    for piece in ("s://", "P://", "www.", "e@e"):
        assert piece not in shown
    assert shown.replace("\u2060", "") == (
        "see https://evil.example, HTTP://EVIL.example, www.evil.example and me@evil.example"
    )


def test_names_between_colons_do_not_become_icons() -> None:
    shown = literal("a :material/delete: b :smile: at 12:30:45")
    assert ":material" not in shown
    assert ":smile" not in shown
    assert shown.replace("\u2060", "") == "a :material/delete: b :smile: at 12:30:45"


def test_sentences_of_the_house_stay_as_they_are() -> None:
    sentence = "n_train must be a number from 1 to 100 (at most): run `pip install py_dicom`, or choose another."
    assert literal(sentence) == sentence


def test_one_line_is_one_line() -> None:
    assert literal("a\n\n# b\r\u2028c\x00") == "a # b c"
    assert as_code("a\n\n![x](https://evil.example)`") == "`a ![x](https://evil.example)'`"
    assert as_code("") == "` `"
    assert as_code("x" * 60) == f"`{'x' * 60}`"
    assert as_code("x" * 500) == f"`{'x' * 59}…`"


def page() -> None:
    import streamlit as st

    from structviz.errors import ConfigError
    from structviz.ui.kit.guard import callback, guarded, show_callback_error

    def fail(kind: str) -> None:
        raise ConfigError("A rule, but [this](there) came: mend it.") if kind == "rule" else ValueError("secret")

    show_callback_error()
    with guarded():
        for kind in ("rule", "defect"):
            st.button(kind, on_click=callback(fail), args=(kind,), key=kind)
        st.button("well", on_click=callback(lambda: None), key="well")
    st.markdown("the page")


def test_an_error_in_a_callback_leaves_the_page() -> None:
    app = AppTest.from_function(page).run()
    app.button(key="rule").click().run()
    assert [error.value for error in app.error] == [r"A rule, but \[this\](there) came: mend it."]
    assert app.markdown[-1].value == "the page"
    assert not app.exception
    app.button(key="defect").click().run()
    assert "Something went wrong" in app.error[0].value
    assert "secret" not in app.error[0].value
    assert app.markdown[-1].value == "the page"
    app.button(key="well").click().run()
    assert not app.error
