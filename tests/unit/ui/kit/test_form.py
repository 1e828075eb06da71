"""Forms on a tiny page: widgets, address, presets, reset, sections, values from the browser."""

import math
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from structviz.errors import ConfigError, ImageError
from structviz.ui.kit.choice import (
    Choice,
    Many,
    Number,
    One,
    Section,
    Text,
    Toggle,
    Upload,
    UploadedFile,
    Values,
    declare,
)
from structviz.ui.kit.form import Form


def even(text: str) -> int:
    if not text.isdigit() or int(text) % 2:
        raise ConfigError(f"{text} is not even.")
    return int(text)


def read(file: UploadedFile) -> str | None:
    if not file.content:
        raise ImageError("The file is empty.")
    return "It is short." if len(file.content) < 3 else None


def mark_moves(before: Values, after: Values) -> dict[str, Any]:
    return {"mark": before["mark"] + after["angle"] - before["angle"]}


def is_second(values: Values) -> bool:
    return values["kind"] == "b"


PHOTONS = {1e3: "10³", 1e4: "10⁴", math.inf: "no noise"}


@dataclass(frozen=True)
class Example(Choice):
    angle: int = declare(90, Number("Angle", low=0, high=360, step=5, kind="slider", format="%d°", follow=mark_moves))
    mark: int = declare(100, Number("Mark", place="browser", low=-999, high=999))
    kind: str = declare("a", One("Kind", place="sidebar", options={"a": "First", "b": "Second"}))
    only_b: int = declare(1, Number("Only b", place="sidebar", low=1, high=9, applies=is_second))
    grey: int = declare(
        1,
        Number("Grey", place="sidebar", low=1, high=9, applies=is_second, otherwise="disabled"),
    )
    rows: int = declare(3, Number("Rows", place="drawer", low=1, high=9, formerly=("lines",)))
    column: int = declare(
        1, One("Column", place="drawer", kind="segmented", options=lambda values: range(1, values["rows"] + 1))
    )
    photons: float = declare(
        1e4,
        One("Photons", place="drawer", kind="select_slider", options=PHOTONS),
    )
    task: str | None = declare(None, One("Task", place="drawer", kind="pills", options=("x", "y"), optional=True))
    rate: float | None = declare(
        None, Number("Rate", place="drawer", low=1e-6, high=1.0, whole=False, open_title="as usual", format="%g")
    )
    letters: tuple[str, ...] = declare(("x",), Many("Letters", place="drawer", options={"x": "Ex", "y": "Why"}))
    line: str = declare("", Text("Line", place="drawer", parse=even, words="an even number", kept=True, optional=True))
    loud: bool = declare(False, Toggle("Loud", place="drawer", address=False))
    file: UploadedFile | None = declare(
        None, Upload("File", place="drawer", types=("txt",), read=read, stand_in="None yet.")
    )
    more: bool = declare(False, Section("More"))


PRESETS = {"Second": Example(kind="b", angle=45), "With a line": Example(line="8", more=True)}


def page() -> None:
    import streamlit as st

    from structviz.ui.kit.form import Form
    from structviz.ui.kit.unheard import first_report
    from tests.unit.ui.kit.test_form import PRESETS, Example

    form = Form("ex", Example)
    form.warn_ignored()
    form.ask("angle")
    st.session_state["choice"] = form.show()
    st.session_state["link"] = form.share_link()
    st.session_state["first_report"] = first_report()
    with form.section("more") as is_open:
        if is_open:
            st.markdown("inside")
    form.presets(PRESETS)

    def report(**values: object) -> None:
        form.set(**values)

    for label, values in st.session_state.get("reports", {}).items():
        st.button(label, on_click=report, kwargs=values)


def open_page(**parameters: str | list[str]) -> AppTest:
    app = AppTest.from_function(page)
    for name, value in parameters.items():
        app.query_params[name] = value
    return healthy(app.run())


def healthy(app: AppTest) -> AppTest:
    assert not app.exception
    return app


def choice(app: AppTest) -> Example:
    return app.session_state["choice"]


def linked(app: AppTest) -> dict[str, str | list[str]]:
    """The parameters of the share link."""
    return dict(parse_qs(app.session_state["link"].partition("?")[2], keep_blank_values=True))


def press(app: AppTest, label: str) -> Example:
    healthy(next(button for button in app.button if button.label == label).click().run())
    return choice(app)


def test_an_untouched_page_has_the_defaults_and_a_clean_address() -> None:
    app = open_page()
    assert choice(app) == Example()
    assert app.toast == []
    assert app.query_params == {}
    assert [number.label for number in app.number_input] == ["Grey", "Rows", "Rate"]
    assert app.number_input(key="ex_grey").disabled


def test_widgets_change_the_choice_and_the_address() -> None:
    app = open_page()
    app.slider(key="ex_angle").set_value(45)
    app.selectbox(key="ex_kind").select("b")
    app.select_slider(key="ex_photons").set_value(math.inf)
    healthy(app.pills(key="ex_letters").set_value(["y", "x"]).run())
    healthy(app.number_input(key="ex_only_b").set_value(4).run())
    found = choice(app)
    assert (found.angle, found.kind, found.only_b, found.letters) == (45, "b", 4, ("x", "y"))
    assert choice(open_page(**linked(app))) == found


def test_the_share_link_opens_the_same_choice() -> None:
    app = open_page(
        ex_kind="Second", ex_only_b="7", ex_letters=["Ex", "Why"], ex_line="12", ex_mark="5", ex_rate="0.01"
    )
    parameters = linked(app)
    assert len(parameters) == 6
    assert choice(open_page(**parameters)) == choice(app)
    assert choice(app).mark == 5


def test_values_in_the_address_are_as_good_as_titles_and_former_names_work() -> None:
    app = open_page(ex_kind="b", ex_lines="5", ex_column="5", ex_photons="1000.0", ex_task="y")
    assert app.toast == []
    found = choice(app)
    assert (found.kind, found.rows, found.column, found.photons, found.task) == ("b", 5, 5, 1e3, "y")
    assert app.query_params["ex_kind"] == ["Second"] or app.query_params["ex_kind"] == "Second"
    assert "ex_lines" not in app.query_params


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("angle", "361"),
        ("angle", "12.5"),
        ("mark", "1e9"),
        ("kind", "third"),
        ("only_b", "3"),
        ("rows", "0"),
        ("column", "4"),
        ("photons", "nan"),
        ("rate", "2"),
        ("letters", "Zed"),
        ("line", "7"),
        ("loud", "true"),
        ("file", "x.txt"),
        ("more", "perhaps"),
        ("blue", "very"),
    ],
)
def test_what_the_address_may_not_say_is_named_once_and_removed(name: str, text: str) -> None:
    app = open_page(**{f"ex_{name}": text})
    assert choice(app) == Example()
    (toast,) = app.toast
    assert f"`ex_{name}={text}`" in toast.value
    assert app.query_params == {}
    assert healthy(app.run()).toast == []
    assert choice(app) == Example()


def test_texts_of_strangers_stay_text_and_other_pages_are_left_alone() -> None:
    app = open_page(ex_blue="`[x](http://a)`", other_blue="very")
    (toast,) = app.toast
    assert "`ex_blue='[x](http://a)'`" in toast.value
    assert app.query_params == {"other_blue": "very"} or app.query_params == {"other_blue": ["very"]}


def test_hidden_controls_have_their_defaults_and_disabled_ones_keep_their_values() -> None:
    app = open_page(ex_kind="b", ex_only_b="5", ex_grey="6")
    assert (choice(app).only_b, choice(app).grey) == (5, 6)
    healthy(app.selectbox(key="ex_kind").select("a").run())
    assert (choice(app).only_b, choice(app).grey) == (1, 6)


def test_a_value_that_is_no_longer_offered_gives_way() -> None:
    app = open_page(ex_column="3")
    healthy(app.number_input(key="ex_rows").set_value(2).run())
    assert choice(app).column == 1


def test_presets_set_all_but_what_is_kept() -> None:
    app = open_page(ex_line="4", ex_rows="7", ex_more="true")
    found = press(app, "Second")
    assert (found.kind, found.angle, found.rows, found.line, found.more) == ("b", 45, 3, "4", True)
    found = press(app, "With a line")
    assert (found.kind, found.angle, found.line) == ("a", 90, "8")


@pytest.mark.parametrize("label", ["Second", "Reset all choices"])
def test_what_components_have_reported_before_does_not_count(label: str) -> None:
    app = open_page(ex_line="4")
    first = app.session_state["first_report"]
    press(app, label)
    assert app.session_state["first_report"] > first + 1000
    press(app, "With a line")
    assert app.session_state["first_report"] > first + 2000


def test_a_preset_opens_a_section() -> None:
    app = open_page()
    assert not any(m.value == "inside" for m in app.markdown)
    press(app, "With a line")
    assert any(m.value == "inside" for m in app.markdown)


def test_reset_gives_every_control_its_default() -> None:
    app = open_page(ex_kind="b", ex_line="4", ex_letters=["Why"], ex_mark="3", ex_more="true")
    assert press(app, "Reset all choices") == Example()
    assert app.query_params == {}


def test_other_controls_follow_a_hand_and_the_browser() -> None:
    app = AppTest.from_function(page)
    app.session_state["reports"] = {"drag": {"angle": 30}, "forge": {"angle": 999}, "lie": {"kind": "b", "rows": "9"}}
    healthy(app.run())
    healthy(app.slider(key="ex_angle").set_value(50).run())
    assert (choice(app).angle, choice(app).mark) == (50, 60)
    assert app.query_params["ex_mark"] in ("60", ["60"])
    found = press(app, "drag")
    assert (found.angle, found.mark) == (30, 40)
    assert press(app, "forge") == found
    assert press(app, "lie") == found


def test_a_text_against_the_rule_is_answered_and_left_out() -> None:
    app = open_page()
    healthy(app.text_input(key="ex_line").set_value("13").run())
    assert choice(app).line == ""
    assert any(caption.value == "13 is not even." for caption in app.caption)


def test_the_last_good_file_stays() -> None:
    app = open_page()
    assert any(caption.value == "None yet." for caption in app.caption)
    healthy(app.file_uploader[0].set_value(("a.txt", b"ab", "text/plain")).run())
    assert choice(app).file == UploadedFile.of(b"ab")
    assert any(caption.value == "It is short." for caption in app.caption)
    healthy(app.file_uploader[0].set_value(("b.txt", b"", "text/plain")).run())
    assert [error.value for error in app.error] == ["“b.txt” is not used. The file is empty. “a.txt” stays."]
    assert choice(app).file == UploadedFile.of(b"ab")


def test_a_form_knows_what_nobody_has_touched(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(st, "session_state", {"ex_rows": 4})
    monkeypatch.setattr(st, "query_params", {"ex_kind": "b"})
    form = Form("ex", Example)
    assert [form.is_untouched(name) for name in ("rows", "kind", "angle")] == [False, False, True]


def test_what_a_widget_answers_decides_what_follows_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lists of networks may answer something else than session and address say."""
    shown = Form._widget

    def other(form: Form[Any], name: str, values: Values, disabled: bool) -> Any:
        value = shown(form, name, values, disabled)
        return "b" if name == "kind" else value

    monkeypatch.setattr(Form, "_widget", other)
    app = open_page()
    assert not app.number_input(key="ex_grey").disabled
    assert app.number_input(key="ex_only_b").value == 1
