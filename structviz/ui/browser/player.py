"""The film player on a page: films go to the browser once, and play there without asking the server.

It comes in parts, as the rotor does: invisible reels bring the films and a few words on how to show them, each only
when it changes, and the player finds them by its name. So a switch or a rerun of the page costs no more than words.
"""

from collections.abc import Callable, Collection, Sequence
from typing import Any

import streamlit as st
from streamlit.components.v2 import component

from structviz.figures.player import DEFAULT_SHOWS, SCRIPT, SHOWS, STYLE, Panel, encode, known_shows

__all__ = ["player", "shown", "sought"]

_MOST = 2**53
"""The largest whole number that a browser counts to."""

# What a player needs lies on a shelf of the page under its name. Films come as bytes, after the name and its length.
_REEL_SCRIPT = """
const shelf = (globalThis.structvizFilms ??= new Map());

function put(name, part) {
  shelf.set(name, { ...shelf.get(name), ...part });
  globalThis.dispatchEvent(new CustomEvent("structviz-films", { detail: name }));
}

export default function ({ data }) {
  if (!data) return;
  if (data.name) return put(data.name, { words: data });
  const bytes = data instanceof Uint8Array ? data : new Uint8Array(data);
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
  const name = new TextDecoder().decode(bytes.subarray(4, 4 + length));
  const films = bytes.slice(4 + length);
  const old = shelf.get(name)?.films;
  if (old?.length !== films.length || films.some((byte, k) => byte !== old[k])) put(name, { films });
}
"""

# The page's wish counts where it has changed, once the page has heard of all that the visitor did.
_PLAYER_SCRIPT = """
const players = new WeakMap();
const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);

class Mounted {
  constructor(root) {
    this.root = root;
    this.count = 0;
    this.onShelf = ({ detail }) => detail === this.name && this.look();
    addEventListener("structviz-films", this.onShelf);
  }

  destroy() {
    removeEventListener("structviz-films", this.onShelf);
    this.player?.destroy();
  }

  update({ data, setStateValue }) {
    this.send = setStateValue;
    this.name = data?.name ?? this.name;
    this.player?.restyle();
    this.look();
  }

  look() {
    const { films, words } = globalThis.structvizFilms?.get(this.name) ?? {};
    if (!films || !words) return;
    if (!this.player) {
      this.player = mountPlayer(this.root, films, words, (name, value) => this.tell(name, value));
    } else {
      if (films !== this.films) this.player.load(films);
      if (words !== this.words) this.listen(words, this.words);
      if (words.reveal !== this.words.reveal) this.player.reveal();
    }
    Object.assign(this, { films, words });
  }

  listen(words, before) {
    if (words.seen < this.count || this.player.busy) return;
    const wish = {};
    if (words.frame !== before.frame && words.frame !== this.frame) wish.frame = words.frame;
    if (!same(words.show, before.show)) wish.show = words.show;
    if (words.playing !== before.playing) wish.playing = words.playing;
    if (Object.keys(wish).length) this.player.set(wish);
  }

  tell(name, value) {
    this.frame = value.frame ?? this.frame;
    this.count = Math.max(this.count, this.words?.seen ?? 0) + 1;
    this.send(name, { ...value, count: this.count });
  }
}

export default function (component) {
  const parent = component.parentElement;
  if (!players.has(parent)) players.set(parent, new Mounted(parent.querySelector(".player")));
  players.get(parent).update(component);
  return () => {
    players.get(parent)?.destroy();
    players.delete(parent);
  };
}
"""

_REEL = component("structviz_film", js=_REEL_SCRIPT)
_PLAYER = component(
    "structviz_player", html='<section class="player">\n</section>', css=STYLE, js=SCRIPT + _PLAYER_SCRIPT
)


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
        One to four films, or what `structviz.figures.player.encode` made of them.
    frame
        A layer of the first film.
    show
        Of the names in `structviz.figures.player.SHOWS` those that are shown.
    key
        Of the component; read what the visitor has done with `sought` and `shown`.
    on_seek, on_show
        Called when the visitor has come to rest at a frame, and when a switch has changed.
    playing
        Whether the film starts by itself; it never does for those who want less motion.
    reveal
        When this number changes, the page scrolls to the films, unless they are in sight.

    Raises
    ------
    ConfigError, ShapeError
        If there is no such thing to show, or as for `structviz.figures.player.encode`.
    """
    name = key.encode()
    films = panels if isinstance(panels, bytes) else encode(panels)
    words = {
        "name": key,
        "frame": frame,
        "show": known_shows(show),
        "playing": playing,
        "reveal": reveal,
        # The browser numbers its reports; it takes wishes from here only once all have arrived.
        "seen": max(_count(key, report) for report in ("seek", "show")),
    }
    with st.container(gap=None):
        _REEL(key=f"{key}_films", data=len(name).to_bytes(4, "little") + name + films)
        _REEL(key=f"{key}_words", data=words)
        _PLAYER(key=key, data={"name": key}, on_seek_change=on_seek, on_show_change=on_show)


def sought(key: str) -> int | None:
    """The frame at which the visitor has come to rest, for the callback `on_seek`; None if it makes no sense.

    It need not exist in the film of the present run: the player goes no further than the last frame.
    """
    return _whole(_report(key, "seek").get("frame"))


def shown(key: str) -> frozenset[str] | None:
    """What the visitor wants to see, for the callback `on_show`; None if it makes no sense."""
    names = _report(key, "show").get("names")
    if not isinstance(names, list):
        return None
    return frozenset(name for name in names if isinstance(name, str) and name in SHOWS)


def _report(key: str, name: str) -> dict[str, Any]:
    """What the browser says, which may be anything."""
    report = st.session_state.get(key, {}).get(name)
    return report if isinstance(report, dict) else {}


def _count(key: str, name: str) -> int:
    return _whole(_report(key, name).get("count")) or 0


def _whole(value: object) -> int | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= _MOST:
        return None  # also NaN, and whole numbers too long for a float
    return round(value)
