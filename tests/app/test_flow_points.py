"""The visitor's own points on the flow page: pasted, sent, refused, filmed in part."""

import pytest
from streamlit.testing.v1 import AppTest

from structviz.data import toy, write_points
from structviz.studies.flow import MAX_SHOWN
from structviz.ui.pages.flow.choice import OWN, SOURCES
from tests.app.flow_page import (
    captions,
    healthy,
    labels,
    on_sheet,
    open_page,
    panels,
    press,
    rested,
    small,
    training,
)
from tests.app.inbox import has_component

pytestmark = pytest.mark.usefixtures("quick_study", "no_run_is_left")

GOOD = write_points(*toy("xor", 30))

BAD = {
    "text": ("x,y,label\n0.5,-0.2,0\nhello,0.8,1", "In line 3, x must be a number; got 'hello'"),
    "no table": ("these are no points at all", "columns"),
    "missing columns": ("x,y\n0.5,-0.2\n-0.1,0.8", "label"),
    "one class": ("0.5,-0.2,1\n-0.1,0.8,1", "two classes"),
    "three classes": ("0.5,-0.2,0\n-0.1,0.8,1\n0,0,2", "third label"),
    "a million rows": ("0,1,0\n1,0,1\n" * 500_000, "at most 2 MB"),
    "too many rows": ("0,1,0\n1,0,1\n" * 5_001, "at most 10000 points"),
    "nan": ("nan,-0.2,0\n-0.1,0.8,1", "must be finite; got 'nan'"),
    "huge": ("1e30,-0.2,0\n-0.1,0.8,1", "between -100 and 100"),
}


@pytest.fixture(scope="module")
def own_points_page() -> AppTest:
    """A page on which good points have been pasted."""
    app = open_page(flow_source=SOURCES[OWN])
    return healthy(app.text_area(key="flow_table").set_value(GOOD).run())


def test_own_points_before_training_say_what_to_do() -> None:
    app = healthy(open_page(flow_source=SOURCES[OWN]))
    assert panels(app) == []
    assert "press Start" in app.info[0].value
    assert {"Start", "Single step", "Reset"} <= labels(app)
    assert len(on_sheet(app)) == 40
    assert "shown until you give points of your own" in captions(app)


@pytest.mark.parametrize("name", BAD)
def test_a_bad_table_is_one_sentence_and_the_points_before_stay(own_points_page: AppTest, name: str) -> None:
    app = own_points_page
    before = on_sheet(app)
    assert len(before) == 30
    table, reason = BAD[name]
    app.text_area(key="flow_table").set_value(table).run()
    assert not app.exception
    (error,) = app.error
    assert reason in error.value
    assert len(error.value) < 250
    assert on_sheet(app) == before
    healthy(app.text_area(key="flow_table").set_value(GOOD).run())


def test_a_file_does_as_a_table_and_a_bad_one_is_refused() -> None:
    app = open_page(flow_source=SOURCES[OWN])
    healthy(app.file_uploader(key="flow_points_file").set_value(("mine.csv", GOOD.encode(), "text/csv")).run())
    before = on_sheet(app)
    assert len(before) == 30
    app.file_uploader(key="flow_points_file").set_value(("mine.csv", b"\xff\xfe\x00", "text/csv")).run()
    assert not app.exception
    assert "UTF-8" in app.error[0].value
    assert on_sheet(app) == before


def test_points_far_out_are_taken_and_fit_on_no_larger_sheet_than_there_is() -> None:
    app = open_page(flow_source=SOURCES[OWN])
    healthy(app.text_area(key="flow_table").set_value("100,-100,0\n-1,1,1").run())
    assert on_sheet(app) == [[100, -100, 0], [-1, 1, 1]]


def test_many_own_points_are_trained_on_and_a_part_of_them_is_filmed() -> None:
    app = open_page(flow_source=SOURCES[OWN])
    points, classes = toy("halfmoon2d", 3000)
    by_class = classes.argsort(stable=True)
    healthy(app.text_area(key="flow_table").set_value(write_points(points[by_class], classes[by_class])).run())
    assert not has_component(app, "brush")
    assert "too many for the sheet" in captions(app)
    small(app, points=None)
    press(app, "Single step")
    rested(app)
    healthy(app.run())
    assert len(training(app).points) == 3000
    (panel,) = panels(app)
    assert panel.title == "Trained on this page, step 1"
    assert panel.positions.shape[1] == MAX_SHOWN
    assert f"The film shows {MAX_SHOWN} of your 3,000 points, drawn at random" in captions(app)
    # Sorted by class as they are, a leading part would have one class only.
    shown = {tuple(row) for row in panel.positions[0].tolist()}
    assert {int(label) for row, label in zip(points.tolist(), classes, strict=True) if tuple(row) in shown} == {0, 1}


def test_all_of_few_points_are_filmed_and_only_ones_own_are_called_so() -> None:
    app = press(small(open_page(flow_source=SOURCES[OWN]), points=None), "Single step")
    rested(app)
    healthy(app.run())
    assert panels(app)[0].positions.shape[1] == 40
    assert "The film shows" not in captions(app), "others stand in"
    healthy(app.text_area(key="flow_table").set_value(GOOD).run())
    press(press(app, "Reset"), "Single step")
    rested(app)
    healthy(app.run())
    assert "The film shows all 30 of your points." in captions(app)
