"""The page on optimal control in a browser: the clock runs forwards and backwards, and a point that is dragged."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import settle, visit
from tests.e2e.touch import phone

pytestmark = pytest.mark.browser

SECONDS = 60_000


@pytest.fixture
def page(chromium: Browser, server: str) -> Iterator[Page]:
    with visit(chromium, f"{server}/optimal_control", 1280, 900) as opened:
        opened.emulate_media(reduced_motion="reduce")
        expect(opened.locator(".steering svg .tip")).to_be_visible(timeout=SECONDS)
        settle(opened)
        yield opened


def go(page: Page, at: float) -> None:
    """Put the scrubber to 0, the states before the layers, to 1, those after them, or to 2, the costates at t = 0."""
    page.locator(".steering .at").evaluate(
        "(scrubber, at) => { scrubber.value = at; scrubber.dispatchEvent(new Event('input')); }", at
    )


def test_costates_and_gradients_come_on_the_way_back_and_follow_the_dragged_point(page: Page) -> None:
    gradient = page.locator(".strip-of").nth(1).locator("rect")
    go(page, 0.5)
    assert page.locator(".steering .costates").count() == 0
    assert gradient.count() == 0
    go(page, 1.5)
    assert page.locator(".steering .costates").count() == 1
    assert gradient.count() == 20
    go(page, 2)
    assert gradient.count() == 40
    kept = page.locator(".strip-of").nth(3).locator("figcaption")
    before = kept.inner_text()
    box = page.locator(".steering .handle").bounding_box()
    assert box
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x - 20, y + 12, steps=4)
    page.mouse.up()
    expect(kept).not_to_have_text(before)
    expect(page).to_have_url(re.compile("control_probe="), timeout=SECONDS)


def test_on_a_phone_choices_that_stand_side_by_side_are_whole(chromium: Browser, server: str) -> None:
    with phone(chromium, f"{server}/optimal_control") as page:
        page.get_by_text("Learned time steps: what does training make of time?").click(timeout=SECONDS)
        trained_by = page.get_by_role("combobox", name="Trained by", exact=True)
        expect(trained_by).to_have_value("gradient descent", timeout=SECONDS)
        assert trained_by.evaluate("element => element.scrollWidth <= element.clientWidth")
