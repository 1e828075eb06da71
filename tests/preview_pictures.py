"""Take the pictures that previews of links show, from the pages as they open: `python -m tests.preview_pictures`.

Needs Chromium. Each picture is the first screen of a page at 1200 × 630 pixels, in the light theme.
"""

import io
import shutil
import sys

from PIL import Image as PillowImage
from playwright.sync_api import Browser, sync_playwright

from structviz.ui.link_previews import PICTURES
from structviz.ui.sitemap import PAGES
from tests.e2e.conftest import ROOT, settle
from tests.e2e.serve import served

__all__ = ["picture_of"]

SIZE = (1200, 630)
_COLOURS = 192
_TURNED = {"rotation": "?rot_angle=90", "ct": "?ct_angle=90"}
"""What turns by itself, once it has turned: the tool's own clicks would stop it on the way."""
_MOVES = 2500
"""Milliseconds that a page gets to load its films."""


def picture_of(browser: Browser, address: str) -> bytes:
    """The first screen of a page, as a PNG of few colours."""
    context = browser.new_context(viewport={"width": SIZE[0], "height": SIZE[1]}, color_scheme="light")
    page = context.new_page()
    page.goto(address)
    settle(page)
    if (close := page.get_by_test_id("stSidebarCollapseButton")).count():
        page.get_by_test_id("stSidebar").hover()
        close.locator("button").click()
    page.wait_for_timeout(_MOVES)
    shot = PillowImage.open(io.BytesIO(page.screenshot())).convert("RGB")
    context.close()
    file = io.BytesIO()
    shot.quantize(_COLOURS, dither=PillowImage.Dither.NONE).save(file, "PNG", optimize=True)
    return file.getvalue()


def main() -> None:
    """Take the pictures of the pages that are named, or of all."""
    PICTURES.mkdir(exist_ok=True)
    wanted = sys.argv[1:] or [page.name for page in PAGES]
    with served(folder=ROOT) as server, sync_playwright() as playwright:
        options = ["--no-sandbox", "--enable-unsafe-swiftshader"]
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=options)
        for page in PAGES:
            if page.name in wanted:
                (PICTURES / f"{page.name}.png").write_bytes(
                    picture_of(browser, f"{server.address}/{page.address}{_TURNED.get(page.name, '')}")
                )


if __name__ == "__main__":
    main()
