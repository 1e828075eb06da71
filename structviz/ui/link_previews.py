"""What a link to a page looks like where it is sent: title, sentence and picture in the HTML that the server sends.

Streamlit sends the same HTML for every address, and the page fills it by JavaScript, which robots that preview links do
not run. These routes stand before Streamlit's: they send that HTML with the page's own head.
"""

from functools import lru_cache
from html import escape
from pathlib import Path

import streamlit
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, Response
from starlette.routing import Route
from streamlit import config

from structviz.ui.first_paint import early_head
from structviz.ui.sitemap import PAGES, SITE, PageEntry

__all__ = ["PICTURES", "head_of", "page_html", "preview_routes"]

PICTURES = Path(__file__).with_name("previews")
"""Folder of the pictures, 1200 × 630 pixels, one for each page."""

_SHELL = Path(streamlit.__file__).with_name("static") / "index.html"
_TITLE = "<title>Streamlit</title>"
_A_DAY = "public, max-age=86400"


def preview_routes() -> list[Route]:
    """Routes for `st.App`: the HTML of every page, and the pictures."""
    base = "/" + str(config.get_option("server.baseUrlPath") or "").strip("/")
    root = base.rstrip("/")

    def page_route(page: PageEntry) -> Route:
        def show(request: Request) -> Response:
            here = str(request.url.replace(query="", fragment=""))
            picture = f"{str(request.base_url).rstrip('/')}{root}/preview/{page.name}.png"
            return HTMLResponse(page_html(page, here, picture), headers={"Cache-Control": "no-cache"})

        return Route(f"{root}/{page.address}", show)

    def picture_route(page: PageEntry) -> Route:
        def show(request: Request) -> Response:
            del request
            return FileResponse(PICTURES / f"{page.name}.png", headers={"Cache-Control": _A_DAY})

        return Route(f"{root}/preview/{page.name}.png", show)

    return [*map(page_route, PAGES), *map(picture_route, PAGES)]


def page_html(page: PageEntry, here: str, picture: str) -> str:
    """The HTML of a page as the server sends it: Streamlit's, with the page's head.

    Parameters
    ----------
    page
        Whose.
    here, picture
        The whole addresses of the page and of its picture; previews need them with host and all.

    Returns
    -------
    str
        The HTML that Streamlit sends, with the title replaced by the page's head.
    """
    shell = _shell()
    return shell.replace(_TITLE, f"{head_of(page, here, picture)}\n    {early_head(shell)}", 1)


def head_of(page: PageEntry, here: str, picture: str) -> str:
    """The title of a page, and what describes it to those who do not open it.

    Parameters
    ----------
    page, here, picture
        As for `page_html`.

    Returns
    -------
    str
        The elements of the head, one a line.
    """
    properties = {
        "og:type": "website",
        "og:site_name": SITE,
        "og:title": page.title,
        "og:description": page.description,
        "og:url": here,
        "og:image": picture,
        "og:image:width": "1200",
        "og:image:height": "630",
        "og:image:alt": page.description,
    }
    lines = [f"<title>{escape(page.tab)}</title>", f'<meta name="description" content="{escape(page.description)}">']
    lines += [f'<meta property="{name}" content="{escape(content)}">' for name, content in properties.items()]
    lines.append('<meta name="twitter:card" content="summary_large_image">')
    return "\n    ".join(lines)


@lru_cache(maxsize=1)
def _shell() -> str:
    return _SHELL.read_text(encoding="utf-8")
