"""On a beamer and on a laptop the first screen holds all that a page is about, in letters for the last row."""

import dataclasses

import pytest
from playwright.sync_api import Browser, Page, expect

from structviz.ui.pages.flow.presets import PRESETS as FLOW
from tests.e2e.conftest import settle, visit
from tests.e2e.first_screens import LEAST, PAGES, lowest, open_sections, small_texts

pytestmark = pytest.mark.browser

SECONDS = 90_000
NUMBER = 32
"""Pixels of the one number, at least."""


@pytest.mark.parametrize("name", PAGES)
def test_all_that_matters_is_in_the_first_screen(chromium: Browser, server: str, name: str) -> None:
    with visit(chromium, f"{server}/{name}", width=1920, height=1080) as page:
        expect(page.locator(PAGES[name].picture).first).to_be_visible(timeout=SECONDS)
        check_first_screen(page, name, 1080)
        check_letters(page)
        assert page.locator("[class*=_chips]").filter(visible=True).count() == 0, "these are for phones"
        if PAGES[name].number:
            number = page.locator(f"{PAGES[name].number} [data-testid=stMetricValue]").first
            assert float(number.evaluate("e => parseFloat(getComputedStyle(e).fontSize)")) >= NUMBER
        page.set_viewport_size({"width": 1280, "height": 900})
        page.wait_for_timeout(500)
        check_first_screen(page, name, 900)


@pytest.mark.parametrize("title", [title for title, preset in FLOW.items() if preset.compare != "one"])
def test_handles_of_two_films_are_in_the_first_screen(chromium: Browser, server: str, title: str) -> None:
    with visit(chromium, f"{server}/flow", width=1280, height=900) as page:
        expect(page.locator(PAGES["flow"].picture).first).to_be_visible(timeout=SECONDS)
        settle(page)
        page.get_by_role("button", name=title, exact=True).first.click()
        expect(page.locator(".player .panels canvas")).to_have_count(2, timeout=SECONDS)
        for width, height in ((1920, 1080), (1280, 900)):
            page.set_viewport_size({"width": width, "height": height})
            page.wait_for_timeout(500)
            check_first_screen(page, "flow", height)
            check_handles(page, height)


def check_handles(page: Page, height: int) -> None:
    """What moves the points of films lies above this height."""
    for _ in range(20):
        if lowest(page, ".player .handles") <= height:
            break
        page.wait_for_timeout(250)
    assert lowest(page, ".player .handles") <= height


def check_first_screen(page: Page, name: str, height: int) -> None:
    """All that a page is about lies above this height; what to notice stands beside the picture."""
    settle(page)
    # What is measured in the browser makes the page run once more.
    for selector in filter(None, dataclasses.astuple(PAGES[name])):
        expect(page.locator(selector).filter(visible=True).first).to_be_visible(timeout=SECONDS)
    edges = {what: lowest(page, selector) for what, selector in dataclasses.asdict(PAGES[name]).items() if selector}
    assert {what: edge for what, edge in edges.items() if not edge <= height} == {}
    notice = page.locator(".st-key-notice")
    if notice.count():
        beside, picture = notice.bounding_box(), page.locator(".st-key-picture").bounding_box()
        assert beside is not None
        assert picture is not None
        assert beside["x"] >= picture["x"] + picture["width"]
        assert beside["y"] < picture["y"] + picture["height"]


@pytest.mark.parametrize("name", ["", "runs"])
def test_letters_of_the_other_pages_are_as_large(chromium: Browser, server: str, name: str) -> None:
    with visit(chromium, f"{server}/{name}", width=1920, height=1080) as page:
        settle(page)
        check_letters(page)


@pytest.mark.parametrize("name", [name for name in PAGES if name not in ("notation", "train")])
def test_letters_of_sections_are_as_large(chromium: Browser, server: str, name: str) -> None:
    with visit(chromium, f"{server}/{name}", width=1920, height=1080) as page:
        expect(page.locator(PAGES[name].picture).first).to_be_visible(timeout=SECONDS)
        settle(page)
        while open_sections(page):
            page.wait_for_timeout(500)
            settle(page)
        check_letters(page)


def check_letters(page: Page) -> None:
    """No letters are below 20 pixels on a beamer."""
    for _ in range(20):  # Plotly draws once more when the size of the page's letters is known
        if not small_texts(page):
            break
        page.wait_for_timeout(500)
    assert small_texts(page) == []


def test_small_letters_are_found(chromium: Browser, server: str) -> None:
    with visit(chromium, server, width=1920, height=1080) as page:
        page.evaluate(
            """least => {
            const host = document.body.appendChild(document.createElement("div"));
            host.attachShadow({ mode: "open" }).innerHTML =
                `<p style="font-size: ${least - 1}px">planted</p><p style="font-size: ${least}px">large enough</p>
                 <svg viewBox="0 0 100 100" width="50" height="50"><text y="50" font-size="30">drawn</text></svg>`;
        }""",
            LEAST,
        )
        assert [text.split(maxsplit=1)[1] for text in small_texts(page) if "planted" in text or "drawn" in text] == [
            "planted",
            "drawn",
        ]
        assert not any("large enough" in text for text in small_texts(page))


@pytest.mark.parametrize(
    ("address", "chart"), [("ct?ct_sweep=true", "ct_violins"), ("rotation?rot_designs=true", "rot_design_bars")]
)
def test_figures_of_plotly_grow_too(chromium: Browser, server: str, address: str, chart: str) -> None:
    with visit(chromium, f"{server}/{address}", width=1920, height=1080) as page:
        text = page.locator(f".st-key-{chart} .xtick text").first
        expect(text).to_be_visible(timeout=SECONDS)
        settle(page)
        expect(text).to_have_css("font-size", "20.2941px", timeout=SECONDS)
        assert not [found for found in small_texts(page) if found.startswith("stPlotlyChart")]
