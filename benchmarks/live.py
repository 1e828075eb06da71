"""From a pointer event to the redrawn pictures of the rotation page, and to the redrawn films of the flow page.

Run as `python -m benchmarks.live`, or with `rotation` or `flow` for one of them. Chromium on one core. A pointer turns
a picture; each angle is timed from its event to the moment at which the pictures of two arms show it. Or it drags a
handle of films; each value is timed from its event to the moment at which all films are drawn anew. Beside it stands
how many pictures a second are drawn while the pointer does not rest.
"""

import math
import os
import shutil
import statistics
import sys
import time
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from tests.e2e.conftest import settle
from tests.e2e.serve import served

ROOT = Path(__file__).parents[1]
TARGET_MS, TARGET_RATE = 150, 30
MOVES, SECONDS = 60, 4.0

PAGES = {"photograph, 128 × 128": "rot_source=Cameraman&rot_angle=10", "wide stripes, 64 × 64": "rot_angle=10"}

FILMS = {
    "one film, 40 Euler steps": "",
    "two films, 160 steps of RK4": "flow_compare=few+steps+and+many%2C+same+weights&flow_steps=160&flow_integrator=RK4",
    "implicit midpoint, all shown": "flow_integrator=Implicit+midpoint&flow_show=Decisions&flow_show=Grid",
}

WATCH_FILMS = """player => {
    let began = 0;
    window.delays = [];
    player.querySelector("[data-testid=player-scale]").addEventListener("input", (event) => (began = event.timeStamp));
    new MutationObserver(() => window.delays.push(performance.now() - began))
        .observe(player, { attributes: true, attributeFilter: ["data-moved"] });
}"""

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


def drag(page: Page) -> tuple[list[float], float]:
    """Milliseconds from each value of a handle to the redrawn films, one at a time; then films a second."""
    player = page.get_by_test_id("player")
    handle = page.get_by_test_id("player-scale")
    handle.wait_for()
    settle(page)
    player.evaluate(WATCH_FILMS)
    handle.scroll_into_view_if_needed()
    box = handle.bounding_box()
    if box is None:
        raise RuntimeError("The handle must be on the page.")
    y = box["y"] + box["height"] / 2

    def move(share: float) -> None:
        page.mouse.move(box["x"] + (0.2 + 0.6 * share) * box["width"], y)

    move(0.2)
    page.mouse.down()
    for k in range(1, MOVES + 1):
        move(k * 0.618 % 1)
        page.wait_for_timeout(250)
    delays = page.evaluate("delays.splice(0)")
    began = time.monotonic()
    while (passed := time.monotonic() - began) < SECONDS:
        move(abs(passed % 2 - 1))
    drawn = page.evaluate("delays.length")
    page.mouse.up()
    return delays, drawn / passed


PARTS = {"rotation": (PAGES, turn), "flow": (FILMS, drag)}


def main(wanted: list[str]) -> None:
    """Print a line for each image and for each kind of films."""
    cores = os.sched_getaffinity(0)
    print(f"{'':32}{'median, ms':>12}{'p95, ms':>10}{'a second':>10}    targets {TARGET_MS} ms, {TARGET_RATE} a second")
    with served(folder=ROOT) as server, sync_playwright() as playwright:
        os.sched_setaffinity(0, {min(cores)})  # of the browser, which inherits it
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        for part in wanted or PARTS:
            addresses, measure = PARTS[part]
            for name, address in addresses.items():
                page = browser.new_page(viewport={"width": 1280, "height": 900})
                page.goto(f"{server.address}/{part}?{address}", timeout=120_000)
                delays, rate = measure(page)
                p95 = statistics.quantiles(delays, n=20)[-1]
                print(f"{name:32}{statistics.median(delays):12.0f}{p95:10.0f}{rate:10.0f}", flush=True)
                page.close()
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1:])
