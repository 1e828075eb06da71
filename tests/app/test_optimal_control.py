"""The page on optimal control without a browser: first paint, presets, and what the address may say."""

from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from structviz.ui.pages.optimal_control.presets import PRESETS
from structviz.ui.pages.optimal_control.record import measured, record_of
from structviz.ui.pages.optimal_control.sentences import headline, key_number, what_to_notice
from tests.app.inbox import data_of
from tests.app.pages import healthy, opener

open_page = opener("optimal_control")


def shown(app: AppTest) -> dict[str, Any]:
    """What the browser gets."""
    return data_of(app, "steering")


@pytest.mark.parametrize("title", PRESETS)
def test_every_preset_opens_and_says_what_its_record_says(title: str) -> None:
    app = open_page()
    app.button(key=f"control_preset_{title}").click().run()
    choice, given = PRESETS[title], shown(healthy(app))
    record = record_of(choice, measured(choice))
    assert len(given["network"]["layers"]) == record.n_layers
    texts = [markdown.value for markdown in app.markdown]
    assert headline(record) in texts
    assert any(all(sentence in text for sentence in what_to_notice(record)) for text in texts)
    assert app.metric[0].value == key_number(record)[1]


def test_the_dragged_point_stands_in_the_address_and_a_bad_one_is_refused() -> None:
    assert shown(healthy(open_page(control_probe="1,-0.5")))["probe"] == [1, -0.5]
    app = healthy(open_page(control_probe="3,0"))
    assert shown(app)["probe"] != [3, 0]
    assert app.toast
