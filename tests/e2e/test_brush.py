"""The brush under a mouse, a finger and keys: what is drawn reaches Python, and nothing old comes back from there."""

import base64
import json
import math
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from structviz.figures import CLASS_COLOURS, CLASS_SYMBOLS
from structviz.ui.browser import brush as package
from structviz.ui.browser.brush import LIMIT
from tests.e2e.conftest import ROOT, settle, visit
from tests.e2e.serve import served

pytestmark = pytest.mark.browser

Rows = list[list[float]]
HALF_WIDTH = 2.0
REST = 400  # milliseconds: longer than the browser waits with a report


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


class Bench:
    """The component in an empty page, with the test in the server's place."""

    def __init__(self, page: Page) -> None:
        self.page = page
        # Time stands still, so that no report comes before its test has it come.
        page.clock.install(time=0)
        page.clock.pause_at(86_400)  # later than any machine takes from the line above to this one
        page.set_content(f"<style>{package._source('brush.css')}</style>{package._source('brush.html')}")
        code = base64.b64encode(package._source("brush.js").encode()).decode()
        page.evaluate(
            """async (code) => {
              globalThis.sent = [];
              globalThis.mount = (await import(`data:text/javascript;base64,${code}`)).default;
            }""",
            code,
        )

    def say(self, points: Rows, seen: int = 0, **others: Any) -> None:
        """What the server says after a run."""
        data = {
            "points": points,
            "seen": seen,
            "half_width": HALF_WIDTH,
            "colours": CLASS_COLOURS,
            "symbols": CLASS_SYMBOLS,
            "limit": LIMIT,
            **others,
        }
        self.page.evaluate(
            """(data) => {
              const setStateValue = (name, value) => sent.push({ name, ...structuredClone(value) });
              globalThis.leave = mount({ parentElement: document.body, data, setStateValue });
            }""",
            data,
        )

    @property
    def sent(self) -> list[dict[str, Any]]:
        return self.page.evaluate("sent")

    def rest(self) -> list[dict[str, Any]]:
        """All reports, once none is to come."""
        self.page.clock.run_for(REST)
        return self.sent


@pytest.fixture
def bench(chromium: Browser) -> Iterator[Bench]:
    context = chromium.new_context(viewport={"width": 390, "height": 844}, has_touch=True)
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    yield Bench(page)
    context.close()
    assert complaints == []


def sheet(page: Page) -> Locator:
    return page.get_by_test_id("brush-sheet")


def spot(page: Page, x: float, y: float) -> tuple[float, float]:
    """Where a point of the plane is on the screen."""
    sheet(page).scroll_into_view_if_needed()
    box = sheet(page).bounding_box()
    assert box is not None
    assert box["width"] == pytest.approx(box["height"])
    scale = box["width"] / 2 / HALF_WIDTH
    return box["x"] + box["width"] / 2 + scale * x, box["y"] + box["height"] / 2 - scale * y


def tap(page: Page, x: float, y: float) -> None:
    page.mouse.click(*spot(page, x, y))


def drag(page: Page, *stops: tuple[float, float], lift: bool = True) -> None:
    places = [spot(page, *stop) for stop in stops]
    page.mouse.move(*places[0])
    page.mouse.down()
    for place in places[1:]:
        page.mouse.move(*place)
    if lift:
        page.mouse.up()


def press(page: Page, name: str) -> None:
    page.get_by_test_id(f"brush-{name}").click(force=True)  # also where it says that there is nothing to do


def on_sheet(page: Page) -> Rows:
    """The points as they are painted, in order."""
    return sheet(page).evaluate(
        """(svg, half) => [...svg.querySelectorAll(".points path")].map((path) => {
          const { e, f } = path.transform.baseVal.consolidate().matrix;
          return [(e * half) / 100, (-f * half) / 100, Number(path.dataset.label)];
        })""",
        HALF_WIDTH,
    )


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


def close(some: Rows, others: Rows, within: float = 0.001) -> bool:
    return len(some) == len(others) and all(
        a[2] == b[2] and math.dist(a[:2], b[:2]) <= within for a, b in zip(some, others, strict=True)
    )


def expect_count(page: Page, words: str) -> None:
    expect(page.get_by_test_id("brush-count")).to_have_text(words)


# ---- with a server


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
    assert max(x for x, _, _ in sprayed) > 1.3
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


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_it_fits_and_the_page_can_still_be_scrolled(chromium: Browser, app: str, width: int, theme: str) -> None:
    with visit(chromium, app, width=width, height=844, theme=theme) as page:
        expect(sheet(page)).to_be_visible(timeout=60_000)
        box = sheet(page).bounding_box()
        assert box is not None
        assert box["width"] >= 340
        assert box["width"] <= 26 * 17 + 1
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        touch = page.get_by_test_id("brush").evaluate(
            "root => [...root.querySelectorAll('*')].filter(e => getComputedStyle(e).touchAction === 'none')"
            ".map(e => e.dataset.testid)"
        )
        assert touch == ["brush-sheet"]
        colours = page.locator(".brush button .shape").evaluate_all("all => all.map(e => getComputedStyle(e).fill)")
        assert colours == [f"rgb({', '.join(str(int(c[i : i + 2], 16)) for i in (1, 3, 5))})" for c in CLASS_COLOURS]


# ---- in the server's place


def test_what_is_old_never_overwrites_what_is_new(bench: Bench) -> None:
    bench.say([])
    tap(bench.page, -1, 0)
    (first,) = bench.rest()
    assert (first["name"], first["count"]) == ("drawing", 1)
    tap(bench.page, 1, 0)
    second = bench.rest()[1]
    assert second["count"] == 2
    bench.say(first["points"], seen=1)
    assert close(on_sheet(bench.page), second["points"])
    bench.say([[0.0, 0.0, 1]], seen=1)
    assert close(on_sheet(bench.page), second["points"])
    bench.say(second["points"], seen=2)
    assert close(on_sheet(bench.page), second["points"])
    bench.say([[0.0, 0.0, 1]], seen=2)
    assert close(on_sheet(bench.page), [[0.0, 0.0, 1]])
    assert len(bench.rest()) == 2


def test_a_page_that_always_says_the_same_leaves_the_drawing_alone(bench: Bench) -> None:
    start: Rows = [[0.5, 0.5, 1]]
    bench.say(start)
    tap(bench.page, -1, 0)
    drawing = bench.rest()[0]["points"]
    assert drawing[0] == start[0]
    bench.say(start, seen=1)
    assert close(on_sheet(bench.page), drawing)
    press(bench.page, "undo")
    assert bench.rest()[1]["points"] == start


def test_while_a_report_waits_the_server_is_not_heard(bench: Bench) -> None:
    bench.say([])
    tap(bench.page, -1, 0)
    bench.say([[1.0, 1.0, 1]])
    assert close(on_sheet(bench.page), [[-1, 0, 0]], within=0.02)
    assert [report["count"] for report in bench.rest()] == [1]


def test_other_points_are_taken_after_a_stroke_that_changed_nothing(bench: Bench) -> None:
    bench.say([[0.5, 0.5, 1]])
    press(bench.page, "erase")
    drag(bench.page, (-1, -1), (-0.5, -1), lift=False)
    bench.say([[1.0, 1.0, 1]])
    assert close(on_sheet(bench.page), [[0.5, 0.5, 1]])
    bench.page.mouse.up()
    assert close(on_sheet(bench.page), [[1.0, 1.0, 1]])
    assert bench.rest() == []


def test_the_sheet_is_not_stretched_under_a_stroke(bench: Bench) -> None:
    bench.say([])
    drag(bench.page, (-1, 1), (0, 1), lift=False)
    bench.say([], half_width=4.0)
    bench.page.mouse.move(*spot(bench.page, 1, 1))
    bench.page.mouse.up()
    (report,) = bench.rest()
    assert all(abs(y - 1) <= 0.06 for _, y, _ in report["points"])
    bench.say(report["points"], seen=1, half_width=4.0)
    # Twice as wide: everything is half as far from the centre.
    assert close(on_sheet(bench.page), [[x / 2, y / 2, label] for x, y, label in report["points"]])
    assert bench.page.locator(".ticks text").all_text_contents()[::2] == ["−2", "2"]


def test_strokes_in_quick_succession_are_one_report_and_never_half_a_stroke(bench: Bench) -> None:
    bench.say([])
    tap(bench.page, 1, 1)
    drag(bench.page, (-1, -1), (0, -1), lift=False)
    assert bench.rest() == []
    drag(bench.page, (0, -1), (1, -1))
    (report,) = bench.rest()
    assert len(report["points"]) == len(on_sheet(bench.page)) > 12


def test_a_stroke_that_changed_nothing_does_not_swallow_the_report_before_it(bench: Bench) -> None:
    bench.say([])
    tap(bench.page, 1, 1)
    bench.page.get_by_test_id("brush-erase").evaluate("button => button.click()")
    tap(bench.page, -1, -1)
    (report,) = bench.rest()
    assert len(report["points"]) == 1


def test_sprayed_points_keep_their_distance_however_long_one_rubs(bench: Bench) -> None:
    bench.say([])
    drag(bench.page, *[(1 if k % 2 else -1, 0.1 * math.sin(k)) for k in range(60)])
    points = bench.rest()[0]["points"]
    gaps = [math.dist(a[:2], b[:2]) for k, a in enumerate(points) for b in points[:k]]
    assert min(gaps) >= 0.045 * HALF_WIDTH - 1e-3
    assert 20 < len(points) < 120
    assert len({y for _, y, _ in points}) > 10  # a little off the way


def test_nothing_is_set_outside_the_sheet(bench: Bench) -> None:
    bench.say([])
    drag(bench.page, (0, 1.5), (0, 2.3), (0.5, 2.3), (0.5, 1.5))
    points = bench.rest()[0]["points"]
    assert 6 <= len(points) <= 14
    assert all(max(abs(x), abs(y)) <= HALF_WIDTH for x, y, _ in points)


def test_a_full_sheet_says_so_and_takes_no_more(bench: Bench) -> None:
    limit = 6
    bench.say([], limit=limit)
    expect(bench.page.get_by_test_id("brush-limit")).to_have_text("")
    drag(bench.page, (-1, 0), (1, 0))
    tap(bench.page, 0, 1)
    assert len(bench.rest()[-1]["points"]) == limit
    expect(bench.page.get_by_test_id("brush-limit")).to_contain_text("6 points are as many as fit")
    press(bench.page, "erase")
    tap(bench.page, -1, 0)
    expect(bench.page.get_by_test_id("brush-limit")).to_have_text("")


def test_only_the_first_finger_draws_and_the_page_stays_where_it_is(bench: Bench) -> None:
    bench.page.evaluate("document.body.style.height = '3000px'")
    bench.say([])
    touch = bench.page.context.new_cdp_session(bench.page)

    def fingers(kind: str, *places: tuple[float, float]) -> None:
        spots = [spot(bench.page, *place) for place in places]
        points = [{"x": x, "y": y, "id": k} for k, (x, y) in enumerate(spots)]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    fingers("touchStart", (0, 1.5))
    for k in range(20):
        fingers("touchMove", (0, 1.5 - 0.15 * k))
    fingers("touchStart", (0, -1.35), (1.5, 1.5))
    fingers("touchMove", (0, -1.35), (1.5, -1.5))
    fingers("touchEnd")
    points = bench.rest()[0]["points"]
    assert len(points) > 15
    assert all(abs(x) < 0.1 for x, _, _ in points)
    assert bench.page.evaluate("scrollY") == 0
    assert bench.page.locator(".ghost.shown").count() == 0


def test_classes_differ_in_shape(bench: Bench) -> None:
    bench.say([[0.0, 0.0, 0], [1.0, 1.0, 1]])
    shapes = bench.page.locator(".points path").evaluate_all("all => all.map(path => path.getAttribute('d'))")
    buttons = bench.page.locator("button .shape path").evaluate_all("all => all.map(path => path.getAttribute('d'))")
    assert len(set(shapes)) == len(set(buttons)) == 2
    assert "a" in shapes[0]
    assert "a" in buttons[0]
    assert CLASS_SYMBOLS[0] == "circle"


@pytest.mark.parametrize(
    ("half_width", "ticks"), [(2.0, "−1 1"), (1.0, "−0.5 0.5"), (3.0, "−2 −1 1 2"), (100.0, "−50 50")]
)
def test_the_grid_has_round_numbers(bench: Bench, half_width: float, ticks: str) -> None:
    bench.say([], half_width=half_width)
    words = bench.page.locator(".ticks text").all_text_contents()
    assert words[::2] == words[1::2] == ticks.split()


def test_one_who_leaves_takes_no_report_along(bench: Bench) -> None:
    bench.say([])
    tap(bench.page, 0, 0)
    bench.page.evaluate("leave()")
    assert bench.rest() == []
