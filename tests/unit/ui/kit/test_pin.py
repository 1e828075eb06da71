"""Pins: what differs between A and B in words and numbers, and a page that keeps A while it shows B."""

import pytest
from streamlit.testing.v1 import AppTest

from structviz.displayed import Displayed, decibels, number, percent
from structviz.ui.kit import pin
from structviz.ui.kit.pin import changes, figures_table
from structviz.ui.kit.tiles import Row, Tile, tiles_html
from tests.unit.ui.kit.test_form import healthy, press


def test_only_what_differs_is_listed_and_what_does_not_apply_has_a_dash() -> None:
    before = {"Angle": "0°", "Kind": "First", "Only a": "3"}
    after = {"Angle": "90°", "Kind": "First", "Only b": "5"}
    assert changes(before, after) == ["**Angle** 0° → 90°", "**Only b** – → 5", "**Only a** 3 → –"]
    assert changes(before, before) == []


def test_the_table_has_the_difference_of_what_is_displayed() -> None:
    before = {"Ordinary": decibels(29.64), "Right": percent(0.5)}
    after = {"Ordinary": decibels(6.4), "Right": percent(0.75), "New": number(3)}
    assert figures_table(before, after).splitlines()[2:] == [
        "| Ordinary | 29.6 dB | 6.4 dB | −23.2 dB |",
        "| Right | 50.0 % | 75.0 % | +25.0 percentage points |",
        "| New | – | 3 | – |",
    ]


@pytest.mark.parametrize(
    ("before", "after"),
    [(decibels(float("inf")), decibels(20)), (decibels(20), percent(0.2)), (number(float("nan")), number(1))],
)
def test_what_has_no_difference_has_a_dash(before: Displayed, after: Displayed) -> None:
    assert figures_table({"x": before}, {"x": after}).endswith("| – |")


def page() -> None:
    import streamlit as st

    from structviz.displayed import number
    from structviz.ui.kit.form import Form
    from structviz.ui.kit.pin import View, show_pin, toolbar
    from structviz.ui.kit.tiles import Tile
    from tests.unit.ui.kit.test_form import PRESETS, Example

    form = Form("ex", Example)
    form.warn_ignored()
    form.ask("angle")
    form.presets(PRESETS)
    places = toolbar(form)
    st.session_state["choice"] = choice = form.show()
    picture = Tile(f"At {choice.angle}", "#000000", b"picture" * choice.rows, "", (), f"The picture at {choice.angle}")
    show_pin(form, View({"Angle": number(choice.angle, 0, "°")}, lambda: [picture]), places)


@pytest.fixture
def app() -> AppTest:
    return healthy(AppTest.from_function(page).run())


def turn(app: AppTest, angle: int) -> None:
    healthy(app.slider(key="ex_angle").set_value(angle).run())


def words(app: AppTest) -> str:
    return "\n".join(markdown.value for markdown in app.markdown)


def alts(app: AppTest) -> list[str]:
    """What the pictures of A and B show, in this order."""
    found = [app.get("html")[k].proto.body for k in range(len(app.get("html")))]
    return [body.partition('alt="')[2].partition('"')[0] for body in found]


def test_an_untouched_page_compares_nothing(app: AppTest) -> None:
    assert "B − A" not in words(app)
    assert alts(app) == []


def test_a_pin_stays_while_the_page_goes_on(app: AppTest) -> None:
    press(app, "Pin as A")
    assert "**A is pinned.**" in words(app)
    assert "| Angle | 90° | 90° | 0° |" in words(app)
    turn(app, 30)
    healthy(app.selectbox(key="ex_kind").select("b").run())
    listed = "**Angle** 90° → 30°; **Mark** 100 → 40; **Kind** First → Second; **Only b** – → 1; **Grey** – → 1"
    assert f"**From A to B:** {listed}." in words(app)
    assert "| Angle | 90° | 30° | −60° |" in words(app)
    assert alts(app) == ["The picture at 90", "The picture at 30"]


def test_the_way_back_to_a_and_off_it(app: AppTest) -> None:
    press(app, "Pin as A")
    before = app.session_state["choice"]
    press(app, "Second")
    assert press(app, "Back to A") == before
    assert "**A is pinned.**" in words(app)
    assert press(app, "Undo").kind == "b"
    press(app, "Unpin")
    assert "B − A" not in words(app)
    assert any(button.label == "Pin as A" for button in app.button)


def test_another_pin_takes_the_place_of_the_first(app: AppTest) -> None:
    press(app, "Pin as A")
    turn(app, 30)
    press(app, "Pin this as A instead")
    turn(app, 45)
    assert alts(app) == ["The picture at 30", "The picture at 45"]


def test_pictures_that_are_too_large_are_not_kept(app: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pin, "MOST_BYTES", 20)
    press(app, "Pin as A")
    assert alts(app) == ["The picture at 90"]
    assert any(caption.value == "A has no pictures." for caption in app.caption)


def test_how_pictures_are_looked_at_is_not_compared(app: AppTest) -> None:
    press(app, "Pin as A")
    healthy(app.text_input(key="ex_line").set_value("8").run())
    assert "**A is pinned.**" in words(app)


def test_a_tile_can_be_a_drawing() -> None:
    drawn = tiles_html([Row("A", (Tile("", "#000", b"<svg/>", "", (), "a line", "image/svg+xml"),))])
    assert 'src="data:image/svg+xml;base64,PHN2Zy8+"' in drawn


def test_a_row_leaves_room_for_those_of_its_neighbour() -> None:
    tile = Tile("", "#000", b"", "", (), "a line")
    assert "--n:3;" in tiles_html([Row("A", (tile,))], columns=3)
    assert "--n:2;" in tiles_html([Row("A", (tile, tile))])
