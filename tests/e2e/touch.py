"""A finger on the screen, as the browser's own input: what scrolls, what is cancelled, is for the browser to decide."""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise

from playwright.sync_api import Browser, Locator, Page

from tests.e2e.conftest import visit

__all__ = ["Finger", "phone", "scrolled"]

STEPS = 12


class Finger:
    """One finger on a page."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self._session = page.context.new_cdp_session(page)

    def _touch(self, kind: str, *places: tuple[float, float]) -> None:
        points = [{"x": x, "y": y} for x, y in places]
        self._session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    def follow(self, *places: tuple[float, float]) -> None:
        """Go down at the first place of the window, along all others, and up at the last."""
        self._touch("touchStart", places[0])
        for (x0, y0), (x1, y1) in pairwise(places):
            for k in range(1, STEPS + 1):
                self._touch("touchMove", (x0 + (x1 - x0) * k / STEPS, y0 + (y1 - y0) * k / STEPS))
                self.page.wait_for_timeout(8)
        self.page.wait_for_timeout(150)  # a finger that rests throws nothing: the page stays where it is
        self._touch("touchMove", places[-1])
        self._touch("touchEnd")

    def swipe(self, element: Locator, dx: float, dy: float, at: tuple[float, float] = (0.5, 0.5)) -> None:
        """Swipe by so many pixels, from a place on an element in shares of its sides."""
        box = element.bounding_box()
        assert box is not None
        x, y = box["x"] + at[0] * box["width"], box["y"] + at[1] * box["height"]
        self.follow((x, y), (x + dx, y + dy))

    def tap(self, element: Locator, at: tuple[float, float] = (0.5, 0.5)) -> None:
        """Tap on an element."""
        self.swipe(element, 0, 0, at)


@contextmanager
def phone(browser: Browser, address: str, width: int = 390, height: int = 844) -> Iterator[Page]:
    """A page on a phone, which logs no error and asks only its server."""
    with visit(browser, address, width, height, has_touch=True, is_mobile=True, device_scale_factor=2) as page:
        yield page


def scrolled(page: Page) -> float:
    """How far the page is scrolled: that of the window or of the part of Streamlit's page that scrolls."""
    return page.evaluate(
        "[document.scrollingElement, ...document.querySelectorAll('[data-testid=stMain]')]"
        ".reduce((sum, element) => sum + element.scrollTop, 0)"
    )
