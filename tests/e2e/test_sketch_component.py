"""The sheet for digits with the test as its server: mouse, finger and keys draw, and what is drawn is sent."""

import base64

import pytest
from playwright.sync_api import Browser, Page

from structviz.figures.packet import pack
from structviz.ui.browser.bundles import read_bundle
from tests.e2e.quiet import quiet
from tests.e2e.touch import Finger

pytestmark = pytest.mark.browser

REST = 400


def put_up(page: Page) -> None:
    page.set_content(f"<style>{read_bundle('sketch.css')}</style>{read_bundle('sketch.html')}")
    page.evaluate(
        """async ([code, packet]) => {
          globalThis.sent = [];
          const { default: mount } = await import(`data:text/javascript;base64,${code}`);
          const setStateValue = (name, value) => sent.push({ name, ...value });
          mount({ parentElement: document.body, data: { channel: "sketch" }, setStateValue });
          structvizInbox.put("sketch", Uint8Array.from(atob(packet), (byte) => byte.charCodeAt(0)));
        }""",
        [base64.b64encode(part).decode() for part in (read_bundle("sketch.js").encode(), pack({"seen": 0}, {}))],
    )


def sent(page: Page) -> list[bytes]:
    page.wait_for_timeout(REST)
    return [bytes.fromhex(report["pixels"]) for report in page.evaluate("sent")]


def test_a_digit_is_drawn_with_mouse_finger_and_keys(chromium: Browser) -> None:
    viewport = {"width": 390, "height": 844}
    with quiet(chromium, lambda url: url.startswith("data:"), viewport=viewport, has_touch=True) as page:
        put_up(page)
        sheet, finger = page.get_by_test_id("sketch-sheet"), Finger(page)
        finger.swipe(sheet, 0, 80, (0.2, 0.2))  # this one scrolls
        assert sent(page) == []
        box = sheet.bounding_box()
        assert box is not None
        page.mouse.move(box["x"] + 0.5 * box["width"], box["y"] + 0.2 * box["height"])
        page.mouse.down()
        page.mouse.move(box["x"] + 0.5 * box["width"], box["y"] + 0.8 * box["height"])
        page.mouse.up()
        (stroke,) = sent(page)
        assert len(stroke) == 784
        assert [stroke[28 * row + 14] > 0 for row in (2, 8, 20, 26)] == [False, True, True, False]
        sheet.press("Enter")  # where the mouse went up
        sheet.press("Shift+ArrowLeft")
        keyed = sent(page)[-1]
        assert sum(keyed) > sum(stroke)
        finger.tap(sheet, (0.1, 0.5))
        finger.swipe(sheet, 0, 60, (0.1, 0.3))  # after the tap a finger draws in every direction
        touched = sent(page)[-1]
        assert touched[28 * 12 + 2] > 0
        page.get_by_test_id("sketch-clear").click()
        assert not any(sent(page)[-1])
        page.get_by_test_id("sketch-undo").click()
        assert sent(page)[-1] == touched
