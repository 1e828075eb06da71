"""A running server and a real browser; without a browser the tests are skipped, in CI they fail."""

import io
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image as PillowImage
from playwright.sync_api import Browser, Locator, Page, Playwright, expect, sync_playwright

from tests.e2e.axe import source
from tests.e2e.quiet import quiet
from tests.e2e.serve import served

ROOT = Path(__file__).parents[2]

# The app works without a network: whatever it asks for comes from its own server.
OWN = re.compile(r"https?://127\.0\.0\.1[:/]|data:|blob:")

GROUNDS = {"light": "rgb(255, 255, 255)", "dark": "rgb(15, 19, 24)"}
"""Colour of the page in each theme."""


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """What starts browsers: one for all tests of a process, as Playwright bears no second one beside it."""
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="session")
def chromium(playwright: Playwright) -> Iterator[Browser]:
    options = ["--no-sandbox", "--enable-unsafe-swiftshader", "--disable-background-networking"]
    browser = playwright.chromium.launch(executable_path=executable(), args=options)
    yield browser
    browser.close()


def executable() -> str:
    """Where Chromium is. Without one, tests in a browser are skipped, and fail where all must run."""
    path = shutil.which("chromium")
    if path is None:
        reason = "no chromium on the path; install Debian's package chromium"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    return path


@pytest.fixture(scope="session")
def axe() -> str:
    """The source of axe-core."""
    return source(ROOT)


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """Address of a server that others may have used before."""
    with served(folder=ROOT) as running:
        yield running.address


@pytest.fixture
def fresh_server() -> Iterator[str]:
    """Address of a server that nobody has visited."""
    with served(folder=ROOT) as running:
        yield running.address


def settle(page: Page) -> None:
    """Wait until the script has run."""
    page.wait_for_selector("[data-testid=stApp][data-test-script-state=notRunning]", timeout=180_000)


@contextmanager
def visit(
    browser: Browser, address: str, width: int = 1280, height: int = 800, theme: str = "light", **options: Any
) -> Iterator[Page]:
    """A page that must neither log an error nor ask for anything beyond the server; `options` are the context's."""
    options |= {"viewport": {"width": width, "height": height}, "color_scheme": theme}
    with quiet(browser, lambda url: OWN.match(url) is not None, **options) as page:
        page.goto(address)
        settle(page)
        yield page


def themes(page: Page, opened: str) -> Iterator[str]:
    """Both themes, one after the other, as the page shows them: first the one in which it was opened."""
    for theme in sorted(GROUNDS, key=lambda theme: theme != opened):
        page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
        expect(page.get_by_test_id("stApp")).to_have_css("background-color", GROUNDS[theme], timeout=60_000)
        yield theme


def pixels(image: Locator) -> np.ndarray:
    """What the browser paints for an element, as (row, column, 3) of 0 to 255."""
    image.scroll_into_view_if_needed()
    return np.asarray(PillowImage.open(io.BytesIO(image.screenshot())).convert("RGB"), dtype=float)
