"""Whatever the rotor reports, and whatever stands in the session for the form of a training, is checked."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
import streamlit as st
from hypothesis import given
from hypothesis import strategies as some

from structviz.errors import ConfigError, StructVizError
from structviz.ui.kit.choice import Many, One
from structviz.ui.kit.form import Form
from structviz.ui.kit.rotor import rotor_callbacks
from structviz.ui.pages.rotation.choice import RotationChoice
from structviz.ui.pages.train.choice import TrainChoice
from tests.unit.fuzz.cases import bounded, values


class Address(dict[str, list[str]]):
    """The parameters of an address."""

    def get_all(self, name: str) -> list[str]:
        """All values of a parameter."""
        return self.get(name, [])


@pytest.fixture(scope="module", autouse=True)
def session() -> Iterator[dict[str, Any]]:
    with pytest.MonkeyPatch.context() as patch:
        said: dict[str, Any] = {}
        patch.setattr(st, "session_state", said)
        patch.setattr(st, "query_params", Address())
        yield said


REPORTED: dict[str, dict[str, Any]] = {
    "turn": {"count": 1, "degrees": 40},
    "view": {"count": 1, "differences": True, "curves": "error"},
    "noise": {"count": 1, "level": 0.25, "seed": 3},
    "films": {"count": 1, "wanted": True},
}
"""What browsers send."""


@some.composite
def reports(draw: some.DrawFn) -> Any:
    """All reports of a rotor, with some entries of any kind; or something else altogether."""
    said: dict[str, Any] = json.loads(json.dumps(REPORTED))
    for name in draw(some.sets(some.sampled_from(list(said)))):
        entries = some.sampled_from([*said[name], "further"])
        wrong = draw(some.dictionaries(entries, values() | some.floats(-500, 500), max_size=3))
        said[name] = draw(some.sampled_from([{**said[name], **wrong}] * 4 + [wrong, draw(values())]))
    return draw(some.sampled_from([said] * 9 + [draw(some.dictionaries(some.text(), values(), max_size=2))]))


def test_the_callbacks_of_the_rotor(session: dict[str, Any]) -> None:
    controls, defaults = RotationChoice.controls(), RotationChoice.defaults()
    taken: list[int] = []

    @given(said=reports())
    @bounded(100)
    def say(said: object) -> None:
        session.clear()
        session["key"] = said
        form = Form("rot", RotationChoice)
        for called in rotor_callbacks(form, "key").values():
            called()
        written = {name: session[f"rot_{name}"] for name in controls if f"rot_{name}" in session}
        for name, value in written.items():
            assert controls[name].checked(value, {**defaults, **written}) is not None
        taken.append(len(written))

    say()
    assert max(taken) == 5, "degrees, differences, curves, level and seed"
    assert min(taken) < 3, "and some are refused"


def offered() -> list[Any]:
    """Everything that some control of the form offers."""
    defaults = TrainChoice.defaults()
    found: list[Any] = [None, 1, 2, 8, 64, 400, 0.01]
    for control in TrainChoice.controls().values():
        if isinstance(control, One | Many):
            options = control.options(defaults) if callable(control.options) else control.options
            found += [*options]
    return found


def test_the_form_of_a_training(session: dict[str, Any]) -> None:
    """What a visitor's session says becomes complete settings, or a sentence."""
    names, large = list(TrainChoice.controls()), ["steps", "n_train", "batch", "width", "layers", "views", "rate"]
    one = some.sampled_from(offered())
    any_value = one | one.map(lambda value: [value]) | some.lists(one, max_size=3) | values()
    anything = some.dictionaries(some.sampled_from(names), any_value, max_size=6)
    numbers = some.dictionaries(some.sampled_from(large), some.integers(1, 512), max_size=5)
    ends = {"settings": 0, "sentence": 0}

    @given(some.sampled_from(RECIPES), numbers, anything)
    @bounded(120)
    def fill_in(recipe: str, sizes: dict[str, int], said: dict[str, Any]) -> None:
        session.clear()
        session.update({f"train_{name}": value for name, value in {"recipe": recipe, **said, **sizes}.items()})
        form = Form("train", TrainChoice)
        try:
            configs = form.choice().configs()
        except StructVizError as error:
            str(error).encode()
            ends["sentence"] += 1
        else:
            assert configs
            json.dumps([config.to_dict() for config in configs], allow_nan=False)
            ends["settings"] += 1

    fill_in()
    assert min(ends.values()) > 10, ends


RECIPES = list(TrainChoice.controls()["recipe"].options({}))  # pyright: ignore[reportAttributeAccessIssue]


@pytest.mark.parametrize("value", ["nan", float("nan"), 10**400, None, [], {"a": 1}])
def test_a_wrong_value_of_a_report_changes_nothing(session: dict[str, Any], value: object) -> None:
    session.clear()
    session["key"] = {"turn": {"degrees": value}, "noise": {"level": value, "seed": 1}}
    form = Form("rot", RotationChoice)
    callbacks = rotor_callbacks(form, "key")
    callbacks["on_turn"]()
    callbacks["on_noise"]()
    assert {name for name, entry in session.items() if entry} == {"key"}
    with pytest.raises(ConfigError):
        RotationChoice.controls()["angle"].checked(value, RotationChoice.defaults())
