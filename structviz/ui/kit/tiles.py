"""Rows of captioned pictures: they share a row on a beamer and fold into two columns on a phone."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import streamlit as st

from structviz.figures.targets import points_and_targets
from structviz.figures.theme import ARM_COLOURS
from structviz.types import Labels, Points

__all__ = ["Row", "Tile", "points_tile", "tiles", "tiles_html"]


@dataclass(frozen=True)
class Tile:
    """One picture with a heading in its arm's colour, one number that matters and details.

    Attributes
    ----------
    title, colour
        The heading.
    png
        The picture, a PNG file unless `mime` says otherwise.
    headline, details
        What stands below it.
    alt
        What the picture shows, in words.
    mime
        Type of the picture.
    """

    title: str
    colour: str
    png: bytes
    headline: str
    details: tuple[str, ...]
    alt: str
    mime: str = "image/png"


@dataclass(frozen=True)
class Row:
    """Pictures that belong side by side, under one title."""

    title: str
    tiles: tuple[Tile, ...]


def points_tile(
    title: str,
    points: tuple[Points, Labels],
    number: str,
    what: str,
    targets: Sequence[tuple[float, float]] = (),
    arm: str = "noisy",
) -> Tile:
    """Where points of two classes are, with the number that matters.

    Parameters
    ----------
    title
        The heading.
    points
        Places and classes.
    number, what
        The number, and what it is.
    targets
        The rings that the classes should reach, if there are any.
    arm
        Whose colour the heading has.

    Returns
    -------
    Tile
        With an SVG of the points, and words for those who cannot see it.
    """
    return Tile(
        title=title,
        colour=ARM_COLOURS[arm],
        png=points_and_targets(*points, targets).encode(),
        headline=number,
        details=(what,),
        alt=f"Where the points end: {title}, {number} {what}",
        mime="image/svg+xml",
    )


# st.image stretches small pictures smoothly and stacks columns on a phone; here pixels stay pixels
# and neighbours stay neighbours. Colours and fonts are inherited from the theme.
_STYLE = """<style>
.sv-title { font-weight: 600; font-size: 1.1em; margin: 0.4rem 0 0.3rem; }
.sv-row { display: grid; gap: 0 0.9rem; grid-template-columns: repeat(var(--n), minmax(0, var(--side))); }
.sv-tile { margin: 0; min-width: 0; display: grid; grid-template-rows: subgrid; grid-row: span 3; }
.sv-name { border-top: 5px solid var(--arm); line-height: 1.7; }
.sv-tile img { display: block; width: 100%; image-rendering: pixelated; border-radius: 4px; }
.sv-tile figcaption { margin-bottom: 0.9rem; font-variant-numeric: tabular-nums; line-height: 1.4; }
.sv-number { font-size: 1.25em; font-weight: 600; margin-right: 0.4em; white-space: nowrap; }
.sv-detail { opacity: 0.8; font-size: 0.875rem; margin-right: 0.6em; display: inline-block; }
@media (max-width: 640px) {
  .sv-row { grid-template-columns: repeat(2, minmax(0, 1fr)); }
}
</style>"""


def tiles_html(rows: Sequence[Row], small: bool = False, columns: int = 1) -> str:
    """The rows as HTML; every text is escaped.

    Parameters
    ----------
    rows
        Pictures.
    small
        Whether they are only there to compare with.
    columns
        For how many pictures in a row there must be room, so that two places show theirs in one size.

    Returns
    -------
    str
        The style, then for each row its title and its tiles.
    """
    # All rows share one screen: what the window leaves below the controls, in equal parts.
    side = "8rem" if small else f"max(9rem, calc((100vh - 19rem) / {len(rows)} - 6rem))"
    return _STYLE + "".join(
        f'<div class="sv-title">{escape(row.title)}</div>'
        f'<div class="sv-row" style="--n:{max(columns, len(row.tiles))};--side:{side}">'
        f"{''.join(map(_tile_html, row.tiles))}</div>"
        for row in rows
    )


def tiles(rows: Sequence[Row], small: bool = False, columns: int = 1) -> None:
    """Show the rows.

    Parameters
    ----------
    rows, small, columns
        As `tiles_html` takes them.
    """
    st.html(tiles_html(rows, small, columns))


def _tile_html(tile: Tile) -> str:
    source = base64.b64encode(tile.png).decode()
    details = "".join(f'<span class="sv-detail">{escape(detail)}</span>' for detail in tile.details)
    return (
        f'<figure class="sv-tile" style="--arm:{escape(tile.colour)}">'
        f'<div class="sv-name">{escape(tile.title)}</div>'
        f'<img src="data:{escape(tile.mime)};base64,{source}" alt="{escape(tile.alt)}">'
        f'<figcaption><span class="sv-number">{escape(tile.headline)}</span>{details}</figcaption></figure>'
    )
