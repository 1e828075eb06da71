"""The invertibility page in a browser: the way there and back, and a point that is dragged at any layer."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import settle, visit

pytestmark = pytest.mark.browser

SECONDS = 60_000


@pytest.fixture
def page(chromium: Browser, server: str) -> Iterator[Page]:
    with visit(chromium, f"{server}/invertibility", 1280, 900) as opened:
        opened.emulate_media(reduced_motion="reduce")
        expect(opened.locator(".round_trip svg .tip").first).to_be_visible(timeout=SECONDS)
        settle(opened)
        yield opened


def go(page: Page, at: float) -> None:
    """Put the scrubber to 0, the data, to 1, the code, or to 2, the data again."""
    page.locator(".round_trip .at").evaluate(
        "(scrubber, at) => { scrubber.value = at; scrubber.dispatchEvent(new Event('input')); }", at
    )


def test_points_come_back_through_one_network_and_not_through_the_other(page: Page) -> None:
    grids = page.locator(".round_trip .plane .grid")
    go(page, 0)
    before = [grid.get_attribute("d") for grid in grids.all()]
    expect(page.locator(".direction .from")).to_have_text("data")
    go(page, 2)
    expect(page.locator(".direction .from")).to_have_text("code")
    missed = [page.locator(f".round_trip [data-part={part}] .missed").count() for part in ("structured", "twin")]
    assert missed == [0, 1]
    after = [grid.get_attribute("d") for grid in grids.all()]

    def farthest(one: str | None, other: str | None) -> float:
        pairs = zip(*(map(float, re.findall(r"-?[\d.]+(?:e-?\d+)?", d or "")) for d in (one, other)), strict=True)
        return max(abs(a - b) for a, b in pairs)

    distances = [farthest(*pair) for pair in zip(before, after, strict=True)]
    assert distances[0] < 1e-12
    assert distances[1] > 0.1


def test_a_point_that_is_dragged_in_the_code_moves_the_data_and_stands_in_the_address(page: Page) -> None:
    go(page, 1)
    handle = page.locator(".round_trip .handle")
    box = handle.bounding_box()
    assert box
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x - 20, y + 12, steps=4)
    page.mouse.up()
    page.wait_for_url(re.compile("inv_probe=.*inv_at=1.0|inv_at=1.0.*inv_probe="), timeout=SECONDS)
    go(page, 2)
    expect(page.locator(".explained .structured .error")).to_have_text(re.compile(r"off by (0|\d·10⁻¹[⁵⁶⁷])"))
    expect(page.locator(".explained .structured")).to_contain_text("x₂ = exp(−s(y₁)) (y₂ − t(y₁)) = ")


def test_a_cell_changes_its_area_by_the_determinant_and_stands_in_the_address(chromium: Browser, server: str) -> None:
    with visit(chromium, f"{server}/invertibility?inv_density=true&inv_cell=0.3,0.4,0.02", 1280, 900) as page:
        areas = page.locator(".cell .areas")
        expect(areas).to_contain_text("|det J|", timeout=SECONDS)

        def ratio_and_determinant() -> tuple[float, float]:
            found = re.fullmatch(r"Area .* ratio ([\d.]+), \|det J\| at the centre ([\d.]+)", areas.inner_text())
            assert found
            return float(found[1]), float(found[2])

        ratio, determinant = ratio_and_determinant()
        assert ratio == pytest.approx(determinant, rel=0.05), "the cell is small"
        handle = page.locator(".cell .handle")
        handle.focus()
        for _ in range(4):
            page.keyboard.press("ArrowLeft")
        page.wait_for_url(re.compile(r"inv_cell=0\.1"), timeout=SECONDS)
        moved = ratio_and_determinant()
        assert moved[1] != determinant
        assert moved[0] == pytest.approx(moved[1], rel=0.05)
