"""The static gallery in a browser: from a file and from a server that knows nothing, one gets to what computes."""

from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from structviz.ui import gallery as module
from structviz.ui.gallery import write_gallery
from structviz.ui.gallery_files import FILES, PageFiles
from structviz.ui.pages.rotation.presets import PRESETS
from tests.e2e.axe import violations
from tests.e2e.film_pages import SECONDS
from tests.e2e.quiet import quiet
from tests.e2e.test_take_home import static_server

pytestmark = pytest.mark.browser

TITLE = "The lecture's stripes"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("gallery") / "site"
    rotation = FILES["rotation"]
    one = PageFiles(rotation.prefix, lambda: {TITLE: PRESETS[TITLE]}, rotation.make)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "FILES", MappingProxyType({"rotation": one}))
        write_gallery(place)
    return place


@pytest.mark.parametrize(("where", "width", "theme"), [("file", 390, "dark"), ("server", 1280, "light")])
def test_from_the_first_page_to_pictures_that_turn(
    chromium: Browser, axe: str, folder: Path, where: str, width: int, theme: Any
) -> None:
    with static_server(folder) as server:
        root = server if where == "server" else folder.as_uri()
        options = {"viewport": {"width": width, "height": 900}, "color_scheme": theme, "offline": where == "file"}
        with quiet(chromium, lambda url: url.startswith((root, "data:", "blob:")), **options) as page:
            page.goto(f"{root}/index.html")
            expect(page.locator(".cards img")).to_have_count(9)
            for link in ("Rotated images", TITLE):
                assert page.locator("img").evaluate_all("all => all.every(one => one.complete && one.naturalWidth > 0)")
                assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
                assert violations(page, axe) == []
                page.get_by_role("link", name=link).click()
            page.locator("[data-testid=rotor][data-ready=true]").wait_for(timeout=SECONDS)
            page.get_by_role("link", name="Rotated images").click()
            page.get_by_role("link", name="All chapters").click()
            page.get_by_role("link", name="Computed tomography").click()
            expect(page.locator(".note")).to_contain_text("structviz app")
