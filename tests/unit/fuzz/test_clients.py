"""Whatever a client sends, as a report of a component, as the value of a control or in the address, is checked."""

import json
from collections.abc import Callable, Iterator
from dataclasses import asdict
from typing import Any

import pytest
import streamlit as st
from hypothesis import given
from hypothesis import strategies as some
from torch import Tensor

from structviz.data import MAX_COORDINATE
from structviz.errors import ConfigError
from structviz.figures.film_encoding import SHOWS
from structviz.ui.browser.brush import LIMIT, read_drawing
from structviz.ui.browser.component import MAX_COUNT
from structviz.ui.browser.player import read_frame, read_shows
from structviz.ui.browser.viewer import ViewState, read_view
from structviz.ui.kit.choice import Choice
from structviz.ui.kit.links import understood_parameters
from structviz.ui.pages.ct.choice import ScanChoice, viewed
from structviz.ui.pages.flow.choice import FlowChoice
from structviz.ui.pages.invertibility.choice import InvertibilityChoice
from structviz.ui.pages.manifolds.choice import ManifoldsChoice
from structviz.ui.pages.notation.choice import NotationChoice
from structviz.ui.pages.optimal_control.choice import ControlChoice
from structviz.ui.pages.robustness.choice import RobustnessChoice
from structviz.ui.pages.rotation.choice import RotationChoice
from structviz.ui.pages.runs.choice import RunsChoice
from structviz.ui.pages.stability.choice import StabilityChoice
from structviz.ui.pages.train.choice import TrainChoice
from tests.unit.fuzz.cases import bounded, texts, values

CHOICES: list[type[Choice]] = [
    ScanChoice,
    FlowChoice,
    InvertibilityChoice,
    ControlChoice,
    ManifoldsChoice,
    NotationChoice,
    RobustnessChoice,
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


GOOD: dict[str, dict[str, Any]] = {
    "seek": {"count": 3, "frame": 2},
    "show": {"count": 3, "names": [next(iter(SHOWS))]},
    "drawing": {"count": 3, "points": [[0.5, -0.25, 1], [1, 0, 0]]},
    "view": {"count": 3, **asdict(ViewState(profile=(0.0, 0.25, 0.5, 1.0)))},
}
"""What browsers send."""


@some.composite
def reports(draw: some.DrawFn, name: str) -> Any:
    """What a browser sends with at most three entries of any kind, a report of no kind, or none at all."""
    good = json.loads(json.dumps(GOOD[name]))  # lists for tuples, as they come
    wrong = draw(some.dictionaries(some.sampled_from([*good, "further"]), values() | some.floats(0, 1), max_size=3))
    return draw(some.sampled_from([{name: {**good, **wrong}}] * 8 + [{name: wrong}, wrong, {name: draw(values())}]))


def is_frame(found: object) -> bool:
    return type(found) is int and 0 <= found <= MAX_COUNT


def are_shows(found: object) -> bool:
    return isinstance(found, frozenset) and found <= set(SHOWS)


def is_drawing(found: tuple[Tensor, Tensor]) -> bool:
    points, labels = found
    fits = len(points) == len(labels) <= LIMIT and points.shape[1:] == (2,)
    return fits and bool((points.abs() <= MAX_COORDINATE).all()) and set(labels.tolist()) <= {0, 1}


def is_view(found: ViewState) -> bool:
    return json.loads(json.dumps(asdict(found), allow_nan=False)) is not None and viewed(found) is not None


@pytest.mark.parametrize(
    ("name", "read", "is_good"),
    [
        ("seek", read_frame, is_frame),
        ("show", read_shows, are_shows),
        ("drawing", read_drawing, is_drawing),
        ("view", read_view, is_view),
    ],
)
def test_reports(
    name: str, read: Callable[[str], Any], is_good: Callable[[Any], bool], session: dict[str, Any]
) -> None:
    refused: list[bool] = []

    @given(said=reports(name))
    @bounded(60)
    def say(said: object) -> None:
        session["key"] = said
        found = read("key")
        refused.append(found is None)
        assert found is None or is_good(found)

    say()
    assert 5 < sum(refused) < len(refused) - 5, "some of what is sent makes sense, and some does not"


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
