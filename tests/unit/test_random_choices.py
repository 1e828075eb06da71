"""Random states are valid, repeat, and reach every value of the controls."""

from structviz.ui.pages.flow.choice import FlowChoice
from structviz.ui.pages.flow.presets import PRESETS
from structviz.ui.pages.rotation.choice import RotationChoice
from tests.random_choices import random_choices
from tests.unit.ui.kit.example import Example


def test_states_are_valid_and_repeat() -> None:
    some = random_choices(Example, 200, 0)
    assert some[0] == Example()
    assert some == random_choices(Example, 200, 0)
    assert some != random_choices(Example, 200, 1)
    assert all(choice.rows >= choice.column for choice in some)  # the options of one depend on the other
    assert not any(choice.loud for choice in some if choice.kind != "b")


def test_every_value_is_drawn() -> None:
    some = random_choices(Example, 300, 0)
    assert {choice.rows for choice in some} == set(range(1, 10))
    assert {choice.kind for choice in some} == {"a", "b"}
    assert {choice.letters for choice in some} >= {(), ("x", "y", "z")}
    assert {choice.loud for choice in some} == {choice.stays for choice in some} == {False, True}
    assert {0.001, 10.0} < {choice.weight for choice in some}
    assert None in {choice.rate for choice in some}
    assert len({choice.weight for choice in some}) > 60


def test_a_field_can_be_drawn_otherwise() -> None:
    few = random_choices(FlowChoice, 20, 0, {"n_points": lambda random: random.choice((100, 200))})
    assert {choice.n_points for choice in few[1:]} == {100, 200}
    assert {choice.source for choice in random_choices(RotationChoice, 40, 0)} != {RotationChoice().source}
    assert PRESETS
