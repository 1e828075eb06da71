"""The poster: it turns by itself, unless less motion is wanted; a card is a link wherever one clicks."""

import re

from playwright.sync_api import Browser, Page, expect

from structviz.ui.pages.home.chapters import CHAPTERS, LAB, START
from tests.e2e.conftest import ROOT, settle, visit

SECONDS = 30_000
OPENING = [chapter for chapter in (LAB, START, *CHAPTERS) if chapter.page]


def degrees(page: Page) -> int:
    return int(page.get_by_test_id("hero-degrees").inner_text().rstrip("°"))


def shown(page: Page) -> list[str]:
    """What is said of each picture."""
    return [canvas.get_attribute("aria-label") or "" for canvas in page.locator(".hero canvas").all()]


def test_the_image_turns_by_itself_and_the_numbers_are_those_of_its_angle(chromium: Browser, server: str) -> None:
    with visit(chromium, server) as page:
        play = page.get_by_test_id("hero-play")
        expect(play).to_have_text("Pause", timeout=SECONDS)
        before = degrees(page)
        page.wait_for_timeout(1500)
        assert 10 < (degrees(page) - before) % 360 < 60, "a turn takes some twenty seconds"
        play.click()
        at = degrees(page)
        page.wait_for_timeout(300)
        assert degrees(page) == at
        numbers = page.locator(".hero .number").all_inner_texts()
        for name, number, said in zip(("With noise", "Ordinary", "Equivariant"), numbers, shown(page), strict=True):
            assert re.fullmatch(r"−?\d+\.\d dB", number)
            assert said.startswith(name)
            assert said.endswith(f": {number}")
            assert abs(int(re.findall(r"by (\d+)°", said)[0]) - at) % 360 <= 3


def test_those_who_want_less_motion_get_a_still_and_a_button(chromium: Browser, server: str) -> None:
    with chromium.new_context(reduced_motion="reduce", viewport={"width": 1280, "height": 900}) as context:
        page = context.new_page()
        page.goto(server)
        settle(page)
        expect(page.locator(".hero .number").last).to_have_text(re.compile("dB"), timeout=SECONDS)
        page.wait_for_timeout(1200)
        assert degrees(page) == 0
        play = page.get_by_test_id("hero-play")
        expect(play).to_have_text("Turn")
        play.click()
        expect(page.get_by_test_id("hero-degrees")).not_to_have_text("0°", timeout=5000)


def test_a_card_opens_wherever_one_clicks(chromium: Browser, server: str) -> None:
    with visit(chromium, server) as page:
        for chapter in OPENING:
            link = page.get_by_role("link", name=chapter.title, exact=True)
            card = page.locator("[class*=st-key-card_]").filter(has=link)
            expect(card).to_have_count(1, timeout=SECONDS)
            card.scroll_into_view_if_needed()
            box = card.bounding_box()
            assert box is not None
            # Near its lower right corner, where neither words nor picture are.
            page.mouse.click(box["x"] + box["width"] - 16, box["y"] + box["height"] - 16)
            page.wait_for_url(f"**/{(ROOT / (chapter.page or '')).stem}", timeout=SECONDS)
            settle(page)
            page.go_back()
            settle(page)


def test_the_keyboard_finds_each_card_once_and_sees_where_it_is(chromium: Browser, server: str) -> None:
    with visit(chromium, server, 1280, 900) as page:
        links = page.locator("[class*=st-key-card_] a")
        expect(links).to_have_count(len(OPENING), timeout=SECONDS)
        first = page.get_by_role("link", name=LAB.title, exact=True)
        page.get_by_test_id("hero-play").focus()
        page.keyboard.press("Tab")
        expect(first).to_be_focused()
        outline = first.evaluate("e => getComputedStyle(e, '::after').outlineWidth")
        assert float(outline.removesuffix("px")) >= 2
        page.keyboard.press("Enter")
        page.wait_for_url("**/train", timeout=SECONDS)
        settle(page)
