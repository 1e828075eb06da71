"""What does a visitor who plays for a minute cost the server? Run as `python -m benchmarks.playing [COMMIT]`.

The page of rotations, as it is and as it was at COMMIT: by default the one before networks ran in the browser. Chromium
turns the picture and changes the level of the noise, twelve times, and each time waits for what comes of it. Printed
are the seconds of the server's processor for it, and the megabytes that came over the connection until the page was
ready and in the minute.
"""

import math
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil
from playwright.sync_api import Page, sync_playwright

from tests.e2e.conftest import settle
from tests.e2e.serve import Server, served

ROOT = Path(__file__).parents[1]
BEFORE = "8dc558c~1"
TARGET_RATIO, TARGET_MB = 5, 0.6
SECONDS, ROUNDS = 60.0, 12
PAGES = {"opened as it is": "", "photograph, 128 × 128": "?rot_source=Cameraman&rot_angle=10"}


def processor_seconds(server: Server) -> float:
    """What the server and its children have used."""
    first = psutil.Process(server.process.pid)
    return sum(sum(one.cpu_times()[:2]) for one in (first, *first.children(recursive=True)))


def turn(page: Page, seconds: float) -> None:
    """Turn the picture of the first network with the pointer."""
    box = page.locator("figure[data-arm=ordinary] .frame").first.bounding_box()
    if box is None:
        raise RuntimeError("The picture of the ordinary network must be on the page.")
    x, y, radius = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, 0.4 * box["width"]
    page.mouse.move(x + radius, y)
    page.mouse.down()
    began = time.monotonic()
    while (passed := time.monotonic() - began) < seconds:
        page.mouse.move(x + radius * math.cos(passed), y - radius * math.sin(passed))
        page.wait_for_timeout(30)
    page.mouse.up()


def play(page: Page) -> None:
    """A minute of a machine that does nothing else: turn, let go, change the level, see all that comes of it."""
    handle = page.get_by_test_id("rotor-level")
    level = handle if handle.count() and handle.is_visible() else page.get_by_role("slider", name="Noise level")
    for k in range(ROUNDS):
        ends = time.monotonic() + SECONDS / ROUNDS
        turn(page, 1.5)
        level.press("ArrowRight" if k % 8 < 4 else "ArrowLeft")
        page.wait_for_timeout(1000)  # until the server has heard of it
        settle(page)
        page.wait_for_timeout(max(0.0, 1000 * (ends - time.monotonic())))


def measured(folder: Path, address: str) -> tuple[float, float, float]:
    """Seconds of the processor in the minute, megabytes of the open page, megabytes in the minute."""
    with served(folder=folder) as server, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        received = [0]

        def take(frame: str | bytes) -> None:
            received[0] += len(frame)

        def opened() -> Page:
            page = browser.new_page(viewport={"width": 1280, "height": 900})
            page.on("websocket", lambda socket: socket.on("framereceived", take))
            received[0] = 0
            page.goto(f"{server.address}/rotation{address}", timeout=120_000)
            page.get_by_test_id("rotor").wait_for(timeout=120_000)
            settle(page)
            page.wait_for_timeout(4000)
            settle(page)
            return page

        opened().close()  # the first visit warms the server
        page = opened()
        n_bytes, before = received[0], processor_seconds(server)
        play(page)
        settle(page)
        used = processor_seconds(server) - before
        browser.close()
        return used, n_bytes / 1e6, (received[0] - n_bytes) / 1e6


def main(commit: str = BEFORE) -> None:
    """Print a line for each image, as it was and as it is."""
    heads = f"{'processor, s':>14}{'opened, MB':>12}{'minute, MB':>12}"
    print(f"{'':34}{heads}    targets: {TARGET_RATIO} times less, {TARGET_MB} MB")
    with tempfile.TemporaryDirectory() as folder:
        old = Path(folder) / "before"
        subprocess.run(["git", "worktree", "add", "-q", "--detach", str(old), commit], cwd=ROOT, check=True)
        try:
            for name, address in PAGES.items():
                rows = {"before": measured(old, address), "now": measured(ROOT, address)}
                for when, (seconds, opened, played) in rows.items():
                    print(f"{name + ', ' + when:34}{seconds:14.1f}{opened:12.2f}{played:12.2f}", flush=True)
                print(f"{'':34}{rows['before'][0] / rows['now'][0]:14.1f} times less", flush=True)
        finally:
            subprocess.run(["git", "worktree", "remove", "--force", str(old)], cwd=ROOT, check=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
