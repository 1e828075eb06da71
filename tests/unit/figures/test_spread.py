"""Figures with ranges: every curve is drawn once, in its panel, with its bars and its marks."""

from typing import Any

import pytest

from structviz.figures.spread import SpreadCurve, SpreadPoint, spread_figure

POINTS = (SpreadPoint(0.003, 20.0, 19.0, 20.5), SpreadPoint(0.1, 22.0, 21.5, 24.0, is_marked=True))
CURVES = [
    SpreadCurve("Ordinary", "#D55E00", "upright", POINTS),
    SpreadCurve("Equivariant", "#0072B2", "upright", POINTS[:1]),
    SpreadCurve("Ordinary", "#D55E00", "turned", POINTS),
]


def drawn(has_zero: bool = False) -> Any:
    """Without a type, as Plotly's attributes have none."""
    return spread_figure(CURVES, "rate", "PSNR in dB", has_zero)


def test_bars_reach_from_the_smallest_to_the_largest() -> None:
    trace = drawn().data[0]
    assert list(trace.y) == [20.0, 22.0]
    assert [y + up for y, up in zip(trace.y, trace.error_y.array, strict=True)] == pytest.approx([20.5, 24.0])
    assert [y - down for y, down in zip(trace.y, trace.error_y.arrayminus, strict=True)] == pytest.approx([19.0, 21.5])
    assert list(trace.marker.symbol) == ["circle", "circle-open-dot"]


def test_each_name_stands_in_the_legend_once_and_each_panel_has_a_heading() -> None:
    figure = drawn()
    assert [(trace.name, trace.showlegend) for trace in figure.data] == [
        ("Ordinary", True),
        ("Equivariant", True),
        ("Ordinary", False),
    ]
    assert [note.text for note in figure.layout.annotations] == ["upright", "turned"]
    assert list(figure.layout.xaxis.ticktext) == ["0.003", "0.1"]
    # Curves of one panel stand side by side, so that their bars do not hide each other.
    assert figure.data[0].x[0] != figure.data[1].x[0]


def test_differences_have_a_line_at_zero() -> None:
    assert len(drawn().layout.shapes) == 0
    assert len(drawn(has_zero=True).layout.shapes) == 2
