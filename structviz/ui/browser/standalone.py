"""Pages to take along: each is one HTML file that works without a server and without a network.

Films play on them, bodies tumble, and pictures turn while networks denoise them. All have one frame: `frame.html`.
Whoever wants such a page without the app may import this: it does not import Streamlit.
"""

import base64
import html
import json
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from string import Template
from typing import Any

from structviz.figures.film_encoding import DEFAULT_SHOWS, Panel, encode_films, known_shows
from structviz.ui.browser.bundles import read_bundle

__all__ = ["Link", "Words", "bodies_page", "film_page", "linked", "plain_page", "rotor_page"]

_COMPUTES = "script-src 'unsafe-inline' 'wasm-unsafe-eval'; worker-src blob:"
"""What a page may do that computes in workers and with WebAssembly."""

_DRAWS = "script-src 'unsafe-inline'"


@dataclass(frozen=True)
class Link:
    """The way back from a page: an address, and what it says."""

    address: str
    text: str


@dataclass(frozen=True)
class Words:
    """What is said beside pictures that turn; ``**`` sets words in bold.

    Attributes
    ----------
    claim, caption
        The one sentence, and a smaller line below it.
    claim_holds
        Whether the claim is true of every angle, level and seed.
    about
        Of which state the sentences speak.
    key
        What the one number is, and the number; None if there is none.
    notice
        What to notice.
    terms
        Words of the field, and what they mean here.
    """

    claim: str
    caption: str
    claim_holds: bool
    about: str
    key: tuple[str, str] | None
    notice: Sequence[str]
    terms: Sequence[tuple[str, str]]


def film_page(
    panels: Sequence[Panel],
    title: str,
    note: str = "",
    show: Collection[str] = DEFAULT_SHOWS,
    frame: int = 0,
    back: Link | None = None,
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
    back
        Where the page leads; None for nowhere.

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
        back=back,
    )


def bodies_page(bodies: Mapping[str, Any], title: str, note: str = "", back: Link | None = None) -> str:
    """A page on which bodies tumble, as on the page of manifolds; it computes their steps and asks for nothing else.

    Parameters
    ----------
    bodies
        What the component `body` shows: methods, starts, moments and edges of the body, number and length of steps.
    title, note
        Plain text for the heading and for a paragraph below.
    back
        Where the page leads; None for nowhere.

    Returns
    -------
    str
        The page, as HTML.
    """
    content = _json("bodies", {**bodies, "seen": 0})
    return _page("bodies_page", title, note, stage=read_bundle("body.html"), content=content, back=back)


def rotor_page(
    data: Mapping[str, Any],
    packets: Mapping[str, bytes],
    words: Words,
    title: str,
    note: str = "",
    back: Link | None = None,
) -> str:
    """A page on which an image turns by hand, noise is added and networks denoise it, all computed by the page itself.

    Parameters
    ----------
    data
        Of `structviz.ui.browser.rotor.rotor_data`, with an engine.
    packets
        For each channel that the data names, script, image or weights: of `structviz.ui.kit.engine.engine_packets`.
    words
        What is said of the state in which the page opens. Where the visitor moves on, they turn pale.
    title, note
        Plain text for the heading and for a paragraph at the end.
    back
        Where the page leads; None for nowhere.

    Returns
    -------
    str
        The page, as HTML.
    """
    key = ""
    if words.key is not None:
        label, value = map(html.escape, words.key)
        key = f'<p class="key">{label} <strong>{value}</strong></p>\n'
    stage = Template(read_bundle("rotor_page.html")).substitute(
        claim=_markup(words.claim),
        claim_follows="" if words.claim_holds else " follows",
        caption=_markup(words.caption),
        rotor=read_bundle("rotor.html"),
        about=html.escape(words.about),
        key=key,
        notice="\n".join(f"<li>{_markup(sentence)}</li>" for sentence in words.notice),
        terms="\n".join(
            f"<details><summary>{html.escape(term)}</summary><p>{_markup(text)}</p></details>"
            for term, text in words.terms
        ),
    )
    # Nobody asks it for the films, whose channels have names that differ from page to page.
    channels = [
        f'<script type="text/plain" data-channel="{html.escape(channel)}">{base64.b64encode(packet).decode()}</script>'
        for channel, packet in packets.items()
    ]
    content = "\n".join([_json("rotor", {**data, "drawn": "drawn", "seen": 0}), *channels])
    return _page("rotor_page", title, note, stage=stage, content=content, back=back, policy=_COMPUTES)


def plain_page(title: str, stage: str, note: str = "", back: Link | None = None) -> str:
    """A page of HTML in the frame of the others; it may hold pictures and no scripts.

    Parameters
    ----------
    title, note
        Plain text for the heading and for a paragraph at the end.
    stage
        HTML between the two.
    back
        Where the page leads; None for nowhere.

    Returns
    -------
    str
        The whole HTML, which fetches nothing; pictures stand in `data:` addresses.
    """
    return _page("plain_page", title, note, stage=stage, content="", back=back, policy=f"{_DRAWS}; img-src data:")


def linked(page: str, back: Link) -> str:
    """A page of this module that led nowhere, with a way back.

    Parameters
    ----------
    page
        As HTML.
    back
        Where it leads.

    Raises
    ------
    ValueError
        If it is none of these pages.
    """
    before, made, after = page.rpartition(_MADE)
    if not made:
        raise ValueError("A link is added to a page of structviz.ui.browser.standalone; this is another one.")
    return f"{before}{_link(back)}{made}{after}"


_MADE = '<details class="made"'


def _link(back: Link) -> str:
    return f'<a class="back" href="{html.escape(back.address)}">{html.escape(back.text)}</a>\n'


def _page(
    bundle: str,
    title: str,
    note: str,
    *,
    stage: str,
    content: str,
    back: Link | None = None,
    policy: str = _DRAWS,
) -> str:
    return Template(read_bundle("frame.html")).substitute(
        policy=policy,
        title=html.escape(title),
        note=html.escape(note),
        style=read_bundle(f"{bundle}.css"),
        stage=stage,
        back="" if back is None else _link(back),
        content=content,
        script=read_bundle(f"{bundle}.js"),
    )


def _json(name: str, value: Mapping[str, Any]) -> str:
    """An element with JSON, which no text in it can end."""
    text = json.dumps(value, allow_nan=False).replace("<", "\\u003c")
    return f'<script id="{name}" type="application/json">{text}</script>'


def _markup(text: str) -> str:
    """Words in bold and code, as sentences of pages have them, in HTML; everything else stays text."""
    escaped = html.escape(text, quote=False)
    bold = re.sub(r"\*\*(.+?)\*\*", r"<strong>\1</strong>", escaped)
    return re.sub(r"`(.+?)`", r"<code>\1</code>", bold)
