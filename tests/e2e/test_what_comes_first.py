"""The first picture of the CT page waits for nothing that is large: slices and films come when it has been painted."""

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.conftest import visit

pytestmark = pytest.mark.browser

SECONDS = 90_000
MOST, ALL = 300_000, 900_000
"""Bytes that may come before the picture, and that come at least in all."""

_WATCH = """() => {
    const seen = (window.seenBytes = { before: null, all: 0 });
    window.WebSocket = class extends WebSocket {
        constructor(...how) {
            super(...how);
            this.addEventListener("message", ({ data }) => (seen.all += data.byteLength ?? data.size ?? data.length));
        }
    };
    const isPainted = (root) => [...root.querySelectorAll("*")].some((element) =>
        element.shadowRoot ? isPainted(element.shadowRoot)
            : element.matches("figure canvas.picture") && element.getBoundingClientRect().width > 0
              && element.getContext("2d").getImageData(element.width / 2, element.height / 2, 1, 1).data[3] > 0);
    const look = () => {
        if (isPainted(document)) seen.before = seen.all;
        else requestAnimationFrame(look);
    };
    look();
}"""


def test_slices_and_films_come_after_the_first_picture(chromium: Browser, server: str) -> None:
    with visit(chromium, server) as page:
        page.add_init_script(f"({_WATCH})()")
        page.goto(f"{server}/ct?ct_angle=90")
        expect(page.locator("[data-arm=truth] canvas.slice")).to_be_visible(timeout=SECONDS)
        expect(page.locator("[data-testid=rotor][data-ready=true]")).to_be_visible(timeout=SECONDS)
        seen = page.evaluate("seenBytes")
        assert 0 < seen["before"] < MOST
        assert seen["all"] > ALL
