"""The film player: bytes for the browser, and the script that plays them there, without a server."""

from structviz.figures.player.encode import DEFAULT_SHOWS, MAX_PANEL_BYTES, SHOWS, Panel, encode, known_shows
from structviz.figures.player.page import SCRIPT, STYLE, film_page

__all__ = [
    "DEFAULT_SHOWS",
    "MAX_PANEL_BYTES",
    "SCRIPT",
    "SHOWS",
    "STYLE",
    "Panel",
    "encode",
    "film_page",
    "known_shows",
]
