"""A client can send anything for the state of a component: every page says nothing worse than that it ignores it."""

import json
import logging
import math
from itertools import count
from typing import Any

import pytest
from streamlit.proto.WidgetStates_pb2 import WidgetState
from streamlit.testing.v1 import AppTest

from tests.app.pages import open_page

HUGE = 10**400
NUMBERS = [0, -1, 1, 3.7, 1e308, 1e-320, math.nan, math.inf, -math.inf, 2**53 + 1, HUGE, -HUGE]
TEXTS = [
    "",
    " ",
    "text",
    "5",
    "nan",
    "1e999",
    "9" * 400,
    "\ud800",
    "é" * 5000,
    "\x00",
    "\n\n![](http://x/y)",
    "<script>",
]
LISTS = [
    [],
    [None],
    [[]],
    [1, 2, 3, 4],
    [math.nan] * 4,
    ["a"] * 4,
    [True] * 4,
    [HUGE] * 4,
    [{}],
    [0] * 5000,
    [[[[[1]]]]],
]
ROWS = [[[0, 0, 2]], [[0, 0, True]], [[math.nan, 0, 0]], [[1e99, 0, 1]], [[0, 0]], [["a", "b", 0]], [[0, 0, 0]] * 2000]
OBJECTS = [{}, {"a": 1}, {"": ""}, {"count": 1}, {"count": HUGE}, {"__proto__": {}}, {"points": {}}, {"names": [{}]}]
WRONG: list[Any] = [None, True, False, *NUMBERS, *TEXTS, *LISTS, *ROWS, *OBJECTS]

REPORTS = {
    "adversarial": {"seek": ("frame",)},
    "brush": {"drawing": ("points",)},
    "hero": {"turn": ("degrees",)},
    "notation": {"theta": ("text",)},
    "pairs": {"seen_pair": ("pair", "scale")},
    "player": {"seek": ("frame",), "show": ("names",)},
    "ring": {"turn": ("degrees",)},
    "rotor": {
        "turn": ("degrees",),
        "view": ("differences", "curves"),
        "noise": ("level", "seed"),
        "films": ("wanted",),
    },
    "sketch": {"sketch": ("pixels",)},
    "share": {"further": ("entry",)},
    "viewer": {"view": ("low", "high", "unit", "row", "column", "zoom", "iterate", "differences", "profile")},
}
"""What each component reports, with the entries."""


RUNS = 8
"""Of each page, with another value for each entry of each report: together they are all."""


def send(app: AppTest, numbers: "count[int]", whole: bool) -> None:
    """Send the next wrong values: one for each report as a whole, or one for each of its entries."""
    states = app._tree.get_widget_states()
    for element in app.get("bidi_component"):
        name = element.proto.component_name.removeprefix("structviz_")
        if name in REPORTS:
            said: dict[str, Any] = {}
            for report, entries in REPORTS[name].items():
                values = {entry: WRONG[next(numbers) % len(WRONG)] for entry in ("count", *entries)}
                said[report] = values["count"] if whole else values
            states.widgets.append(WidgetState(id=element.proto.id, json_value=json.dumps(said)))
    app._run(states)


@pytest.mark.parametrize(
    ("page", "address"),
    [
        ("home", {}),
        ("rotation", {}),
        ("ct", {"ct_size": "64"}),
        ("flow", {"flow_data": "own"}),
        ("notation", {}),
        ("stability", {}),
        ("manifolds", {}),
        ("robustness", {}),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_wrong_values_leave_every_page_whole(
    page: str, address: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    app, numbers = open_page(page, **address), count(len(page))
    for k in range(RUNS):
        send(app, numbers, whole=k % 4 == 0)
        assert not app.exception
        assert not [error.value for error in app.error if "went wrong" in error.value]
    assert [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR] == []
    app.run()
    assert not app.exception
