"""The page of manifolds in a browser: spheres that turn, a point that one drags, bodies that tumble."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.e2e.conftest import settle, visit

pytestmark = pytest.mark.browser

SECONDS = 60_000


@pytest.fixture
def page(chromium: Browser, server: str) -> Iterator[Page]:
    with visit(chromium, f"{server}/manifolds?manifolds_body=true", 1280, 900) as opened:
        opened.emulate_media(reduced_motion="reduce")
        opened.reload()
        expect(opened.locator(".sphere .point").first).to_be_visible(timeout=SECONDS)
        expect(opened.locator(".sphere .layer-words")).to_have_text("Layer 20 of 20")
        settle(opened)
        yield opened


def drag(page: Page, what: Locator, dx: float, dy: float) -> None:
    box = what.bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + dx, y + dy, steps=4)
    page.mouse.up()


def pixels(canvas: Locator) -> str:
    return canvas.evaluate("canvas => canvas.toDataURL()")


def test_both_spheres_turn_under_the_hand_and_a_point_goes_where_it_is_dragged(page: Page) -> None:
    turn, point, canvases = (page.locator(f".sphere {part}") for part in (".turn", ".point", "canvas"))
    captions = page.locator(".sphere figcaption")
    expect(captions.nth(0)).to_have_text("Exponential map: < 1·10⁻¹² off")
    expect(captions.nth(1)).to_have_text("Euler: 0.48 off")
    before = [pixels(canvas) for canvas in canvases.all()]
    drag(page, turn.first, 60, 20)
    page.wait_for_url("**manifolds_view=*")
    turned = [pixels(canvas) for canvas in canvases.all()]
    assert all(one != other for one, other in zip(before, turned, strict=True))
    view = re.search(r"manifolds_view=(-?\d+)%2C(-?\d+)", page.url)
    assert view is not None
    assert int(view[1]) < 50
    assert int(view[2]) > 20
    drag(page, point.nth(1), -25, -30)
    page.wait_for_url("**manifolds_point=*")
    assert point.first.get_attribute("aria-valuetext") == point.nth(1).get_attribute("aria-valuetext")
    assert all(pixels(canvas) != one for canvas, one in zip(canvases.all(), turned, strict=True))
    point.first.focus()
    place = point.first.get_attribute("aria-valuetext")
    page.keyboard.press("ArrowUp")
    expect(point.first).not_to_have_attribute("aria-valuetext", place or "")
    settle(page)
    expect(captions.nth(1)).to_have_text("Euler: 0.48 off")


def test_bodies_end_as_rotations_or_deformed_and_say_so(page: Page) -> None:
    body = page.locator(".body")
    body.scroll_into_view_if_needed()
    words = body.locator(".words")
    rest = "10,000 steps, rotations up to rounding: Lie–Euler, RKMK4 and Implicit midpoint"
    expect(words).to_contain_text(rest, timeout=SECONDS)
    body.locator("input.h").evaluate("e => { e.value = 0.5; e.dispatchEvent(new Event('input')); }")
    expect(words).to_contain_text("Euler, all matrices leaves all bounds at step", timeout=SECONDS)
    captions = body.locator(".solids figcaption")
    expect(captions.nth(1)).to_have_text("RKMK4: off by rounding")
    expect(captions.nth(4)).to_have_text("RK4, all matrices: off by 1.0")
    before = pixels(body.locator("canvas").nth(1))
    body.locator(".turn").nth(1).focus()
    page.keyboard.press("ArrowLeft")
    page.wait_for_url("**manifolds_body_view=*")
    assert pixels(body.locator("canvas").nth(1)) != before
