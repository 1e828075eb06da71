"""The film of bodies that tumble: opened from a file, with the network off, it computes, plays and turns."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, ViewportSize, expect

from structviz.ui.pages.manifolds.body import body_film
from structviz.ui.pages.manifolds.choice import ManifoldsChoice
from tests.e2e.quiet import quiet

pytestmark = pytest.mark.browser

SECONDS = 60_000


@pytest.fixture(params=["desk", "phone"])
def film(request: pytest.FixtureRequest, chromium: Browser, tmp_path: Path) -> Iterator[Page]:
    """The page as a visitor has it; it must log no error and ask for nothing."""
    file = tmp_path / "bodies.html"
    choice = ManifoldsChoice(body=True, spin="any", body_h=0.5, body_view="40,15", body_methods=("rkmk4", "rk4"))
    file.write_text(body_film(choice), encoding="utf-8")
    size: ViewportSize = {"width": 390, "height": 844} if request.param == "phone" else {"width": 1280, "height": 900}
    options = {"viewport": size, "has_touch": request.param == "phone", "reduced_motion": "reduce", "offline": True}
    with quiet(chromium, lambda url: url == file.as_uri(), **options) as page:
        page.goto(file.as_uri())
        yield page


def pixels(canvas: Locator) -> str:
    return canvas.evaluate("canvas => canvas.toDataURL()")


def test_the_film_ends_as_the_page_does_and_goes_back(film: Page) -> None:
    captions, words = film.locator(".solids figcaption"), film.locator(".words")
    expect(words).to_contain_text("After 10,000 steps, rotations up to rounding: RKMK4", timeout=SECONDS)
    expect(captions.nth(0)).to_have_text("RKMK4: off by rounding")
    expect(captions.nth(1)).to_have_text("RK4, all matrices: off by 1.0")
    last = pixels(film.locator("canvas").nth(1))
    film.locator("input.step").fill("3")
    expect(film.locator(".step-words")).to_have_text("Step 3 of 10,000")
    expect(captions.nth(1)).not_to_have_text("RK4, all matrices: off by 1.0")
    assert pixels(film.locator("canvas").nth(1)) != last
    film.locator("input.step").fill("10000")
    expect(film.locator(".step-words")).to_have_text("Step 10,000 of 10,000")
    ended = pixels(film.locator("canvas").first)
    film.get_by_role("button", name="Long axis").click()
    expect(film.get_by_role("button", name="Long axis")).to_have_attribute("aria-pressed", "true")
    expect(words).to_contain_text("After 10,000 steps, rotations up to rounding: RKMK4", timeout=SECONDS)
    assert pixels(film.locator("canvas").first) != ended
    assert film.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_the_film_plays_and_its_boxes_turn_under_hand_and_keys(film: Page) -> None:
    turn, canvas = film.locator(".turn").first, film.locator("canvas").first
    expect(film.locator(".words")).to_contain_text("After 10,000 steps", timeout=SECONDS)
    expect(turn).to_have_attribute("aria-valuetext", "seen from longitude 40°, latitude 15°")
    before, box = pixels(canvas), turn.bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    film.mouse.move(x, y)
    film.mouse.down()
    film.mouse.move(x + 50, y, steps=4)
    film.mouse.up()
    expect(turn).not_to_have_attribute("aria-valuetext", "seen from longitude 40°, latitude 15°")
    assert pixels(canvas) != before
    dragged = turn.get_attribute("aria-valuetext") or ""
    turn.focus()
    film.keyboard.press("ArrowUp")
    expect(turn).not_to_have_attribute("aria-valuetext", dragged)
    film.locator("input.step").fill("0")
    expect(film.locator(".step-words")).to_have_text("Step 0 of 10,000")
    start = pixels(canvas)
    film.get_by_role("button", name="Play").click()
    expect(film.locator(".step-words")).not_to_have_text("Step 0 of 10,000")
    assert pixels(canvas) != start
