"""The brush with a server: what is drawn reaches Python, and nothing old comes back from there."""

import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from structviz.figures import CLASS_COLOURS
from tests.e2e.conftest import ROOT, settle, visit
from tests.e2e.serve import served
from tests.e2e.sheets import REST, Rows, close, drag, on_sheet, press, sheet, tap

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def app() -> Iterator[str]:
    """Address of a page with nothing but the brush."""
    with served("tests/e2e/brush_app.py", folder=ROOT) as running:
        yield running.address


@pytest.fixture
def page(chromium: Browser, app: str) -> Iterator[Page]:
    with visit(chromium, app) as opened:
        expect(sheet(opened)).to_be_visible(timeout=60_000)
        yield opened


def in_python(page: Page) -> Rows:
    return json.loads(page.get_by_test_id("stText").inner_text())["rows"]


def changes(page: Page) -> int:
    return json.loads(page.get_by_test_id("stText").inner_text())["changes"]


def told(page: Page, number: int) -> Rows:
    """What Python has after so many changes; the sheet shows the same."""
    expect(page.get_by_test_id("stText")).to_contain_text(f'"changes": {number}}}')
    settle(page)
    rows = in_python(page)
    assert close(on_sheet(page), rows)
    return rows


def expect_count(page: Page, words: str) -> None:
    expect(page.get_by_test_id("brush-count")).to_have_text(words)


def test_points_and_strokes_of_both_classes_reach_python(page: Page) -> None:
    expect_count(page, "0 points: 0 + 0")
    tap(page, -1, 0.5)
    rows = told(page, 1)
    assert close(rows, [[-1, 0.5, 0]], within=0.02)
    press(page, "class-1")
    drag(page, (0, -1), (1.5, -1))
    rows = told(page, 2)
    assert rows[0] == told(page, 2)[0]
    sprayed = rows[1:]
    assert close(sprayed[:1], [[0, -1, 1]], within=0.02)
    assert 8 <= len(sprayed) <= 11
    assert {row[2] for row in sprayed} == {1}
    assert all(-0.1 <= x <= 1.6 and abs(y + 1) <= 0.06 for x, y, _ in sprayed)
    assert max(x for x, _, _ in sprayed) > 1.1  # of two points that come too near each other one is left out
    expect_count(page, f"{len(rows)} points: 1 + {len(sprayed)}")
    assert all(round(x, 4) == pytest.approx(x, abs=1e-6) for row in rows for x in row)


def test_strokes_can_be_undone_one_by_one_and_all_can_be_cleared(page: Page) -> None:
    states = [in_python(page)]
    tap(page, 1, 1)
    states.append(told(page, 1))
    drag(page, (-1, -1), (0, 0), (1, -1))
    states.append(told(page, 2))
    press(page, "clear")
    assert told(page, 3) == []
    for number, state in ((4, states[2]), (5, states[1]), (6, states[0])):
        press(page, "undo")
        assert told(page, number) == state
    press(page, "undo")
    press(page, "clear")
    page.wait_for_timeout(REST)
    assert changes(page) == 6
    for name in ("undo", "clear"):
        expect(page.get_by_test_id(f"brush-{name}")).to_have_attribute("aria-disabled", "true")


def test_the_eraser_takes_what_it_passes(page: Page) -> None:
    page.get_by_role("button", name="three").click()
    expect_count(page, "3 points: 1 + 2 1 outside the picture")
    settle(page)
    three = in_python(page)
    press(page, "erase")
    tap(page, 0, 1.5)
    page.wait_for_timeout(REST)
    assert changes(page) == 0
    # From far on one side to far on the other: what lies between two events is on the way too.
    drag(page, (-1.8, 0.5), (-0.2, 0.5))
    assert told(page, 1) == three[1:]
    press(page, "erase")
    tap(page, 0, 1.5)
    assert told(page, 2)[-1][2] == 0


def test_keys_move_a_cursor_and_set_points(page: Page) -> None:
    # From the eraser's button the next stop is the sheet.
    page.get_by_test_id("brush-erase").focus()
    page.keyboard.press("Tab")
    expect(sheet(page)).to_be_focused()
    expect(page.locator(".brush .cursor")).to_have_css("visibility", "visible")
    for key in ("ArrowRight", "ArrowRight", "ArrowUp", "Enter"):
        page.keyboard.press(key)
    assert close(told(page, 1), [[0.2, 0.1, 0]])
    for key in ("Shift+ArrowLeft", "ArrowDown", "ArrowDown", " "):
        page.keyboard.press(key)
    assert close(told(page, 2), [[0.2, 0.1, 0], [-0.2, -0.1, 0]])
    for _ in range(8):
        page.keyboard.press("Shift+ArrowUp")
    page.keyboard.press("Enter")
    assert close(told(page, 3)[2:], [[-0.2, 2, 0]])
    page.keyboard.press("Control+z")
    assert len(told(page, 4)) == 2
    # By keys alone to the eraser and back, on the point that is there.
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("brush-erase")).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("Tab")
    for _ in range(5):
        page.keyboard.press("Shift+ArrowDown")
    for key in ("ArrowDown", "Enter"):
        page.keyboard.press(key)
    assert close(told(page, 5), [[0.2, 0.1, 0]])


def test_other_points_from_python_replace_the_drawing_and_the_same_do_not(page: Page) -> None:
    tap(page, 1, 1)
    rows = told(page, 1)
    page.get_by_role("button", name="again").click()
    page.wait_for_timeout(REST)
    settle(page)
    assert close(on_sheet(page), rows)
    page.get_by_role("button", name="three").click()
    expect_count(page, "3 points: 1 + 2 1 outside the picture")
    settle(page)
    three = in_python(page)
    assert len(three) == 3
    assert close(on_sheet(page), three)
    expect(page.get_by_test_id("brush-undo")).to_have_attribute("aria-disabled", "true")
    tap(page, -1.5, -1.5)
    assert close(told(page, 2), [*three, [-1.5, -1.5, 0]], within=0.02)
    page.get_by_role("button", name="one", exact=True).click()
    expect_count(page, "1 point: 0 + 1")
    assert changes(page) == 2


def test_a_slow_answer_does_not_disturb_a_stroke(page: Page) -> None:
    page.get_by_text("slow").click()
    settle(page)
    tap(page, -1, 1)
    page.wait_for_timeout(REST)  # the report is under way, the answer is not
    drag(page, (-1, -1), (1, -1), lift=False)
    before = on_sheet(page)
    assert len(before) > 8
    expect(page.get_by_test_id("stText")).to_contain_text('"changes": 1}')
    settle(page)
    assert len(in_python(page)) == 1
    assert on_sheet(page) == before
    page.mouse.up()
    assert len(told(page, 2)) == len(before)


@pytest.mark.parametrize(("width", "theme"), [(390, "light"), (1280, "dark")])
def test_it_fits_on_the_page(chromium: Browser, app: str, width: int, theme: str) -> None:
    with visit(chromium, app, width=width, height=844, theme=theme) as page:
        expect(sheet(page)).to_be_visible(timeout=60_000)
        box = sheet(page).bounding_box()
        assert box is not None
        assert box["width"] >= 340
        assert box["width"] <= 26 * 17 + 1
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        colours = page.locator(".brush button .shape").evaluate_all("all => all.map(e => getComputedStyle(e).fill)")
        assert colours == [f"rgb({', '.join(str(int(c[i : i + 2], 16)) for i in (1, 3, 5))})" for c in CLASS_COLOURS]
