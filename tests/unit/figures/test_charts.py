"""The look of all Plotly figures."""

import json
import math
from typing import Any

import numpy as np
import plotly.graph_objects as go
import pytest
import torch

from structviz.figures.charts import (
    CHART_CONFIG,
    decade_ticks,
    decades,
    hatching,
    logarithmic,
    pixel_centres,
    square,
    themed,
)
from structviz.figures.theme import CLASS_COLOURS, CLASS_SYMBOLS, INTEGRATOR_COLOURS, INTEGRATOR_SYMBOLS, translucent
from structviz.ode import INTEGRATORS


def figure() -> go.Figure:
    return go.Figure(go.Scatter(x=[0, 1], y=[2, 3]))


def layout_of(shown: go.Figure) -> dict[str, Any]:
    return json.loads(str(shown.to_json()))["layout"]


def test_the_page_behind_is_seen_and_nothing_moves_by_accident() -> None:
    layout = layout_of(themed(figure(), 300))
    assert layout["height"] == 300
    assert layout["paper_bgcolor"] == layout["plot_bgcolor"] == "rgba(0,0,0,0)"
    assert layout["dragmode"] is False
    assert layout["xaxis"]["fixedrange"] is layout["yaxis"]["fixedrange"] is True
    assert CHART_CONFIG["displayModeBar"] is CHART_CONFIG["scrollZoom"] is False


def test_colours_of_words_stand_where_the_theme_of_the_page_replaces_them() -> None:
    layout = layout_of(themed(figure().add_annotation(text="words", x=0, y=0), 300, "A note."))
    assert layout["template"]["layout"]["font"]["color"]
    del layout["template"]
    assert '"color"' not in json.dumps(layout)
    assert layout["font"]["size"] >= 15


def test_a_note_stands_below_in_lines_that_fit() -> None:
    note = "Left out, as the computation blew up: " + "one step and another, " * 6 + "last."
    plain, noted = layout_of(themed(figure(), 300)), layout_of(themed(figure(), 300, note, room=300))
    lines = noted["annotations"][-1]["text"].split("<br>")
    assert " ".join(lines) == note
    assert max(map(len, lines)) <= 300 / 6
    assert noted["height"] > plain["height"] + 12 * len(lines)
    assert noted["margin"]["b"] > 12 * len(lines)
    assert "annotations" not in plain


def test_the_figure_that_came_stays_as_it_is() -> None:
    given = figure()
    before = given.to_json()
    themed(given, 300, "A note.")
    assert given.to_json() == before


def test_square_axes_keep_shapes() -> None:
    shown = figure()
    square(shown, 1.5)
    layout = layout_of(shown)
    assert layout["xaxis"]["range"] == layout["yaxis"]["range"] == [-1.5, 1.5]
    assert layout["yaxis"]["scaleanchor"] == "x"
    assert layout["xaxis"]["constrain"] == layout["yaxis"]["constrain"] == "domain"


@pytest.mark.parametrize("values", [[1e-14, 3.0], [0.02, 0.03], [5.0], []])
def test_a_logarithmic_axis_holds_its_values(values: list[float]) -> None:
    axis = logarithmic(values, "distance")
    low, high = axis["range"]
    assert low < high
    assert all(low < math.log10(value) < high for value in values)
    assert axis["type"] == "log"
    assert axis["title"]["text"] == "distance"


def test_translucent_keeps_the_colour() -> None:
    assert translucent("#D55E00", 0.25) == "rgba(213,94,0,0.25)"


def test_classes_and_integrators_are_told_by_colour_and_by_shape() -> None:
    assert len(set(CLASS_COLOURS)) == len(set(CLASS_SYMBOLS)) == 2
    assert set(INTEGRATOR_COLOURS) == set(INTEGRATOR_SYMBOLS) == set(INTEGRATORS)
    assert len(set(INTEGRATOR_COLOURS.values())) == len(set(INTEGRATOR_SYMBOLS.values())) == len(INTEGRATORS)
    assert not set(INTEGRATOR_COLOURS.values()) & set(CLASS_COLOURS)


@pytest.mark.parametrize("shape", [(7, 7), (5, 12), (80, 100)])
def test_hatching_stays_in_the_marked_pixels(shape: tuple[int, int]) -> None:
    mask = torch.rand(shape, generator=torch.Generator().manual_seed(1)).numpy() < 0.4
    lines = hatching(mask, 2.0)
    assert np.isnan(lines[2::3]).all()
    start, end = lines[::3], lines[1::3]
    assert (end > start).all()  # from bottom left to top right
    for share in (0.01, 0.37, 0.73, 0.99):
        x, y = ((1 - share) * start + share * end).T
        rows = np.floor((1 - y / 2) / 2 * shape[0]).astype(int)
        columns = np.floor((1 + x / 2) / 2 * shape[1]).astype(int)
        assert mask[rows, columns].all()


def test_hatching_reaches_every_large_region() -> None:
    mask = np.zeros((100, 100), bool)
    mask[70:95, 5:20] = True
    lines = hatching(mask, 1.0)[::3]
    assert len(lines) > 10
    assert (lines[:, 0] < -0.55).all()
    assert (lines[:, 1] < -0.35).all()
    assert not len(hatching(np.zeros((3, 3), bool), 1.0))


def test_pixels_fill_the_window() -> None:
    np.testing.assert_allclose(pixel_centres(4, 2.0), [-1.5, -0.5, 0.5, 1.5])


def test_a_colour_scale_ends_at_the_values_or_after_four_decades() -> None:
    assert decades(np.array([[0.01, 10.0, np.nan]])) == (-2, 1)
    assert decades(np.array([[0.0, 1e-12, 10.0, np.inf]])) == (-3, 1)
    assert decades(np.array([[0.0, np.nan]])) == (-1, 0)
    low, high = decades(np.ones((2, 2)))
    assert low < high == 0


@pytest.mark.parametrize(("low", "high"), [(-0.5, 0.1), (-4.0, 0.0), (-9.7, -6.2), (2.0, 5.0), (-7.9, -6.4)])
def test_ticks_say_where_they_are(low: float, high: float) -> None:
    ticks = decade_ticks(low, high)
    assert len(ticks["tickvals"]) == len(ticks["ticktext"]) >= 2
    for place, words in zip(ticks["tickvals"], ticks["ticktext"], strict=True):
        assert low <= float(place) <= high
        number = str(words).replace("·10<sup>", "e").replace("10<sup>", "1e").replace("</sup>", "")
        assert math.log10(float(number)) == pytest.approx(place)


@pytest.mark.parametrize(
    ("values", "marks"),
    [
        ((10, 40, 160), ["10", "20", "50", "100", "200"]),
        ((3, 4), ["3", "4"]),
        ((900, 2_500), ["1,000", "2,000"]),
    ],
)
def test_marks_of_a_short_logarithmic_axis_are_written_out(values: tuple[float, ...], marks: list[str]) -> None:
    axis = logarithmic(values, "examples")
    assert axis["ticktext"] == marks
    assert "dtick" not in axis
    low, high = axis["range"]
    assert all(low <= math.log10(value) <= high for value in axis["tickvals"])
