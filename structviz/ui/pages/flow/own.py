"""The visitor's own points: drawn, pasted or from a file; the last good ones stay until better ones come."""

import streamlit as st

from structviz.data import MAX_COORDINATE, MAX_POINTS, read_points, toy, write_points
from structviz.errors import DataError
from structviz.types import Labels, Points
from structviz.ui.browser.brush import LIMIT, brush, drawn
from structviz.ui.kit.guard import defer_error, show_deferred

__all__ = ["about_shown", "own_points", "points_section"]

_KEPT = "flow_own_points"
_SHEET = "flow_brush"
_TABLE = "flow_table"
_FILE = "flow_file"

_PLACE = "flow_own"
"""Where errors are said."""

_REACH = 1.5
"""The sheet goes this far at least."""


def own_points() -> tuple[Points, Labels]:
    """The visitor's points; some half moons until there are some of both classes."""
    text = st.session_state.get(_KEPT)
    return toy("halfmoon2d", 40) if text is None else read_points(text)


def about_shown(n_shown: int, n: int) -> str:
    """How many of the visitor's points a film shows; nothing to say while others stand in for them."""
    if n_shown == n:
        return f"The film shows all {n} of your points." if _KEPT in st.session_state else ""
    return f"The film shows {n_shown:,} of your {n:,} points, drawn at random; training takes all."


def points_section() -> None:
    """A sheet to draw on, and a table to paste or to send."""
    sheet, table = st.columns(2, gap="large")
    points, labels = own_points()
    with sheet:
        reach = min(max(_REACH, 1.1 * points.abs().max().item()), MAX_COORDINATE)
        if len(points) <= LIMIT:
            brush(points, labels, half_width=reach, key=_SHEET, on_change=_take_drawing)
        else:
            st.caption(f"{len(points)} points are too many for the sheet, which holds {LIMIT}.")
    with table:
        st.text_area(
            "Or paste a table: x, y, label",
            key=_TABLE,
            height=180,
            placeholder="x,y,label\n0.5,-0.2,0\n-0.1,0.8,1",
            on_change=_take_table,
        )
        st.file_uploader(
            f"Or choose a file (CSV, at most {MAX_POINTS:,} points)",
            ["csv", "txt", "tsv"],
            key=_FILE,
            on_change=_take_file,
        )
        if _KEPT not in st.session_state:
            st.caption("These half moons stand in until there are points of yours.")
    show_deferred(_PLACE)


def _take_drawing() -> None:
    found = drawn(_SHEET)
    with defer_error(_PLACE):
        if found is None:
            raise DataError("What was drawn could not be read; the points before stay. Draw again.")
        points, labels = found
        if len(labels.unique()) < 2:
            raise DataError(
                "A network learns from points of two classes; draw some of the other one too. Until then the points "
                "before stay."
            )
        st.session_state[_KEPT] = write_points(points, labels)


def _take_table() -> None:
    _take(st.session_state[_TABLE])


def _take_file() -> None:
    file = st.session_state[_FILE]
    if file is not None:
        _take(file.getvalue())


def _take(table: str | bytes) -> None:
    """Keep a table if it can be read; otherwise say why not, and keep what was there."""
    if not table:
        return
    with defer_error(_PLACE):
        st.session_state[_KEPT] = write_points(*read_points(table))
