"""The frame of a page: what a summary says stands in its place."""

from streamlit.testing.v1 import AppTest

from tests.unit.ui.kit.test_form import healthy


def page() -> None:
    from structviz.displayed import number
    from structviz.ui.kit.exports import Item
    from structviz.ui.kit.form import Form
    from structviz.ui.kit.frame import Summary, page_frame
    from structviz.ui.kit.pin import View
    from structviz.ui.kit.terms import Explanation
    from tests.unit.ui.kit.test_form import PRESETS, Example

    form = Form("ex", Example)
    form.warn_ignored()
    frame = page_frame(form, "A page", PRESETS)
    choice = form.show()
    frame.show(
        Summary(
            key_number=("Angle", number(choice.angle, 0, "°")),
            notice=[f"It is turned by {choice.angle}°."],
            view=View({"Angle": number(choice.angle, 0, "°")}),
            terms=[Explanation("angle", "How far it is **turned**.")],
            items=[Item("Numbers", lambda: "{}", "numbers.json", "application/json")],
            left_out="your image",
        )
    )


def texts(app: AppTest) -> list[str]:
    return [markdown.value for markdown in app.markdown]


def test_all_that_a_summary_says_is_on_the_page() -> None:
    app = healthy(AppTest.from_function(page, default_timeout=60).run())
    assert [title.value for title in app.title] == ["A page"]
    assert app.metric[0].label == "Angle"
    assert f"**What to notice.** It is turned by {app.metric[0].value}." in texts(app)
    assert "How far it is **turned**." in texts(app)
    assert [button.proto.label for button in app.get("download_button")] == ["Numbers"]
    assert "your image" in " ".join([*texts(app), *(caption.value for caption in app.caption)])


def test_presets_change_what_it_says_and_a_pin_compares() -> None:
    app = healthy(AppTest.from_function(page, default_timeout=60).run())
    before = app.metric[0].value
    found = next(button for button in app.button if button.label.endswith("Pin as A"))
    healthy(found.click().run())
    healthy(next(button for button in app.button if "preset" in str(button.key)).click().run())
    row = next(text for text in texts(app) if text.startswith("| Number | A | B |")).splitlines()[2]
    assert row.startswith(f"| Angle | {before} | {app.metric[0].value} |")
