"""What the server sends to a robot for every page, and what a visitor sees of an old address."""

import urllib.request

import pytest
from playwright.sync_api import Browser, expect

from structviz.ui.sitemap import PAGES, PageEntry
from tests.e2e.conftest import visit
from tests.unit.ui.test_link_previews import Head


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_robot_reads_the_head_and_finds_the_picture(server: str, page: PageEntry) -> None:
    address = f"{server}/{page.address}"
    with urllib.request.urlopen(f"{address}?any=thing") as answer:
        assert answer.headers["Cache-Control"] == "no-cache"
        head = Head(answer.read().decode())
    assert head.titles == [page.tab]
    assert head.said["og:url"] == address
    with urllib.request.urlopen(head.said["og:image"]) as answer:
        assert answer.headers["Content-Type"] == "image/png"


def test_the_tab_of_an_old_address_has_the_title_of_the_page(chromium: Browser, server: str) -> None:
    with visit(chromium, f"{server}/resnet_flow") as opened:
        expect(opened).to_have_title(next(page.tab for page in PAGES if page.address == "flow"))
