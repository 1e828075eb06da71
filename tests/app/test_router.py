"""Addresses of pages: those that moved still open, with their parameters."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

from structviz.ui.router import MOVED

APP = Path(__file__).parents[2] / "app.py"


def open_address(path: str, **parameters: str | list[str]) -> AppTest:
    """What a visitor gets who opens an address in a new session."""
    app = AppTest.from_file(str(APP), default_timeout=120)
    for name, value in parameters.items():
        app.query_params[name] = value
    app.run()
    app._page_hash = calc_hash(path)  # as the server does with the path of the address
    return app.run()


@pytest.mark.parametrize("old", MOVED)
@pytest.mark.usefixtures("quick_study")
def test_a_former_address_opens_the_page_with_its_parameters(old: str) -> None:
    app = open_address(old, flow_compare="one network alone", flow_show=["Grid", "Arrows"])
    assert not app.exception
    assert [title.value for title in app.title] == ["Watch the layers flow"]
    assert app.selectbox(key="flow_compare").value == "one"
    assert app.pills(key="flow_show").value == ["grid", "arrows"]
    assert app.toast == []


def test_an_unknown_address_opens_the_first_page() -> None:
    assert not open_address("nowhere").get("slider")
