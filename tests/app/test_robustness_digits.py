"""The section on digits without a browser: it opens by its address, and what it says follows what is chosen."""

import json

from streamlit.proto.WidgetStates_pb2 import WidgetState
from streamlit.testing.v1 import AppTest

from tests.app.pages import healthy, opener

open_page = opener("robustness")


def said(app: AppTest) -> str:
    return " ".join(markdown.value for markdown in app.markdown)


def test_a_held_out_digit_is_classified_turned_and_attacked() -> None:
    app = healthy(open_page(robust_digits="true", robust_digit="7"))
    assert "This digit is a 7." in said(app)
    assert "Trained on upright digits, the ordinary classifier falls" in said(app)
    assert "After training on N = 4,000 digits" in said(app)
    app = healthy(app.slider(key="robust_digit_angle").set_value(90).run())
    assert "This digit, turned by 90°, is a 7." in said(app)
    app = healthy(app.button(key="robustness_digit_try").click().run())
    assert "10,000 random changes and 10 attacks along the gradient" in said(app)
    assert "none changed its class" in said(app)


def test_a_drawing_is_classified() -> None:
    app = healthy(open_page(robust_digits="true", robust_digit_source="drawn"))
    assert any("Draw a digit on the sheet" in info.value for info in app.info)
    states = app._tree.get_widget_states()
    sheet = next(e for e in app.get("bidi_component") if e.proto.component_name == "structviz_sketch")
    pixels = bytes(255 if 12 <= column <= 14 and 4 <= row < 24 else 0 for row in range(28) for column in range(28))
    report = {"sketch": {"pixels": pixels.hex(), "count": 1}}
    states.widgets.append(WidgetState(id=sheet.proto.id, json_value=json.dumps(report)))
    app._run(states)
    assert "The 1-Lipschitz one is certain of its 1" in said(healthy(app))


def test_a_network_that_is_not_on_this_machine_opens_the_section_and_is_said_to_be_missing() -> None:
    app = healthy(open_page(robust_local="no-such-run"))
    assert any("`no-such-run` is not on this machine" in toast.value for toast in app.toast)
    assert "All 4 classifiers find 0." in said(app)
