"""Values that no browser sends by itself, and what each component reports."""

import importlib
import json
import math
import pkgutil
from collections.abc import Iterator, Mapping
from typing import Any

from streamlit.proto.WidgetStates_pb2 import WidgetState
from streamlit.runtime.state.common import WidgetMetadata
from streamlit.testing.v1 import AppTest

import structviz.ui
from structviz.ui.browser.component import BrowserComponent

__all__ = ["REPORTS", "WRONG", "components", "hostile_states", "of_other_kinds", "widgets_of"]

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
    "nan,nan,nan,nan",
    "\ud800",
    "é" * 5000,
    "\x00",
    "\n\n![](http://x/y)",
    "<script>",
    "0" * 10**6,
]
DEEP: list[Any] = []
for _ in range(400):
    DEEP = [DEEP]
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
    DEEP,
]
ROWS = [[[0, 0, 2]], [[0, 0, True]], [[math.nan, 0, 0]], [[1e99, 0, 1]], [[0, 0]], [["a", "b", 0]], [[0, 0, 0]] * 2000]
OBJECTS = [{}, {"a": 1}, {"": ""}, {"count": 1}, {"count": HUGE}, {"__proto__": {}}, {"points": {}}, {"names": [{}]}]
WRONG: list[Any] = [None, True, False, *NUMBERS, *TEXTS, *LISTS, *ROWS, *OBJECTS]

REPORTS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "adversarial": {"seek": ("frame",)},
    "body": {"chosen": ("spin", "h", "view")},
    "brush": {"drawing": ("points",)},
    "cell": {"cell": ("text",)},
    "hero": {},
    "notation": {"theta": ("text",)},
    "pairs": {"seen_pair": ("pair", "scale")},
    "player": {
        "seek": ("frame",),
        "show": ("names", "frame"),
        "motion": ("steps", "integrator", "horizon", "scale", "noise", "frame"),
    },
    "portraits": {"chosen": ("system", "h")},
    "ring": {"turn": ("degrees",)},
    "rotor": {
        "turn": ("degrees",),
        "view": ("differences", "curves"),
        "noise": ("level", "seed"),
        "films": ("wanted",),
    },
    "round_trip": {"rest": ("probe", "at")},
    "share": {},
    "sketch": {"sketch": ("pixels",)},
    "sphere": {"placed": ("point", "view", "h")},
    "steering": {"probe": ("text",)},
    "strip": {"seek": ("frame",)},
    "trainings": {"seen_frame": ("frame",)},
    "viewer": {"view": ("low", "high", "unit", "row", "column", "zoom", "iterate", "differences", "profile")},
}
"""The reports of each component, with their entries."""


def components() -> Iterator[BrowserComponent]:
    """Every component of the app."""
    for module in pkgutil.walk_packages(structviz.ui.__path__, "structviz.ui."):
        for value in vars(importlib.import_module(module.name)).values():
            if isinstance(value, BrowserComponent):
                yield value


def widgets_of(app: AppTest) -> dict[str, WidgetMetadata[Any]]:
    """What Streamlit knows of the widgets on the page, by their names."""
    return dict(app._session_state._state._new_widget_state.widget_metadata)


def _states(name: str) -> list[WidgetState]:
    """A value of each kind that the protocol of Streamlit has."""
    found = [
        WidgetState(id=name, bool_value=True),
        WidgetState(id=name, double_value=math.nan),
        WidgetState(id=name, int_value=2**60),
        WidgetState(id=name, string_value="text"),
        WidgetState(id=name, json_value='{"a": 1}'),
        WidgetState(id=name, json_value="[" * 10**5),
        WidgetState(id=name, json_value="{"),
        WidgetState(id=name, bytes_value=b"\xff\x00"),
    ]
    doubles, wholes, texts = WidgetState(id=name), WidgetState(id=name), WidgetState(id=name)
    doubles.double_array_value.data.extend([math.nan, math.inf])
    wholes.int_array_value.data.extend([-(2**60)])
    texts.string_array_value.data.extend(["a", "b"])
    return [*found, doubles, wholes, texts]


_BOTH = {"int_value", "double_value"}


def of_other_kinds(name: str, widget: WidgetMetadata[Any]) -> list[WidgetState]:
    """Values of every kind but that of a widget."""
    kinds = {widget.value_type} | (_BOTH if widget.value_type in _BOTH else set())
    return [state for state in _states(name) if state.WhichOneof("value") not in kinds]


def hostile_states(name: str, widget: WidgetMetadata[Any]) -> list[WidgetState]:
    """Values of the kind of a widget that it does not offer; none for a button, which has one value only."""
    found: list[WidgetState] = []
    match widget.value_type:
        case "double_value":
            found = [WidgetState(id=name, double_value=value) for value in (math.nan, math.inf, -1e308, 1e-320)]
        case "double_array_value":
            for values in ([], [math.nan], [math.inf], [-1e308, 1e308], [0.5], [0.0] * 5000):
                found.append(WidgetState(id=name))
                found[-1].double_array_value.SetInParent()
                found[-1].double_array_value.data.extend(values)
        case "string_value":
            texts = [text for text in TEXTS if text != "\ud800"]
            found = [WidgetState(id=name, string_value=text) for text in (*texts, "{" * 1000, '{"edited_rows": 1}')]
        case "string_array_value":
            for texts in ([], ["text"], ["9" * 400] * 3, [""] * 5000, ["\x00"]):
                found.append(WidgetState(id=name))
                found[-1].string_array_value.SetInParent()
                found[-1].string_array_value.data.extend(texts)
        case "json_value":
            found = [WidgetState(id=name, json_value=json.dumps(value)) for value in WRONG]
        case _:
            pass
    return found
