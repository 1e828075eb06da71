"""How soon does a page of a warm server show its picture? Run as `python -m benchmarks.first_paint`.

A real server on which each page has been opened once, and a browser that keeps what Streamlit itself sends, as that of
a visitor does who comes from another page. Seconds from the address to the first picture, and until its main handle has
been dragged and the picture has changed. A bare Streamlit page with a title takes turns with the pages: what is beyond
it is ours.
"""

import shutil
import statistics
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

from playwright.sync_api import BrowserContext, Page, sync_playwright

from tests.e2e.first_screens import PAGES, FirstScreenOf
from tests.e2e.serve import served

ROOT = Path(__file__).parents[1]
ROUNDS = 3
TARGET = 1.5
PATIENCE = 60.0
PAUSE = 0.3
"""Seconds in which the server hears what the browser asks for next, or forgets the visitor before."""

IDLE = "[data-testid=stApp][data-test-script-state=notRunning]"

BARE = "import streamlit as st\n\nst.set_page_config(layout='wide')\nst.title('Bare')\n"
SCREENS = {"bare": FirstScreenOf("[data-testid=stMain] h1", "")} | {
    name: screen
    for name, screen in PAGES.items()
    if name != "train"  # nothing to drag there
}

DRAWN = """handle => {
    const root = handle.getRootNode();
    return (root.host ? root : handle.parentElement.parentElement).innerHTML;
}"""
"""What is drawn round a handle: all of its component."""


def open_page(page: Page, address: str, screen: FirstScreenOf) -> tuple[float, float]:
    """Seconds until the first picture, and until a drag is answered; the latter NaN where there is no handle."""
    began = time.perf_counter()
    page.goto(address)
    page.locator(screen.picture).filter(visible=True).first.wait_for(timeout=1000 * PATIENCE)
    picture = time.perf_counter() - began
    if not screen.handle:
        return picture, float("nan")
    drag(page, screen.handle)
    return picture, time.perf_counter() - began


def drag(page: Page, selector: str) -> None:
    """Drag a handle, and wait until something else is drawn round it."""
    handle = page.locator(selector).filter(visible=True).first
    handle.wait_for(timeout=1000 * PATIENCE)
    before, box = handle.evaluate(DRAWN), handle.bounding_box()
    if box is None:
        raise RuntimeError(f"The handle {selector} has gone.")
    x, y = box["x"] + box["width"] / 2, box["y"] + (4 if "dial" in selector else box["height"] / 2)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 30, y + 10, steps=2)
    deadline = time.monotonic() + PATIENCE
    while handle.evaluate(DRAWN) == before:
        if time.monotonic() > deadline:
            raise RuntimeError(f"Nothing follows the handle {selector}.")
        time.sleep(0.01)
    page.mouse.up()


def measure(context: BrowserContext, addresses: dict[str, str]) -> dict[str, list[tuple[float, float]]]:
    """What `open_page` finds for each page in each round; the pages take turns, and the first round does not count."""
    seconds: dict[str, list[tuple[float, float]]] = {name: [] for name in addresses}
    for turn in range(ROUNDS + 1):
        for name, address in addresses.items():
            page = context.new_page()
            found = open_page(page, address, SCREENS[name])
            for _ in range(2):  # what is large follows the first picture in a run of its own
                page.wait_for_selector(IDLE, timeout=1000 * PATIENCE)
                time.sleep(PAUSE)
            page.close()
            time.sleep(PAUSE)
            if turn:
                seconds[name].append(found)
    return seconds


def main() -> None:
    """Print a line for each page."""
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright, ExitStack() as stack:
        script = Path(name) / "bare.py"
        script.write_text(BARE)
        app = stack.enter_context(served(folder=ROOT))
        bare = stack.enter_context(served(str(script), Path(name)))
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        context = browser.new_context(viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
        seconds = measure(context, {page: f"{app.address}/{page}" for page in SCREENS} | {"bare": bare.address})
        browser.close()
    peer = statistics.median(picture for picture, _ in seconds["bare"])
    print(f"{'':16}{'picture, s':>12}{'/ bare':>8}{'drag, s':>10}{'longest picture, s':>20}    target {TARGET:g} s")
    for page, found in seconds.items():
        pictures, drags = zip(*found, strict=True)
        picture = statistics.median(pictures)
        print(f"{page:16}{picture:12.2f}{picture / peer:8.1f}{statistics.median(drags):10.2f}{max(pictures):20.2f}")


if __name__ == "__main__":
    main()
