"""The HTML of every page as a robot reads it: titles, descriptions, pictures."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from PIL import Image as PillowImage
from starlette.routing import Route

from structviz.ui.link_previews import PICTURES, page_html, preview_routes
from structviz.ui.sitemap import PAGES, PageEntry

ROOT = Path(__file__).parents[3]


class Head(HTMLParser):
    """The title, and what the meta elements say."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.titles: list[str] = []
        self.said: dict[str, str] = {}
        self._reads_title = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        self._reads_title = tag == "title"
        if tag == "meta" and (name := found.get("property") or found.get("name")):
            assert name not in self.said
            self.said[name] = found["content"]

    def handle_data(self, data: str) -> None:
        if self._reads_title:
            self.titles.append(data)
            self._reads_title = False


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_html_of_a_page_has_its_head_and_streamlits_scripts(page: PageEntry) -> None:
    html = page_html(page, "https://there/here", "https://there/picture.png")
    head = Head(html)
    assert head.titles == [page.tab]
    assert head.said["description"] == head.said["og:description"] == page.description
    assert head.said["og:title"] == page.title
    assert head.said["og:url"] == "https://there/here"
    assert head.said["og:image"] == "https://there/picture.png"
    assert head.said["viewport"]
    assert '<script type="module"' in html
    assert '<div id="root">' in html


def test_words_cannot_break_the_html() -> None:
    page = PageEntry("x", "x", 'A "title" <b>', 'Says "no" & <script>')
    head = Head(page_html(page, "here", "there"))
    assert head.titles == ['A "title" <b> · structviz']
    assert head.said["og:title"] == page.title
    assert head.said["description"] == head.said["og:description"] == 'Says "no" & <script>'


def test_titles_and_descriptions_differ_and_fit_into_previews() -> None:
    assert len({page.title for page in PAGES}) == len({page.description for page in PAGES}) == len(PAGES)
    for page in PAGES:
        assert (ROOT / page.script).is_file()
        assert len(page.title) <= 60
        assert 60 <= len(page.description) <= 160
        assert page.description[-1] in ".?"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_pictures_have_the_size_that_previews_want_and_are_light(page: PageEntry) -> None:
    path = PICTURES / f"{page.name}.png"
    with PillowImage.open(path) as picture:
        assert picture.size == (1200, 630)
        assert len(set(picture.convert("L").resize((64, 32)).tobytes())) > 10, "the picture is empty"
    assert path.stat().st_size < 300_000


def test_every_page_and_picture_has_a_route() -> None:
    paths = [route.path for route in preview_routes() if isinstance(route, Route)]
    assert set(paths) == {f"/{page.address}" for page in PAGES} | {f"/preview/{page.name}.png" for page in PAGES}


def test_pages_declare_what_the_sitemap_says() -> None:
    scripts = {path.name for path in (ROOT / "pages").glob("*.py")}
    assert scripts == {Path(page.script).name for page in PAGES}
    assert all(re.fullmatch("[a-z_]*", page.address) for page in PAGES)
