"""The visitor's own points: drawn, pasted or from a file; the last good ones stay until better ones come."""

import streamlit as st

from structviz.data import MAX_COORDINATE, MAX_POINTS, read_points, toy, write_points
from structviz.errors import DataError
from structviz.types import Labels, Points
from structviz.ui.browser.brush import LIMIT, brush, read_drawing
from structviz.ui.kit.choice import UploadedFile
from structviz.ui.kit.file_field import file_field
from structviz.ui.kit.form import Form
from structviz.ui.kit.guard import callback, defer_error, show_deferred
from structviz.ui.pages.flow.choice import OWN, OWN_POINTS, FlowChoice

__all__ = ["about_shown", "own_points", "points_section"]

_BRUSH = "flow_brush"
_TABLE = "flow_table"
_FILE = "flow_points"

_ERRORS = "flow_own"
"""Errors of the callbacks below are kept under this name."""

_REACH = 1.5
"""Half the side of the sheet, at least."""


def own_points(choice: FlowChoice) -> tuple[Points, Labels] | None:
    """The visitor's points, or half moons that stand in for them; None if a set is chosen."""
    if choice.source != OWN:
        return None
    return toy("halfmoon2d", 40) if choice.own is None else read_points(choice.own.content)


def about_shown(choice: FlowChoice, n_shown: int, n: int) -> str:
    """A sentence on how many of the visitor's points a film shows; empty while others stand in for them.

    Parameters
    ----------
    choice
        Has the visitor's points, if there are any.
    n_shown, n
        How many points the film shows, and how many there are.

    Returns
    -------
    str
        One sentence, or "".
    """
    if n_shown == n:
        return f"The film shows all {n} of your points." if choice.own else ""
    return f"The film shows {n_shown:,} of your {n:,} points, drawn at random; training takes all."


def points_section(form: Form[FlowChoice], choice: FlowChoice, points: Points, labels: Labels) -> None:
    """A sheet to draw on, and a table to paste or to send.

    Parameters
    ----------
    form
        Gets new points.
    choice
        Whether the points are the visitor's.
    points, labels
        What is on the sheet.
    """
    left, right = st.columns(2, gap="large")
    with left:
        reach = min(max(_REACH, 1.1 * points.abs().max().item()), MAX_COORDINATE)
        if len(points) <= LIMIT:
            brush(points, labels, half_width=reach, key=_BRUSH, on_change=callback(lambda: _take_drawing(form)))
        else:
            st.caption(f"{len(points)} points are too many for the sheet, which holds {LIMIT}.")
    with right:
        st.text_area(
            "Or paste a table: x, y, label",
            key=_TABLE,
            height=180,
            placeholder="x,y,label\n0.5,-0.2,0\n-0.1,0.8,1",
            on_change=callback(lambda: _take(form, st.session_state[_TABLE].encode())),
        )
        file_field(
            f"Or choose a file (CSV, at most {MAX_POINTS:,} points)",
            OWN_POINTS.types,
            lambda _name, content: _keep(form, content),
            lambda: "The points before stay.",
            key=_FILE,
        )
        if choice.own is None:
            st.caption(OWN_POINTS.stand_in)
    show_deferred(_ERRORS)


def _take_drawing(form: Form[FlowChoice]) -> None:
    found = read_drawing(_BRUSH)
    with defer_error(_ERRORS):
        if found is None:
            raise DataError("The drawing could not be read; the points before stay. Draw again.")
        points, labels = found
        if len(labels.unique()) < 2:
            raise DataError(
                "A network learns from points of two classes; draw some of the other one too. Until then the points "
                "before stay."
            )
        form.set(own=UploadedFile.of(write_points(points, labels).encode()).keep())


def _take(form: Form[FlowChoice], table: bytes) -> None:
    """Keep a table if it can be read; otherwise keep the points before, and the error for `show_deferred`."""
    if not table:
        return
    with defer_error(_ERRORS):
        _keep(form, table)


def _keep(form: Form[FlowChoice], table: bytes) -> None:
    form.set(own=UploadedFile.of(write_points(*read_points(table)).encode()).keep())
