import math
from collections.abc import Callable
from typing import Any

import pytest
import torch
from streamlit.testing.v1 import AppTest

from structviz.data import MAX_COORDINATE
from structviz.errors import ConfigError, ShapeError
from structviz.figures.packet import unpack
from structviz.types import Labels, Points
from structviz.ui.browser import brush as module
from structviz.ui.browser import component
from structviz.ui.browser.brush import LIMIT, brush, read_drawing

KEY = "sheet"
GOOD = [[0.5, -1.25, 1], [0, 2, 0]]


@pytest.fixture
def state(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """The session of a visitor, without a server."""
    session: dict[str, Any] = {}
    monkeypatch.setattr("streamlit.session_state", session)
    return session


@pytest.fixture
def sent(state: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What goes to the browser."""
    calls: list[dict[str, Any]] = []
    monkeypatch.setattr(module._BRUSH, "_render", lambda **_given: None)
    monkeypatch.setattr(component, "send_payload", lambda _channel, payload, **_how: calls.append(unpack(payload)[0]))
    return calls


def show(points: Points, labels: Labels, half_width: float = 2.0) -> None:
    brush(points, labels, half_width=half_width, key=KEY, on_change=lambda: None)


def test_what_is_drawn_comes_as_points_and_labels(state: dict[str, Any]) -> None:
    state[KEY] = {"drawing": {"points": GOOD, "count": 3}}
    result = read_drawing(KEY)
    assert result is not None
    torch.testing.assert_close(result[0], torch.tensor([[0.5, -1.25], [0.0, 2.0]]), rtol=0, atol=0)
    torch.testing.assert_close(result[1], torch.tensor([1, 0]))


@pytest.mark.parametrize("rows", [[], [[0.1, 0.2, 1]]], ids=["none", "one class"])
def test_whether_it_is_enough_is_for_the_page_to_say(state: dict[str, Any], rows: list[list[float]]) -> None:
    state[KEY] = {"drawing": {"points": rows, "count": 1}}
    result = read_drawing(KEY)
    assert result is not None
    assert result[0].shape == (len(rows), 2)
    assert result[1].tolist() == [1] * len(rows)
    assert (result[0].dtype, result[1].dtype) == (torch.float32, torch.int64)


def test_nothing_is_drawn_before_a_stroke(state: dict[str, Any]) -> None:
    assert read_drawing(KEY) is None
    state[KEY] = {}
    assert read_drawing(KEY) is None


BEYOND = math.nextafter(MAX_COORDINATE, math.inf)
HOSTILE_POINTS: tuple[object, ...] = (
    [math.nan, 0.0, 1],
    [0.0, math.inf, 1],
    [-math.inf, 0.0, 1],
    [BEYOND, 0.0, 0],
    [0.0, -BEYOND, 0],
    [10**400, 0.0, 0],
    [0.0, 0.0, 2],
    [0.0, 0.0, -1],
    [0.0, 0.0, 0.5],
    [0.0, 0.0, 10**400],
    [0.0, 0.0, math.nan],
    [0.0, 0.0, True],
    [True, 0.0, 1],
    [0.0, 0.0, "1"],
    ["0", 0.0, 1],
    [None, 0.0, 1],
    [[0.0], 0.0, 1],
    [0.0, 0.0, [1]],
    [0.0, 0.0],
    [0.0, 0.0, 1, 1],
    [],
    {"x": 0.0, "y": 0.0, "label": 1},
    {0: 0.0, 1: 0.0, 2: 1},
    "001",
    None,
    7,
)


@pytest.mark.parametrize("row", HOSTILE_POINTS, ids=lambda row: repr(row)[:32])
def test_one_point_that_makes_no_sense_spoils_all(state: dict[str, Any], row: object) -> None:
    state[KEY] = {"drawing": {"points": [*GOOD, row], "count": 1}}
    assert read_drawing(KEY) is None


@pytest.mark.parametrize("report", [None, True, 7, math.nan, "points", [GOOD], GOOD, {}, {"count": 1}])
def test_reports_that_make_no_sense(state: dict[str, Any], sent: list[dict[str, Any]], report: object) -> None:
    state[KEY] = {"drawing": report}
    assert read_drawing(KEY) is None
    show(torch.zeros(1, 2), torch.zeros(1, dtype=torch.int64))
    assert sent[0]["seen"] == (1 if report == {"count": 1} else 0)


@pytest.mark.parametrize("points", [None, "abc", 3, {"0": [0.0, 0.0, 1]}, {}])
def test_points_that_are_no_list(state: dict[str, Any], points: object) -> None:
    state[KEY] = {"drawing": {"points": points, "count": 1}}
    assert read_drawing(KEY) is None


def test_the_farthest_and_the_most_are_allowed(state: dict[str, Any]) -> None:
    corner = [MAX_COORDINATE, -MAX_COORDINATE, 1]
    state[KEY] = {"drawing": {"points": [corner] * LIMIT, "count": 1}}
    result = read_drawing(KEY)
    assert result is not None
    assert result[0].shape == (LIMIT, 2)
    assert result[0].abs().amax() == MAX_COORDINATE
    state[KEY]["drawing"]["points"] = [corner] * (LIMIT + 1)
    assert read_drawing(KEY) is None


@pytest.mark.parametrize("count", [None, True, -1, math.nan, "9", [1], {"a": 1}])
def test_only_whole_counts_are_taken(state: dict[str, Any], sent: list[dict[str, Any]], count: object) -> None:
    state[KEY] = {"drawing": {"points": GOOD, "count": count}}
    show(torch.zeros(1, 2), torch.zeros(1, dtype=torch.int64))
    assert sent[0]["seen"] == 0


def test_the_browser_gets_what_it_would_report_itself(state: dict[str, Any], sent: list[dict[str, Any]]) -> None:
    rows = [[round(0.0123 * k - 1.7, 4), round(1.9 - 0.0377 * k, 4), k % 2] for k in range(100)]
    state[KEY] = {"drawing": {"points": rows, "count": 12}}
    result = read_drawing(KEY)
    assert result is not None
    show(*result)
    assert sent[0]["points"] == rows
    assert sent[0]["seen"] == 12
    assert all(type(row[2]) is int for row in sent[0]["points"])


def test_labels_of_any_whole_kind(sent: list[dict[str, Any]]) -> None:
    show(torch.tensor([[0.12345, -0.5]], dtype=torch.float64), torch.tensor([1], dtype=torch.int32))
    assert sent[0]["points"] == [[0.1235, -0.5, 1]]


REFUSED: dict[str, tuple[Callable[[], tuple[Points, Labels, float]], str]] = {
    "too many": (
        lambda: (torch.zeros(LIMIT + 1, 2), torch.zeros(LIMIT + 1, dtype=torch.int64), 2.0),
        rf"at most {LIMIT} points; got {LIMIT + 1}\. Show a part",
    ),
    "a third class": (lambda: (torch.zeros(1, 2), torch.tensor([2]), 2.0), r"got \[0\.0, 0\.0, 2\]"),
    "not finite": (lambda: (torch.tensor([[math.nan, 0.0]]), torch.tensor([1]), 2.0), r"got \[nan, 0\.0, 1\]"),
    "too far": (lambda: (torch.tensor([[0.0, 101.0]]), torch.tensor([0]), 2.0), r"got \[0\.0, 101\.0, 0\]"),
    "no width": (lambda: (torch.zeros(1, 2), torch.tensor([0]), 0.0), "half_width must lie between 0.1 and 100; got 0"),
    "too wide": (lambda: (torch.zeros(1, 2), torch.tensor([0]), 101.0), "got 101. Choose"),
    "broken width": (lambda: (torch.zeros(1, 2), torch.tensor([0]), math.nan), "got nan. Choose"),
}


@pytest.mark.parametrize(("given", "words"), REFUSED.values(), ids=REFUSED)
def test_points_that_cannot_be_shown(
    sent: list[dict[str, Any]], given: Callable[[], tuple[Points, Labels, float]], words: str
) -> None:
    with pytest.raises(ConfigError, match=words):
        show(*given())
    assert sent == []


@pytest.mark.parametrize(("points", "labels"), [((3, 2), (2,)), ((3, 3), (3,)), ((3,), (3,)), ((3, 2), (3, 1))])
def test_each_point_needs_one_label(
    sent: list[dict[str, Any]], without_shape_checks: None, points: tuple[int, ...], labels: tuple[int, ...]
) -> None:
    with pytest.raises(ShapeError, match="one label"):
        show(torch.zeros(points), torch.zeros(labels, dtype=torch.int64))


def page() -> None:
    import torch

    from structviz.ui.browser.brush import brush

    brush(torch.zeros(2, 2), torch.tensor([0, 1]), half_width=2.0, key="sheet", on_change=lambda: None)


def test_a_page_with_a_brush_runs() -> None:
    app = AppTest.from_function(page, default_timeout=30).run()
    assert not app.exception
