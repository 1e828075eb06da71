"""Nothing is computed for a tab that nobody sees."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.e2e.film_pages import SECONDS
from tests.e2e.test_take_home import changing, folder, opened

pytestmark = pytest.mark.browser
__all__ = ["folder"]

WATCHED = """
globalThis.asked = new Set();
globalThis.isHidden = {hidden};
const post = Worker.prototype.postMessage;
Worker.prototype.postMessage = function (message, ...rest) {{
  if (message.request) globalThis.asked.add(message.request.id);
  return post.call(this, message, ...rest);
}};
Object.defineProperty(document, "visibilityState", {{ get: () => (globalThis.isHidden ? "hidden" : "visible") }});
Object.defineProperty(document, "hidden", {{ get: () => globalThis.isHidden }});
"""
"""The page says that it is hidden, and what it asks of its workers is noted."""

RESTS = "[data-testid=rotor][data-exact=true][data-ready=true]"
CURVE = ".curves[data-ready=true]"
ASKED = "n => globalThis.asked.size >= n"


def hide(page: Page, hidden: bool) -> int:
    """Hide or show the tab; how much has been asked for so far."""
    return page.evaluate(
        """hidden => {
            globalThis.isHidden = hidden;
            document.dispatchEvent(new Event("visibilitychange"));
            return globalThis.asked.size;
        }""",
        hidden,
    )


def asked_later(page: Page) -> int:
    """How much has been asked for after a second in which a network answers many times."""
    page.wait_for_timeout(1000)
    return page.evaluate("globalThis.asked.size")


def test_a_tab_that_opens_hidden_waits_until_it_is_seen(chromium: Browser, folder: Path) -> None:
    with opened(chromium, (folder / "rotation.html").as_uri(), init=WATCHED.format(hidden="true")) as page:
        page.locator(RESTS).wait_for(timeout=SECONDS)
        assert asked_later(page) == 0
        hide(page, False)
        page.locator(CURVE).wait_for(timeout=SECONDS)
        assert page.evaluate("globalThis.asked.size") > 0


def test_curves_wait_while_the_tab_is_hidden(chromium: Browser, folder: Path) -> None:
    with opened(chromium, (folder / "rotation.html").as_uri(), init=WATCHED.format(hidden="false")) as page:
        page.locator(CURVE).wait_for(timeout=SECONDS)
        changing(page, lambda: page.get_by_test_id("rotor-level").fill("0.35"))
        page.evaluate("globalThis.asked.clear()")
        page.wait_for_function(ASKED, arg=3)
        before = hide(page, True)
        assert asked_later(page) == before
        hide(page, False)
        page.wait_for_function(ASKED, arg=before + 1, timeout=SECONDS)
