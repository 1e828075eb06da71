"""Curves in one plot, and the table of them."""

import csv
import io
import math
from typing import Any

import numpy as np
import pytest

from structviz.figures.lines import Line, line_plot, lines_csv

LINES = [Line("free", (0, 1, 2), (1.0, 1e-3, math.inf), "black"), Line("", (0, 2), (1, 1), "grey", "dot")]


def test_curves_are_interrupted_where_values_are_not_finite_and_end_at_the_bounds() -> None:
    free, level = traces(line_plot(LINES, "step", "loss", log_y=True, least=0.01))
    np.testing.assert_allclose(free.y, [1.0, 0.01, math.nan])
    assert (free.name, free.showlegend, level.showlegend) == ("free", True, False)
    assert traces(line_plot(LINES[:1], "step", "loss"))[0].y[1] == pytest.approx(1e-3)


def test_an_axis_has_the_marks_that_are_asked_for() -> None:
    for log_x in (False, True):
        axis: Any = line_plot(LINES, "N", "right", log_x=log_x, x_ticks=(100, 4000)).layout
        assert (axis.xaxis.tickvals, axis.xaxis.ticktext) == ((100, 4000), ("100", "4,000"))
        assert axis.xaxis.type == ("log" if log_x else None)


def traces(figure: Any) -> Any:
    """The curves of a figure, which have no types."""
    return figure.data


def test_the_table_has_each_value_of_the_curves_with_a_title() -> None:
    rows = list(csv.DictReader(io.StringIO(lines_csv({"loss": LINES, "a, b": LINES[:1]}))))
    assert [(row["plot"], row["curve"], float(row["x"]), float(row["y"])) for row in rows] == [
        (plot, "free", x, y) for plot in ("loss", "a, b") for x, y in zip(LINES[0].x, LINES[0].y, strict=True)
    ]
