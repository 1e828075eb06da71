"""Figures grow with the letters that the browser reports; nothing that it can say does harm."""

import json

import pytest
from streamlit.testing.v1 import AppTest


def page() -> None:
    import plotly.graph_objects as go
    import streamlit as st

    from structviz.ui.kit.charts import forget_charts, measure_letters, show_chart

    if "told" in st.session_state:
        st.session_state["letters"] = {"pixels": st.session_state["told"]}
    forget_charts()
    show_chart(go.Figure(layout={"font": {"size": 15}, "height": 300}), key="chart")
    measure_letters()


def shown(told: object = None) -> tuple[float, float]:
    """Letters and height of the figure."""
    app = AppTest.from_function(page)
    if told is not None:
        app.session_state["told"] = told
    app.run()
    assert not app.exception
    (chart,) = app.get("plotly_chart")
    layout = json.loads(chart.proto.spec)["layout"]
    return layout["font"]["size"], layout["height"]


def test_on_a_laptop_a_figure_is_as_it_was_made() -> None:
    assert shown() == (15, 300)


def test_on_a_beamer_it_grows() -> None:
    size, height = shown(23)
    assert size == pytest.approx(15 * 23 / 17)
    assert height == round(300 * 23 / 17)


@pytest.mark.parametrize("told", ["large", -5, float("nan"), {}, True, 3], ids=repr)
def test_whatever_else_the_browser_says_it_stays(told: object) -> None:
    assert shown(told) == (15, 300)


def test_a_browser_cannot_make_it_endless() -> None:
    assert shown(1e8)[1] == round(300 * 100 / 17)
