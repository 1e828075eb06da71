"""The film player on a page: films go to the browser once, and play there without asking the server.

The films travel through the inbox of the page, only when they change, and the player gets a few words on how to show
them. So a switch or a rerun of the page costs no more than words.
"""

from collections.abc import Callable, Collection, Sequence

import streamlit as st

from structviz.figures.film_encoding import DEFAULT_SHOWS, SHOWS, Panel, encode_films, known_shows
from structviz.ui.browser.component import BrowserComponent, send_payload, whole_number

__all__ = ["player", "read_frame", "read_shows"]

_PLAYER = BrowserComponent("player", reports=("seek", "show"))


def player(
    panels: Sequence[Panel] | bytes,
    *,
    frame: int = 0,
    show: Collection[str] = DEFAULT_SHOWS,
    key: str,
    on_seek: Callable[[], None],
    on_show: Callable[[], None],
    playing: bool = True,
    reveal: int = 0,
) -> None:
    """Play films side by side.

    New films go on playing where the old ones were, at the same speed and with the same switches. A frame, switches
    or `playing` that differ from those of the last run are taken over; the visitor's own are left alone.

    Parameters
    ----------
    panels
        One to four films, or what `structviz.figures.film_encoding.encode_films` made of them.
    frame
        A layer of the first film.
    show
        Of the names in `structviz.figures.film_encoding.SHOWS` those that are shown.
    key
        Of the component; read what the visitor has done with `read_frame` and `read_shows`.
    on_seek, on_show
        Called when the visitor has come to rest at a frame, and when a switch has changed.
    playing
        Whether the film starts by itself; it never does for those who want less motion.
    reveal
        When this number changes, the page scrolls to the films, unless they are in sight.

    Raises
    ------
    ConfigError, ShapeError
        If the player cannot show one of `show`, or as for `encode_films`.
    """
    options = {"channel": key, "frame": frame, "show": known_shows(show), "playing": playing, "reveal": reveal}
    with st.container(gap=None):
        send_payload(key, panels if isinstance(panels, bytes) else encode_films(panels), key=f"{key}_films")
        _PLAYER.show(options, key=key, on_seek=on_seek, on_show=on_show)


def read_frame(key: str) -> int | None:
    """The frame at which the visitor has come to rest, for the callback `on_seek`; None if it makes no sense.

    It need not exist in the film of the present run: the player goes no further than the last frame.
    """
    return whole_number(_PLAYER.report(key, "seek").get("frame"))


def read_shows(key: str) -> frozenset[str] | None:
    """What the visitor wants to see, for the callback `on_show`; None if it makes no sense."""
    names = _PLAYER.report(key, "show").get("names")
    if not isinstance(names, list):
        return None
    return frozenset(name for name in names if isinstance(name, str) and name in SHOWS)
