"""Figures for a larger screen: lengths in pixels grow, everything else stays."""

import json
from typing import Any

import plotly.graph_objects as go
import pytest

from structviz.figures.charts import themed
from structviz.figures.enlarge import enlarged_figure

BEAMER = 23 / 17


def example() -> go.Figure:
    figure = go.Figure(
        [
            go.Scatter(
                x=[1, 2],
                y=[3, 4],
                marker={"size": [6, 8], "line": {"width": 2}},
                textfont={"size": 15},
                line={"width": 3},
            ),
            go.Bar(x=[1, 2], y=[1, 2], width=0.5),
            go.Contour(z=[[0, 1], [1, 0]], contours={"start": 0, "end": 1, "size": 0.5}),
        ],
        layout={"xaxis": {"title": {"text": "size", "standoff": 8}}, "annotations": [{"text": "a", "x": 1, "y": 2}]},
    )
    return themed(figure, 300, "A note.", room=400)


def letters(part: object, name: str = "") -> list[float]:
    """The sizes of all letters in a figure."""
    if isinstance(part, list):
        return [size for one in part for size in letters(one, name)]
    if not isinstance(part, dict):
        return []
    own = [part["size"]] if name.endswith("font") and "size" in part else []
    return own + [size for key, value in part.items() for size in letters(value, key)]


def test_nothing_is_below_20_pixels_on_a_beamer() -> None:
    grown = json.loads(str(enlarged_figure(example(), BEAMER).to_json()))
    grown["layout"].pop("template")
    sizes = letters(grown)
    assert len(sizes) > 5
    assert min(sizes) >= 20


def test_lengths_in_pixels_grow_and_those_of_the_data_stay() -> None:
    before, after = example(), enlarged_figure(example(), 2)
    traces: Any = after.data
    scatter, bar, contour = traces
    assert tuple(scatter.marker.size) == (12, 16)
    assert (scatter.marker.line.width, scatter.line.width, scatter.textfont.size) == (4, 6, 30)
    assert (bar.width, contour.contours.size) == (0.5, 0.5)
    assert tuple(scatter.x) == (1, 2)
    assert after.layout.height == 2 * before.layout.height
    assert after.layout.margin.b == 2 * before.layout.margin.b
    assert after.layout.xaxis.title.standoff == 16
    assert after.layout.xaxis.title.text == "size"
    note, noted = before.layout.annotations[-1], after.layout.annotations[-1]
    assert (noted.yshift, noted.x, noted.y) == (2 * note.yshift, note.x, note.y)
    assert before.layout.font.size == example().layout.font.size, "the figure itself is left as it was"


def test_on_a_laptop_it_is_the_same_figure() -> None:
    figure = example()
    assert enlarged_figure(figure, 1) is figure


def test_a_figure_without_a_height_gets_none() -> None:
    assert enlarged_figure(go.Figure(layout={"font": {"size": 10}}), 1.5).layout.height is None
    assert enlarged_figure(go.Figure(layout={"font": {"size": 10}}), 1.5).layout.font.size == pytest.approx(15)
