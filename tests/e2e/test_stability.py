"""The stability page in a browser: a pair that one drags, a step beyond its bound, orbits that are drawn."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import settle, visit

pytestmark = pytest.mark.browser

SECONDS = 60_000


def ratios(page: Page) -> list[float]:
    """Distance at the end by that at the start, through both networks."""
    captions = page.locator(".pairs .panels:not(.spectra) .plane figcaption").all_inner_texts()
    return [float(re.sub(r".*×\s", "", caption)) for caption in captions]


def test_a_dragged_pair_keeps_the_promise_until_the_step_is_too_long(chromium: Browser, server: str) -> None:
    with visit(chromium, f"{server}/stability", 1280, 900) as page:
        handle = page.locator(".pairs .handle .tip").first
        expect(handle).to_be_visible(timeout=SECONDS)
        before = ratios(page)
        assert before[0] <= 1 < before[1]
        box = handle.bounding_box()
        assert box is not None
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        page.mouse.move(x, y)
        page.mouse.down()
        for k in range(1, 9):
            page.mouse.move(x + 5 * k, y - 3 * k)
            assert ratios(page)[0] <= 1
        page.mouse.up()
        assert ratios(page) != before
        page.wait_for_url("**/stability?*stability_pair=*")
        settle(page)
        # All at once: on a busy machine a key that comes late would be told by itself.
        page.locator(".pairs input.scale").evaluate("e => { e.value = 2; e.dispatchEvent(new Event('input')); }")
        expect(page.locator(".pairs .chart text.strong")).to_have_text("no longer promised")
        page.wait_for_url("**stability_scale=2*")
        expect(page.locator("[class*=key_notice], .st-key-notice")).to_contain_text("nothing is promised")


def test_orbits_are_drawn_to_the_end_and_put_into_words(chromium: Browser, server: str) -> None:
    with visit(chromium, f"{server}/stability?stability_portraits=true", 1280, 900) as page:
        orbits = page.locator(".portraits")
        expect(orbits).to_be_visible(timeout=SECONDS)
        orbits.scroll_into_view_if_needed()
        words = orbits.locator(".words")
        expect(words).to_contain_text("After 10,000 steps, RK4 has the smallest error", timeout=SECONDS)
        expect(words).to_contain_text("goes up and down without growing: Symplectic Euler, Störmer–Verlet")
        assert orbits.locator("canvas[aria-label]").count() == 10


def test_a_preset_scrolls_to_its_strip_and_scrubbing_changes_pictures_and_words(chromium: Browser, server: str) -> None:
    with visit(chromium, f"{server}/stability", 1280, 900) as page:
        page.get_by_role("button", name="An attack").click()
        strip = page.locator(".strip")
        canvas = strip.get_by_role("img", name="Ordinary. output")
        expect(canvas).to_be_visible(timeout=SECONDS)
        expect(page.get_by_text("An attack on denoisers")).to_be_in_viewport()
        attacked = canvas.evaluate("canvas => canvas.toDataURL()")
        # As a hand does it: one event, however busy the machine is.
        strip.locator("input").evaluate("e => { e.value = 0; e.dispatchEvent(new Event('input')); }")
        expect(strip.locator(".words")).to_have_text("Length of the attack: ε = 0.00")
        assert canvas.evaluate("canvas => canvas.toDataURL()") != attacked
        page.wait_for_url("**stability_strength=0*")
        expect(page.get_by_text("Nothing is attacked yet")).to_be_visible()
