"""What only a browser shows: pixels, layout, themes, addresses, console."""

import numpy as np
import pytest
from playwright.sync_api import Browser, Locator, expect

from tests.e2e.conftest import pixels, settle, themes, visit

pytestmark = pytest.mark.browser


def stripe_contrast(image: Locator) -> tuple[float, float]:
    """How much a painted picture varies along its rows and along its columns."""
    green = pixels(image)[8:-8, 8:-8, 1]
    return float(green.mean(axis=0).std()), float(green.mean(axis=1).std())


def test_first_visitor_of_a_fresh_server_sees_the_point(chromium: Browser, fresh_server: str) -> None:
    # Straight to the page's own address, as after a restart on stage.
    with visit(chromium, f"{fresh_server}/rotation?rot_source=The+lecture%27s+stripes&rot_angle=90") as page:
        expect(page.get_by_role("heading", name="Turn the image")).to_be_visible()
        expect(page.get_by_test_id("stTopNavLink").first).to_be_visible()
        expect(page.locator("[data-testid=rotor][data-exact=true]")).to_be_visible()

        def turned(arm: str) -> Locator:
            return page.locator(f"figure[data-arm={arm}] canvas.picture")

        across, down = stripe_contrast(turned("truth"))
        assert across > 10 > down, "the turned truth has vertical stripes"
        across, down = stripe_contrast(turned("equivariant"))
        assert across > 10 > down, "the equivariant network keeps them"
        across, _ = stripe_contrast(turned("ordinary"))
        assert across < 5, "the ordinary network loses them"
        upright = page.locator("figure img")
        expect(upright).to_have_count(4)
        across, down = stripe_contrast(upright.nth(3))
        assert down > 10 > across, "the upright truth has horizontal stripes"
        page.evaluate("document.querySelector('[data-testid=stMain]').scrollTo(0, 0)")
        picture = turned("truth").bounding_box()
        assert picture is not None
        assert picture["y"] + picture["height"] < 800, "the pictures are on the screen without scrolling"


@pytest.mark.parametrize(("width", "theme"), [(390, "light"), (1280, "dark"), (1920, "light")])
def test_pages_fit_and_follow_the_theme(chromium: Browser, server: str, width: int, theme: str) -> None:
    with visit(chromium, server, width=width, height=900, theme=theme) as page:
        for name in ("", "rotation"):
            if name:
                page.get_by_role("link", name="Rotated images").click()
                page.wait_for_url("**/rotation")
                settle(page)
                expect(page.locator("figure canvas.picture").first).to_be_visible()
            overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            assert overflow <= 0
            for now in themes(page, theme):
                background = pixels(page.locator("[data-testid=stMain]"))[-2, -2].mean()
                assert background < 60 if now == "dark" else background > 200


def test_the_slider_turns_the_rotor(chromium: Browser, server: str) -> None:
    with visit(chromium, f"{server}/rotation?rot_seed=1") as page:
        rotor, slider = page.get_by_test_id("rotor"), page.get_by_role("slider", name="Turned by")
        picture = page.locator("figure[data-arm=truth] canvas.picture")
        before = pixels(picture)
        slider.focus()
        expect(rotor).to_have_attribute("data-degrees", "0")
        expect(page.locator("figure img")).to_have_count(0)  # upright already
        slider.press("ArrowRight")
        expect(rotor).to_have_attribute("data-degrees", "1")
        expect(page.locator("figure img")).to_have_count(4)
        settle(page)
        expect(page.locator("[data-testid=rotor][data-exact=true]")).to_be_visible()
        assert not np.array_equal(pixels(picture), before)
        assert "rot_angle=1" in page.url
