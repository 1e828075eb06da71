"""From a pointer event to the redrawn pictures of the rotation page. Run as `python -m benchmarks.live`.

Chromium on one core. A pointer turns a picture; each angle is timed from its event to the moment at which the pictures
of two arms show it. Beside it stands how many pictures a second are drawn while the pointer does not rest.
"""

import math
import os
import shutil
import statistics
import time
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from tests.e2e.conftest import settle
from tests.e2e.serve import served

ROOT = Path(__file__).parents[1]
TARGET_MS, TARGET_RATE = 150, 30
MOVES, SECONDS = 60, 4.0

PAGES = {"photograph, 128 × 128": "rot_source=Cameraman&rot_angle=10", "wide stripes, 64 × 64": "rot_angle=10"}

WATCH = """rotor => {
    const began = new Map();
    window.delays = [];
    new MutationObserver((changes) => {
        const now = performance.now();
        for (const { attributeName: name } of changes) {
            const { degrees, drawn } = rotor.dataset;
            if (name === "data-degrees" && degrees !== drawn) began.set(degrees, now);
            if (name !== "data-drawn" || !began.has(rotor.dataset.drawn)) continue;
            window.delays.push(now - began.get(rotor.dataset.drawn));
            began.delete(rotor.dataset.drawn);
        }
    }).observe(rotor, { attributes: true });
}"""


def turn(page: Page) -> tuple[list[float], float]:
    """Milliseconds from each angle to its pictures, one at a time; then pictures a second under a fast hand."""
    page.locator("[data-testid=rotor][data-ready=true]").wait_for()
    settle(page)
    page.get_by_test_id("rotor").evaluate(WATCH)
    box = page.locator("figure[data-arm=ordinary] .frame").bounding_box()
    if box is None:
        raise RuntimeError("The picture of the ordinary network must be on the page.")
    x, y, radius = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, 0.4 * box["width"]

    def move(k: float) -> None:
        page.mouse.move(x + radius * math.cos(k / 20), y - radius * math.sin(k / 20))

    move(0)
    page.mouse.down()
    for k in range(1, MOVES + 1):
        move(k)
        page.wait_for_timeout(250)
    delays = page.evaluate("delays.splice(0)")
    began = time.monotonic()
    while (passed := time.monotonic() - began) < SECONDS:
        move(MOVES + 20 * passed)
    drawn = page.evaluate("delays.length")
    page.mouse.up()
    return delays, drawn / passed


def main() -> None:
    """Print a line for each image."""
    cores = os.sched_getaffinity(0)
    print(f"{'':24}{'median, ms':>12}{'p95, ms':>10}{'a second':>10}    targets {TARGET_MS} ms, {TARGET_RATE} a second")
    with served(folder=ROOT) as server, sync_playwright() as playwright:
        os.sched_setaffinity(0, {min(cores)})  # of the browser, which inherits it
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        for name, address in PAGES.items():
            page = browser.new_page(viewport={"width": 1280, "height": 900})
            page.goto(f"{server.address}/rotation?{address}", timeout=120_000)
            delays, rate = turn(page)
            p95 = statistics.quantiles(delays, n=20)[-1]
            print(f"{name:24}{statistics.median(delays):12.0f}{p95:10.0f}{rate:10.0f}")
            page.close()
        browser.close()


if __name__ == "__main__":
    main()
