"""The figure of the sweep shows the rows, all of them, and its gains have a sign."""

import dataclasses
from pathlib import Path
from typing import Any

import numpy as np
import plotly.graph_objects as go
import pytest

from structviz.figures import arm_title
from structviz.figures.ct.sweep import violins
from structviz.training import CT_SWEEPS, choose_by_validation, read_rows
from structviz.training.lecture import lecture_means
from structviz.training.table import Row
from structviz.zoo import PRETRAINED

ROWS = choose_by_validation(read_rows(PRETRAINED / CT_SWEEPS["measured-once"]))


def traces(figure: go.Figure) -> tuple[Any, ...]:
    """Plotly's own types know no names of traces."""
    return tuple(figure.data)


def layout(figure: go.Figure) -> Any:
    return figure.layout


def row(arm: str, n_train: int | None, psnr: float, orientation: str = "upright", image: int = 0) -> Row:
    return Row("ct", arm, "", n_train, None if n_train is None else 0, orientation, image, psnr, 0.9)


def test_violins_hold_every_row_at_the_place_of_its_size() -> None:
    figure = violins(ROWS)
    orientations = list(dict.fromkeys(r.orientation for r in ROWS))
    assert [note.text for note in layout(figure).annotations] == orientations
    sizes = sorted({r.n_train for r in ROWS if r.n_train is not None})
    assert list(layout(figure).xaxis.ticktext) == [str(size) for size in sizes]
    arms = list(dict.fromkeys(r.arm for r in ROWS if r.n_train is not None))
    for panel, orientation in zip(("x", "x2"), orientations, strict=True):
        for arm in arms:
            shown = [t for t in traces(figure) if t.type == "violin" and t.xaxis == panel and t.legendgroup == arm]
            assert len(shown) == 1
            assert shown[0].name == arm_title(arm)
            places = np.round(np.asarray(shown[0].x)).astype(int)
            for k, size in enumerate(sizes):
                found = sorted(np.asarray(shown[0].y)[places == k])
                expected = sorted(r.psnr for r in ROWS if (r.arm, r.n_train, r.orientation) == (arm, size, orientation))
                assert len(found) in (0, 20, 40, 60), "20 patients for each seed"
                assert found == pytest.approx(expected, abs=6e-4)


def test_headings_have_room_of_their_own_below_the_legend() -> None:
    shown = layout(violins(ROWS))
    assert shown.legend.y == 1
    for note in shown.annotations:
        assert note.yanchor == "bottom"
        assert note.y == shown.yaxis.domain[1] == shown.yaxis2.domain[1]
        assert (1 - note.y) * 200 >= note.font.size, "of 200 pixels that a phone leaves the panels"


def test_violins_of_one_size_stand_side_by_side() -> None:
    places = [sorted({float(x) for x in t.x}) for t in traces(violins(ROWS)) if t.type == "violin" and t.xaxis == "x"]
    first = [arm[0] for arm in places]
    assert first == sorted(first)
    assert min(np.diff(first)) > 0.2
    violin = next(t for t in traces(violins(ROWS)) if t.type == "violin")
    assert violin.width <= min(np.diff(first)) + 1e-9, "none lies over its neighbour"
    assert max(first) < 0.5


def test_yardsticks_are_lines_at_their_means() -> None:
    for method in ("fbp", "tv"):
        for panel, orientation in (("x", "upright"), ("x2", "rotated")):
            values = [r.psnr for r in ROWS if r.arm == method and r.orientation == orientation]
            (line,) = (
                t for t in traces(violins(ROWS)) if t.type == "scatter" and t.legendgroup == method and t.xaxis == panel
            )
            assert list(line.y) == pytest.approx([sum(values) / len(values)] * 2)


def test_a_yardstick_that_was_measured_in_one_orientation_has_one_line() -> None:
    rows = [row("ordinary", 10, 30), row("ordinary", 10, 29, "rotated"), row("tv", None, 27)]
    lines = [t for t in traces(violins(rows)) if t.type == "scatter" and t.mode == "lines"]
    assert [line.xaxis for line in lines] == ["x"]


def test_the_lectures_means_stand_behind() -> None:
    lecture = lecture_means()
    figure = violins(ROWS, lecture)
    own = {r.n_train for r in ROWS if r.n_train is not None}
    sizes = sorted(own | {n for _, _, n in lecture})
    named = own | {10, 100, 1000}
    assert set(sizes) > named, "sizes between are not named: they would overlap on a phone"
    assert list(layout(figure).xaxis.ticktext) == [str(size) if size in named else "" for size in sizes]
    for panel, orientation in (("x", "upright"), ("x2", "rotated")):
        for arm in ("ordinary", "equivariant"):
            (line,) = (t for t in traces(figure) if t.legendgroup == f"{arm} lecture" and t.xaxis == panel)
            found = {sizes[place]: value for place, value in zip(line.x, line.y, strict=True)}
            assert found == {n: value for (of, lay, n), value in lecture.items() if (of, lay) == (arm, orientation)}
    assert not any("lecture" in (t.legendgroup or "") for t in traces(violins(ROWS)))
    names = [t.name for t in traces(figure) if t.showlegend is not False]
    assert len(set(names)) == len(names), "each stands in the legend once"


def test_nothing_measured_is_an_empty_figure() -> None:
    assert len(traces(violins([]))) == 0


def test_bars_are_means_over_seeds_with_their_standard_errors() -> None:
    rows = [
        dataclasses.replace(row("ordinary", 10, psnr, image=image), seed=seed)
        for seed, values in enumerate(((30.0, 32.0), (31.0, 33.0), (33.0, 35.0)))
        for image, psnr in enumerate(values)
    ]
    figure = violins([*rows, row("ordinary", 30, 40.0)])
    (bar,) = (t for t in traces(figure) if t.type == "scatter" and t.mode == "markers")
    assert list(bar.y) == pytest.approx([(31 + 32 + 34) / 3, 40.0])
    assert list(bar.error_y.array) == pytest.approx([np.std([31, 32, 34], ddof=1) / np.sqrt(3), 0.0])
    assert list(bar.text) == ["N = 10: 32.3 dB ± 0.9 dB", "N = 30: 40.0 dB"]
    (violin,) = (t for t in traces(figure) if t.type == "violin")
    assert set(np.asarray(violin.x)) == set(bar.x), "in the middle of their violins"
    long = [dataclasses.replace(one, steps=1500) for one in rows]
    (bar,) = (t for t in traces(violins(long)) if t.type == "scatter" and t.mode == "markers")
    assert list(bar.text) == ["N = 10: 32.3 dB ± 0.9 dB, after 1,500 steps"]


def test_the_lectures_means_are_as_the_slide_has_them() -> None:
    means = lecture_means()
    assert len(means) == 36
    assert {key[:2] for key in means} == {(a, o) for a in ("ordinary", "equivariant") for o in ("upright", "rotated")}
    assert sorted({n for _, _, n in means}) == [10, 20, 50, 100, 200, 500, 1000, 2000, 5000]
    assert means["equivariant", "rotated", 10] - means["ordinary", "rotated", 10] == pytest.approx(2.4, abs=0.1)
    assert all(27 < value < 34 for value in means.values())


def test_another_file_of_means_can_be_read(tmp_path: Path) -> None:
    path = tmp_path / "means.csv"
    path.write_text("arm,orientation,n_train,psnr\nordinary,upright,3,12.5\n", encoding="utf-8")
    assert lecture_means(path) == {("ordinary", "upright", 3): 12.5}
