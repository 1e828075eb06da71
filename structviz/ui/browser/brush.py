"""The brush: a sheet on which a visitor draws points of two classes.

The browser holds what is drawn and shows it at once; the server hears of it when a stroke is over.
"""

from collections.abc import Callable

import torch

from structviz.data import MAX_COORDINATE
from structviz.errors import ConfigError, ShapeError
from structviz.figures import CLASS_COLOURS, CLASS_SYMBOLS
from structviz.types import Labels, Points
from structviz.ui.browser.component import BrowserComponent

__all__ = ["LIMIT", "MIN_HALF_WIDTH", "brush", "read_drawing"]

LIMIT = 1000
"""Most points on the sheet."""

MIN_HALF_WIDTH = 0.1
"""Of the smallest sheet: the decimals that are kept must be finer than what a finger can do."""

_DECIMALS = 4

_BRUSH = BrowserComponent("brush", reports=("drawing",))


def brush(points: Points, labels: Labels, *, half_width: float, key: str, on_change: Callable[[], None]) -> None:
    """Let the visitor draw points of two classes.

    Points that differ from those of the last run replace what is on the sheet; as long as they stay the same, the
    visitor's drawing is left alone. So a page may hand back what `read_drawing` gave, or always the same points to
    begin with.

    Parameters
    ----------
    points, labels
        ``(n, 2)`` and ``(n,)``: what is on the sheet at first, at most `LIMIT` points. They are shown, and come back,
        with four decimals.
    half_width
        The sheet shows both coordinates from ``-half_width`` to ``half_width``, at least `MIN_HALF_WIDTH`; points
        beyond are kept and counted.
    key
        Of the component; read what the visitor has drawn with `read_drawing`.
    on_change
        Called when a stroke is over and the points are not what they were.

    Raises
    ------
    ShapeError
        If there is not one label for each point of the plane.
    ConfigError
        If there are too many points, one is too far out or has no class, or the sheet is too small or too large.
    """
    if not MIN_HALF_WIDTH <= half_width <= MAX_COORDINATE:
        raise ConfigError(
            f"half_width must lie between {MIN_HALF_WIDTH:g} and {MAX_COORDINATE:g}; got {half_width:g}. "
            "Choose what most of the points fit into."
        )
    data = {
        "points": _rows(points, labels),
        "half_width": half_width,
        "colours": CLASS_COLOURS,
        "symbols": CLASS_SYMBOLS,
        "limit": LIMIT,
    }
    _BRUSH.show(data, key=key, on_drawing=on_change)


def read_drawing(key: str) -> tuple[Points, Labels] | None:
    """What the visitor has drawn.

    Parameters
    ----------
    key
        Of the component.

    Returns
    -------
    points : Points
        ``(n, 2)``, float32, in the order in which they came; n may be 0.
    labels : Labels
        ``(n,)``, int64; all may be the same.
        Instead of both None, if nothing has been drawn or what the browser says makes no sense.
    """
    rows = _BRUSH.report(key, "drawing").get("points")
    if not isinstance(rows, list) or len(rows) > LIMIT or not all(map(_is_point, rows)):
        return None
    points = torch.tensor([row[:2] for row in rows], dtype=torch.float32).reshape(-1, 2)
    return points, torch.tensor([row[2] for row in rows], dtype=torch.int64)


def _rows(points: Points, labels: Labels) -> list[list[float]]:
    if points.ndim != 2 or points.shape[1] != 2 or labels.shape != points.shape[:1]:
        raise ShapeError(
            "points and labels must have the shapes (n, 2) and (n,), but they have "
            f"{tuple(points.shape)} and {tuple(labels.shape)}: give each point two coordinates and one label."
        )
    rows = [[*point, label] for point, label in zip(points.tolist(), labels.tolist(), strict=True)]
    if len(rows) > LIMIT:
        raise ConfigError(f"A sheet holds at most {LIMIT} points; got {len(rows)}. Show a part of them.")
    if wrong := [row for row in rows if not _is_point(row)]:
        raise ConfigError(
            f"A point needs coordinates between {-MAX_COORDINATE:g} and {MAX_COORDINATE:g} and the label 0 or 1; "
            f"got {wrong[0]}. Leave it out or correct it."
        )
    return [[round(x, _DECIMALS), round(y, _DECIMALS), label] for x, y, label in rows]


def _is_point(row: object) -> bool:
    # By type, since True is a number too. The comparison also refuses what is not finite, and whole numbers that
    # no float can hold.
    return (
        isinstance(row, list)
        and len(row) == 3
        and all(type(x) in (int, float) and -MAX_COORDINATE <= x <= MAX_COORDINATE for x in row[:2])
        and type(row[2]) is int
        and row[2] in (0, 1)
    )
