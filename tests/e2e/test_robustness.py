"""The page of robustness in a browser: noise that grows under the slider, and a photograph that turns in its ring."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.e2e.conftest import settle, visit

pytestmark = pytest.mark.browser

SECONDS = 60_000


@pytest.fixture
def page(chromium: Browser, server: str) -> Iterator[Page]:
    with visit(chromium, f"{server}/robustness", 1280, 900) as opened:
        expect(opened.locator(".adversarial .class-bar").first).to_be_visible(timeout=SECONDS)
        settle(opened)
        yield opened


def pixels(canvas: Locator) -> str:
    return canvas.evaluate("canvas => canvas.toDataURL()")


def test_the_slider_adds_noise_at_once_and_the_server_follows(page: Page) -> None:
    sum_of_both, photo = page.locator(".attacked canvas"), page.locator(".adversarial .photo canvas")
    expect(page.locator(".attacked .name")).to_have_text("gibbon")
    assert pixels(sum_of_both) != pixels(photo)
    slider = page.locator(".adversarial input")
    slider.focus()
    page.keyboard.press("Home")
    expect(page.locator(".attacked .name")).to_have_text("Egyptian cat")
    assert pixels(sum_of_both) == pixels(photo)
    page.wait_for_url("**robust_epsilon=0*")
    expect(page.get_by_text("No noise is added yet.")).to_be_visible(timeout=SECONDS)


def test_the_photograph_turns_with_hand_and_keys_and_jumps_to_its_worst_angle(page: Page) -> None:
    wheel, degrees = page.locator(".ring .wheel"), page.locator(".ring .degrees")
    wheel.scroll_into_view_if_needed()
    upright = pixels(page.locator(".ring .photo"))
    box = wheel.bounding_box()
    assert box is not None
    x, y, radius = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, 0.3 * box["width"]
    page.mouse.move(x, y - radius)
    page.mouse.down()
    page.mouse.move(x - 0.7 * radius, y - 0.7 * radius, steps=4)
    page.mouse.move(x - radius, y, steps=4)
    page.mouse.up()
    expect(degrees).to_have_text("90°")
    assert pixels(page.locator(".ring .photo")) != upright
    page.wait_for_url("**robust_angle=90*")
    wheel.focus()
    page.keyboard.press("ArrowLeft")
    expect(degrees).to_have_text("95°")
    page.locator(".ring .jump").click()
    worst = page.locator(".ring .jump").inner_text().split()[-1]
    expect(degrees).to_have_text(worst)
