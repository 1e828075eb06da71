"""The sections on denoisers, in the app: an iteration opens from the address, and says what it computes."""

from tests.app.pages import healthy, opener

open_page = opener("stability")


def test_an_iteration_opens_from_the_address_and_says_how_it_ends() -> None:
    app = healthy(
        open_page(stability_plug="true", stability_steps="100", stability_blurred="coins", stability_width="1.5")
    )
    notices = [m.value for m in app.markdown if m.value.startswith("**What to notice.**")]
    assert any("With the non-expansive one inside, the residual falls to" in words for words in notices)
    assert any("½(I + Φ)" in toggle.label for toggle in app.toggle)
    app.toggle(key="stability_averaged").set_value(False).run()
    notices = [m.value for m in healthy(app).markdown if m.value.startswith("**What to notice.**")]
    assert any("a rotation is non-expansive" in words for words in notices)
