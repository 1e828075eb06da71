"""Back and Forward: a preset is one step, and the page that comes back is the one that was left."""

import pytest
from playwright.sync_api import Browser, Page, expect

from structviz.ui.kit.choice import Choice
from structviz.ui.pages.ct.presets import PRESETS as CT
from structviz.ui.pages.flow.presets import PRESETS as FLOW
from structviz.ui.pages.notation.choice import PRESETS as NOTATION
from structviz.ui.pages.rotation.presets import PRESETS as ROTATION
from structviz.ui.pages.stability.presets import PRESETS as STABILITY
from structviz.ui.pages.train.presets import PRESETS as TRAIN
from tests.e2e.conftest import settle, visit

pytestmark = pytest.mark.browser

PAGES = {"flow": FLOW, "rotation": ROTATION, "ct": CT, "notation": NOTATION, "stability": STABILITY, "train": TRAIN}


def entry(page: Page) -> int:
    """The number of the present entry of the browser's history."""
    return page.evaluate("navigation.currentEntry.index")


def after_a_while(page: Page) -> None:
    # Components report a little later what their own rest has changed.
    page.wait_for_timeout(700)
    settle(page)
    page.wait_for_timeout(700)
    settle(page)


def press(page: Page, title: str) -> None:
    page.get_by_role("button", name=title, exact=True).first.click()
    after_a_while(page)


@pytest.mark.parametrize("name", PAGES)
def test_back_after_a_preset_goes_back_once(chromium: Browser, server: str, name: str) -> None:
    presets: list[tuple[str, Choice]] = [(title, preset) for title, preset in PAGES[name].items() if preset.changes()]
    (first, _), (last, _) = presets[0], presets[-1]
    with visit(chromium, f"{server}/{name}") as page:
        opened, start = page.url, entry(page)
        press(page, first)
        between = page.url
        assert between != opened
        assert entry(page) == start + 1
        press(page, last)
        assert page.url not in (opened, between)
        assert entry(page) == start + 2
        for expected in (between, opened):
            page.go_back()
            after_a_while(page)
            assert page.url == expected
        page.go_forward()
        after_a_while(page)
        assert page.url == between
        assert entry(page) == start + 1


def test_what_has_no_widget_comes_back_too(chromium: Browser, server: str) -> None:
    with visit(chromium, f"{server}/notation") as page:
        total = page.locator(".notation .total")
        expect(total).not_to_be_empty()  # the component draws a moment after the script has run
        before = total.inner_text()
        press(page, "Collapse")
        assert total.inner_text() != before
        page.go_back()
        after_a_while(page)
        assert total.inner_text() == before


def test_an_address_with_much_to_say_is_one_step(chromium: Browser, server: str) -> None:
    with visit(chromium, f"{server}/flow?flow_source=spiral2d&flow_nonsense=1&flow_steps=8&flow_compare=steps") as page:
        assert entry(page) <= 2  # 0: an empty page, and the address as it should be written besides the one asked for
        assert "flow_nonsense" not in page.url
        assert "flow_source=Spiral" in page.url


def test_who_comes_back_from_another_page_finds_the_form_as_it_was(chromium: Browser, server: str) -> None:
    """As after "Open in the rotation page"."""
    with visit(chromium, f"{server}/train") as page:
        steps = page.get_by_role("spinbutton", name="Steps", exact=True)
        opened = steps.input_value()
        press(page, "A rate that diverges")
        left = steps.input_value()
        assert left != opened
        page.get_by_role("link", name="All runs of this machine").click()
        page.wait_for_url("**/runs")
        after_a_while(page)
        page.go_back()
        after_a_while(page)
        assert steps.input_value() == left
        assert "train_rate=30.0" in page.url
        page.get_by_role("link", name="Notation", exact=True).first.click()
        page.wait_for_url("**/notation")
        after_a_while(page)
        page.get_by_role("link", name="Train", exact=True).first.click()
        page.wait_for_url("**/train*")
        after_a_while(page)
        assert steps.input_value() == left
