"""The film player on a page: films go to the browser once, and play there without asking the server.

The films travel through the inbox of the page, only when they change, and the player gets a few words on how to show
them. So a switch or a rerun of the page costs no more than words. Or networks travel instead of films: then the browser
computes the films itself, and they follow the handles beside them.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import streamlit as st

from structviz.figures.film_encoding import DEFAULT_SHOWS, SHOWS, Panel, encode_films, known_shows
from structviz.figures.packet import pack
from structviz.ui.browser.component import BrowserComponent, send_payload, whole_number

__all__ = ["Live", "player", "read_frame", "read_motion", "read_shows", "say_state"]

_PLAYER = BrowserComponent("player", reports=("seek", "show", "motion"))


@dataclass(frozen=True)
class Live:
    """What moves the points of films that the browser computes.

    Attributes
    ----------
    state
        What everything stands at, by name; see ``State`` in `src/player/live_film.js`.
    handles
        Those of `structviz.ui.kit.handles.handle` that stand beside the films.
    """

    state: Mapping[str, Any]
    handles: Sequence[Mapping[str, Any]]


def player(
    panels: Sequence[Panel] | bytes,
    *,
    frame: int = 0,
    show: Collection[str] = DEFAULT_SHOWS,
    key: str,
    on_seek: Callable[[], None],
    on_show: Callable[[], None],
    on_motion: Callable[[], None] = lambda: None,
    playing: bool = True,
    reveal: int = 0,
    live: Live | None = None,
) -> None:
    """Play films side by side.

    New films go on playing where the old ones were, at the same speed and with the same switches. A frame, switches
    or `playing` that differ from those of the last run are taken over; the visitor's own are left alone.

    Parameters
    ----------
    panels
        One to four films, or what `structviz.figures.film_encoding.encode_films` made of them; or networks, of
        `structviz.figures.flow.live.encode_networks`.
    frame
        A layer of the first film.
    show
        Of the names in `structviz.figures.film_encoding.SHOWS` those that are shown.
    key
        Of the component; read what the visitor has done with `read_frame` and `read_shows`.
    on_seek, on_show
        Called when the visitor has come to rest at a frame, and when a switch has changed.
    on_motion
        Called when the visitor's hand rests at another state; see `read_motion`.
    playing
        Whether the film starts by itself; it never does for those who want less motion.
    reveal
        When this number changes, the page scrolls to the films, unless they are in sight.
    live
        What moves the points, where networks are given; the page then says with `say_state` of which state its
        sentences speak.

    Raises
    ------
    ConfigError, ShapeError
        If the player cannot show one of `show`, or as for `encode_films`.
    """
    options = {
        "channel": key,
        "frame": frame,
        "show": known_shows(show),
        "playing": playing,
        "reveal": reveal,
        "live": live and {"state": dict(live.state), "handles": list(live.handles), "said": _said(key)},
    }
    with st.container(gap=None):
        send_payload(key, panels if isinstance(panels, bytes) else encode_films(panels), key=f"{key}_films")
        _PLAYER.show(options, key=key, on_seek=on_seek, on_show=on_show, on_motion=on_motion)


def read_frame(key: str, report: Literal["seek", "show"] = "seek") -> int | None:
    """The frame at which the visitor has come to rest, for the callbacks; None if there is none or it makes no sense.

    It need not exist in the film of the present run: the player goes no further than the last frame.
    """
    return whole_number(_PLAYER.report(key, report).get("frame"))


def read_shows(key: str) -> frozenset[str] | None:
    """What the visitor wants to see, for the callback `on_show`; None if it makes no sense."""
    names = _PLAYER.report(key, "show").get("names")
    if not isinstance(names, list):
        return None
    return frozenset(name for name in names if isinstance(name, str) and name in SHOWS)


def say_state(key: str, state: Mapping[str, Any]) -> None:
    """Tell the player with this key of which state the sentences above speak.

    Until then, and whenever the visitor has gone on to another one, they stand in pale letters.
    """
    send_payload(_said(key), pack({"state": dict(state)}, {}), key=f"{key}_said")


def read_motion(key: str) -> dict[str, Any]:
    """What the visitor's hand rests at, by name, for the callback `on_motion`; nothing of it has been checked."""
    return {name: value for name, value in _PLAYER.report(key, "motion").items() if name != "count"}


def _said(key: str) -> str:
    return f"{key}_said"
