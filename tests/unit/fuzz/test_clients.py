"""Whatever a client sends, as a report of a component, as the value of a control or in the address, is checked."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import streamlit as st
from hypothesis import given
from hypothesis import strategies as some

from structviz.errors import ConfigError
from structviz.ui.browser.brush import read_drawing
from structviz.ui.browser.player import read_frame, read_shows
from structviz.ui.browser.viewer import read_view
from structviz.ui.kit.choice import Choice
from structviz.ui.kit.links import understood_parameters
from structviz.ui.pages.ct.choice import ScanChoice, viewed
from structviz.ui.pages.flow.choice import FlowChoice
from structviz.ui.pages.notation.choice import NotationChoice
from structviz.ui.pages.rotation.choice import RotationChoice
from structviz.ui.pages.runs.choice import RunsChoice
from structviz.ui.pages.stability.choice import StabilityChoice
from structviz.ui.pages.train.choice import TrainChoice
from tests.unit.fuzz.cases import bounded, texts, values

CHOICES: list[type[Choice]] = [
    ScanChoice,
    FlowChoice,
    NotationChoice,
    RotationChoice,
    RunsChoice,
    StabilityChoice,
    TrainChoice,
]


@pytest.fixture(scope="module", autouse=True)
def session() -> Iterator[dict[str, Any]]:
    with pytest.MonkeyPatch.context() as patch:
        said: dict[str, Any] = {}
        patch.setattr(st, "session_state", said)
        yield said


def reports() -> some.SearchStrategy[Any]:
    """Reports with the entries that components send, of any kind, and reports that are none."""
    names = ["count", "frame", "names", "points", "degrees", "text", "curves", "differences", "profile", "unit"]
    names += ["low", "high", "row", "column", "zoom", "iterate"]
    report = some.dictionaries(some.sampled_from(names) | texts(), values(), max_size=16)
    complete = some.fixed_dictionaries({name: values() | some.floats(0, 1) for name in names})
    return some.dictionaries(
        some.sampled_from(["seek", "show", "drawing", "view", "turn"]), report | complete | values()
    )


@pytest.mark.parametrize("read", [read_frame, read_shows, read_drawing, read_view], ids=lambda f: f.__name__)
@given(said=reports())
@bounded(40)
def test_reports(read: Callable[[str], Any], session: dict[str, Any], said: object) -> None:
    session["key"] = said
    found = read("key")
    if read is read_view and found is not None:
        viewed(found)


@pytest.mark.parametrize("kind", CHOICES, ids=lambda kind: kind.__name__)
@given(value=values())
@bounded(25)
def test_values_of_controls(kind: type[Choice], value: object) -> None:
    defaults = kind.defaults()
    for control in kind.controls().values():
        try:
            checked = control.checked(value, defaults)
        except ConfigError as error:
            str(error).encode()
        else:
            control.to_address(checked, defaults)


@pytest.mark.parametrize("kind", CHOICES, ids=lambda kind: kind.__name__)
@given(drawn=some.data())
@bounded(40)
def test_addresses(kind: type[Choice], drawn: some.DataObject) -> None:
    controls = kind.controls()
    names = some.sampled_from([f"p_{name}" for name in controls])
    asked = drawn.draw(some.dictionaries(names, some.lists(texts(), min_size=1, max_size=3), max_size=6))
    understood = understood_parameters("p", controls, kind.defaults(), asked)
    assert set(understood) <= set(asked)
