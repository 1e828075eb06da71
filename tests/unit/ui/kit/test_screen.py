"""The first screen: what is written when, stands where it belongs."""

import re
from pathlib import Path

from streamlit.testing.v1 import AppTest

from structviz.ui.kit import screen as kit


def page() -> None:
    import streamlit as st

    from structviz.ui.kit.screen import first_screen

    screen = first_screen("Title")
    st.caption("after the first screen")
    screen.notice(["Second.", "Third."])
    with screen.picture:
        st.markdown("picture")
    with screen.presets:
        st.button("preset")
    screen.say("The one sentence.", "small print")


def with_number() -> None:
    from structviz.displayed import decibels
    from structviz.ui.kit.screen import first_screen

    screen = first_screen("Title")
    screen.key_number("Lead", decibels(3.04))
    screen.notice(["First."])


def test_the_order_is_that_of_the_screen_and_not_of_the_script() -> None:
    app = AppTest.from_function(page).run()
    kinds = [(element.type, getattr(element, "value", None)) for element in _elements(app.main)]
    assert kinds == [
        ("title", "Title"),
        ("markdown", "The one sentence."),
        ("caption", "small print"),
        ("button", False),
        ("markdown", "picture"),
        ("markdown", "**What to notice.** Second. Third."),
        ("caption", "after the first screen"),
    ]


def test_the_key_number_is_a_metric_beside_the_picture() -> None:
    app = AppTest.from_function(with_number).run()
    (number,) = app.metric
    assert (number.label, number.value) == ("Lead", "3.0 dB")


def test_letters_grow_with_the_screen_and_captions_reach_20_pixels_on_a_beamer() -> None:
    style = Path(kit.__file__).with_suffix(".css").read_text()
    steps = re.findall(r"min-width: (\d+)px\) and \(min-height: (\d+)px\) \{\s*:root \{\s*font-size: (\d+)px", style)
    widths, heights, sizes = zip(*((int(w), int(h), int(s)) for w, h, s in steps), strict=True)
    assert sorted(widths) == list(widths)
    assert sorted(heights) == list(heights)
    assert sorted(sizes) == list(sizes)
    at_1920 = [
        size for width, height, size in zip(widths, heights, sizes, strict=True) if width <= 1920 and height <= 1080
    ]
    assert at_1920[-1] * 0.875 >= 20


def _elements(block: object) -> list:
    children = getattr(block, "children", None)
    return [block] if children is None else [e for child in children.values() for e in _elements(child)]
