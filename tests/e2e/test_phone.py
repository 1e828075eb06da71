"""A phone: pages and first controls without the drawer, and a link that leaves the page."""

import re

import pytest
from playwright.sync_api import Browser, expect

from structviz.ui.sitemap import PAGES
from tests.e2e.conftest import settle, visit
from tests.e2e.touch import phone

pytestmark = pytest.mark.browser

SECONDS = 60_000


def test_all_pages_are_a_tap_away_without_the_drawer(chromium: Browser, server: str) -> None:
    with phone(chromium, server) as page:
        links = page.locator(".st-key-phone_page_links a")
        expect(links).to_have_text([entry.menu for entry in PAGES], timeout=SECONDS)
        for entry in PAGES[1:]:
            row = page.locator(".st-key-phone_page_links")
            row.get_by_text(entry.menu, exact=True).tap()
            page.wait_for_url(re.compile(f"/{entry.address}$"))
            settle(page)
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
            box = row.bounding_box()
            assert box is not None
            assert box["y"] < 160, "it is the first thing on the page"
            own = row.locator("a[aria-current=page]")
            expect(own).to_have_text(entry.menu)
            expect(own).to_be_in_viewport(ratio=0.9)


def test_who_opens_a_page_sees_its_link(chromium: Browser, server: str) -> None:
    with phone(chromium, f"{server}/runs") as page:
        own = page.locator(".st-key-phone_page_links a[aria-current=page]")
        expect(own).to_have_text("Runs")
        expect(own).to_be_in_viewport(ratio=0.9)


def test_the_drawer_closes_after_navigation(chromium: Browser, server: str) -> None:
    with phone(chromium, f"{server}/notation") as page:
        drawer = page.get_by_test_id("stSidebar")
        page.get_by_test_id("stExpandSidebarButton").tap()
        expect(drawer).to_have_attribute("data-collapsed", "false")
        drawer.get_by_text("Runs", exact=True).tap()
        page.wait_for_url(re.compile("/runs$"))
        expect(drawer.and_(page.locator("[data-collapsed=false]"))).to_have_count(0, timeout=SECONDS)


def test_on_a_screen_the_navigation_is_streamlits_own(chromium: Browser, server: str) -> None:
    with visit(chromium, server, 1280, 900) as page:
        expect(page.get_by_test_id("stTopNavLink").first).to_be_visible()
        expect(page.locator(".st-key-phone_page_links")).to_be_hidden(timeout=SECONDS)


@pytest.mark.parametrize(
    ("name", "chips"),
    [
        ("rotation", {"Cameraman": "rot_source=Cameraman", "noise 0.5": "rot_level=0.5"}),
        ("ct", {"10³ photons": "ct_photons="}),
        ("flow", {"Spiral": "flow_source="}),
    ],
)
def test_image_and_noise_are_chips_above_the_picture(
    chromium: Browser, server: str, name: str, chips: dict[str, str]
) -> None:
    with phone(chromium, f"{server}/{name}") as page:
        settle(page)
        picture = page.locator("[data-testid=stMain] canvas").first
        row = page.locator("[class*=_chips]")
        for chip, address in chips.items():
            expect(picture).to_be_visible(timeout=SECONDS)
            button = row.get_by_role("radio", name=chip).or_(row.get_by_role("button", name=chip))
            above, below = button.bounding_box(), picture.bounding_box()
            assert above is not None
            assert below is not None
            assert above["y"] < below["y"]
            button.scroll_into_view_if_needed()
            button.tap()
            page.wait_for_url(re.compile(re.escape(address)), timeout=SECONDS)
            settle(page)


def test_the_system_s_sheet_takes_the_link_where_there_is_one(chromium: Browser, server: str) -> None:
    with phone(chromium, f"{server}/notation") as page:
        page.add_init_script("navigator.share = async (content) => { globalThis.shared = content; };")
        page.reload()
        settle(page)
        page.get_by_role("button", name="Share").tap()
        page.get_by_test_id("share-send").tap()
        link = page.get_by_test_id("share-link").inner_text()
        assert link.startswith(f"{server}/notation")
        assert page.evaluate("shared") == {"title": "What a layer does to the plane", "url": link}
        # The test's server listens on this computer alone, and says so instead of showing a code.
        expect(page.get_by_text("Only this computer can open this link")).to_be_visible()
        expect(page.get_by_role("img", name="QR code of the link")).to_have_count(0)


def test_without_a_sheet_the_link_is_copied(chromium: Browser, server: str) -> None:
    with visit(chromium, f"{server}/notation", permissions=["clipboard-read", "clipboard-write"]) as page:
        page.add_init_script("Object.defineProperty(Navigator.prototype, 'share', { value: undefined });")
        page.reload()
        settle(page)
        page.get_by_role("button", name="Share").click()
        expect(page.get_by_test_id("share-send")).to_be_hidden()
        page.get_by_test_id("share-copy").click()
        expect(page.get_by_test_id("share-outcome")).to_have_text("The link is copied.")
        assert page.evaluate("navigator.clipboard.readText()") == page.get_by_test_id("share-link").inner_text()
