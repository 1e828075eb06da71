"""The brush with the test in the place of the server: nothing old and nothing half, and what a finger does."""

import base64
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from structviz.figures import CLASS_COLOURS, CLASS_SYMBOLS
from structviz.figures.packet import pack
from structviz.ui.browser.brush import LIMIT
from structviz.ui.browser.bundles import read_bundle
from tests.e2e.quiet import quiet
from tests.e2e.sheets import HALF_WIDTH, REST, Rows, close, drag, on_sheet, press, spot, tap
from tests.e2e.touch import Finger

pytestmark = pytest.mark.browser


class Bench:
    """The component in an empty page, with the test in the server's place."""

    def __init__(self, page: Page) -> None:
        self.page = page
        # Time stands still, so that no report comes before its test has it come.
        page.clock.install(time=0)
        page.clock.pause_at(86_400)  # later than any machine takes from the line above to this one
        page.set_content(f"<style>{read_bundle('brush.css')}</style>{read_bundle('brush.html')}")
        code = base64.b64encode(read_bundle("brush.js").encode()).decode()
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
            """(packet) => {
              const setStateValue = (name, value) => sent.push({ name, ...structuredClone(value) });
              globalThis.leave = mount({ parentElement: document.body, data: { channel: "brush" }, setStateValue });
              structvizInbox.put("brush", Uint8Array.from(atob(packet), (byte) => byte.charCodeAt(0)));
            }""",
            base64.b64encode(pack(data, {})).decode(),
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
    viewport = {"width": 390, "height": 844}
    with quiet(chromium, lambda url: url.startswith("data:"), viewport=viewport, has_touch=True) as page:
        yield Bench(page)


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


def test_a_full_sheet_says_so_and_takes_no_more(bench: Bench) -> None:
    limit = 6
    bench.say([], limit=limit)
    expect(bench.page.get_by_test_id("brush-limit")).to_have_text("")
    drag(bench.page, (-1, 0), (1, 0))
    tap(bench.page, 0, 1)
    assert len(bench.rest()[-1]["points"]) == limit
    expect(bench.page.get_by_test_id("brush-limit")).to_contain_text("it holds 6 points")
    press(bench.page, "erase")
    tap(bench.page, -1, 0)
    expect(bench.page.get_by_test_id("brush-limit")).to_have_text("")


def test_a_finger_scrolls_until_it_taps_and_again_after_a_touch_elsewhere(bench: Bench) -> None:
    bench.page.evaluate("document.body.style.height = '3000px'")
    bench.say([])
    finger, sheet = Finger(bench.page), bench.page.get_by_test_id("brush-sheet")

    def swipe_up() -> float:
        """How far the page goes."""
        bench.page.evaluate("scrollTo(0, 0)")
        finger.swipe(sheet, 0, -100)
        bench.page.clock.run_for(100)
        return bench.page.evaluate("scrollY")

    assert swipe_up() > 60
    assert bench.rest() == []
    bench.page.evaluate("scrollTo(0, 0)")
    finger.tap(sheet)
    assert len(bench.rest()[-1]["points"]) == 1
    assert swipe_up() == 0
    assert len(bench.rest()[-1]["points"]) > 5
    bench.page.touchscreen.tap(200, 800)
    assert swipe_up() > 60


def test_a_finger_that_goes_sideways_draws_at_once(bench: Bench) -> None:
    bench.say([])
    Finger(bench.page).swipe(bench.page.get_by_test_id("brush-sheet"), 100, 20, (0.2, 0.5))
    assert len(bench.rest()[-1]["points"]) > 5


def test_only_the_first_finger_draws_and_the_page_stays_where_it_is(bench: Bench) -> None:
    bench.page.evaluate("document.body.style.height = '3000px'")
    bench.say([])
    Finger(bench.page).tap(bench.page.get_by_test_id("brush-sheet"), (0.5, 0.02))
    (tapped,) = bench.rest()
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
    points = bench.rest()[-1]["points"]
    assert len(points) > 15 + len(tapped["points"])
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


def test_one_who_leaves_takes_no_report_along(bench: Bench) -> None:
    bench.say([])
    tap(bench.page, 0, 0)
    bench.page.evaluate("leave()")
    assert bench.rest() == []
