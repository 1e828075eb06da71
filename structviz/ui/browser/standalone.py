"""Films to take along: one HTML page that plays them, without a server and without a network.

Whoever wants a film without the app may import this: it does not import Streamlit.
"""

import base64
import html
import json
from collections.abc import Collection, Mapping, Sequence
from string import Template
from typing import Any

from structviz.figures.film_encoding import DEFAULT_SHOWS, Panel, encode_films, known_shows
from structviz.ui.browser.bundles import read_bundle

__all__ = ["bodies_page", "film_page"]


def film_page(
    panels: Sequence[Panel], title: str, note: str = "", show: Collection[str] = DEFAULT_SHOWS, frame: int = 0
) -> str:
    """A page that plays films side by side; it asks for nothing beyond itself.

    Parameters
    ----------
    panels
        As for `structviz.figures.film_encoding.encode_films`.
    title, note
        Plain text for the heading and for a paragraph below the player.
    show
        What is shown at first, of `structviz.figures.film_encoding.SHOWS`.
    frame
        Of the first film, where it begins.

    Returns
    -------
    str
        The page, as HTML.

    Raises
    ------
    ConfigError, ShapeError
        If the player cannot show one of `show`, or as for `encode_films`.
    """
    options = json.dumps({"show": known_shows(show), "frame": frame})
    return _page(
        "film_page",
        title,
        note,
        stage='<section class="component player"></section>',
        content=f'<script id="films" type="text/plain">{base64.b64encode(encode_films(panels)).decode()}</script>\n'
        f'<script id="options" type="application/json">{options}</script>',
    )


def bodies_page(bodies: Mapping[str, Any], title: str, note: str = "") -> str:
    """A page on which bodies tumble, as on the page of manifolds; it computes their steps and asks for nothing else.

    Parameters
    ----------
    bodies
        What the component `body` shows: methods, starts, moments and edges of the body, number and length of steps.
    title, note
        Plain text for the heading and for a paragraph below.

    Returns
    -------
    str
        The page, as HTML.
    """
    data = json.dumps({**bodies, "seen": 0}).replace("<", "\\u003c")
    content = f'<script id="bodies" type="application/json">{data}</script>'
    return _page("bodies_page", title, note, stage=read_bundle("body.html"), content=content)


def _page(bundle: str, title: str, note: str, *, stage: str, content: str) -> str:
    return Template(read_bundle("film_page.html")).substitute(
        title=html.escape(title),
        note=html.escape(note),
        style=read_bundle(f"{bundle}.css"),
        stage=stage,
        content=content,
        script=read_bundle(f"{bundle}.js"),
    )
