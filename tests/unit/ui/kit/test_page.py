from streamlit.testing.v1 import AppTest


def page() -> None:
    import streamlit as st

    from structviz.ui.kit.page import show_notice

    above = st.container()
    show_notice(["Second."])
    show_notice(["One thing.", "And another."], above)


def test_what_to_notice_stands_where_it_is_put() -> None:
    app = AppTest.from_function(page).run()
    texts = [markdown.value for markdown in app.markdown]
    assert texts == ["**What to notice.** One thing. And another.", "**What to notice.** Second."]
