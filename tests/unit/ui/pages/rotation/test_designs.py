"""What the panel on designs says follows from the numbers beside it."""

import dataclasses
import re

import pytest

from structviz.studies.designs import DESIGNS, TODAY, DesignRow, read_designs
from structviz.ui.pages.rotation.choice import RotationChoice
from structviz.ui.pages.rotation.designs import TABLE, best_of, limits, view_of
from structviz.ui.pages.rotation.options import DESIGN_FIELDS
from tests.unit.studies.test_designs import ROW

TURNS = dataclasses.replace(
    ROW, dilated=False, layer_error=0.02, error_15=0.021, error_22_5=0.02, error_30=0.02, error_45=0.024, psnr=26.0
)
SMOOTH = dataclasses.replace(TURNS, activation="silu", error_45=0.015, error_15=0.011, error_22_5=0.012, error_30=0.011)
COARSE = dataclasses.replace(SMOOTH, stride=2, error_90=0.07)


def said(row: DesignRow) -> str:
    views = [view_of(each) for each in (ROW, TURNS, SMOOTH, COARSE)]
    return " ".join(limits(view_of(row), view_of(ROW), view_of(SMOOTH), views))


def test_dilated_kernels_are_to_blame() -> None:
    text = said(ROW)
    assert "an error of 0.050" in text
    assert "error of 1.250, and the whole network has 0.80 before training" in text
    assert "before training" in text
    assert "network before (" not in text


def test_a_smooth_nonlinearity_is_named_where_it_was_better() -> None:
    assert "With SiLU instead of ReLU it would be 0.015." in said(TURNS)
    assert "With SiLU" not in said(SMOOTH)
    assert "With SiLU" not in said(ROW)  # its twin was not measured


def test_a_continuous_group_is_compared_with_the_finite_one() -> None:
    continuous = dataclasses.replace(SMOOTH, group="SO2-8", error_45=0.013, psnr=27.1)
    views = [view_of(each) for each in (ROW, SMOOTH, continuous)]
    said = " ".join(limits(views[2], views[0], views[2], views))
    assert "With the finite group C8 instead of SO(2) the error is 0.015, the PSNR 26.0 dB instead of 27.1 dB." in said
    assert "SO(2) of 8 samples with 3×3 and SiLU has at most 0.02" in said
    alone = limits(views[2], views[0], views[2], [views[2]])
    assert not any("finite group" in sentence for sentence in alone)  # its twin was not measured
    assert not any("finite group" in sentence for sentence in limits(views[1], views[0], views[2], views))


def test_a_finer_grid_is_compared_with_the_pixels() -> None:
    finer = dataclasses.replace(TURNS, activation="relu-fine", error_45=0.021, psnr=25.1, cost=4.5)
    views = [view_of(each) for each in (ROW, TURNS, SMOOTH, finer)]
    said = " ".join(limits(views[3], views[0], views[2], views))
    assert (
        "With the nonlinearity on the pixels alone the error is 0.024, the PSNR 26.0 dB instead of 25.1 dB, and the "
        "time × 1.0 instead of × 4.5." in said
    )
    assert "With SiLU instead of ReLU" not in said
    assert not any("on the pixels alone" in sentence for sentence in limits(views[1], views[0], views[2], views))


def test_pictures_are_compared_as_they_are_shown() -> None:
    assert "−0.5 dB against those of the network before (26.0 dB and 26.5 dB)" in said(TURNS)
    assert "as good as" in said(dataclasses.replace(TURNS, psnr=26.54))


def test_the_best_and_the_coarse_design() -> None:
    assert said(SMOOTH).startswith("No measured design has a smaller error than its 0.015")
    assert "already at 90° the error is 0.070" in said(COARSE)


def test_of_equal_errors_as_they_are_read_the_better_pictures_count() -> None:
    better = dataclasses.replace(SMOOTH, group="C16", error_45=0.0153, psnr=26.9)
    assert best_of([ROW, SMOOTH, better, TURNS, COARSE]) == better
    assert best_of([ROW, SMOOTH, dataclasses.replace(better, error_45=0.0156), TURNS]) == SMOOTH
    views = [view_of(each) for each in (SMOOTH, better)]
    for view in views:
        assert limits(view, views[0], views[1], views)[0].startswith("No measured design has a smaller error than its")


def test_whether_the_aim_is_reached_is_said_with_its_price() -> None:
    assert "C8 with 3×3 and SiLU has at most 0.02 at every angle, the dotted line, at a cost of 0.5 dB." in said(TURNS)
    found = [view_of(dataclasses.replace(row, error_90=0.0)) for row in (ROW, TURNS)]
    missed = limits(found[0], found[0], found[1], found)
    assert missed[-1] == "No design that was measured has at most 0.02 at every angle, the dotted line."
    free = [view_of(ROW), view_of(dataclasses.replace(SMOOTH, psnr=26.6))]
    assert limits(free[0], free[0], free[1], free)[-1].endswith("at no cost in PSNR.")


def test_the_table_holds_every_design_that_can_be_chosen() -> None:
    rows = read_designs(TABLE)
    assert {row.design for row in rows} == set(DESIGNS)


@pytest.mark.parametrize("design", DESIGNS, ids=str)
def test_the_switches_reach_every_design_and_nothing_else(design: object) -> None:
    choice = RotationChoice(**{f"design_{name}": getattr(design, name) for name in DESIGN_FIELDS})
    assert all(getattr(choice, f"design_{name}") == getattr(design, name) for name in DESIGN_FIELDS)


def test_the_sentences_of_the_shipped_table_hold() -> None:
    views = {row.design: view_of(row) for row in read_designs(TABLE)}
    best = view_of(best_of([view.row for view in views.values()]))
    for view in views.values():
        text = " ".join(limits(view, views[TODAY], best, list(views.values())))
        numbers = {float(text) for text in re.findall(r"0\.\d{3}", text)}
        assert float(view.worst.value) in numbers
        assert all(number >= float(best.worst.value) for number in numbers if number == float(view.worst.value))
