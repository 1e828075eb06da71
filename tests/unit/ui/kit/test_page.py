from streamlit.testing.v1 import AppTest


def page() -> None:
    import streamlit as st

    from structviz.ui.kit.page import show_notice

    above = st.container()
    show_notice(["Second: 5 % of 3 things, 12.1 dB, ε = 4/255."])
    show_notice(["One thing.", "And another."], above)


def test_what_to_notice_stands_where_it_is_put() -> None:
    app = AppTest.from_function(page, default_timeout=60).run()
    texts = [markdown.value for markdown in app.markdown]
    second = "Second: 5\xa0% of 3 things, 12.1\xa0dB, ε\xa0=\xa04/255."  # numbers stay with units and letters
    assert texts == ["**What to notice.** One thing. And another.", f"**What to notice.** {second}"]
