"""What is taken along: made only when it is asked for, with a link that opens the same choice."""

from streamlit.testing.v1 import AppTest

from tests.app.inbox import data_of


def page() -> None:
    import streamlit as st

    from structviz.ui.kit.exports import Item, exports
    from structviz.ui.kit.form import Form
    from tests.unit.ui.kit.example import Example

    def make() -> str:
        st.session_state["made"] = True
        return "1,2"

    form = Form("ex", Example)
    form.ask("rows")
    exports(
        form,
        Item("Numbers (CSV)", make, "numbers.csv", "text/csv"),
        networks={"x/y": "ab"},
        left_out="a file of your own",
    )


def test_every_item_has_a_button_and_the_link_has_the_choice() -> None:
    app = AppTest.from_function(page)
    app.query_params["ex_rows"] = "7"
    app.run()
    assert not app.exception
    assert [button.proto.label for button in app.get("download_button")] == ["Numbers (CSV)"]
    assert "made" not in app.session_state, "nothing is made before it is asked for"
    (citation,) = (code.value for code in app.code)
    assert data_of(app, "share")["url"].endswith("?ex_rows=7")
    assert citation.startswith("@software{structviz,")
    assert any("except a file of your own" in caption.value for caption in app.caption)
