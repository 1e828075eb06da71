"""A film to take along: one HTML page that plays it, without a server and without a network.

Whoever wants a film without the app may import this: it does not import Streamlit.
"""

import base64
import html
import json
from collections.abc import Collection, Sequence
from string import Template

from structviz.figures.film_encoding import DEFAULT_SHOWS, Panel, encode_films, known_shows
from structviz.ui.browser.bundles import read_bundle

__all__ = ["film_page"]


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
    return Template(read_bundle("film_page.html")).substitute(
        title=html.escape(title),
        note=html.escape(note),
        style=read_bundle("film_page.css"),
        films=base64.b64encode(encode_films(panels)).decode(),
        options=json.dumps({"show": known_shows(show), "frame": frame}),
        script=read_bundle("film_page.js"),
    )
