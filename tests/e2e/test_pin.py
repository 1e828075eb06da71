"""Pin, undo and explained terms in a browser: A beside B, the address goes back, a key opens what a term means."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import settle, visit

pytestmark = pytest.mark.browser


@pytest.fixture
def page(chromium: Browser, server: str) -> Iterator[Page]:
    with visit(chromium, f"{server}/notation", 1280, 900) as opened:
        expect(opened.locator(".notation svg").first).to_be_visible(timeout=60_000)
        yield opened


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()
    settle(page)


DEAD = "notation_theta=1%2C0%2C0%2C1%2C-1.2%2C-1.2"


def expect_address(page: Page, parameter: str, there: bool = True) -> None:
    page.wait_for_url(lambda url: (parameter in url) is there, timeout=30_000)
    settle(page)


def test_a_stands_beside_b_and_undo_takes_the_address_back(page: Page) -> None:
    press(page, "Pin as A")
    press(page, "Dead ReLU")
    expect_address(page, DEAD)
    pictures = page.get_by_role("img", name="Where the points end")
    expect(pictures).to_have_count(2)
    differing = page.locator("p", has_text="From A to B:")
    expect(differing).to_contain_text("Weights θ 0.9,0.6,-0.4,0.8,0.2,0.1 → 1,0,0,1,-1.2,-1.2")
    left, right = (picture.bounding_box() for picture in pictures.all())
    assert left is not None
    assert right is not None
    assert left["x"] + left["width"] < right["x"]
    assert abs(left["y"] - right["y"]) < 5
    assert pictures.nth(0).get_attribute("src") != pictures.nth(1).get_attribute("src")
    press(page, "Undo")
    expect_address(page, "notation_theta", there=False)
    expect(differing).to_have_count(0)
    assert pictures.nth(0).get_attribute("src") == pictures.nth(1).get_attribute("src")
    press(page, "Redo")
    expect_address(page, DEAD)
    press(page, "Unpin")
    expect(pictures).to_have_count(0)


def test_what_is_dragged_can_be_undone(page: Page) -> None:
    page.get_by_label("b, where the origin goes").press("ArrowRight")
    expect_address(page, "notation_theta")
    expect(page.get_by_role("button", name="Undo", exact=True)).to_be_enabled()
    press(page, "Undo")
    expect_address(page, "notation_theta", there=False)
    expect(page.get_by_role("button", name="Undo", exact=True)).to_be_disabled()


def test_back_of_the_browser_is_a_step_back_for_undo(page: Page) -> None:
    press(page, "Dead ReLU")
    expect_address(page, DEAD)
    page.go_back()
    expect_address(page, "notation_theta", there=False)
    expect(page.get_by_role("button", name="Undo", exact=True)).to_be_disabled(timeout=30_000)
    press(page, "Redo")
    expect_address(page, DEAD)


def test_a_key_opens_what_a_term_means(page: Page) -> None:
    meaning = page.get_by_text("half the mean squared error over the points")
    expect(meaning).to_have_count(0)
    page.get_by_role("button", name="loss", exact=True).focus()
    page.keyboard.press("Enter")
    expect(meaning).to_be_visible()
    page.keyboard.press("Escape")
    expect(meaning).to_have_count(0)


def test_on_a_phone_pinned_pictures_are_as_wide_as_their_columns(chromium: Browser, server: str) -> None:
    with visit(chromium, f"{server}/manifolds", 390, 844, has_touch=True, is_mobile=True) as page:
        press(page, "Pin as A")
        page.get_by_role("button", name="Trained layers").first.click()
        settle(page)
        tiles = page.locator(".sv-tile")
        expect(tiles).not_to_have_count(0, timeout=60_000)
        beyond = "all => all.map((e) => Math.max(0, e.scrollWidth - Math.ceil(e.getBoundingClientRect().width)))"
        assert not any(tiles.evaluate_all(beyond))
