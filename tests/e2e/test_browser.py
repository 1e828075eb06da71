"""What only a browser shows: pixels, layout, themes, addresses, console."""

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import pytest
from PIL import Image as PillowImage
from playwright.sync_api import Browser, Locator, Page, expect

from tests.e2e.conftest import settle

pytestmark = pytest.mark.browser

# The app works without a network: whatever it asks for comes from its own server.
OWN = re.compile(r"https?://127\.0\.0\.1[:/]|data:|blob:")

# Streamlit asks below the page's own address for its server first, and falls back.
PROBES = re.compile(r"/\w+/_stcore/(health|host-config)$")


@contextmanager
def visit(browser: Browser, address: str, width: int = 1280, height: int = 800, theme: str = "light") -> Iterator[Page]:
    """A page that must neither log an error nor ask for anything beyond the server."""
    context = browser.new_context(
        viewport={"width": width, "height": height}, color_scheme="dark" if theme == "dark" else "light"
    )
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on(
        "console",
        lambda message: (
            complaints.append(f"{message.text} {message.location['url']}")
            if message.type == "error" and not PROBES.search(message.location["url"])
            else None
        ),
    )
    page.on(
        "request", lambda request: None if OWN.match(request.url) else complaints.append(f"asked for {request.url}")
    )
    page.goto(address)
    settle(page)
    yield page
    context.close()
    assert complaints == []


def pixels(image: Locator) -> np.ndarray:
    """What the browser paints for an element, as (row, column, 3) of 0 to 255."""
    image.scroll_into_view_if_needed()
    return np.asarray(PillowImage.open(io.BytesIO(image.screenshot())).convert("RGB"), dtype=float)


def stripe_contrast(image: Locator) -> tuple[float, float]:
    """How much a painted picture varies along its rows and along its columns."""
    green = pixels(image)[8:-8, 8:-8, 1]
    return float(green.mean(axis=0).std()), float(green.mean(axis=1).std())


def test_first_visitor_of_a_fresh_server_sees_the_point(chromium: Browser, fresh_server: str) -> None:
    # Straight to the page's own address, as after a restart on stage.
    with visit(chromium, f"{fresh_server}/rotation") as page:
        expect(page.get_by_role("heading", name="Turn the image")).to_be_visible()
        expect(page.get_by_test_id("stTopNavLink").first).to_be_visible()
        images = page.locator("figure img")
        expect(images).to_have_count(8)
        across, down = stripe_contrast(images.nth(3))
        assert down > 10 > across, "the upright truth has horizontal stripes"
        across, down = stripe_contrast(images.nth(7))
        assert across > 10 > down, "the turned truth has vertical stripes"
        across, down = stripe_contrast(images.nth(6))
        assert across > 10 > down, "the equivariant network keeps them"
        across, _ = stripe_contrast(images.nth(5))
        assert across < 5, "the ordinary network loses them"
        image = images.nth(0).bounding_box()
        assert image is not None
        assert image["y"] + image["height"] < 800, "the first row is on the screen without scrolling"


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280, 1920])
def test_pages_fit_and_follow_the_theme(chromium: Browser, server: str, width: int, theme: str) -> None:
    with visit(chromium, server, width=width, height=900, theme=theme) as page:
        for name in ("", "rotation"):
            if name:
                page.locator("[data-testid=stMain] a[href$=rotation]").click()
                page.wait_for_url("**/rotation")
                settle(page)
                expect(page.locator("figure img").first).to_be_visible()
            overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            assert overflow <= 0
            background = pixels(page.locator("[data-testid=stMain]"))[-2, -2].mean()
            assert background < 60 if theme == "dark" else background > 200


def test_turning_changes_the_pictures_and_the_address(chromium: Browser, server: str) -> None:
    with visit(chromium, f"{server}/rotation") as page:
        slider = page.get_by_role("slider", name="Turned by")
        before = pixels(page.locator("figure img").nth(7))
        slider.focus()
        for _ in range(18):
            slider.press("ArrowLeft")
        expect(page.locator("figure img")).to_have_count(4)  # 0 degrees: upright only
        slider.press("ArrowRight")
        expect(page.locator("figure img")).to_have_count(8)
        settle(page)
        expect(page.get_by_text("Turned by 5°", exact=True)).to_be_visible()
        assert not np.array_equal(pixels(page.locator("figure img").nth(7)), before)
        assert "rot_angle=5" in page.url
        address, numbers = page.url, page.locator(".sv-number").all_inner_texts()
    with visit(chromium, address) as page:
        expect(page.locator("figure img")).to_have_count(8)
        assert page.locator(".sv-number").all_inner_texts() == numbers
