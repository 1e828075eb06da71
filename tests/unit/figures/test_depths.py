"""The figure of inverse errors against depth."""

import math
from typing import Any

import pytest

from structviz.figures.depths import KIND_COLOURS, depth_plot
from structviz.studies.invertibility import KINDS, TWIN, DepthStudy


def study() -> DepthStudy:
    names = [(kind, precision) for kind in (*KINDS, TWIN) for precision in ("float64", "float32")]
    errors = {name: (10.0**-k, 0.0) for k, name in enumerate(names, 3)}
    return DepthStudy((2, 8), errors, {name: (1e-2, 2e-2) for name in names if name[0] != TWIN})


def test_each_kind_has_two_lines_and_the_one_that_is_shown_its_bound() -> None:
    figure: Any = depth_plot(study(), "affine")
    lines = [(trace.legendgroup, trace.line.dash) for trace in figure.data]
    assert sorted(lines) == sorted(
        [(kind, dash) for kind in KIND_COLOURS for dash in ("solid", "dash")] + [("rounding", "dot")] * 2
    )
    of_twin: Any = depth_plot(study(), TWIN)
    assert {trace.legendgroup for trace in of_twin.data} == set(KIND_COLOURS)
    assert sum(trace.showlegend for trace in figure.data) == len(KIND_COLOURS) + 1


def test_an_error_of_nothing_is_drawn_and_all_lies_within_the_axis() -> None:
    figure: Any = depth_plot(study(), "additive")
    (first,) = (trace for trace in figure.data if trace.legendgroup == "additive" and trace.line.dash == "solid")
    assert first.y.tolist() == pytest.approx([1e-3, 1e-17])
    low, high = figure.layout.yaxis.range
    every = [math.log10(value) for trace in figure.data for value in trace.y.tolist()]
    assert low < min(every) < max(every) < high
