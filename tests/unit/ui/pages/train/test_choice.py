"""What the train lab lets through: choices are checked again on the server, whatever the browser says."""

import dataclasses
from typing import Any

import pytest

from structviz.config import PointShape, UnrolledShape
from structviz.errors import ConfigError
from structviz.training import RECIPES
from structviz.ui.pages.train.choice import ADDRESS, PRESETS, LabChoice, first_choice


@pytest.mark.parametrize("choice", [*PRESETS.values(), *map(first_choice, RECIPES)])
def test_presets_and_first_choices_are_complete_settings(choice: LabChoice) -> None:
    configs = choice.configs()
    assert [config.arm for config in configs] == list(choice.chosen_arms)
    assert all(config.batch_size and config.learning_rate and config.net for config in configs)
    assert {config.steps for config in configs} == {choice.steps}


def test_arms_start_in_their_usual_order_and_points_have_one() -> None:
    assert LabChoice(arms=("equivariant", "augmented")).chosen_arms == ("augmented", "equivariant")
    assert LabChoice("flow", ("equivariant",)).chosen_arms == ("ordinary",)


def test_only_the_equivariant_arm_gets_group_and_matching() -> None:
    ordinary, equivariant = LabChoice(group="D4", matching="parameters", width=6).configs()
    assert (ordinary.group, ordinary.matching) == (None, "channels")
    assert (equivariant.group, equivariant.matching) == ("D4", "parameters")


def test_shapes_follow_the_choice() -> None:
    (points,) = LabChoice("flow", points="xor", scheme="rk4", layers=12, width=3).configs()
    assert points.dataset == "xor"
    assert points.net == PointShape("rk4", 3, 12)
    scan = LabChoice("ct", ("augmented",), size=32, views=20, width=8, ct_set="measured-once").configs()[0]
    assert isinstance(scan.net, UnrolledShape)
    assert (scan.net.image_size, scan.net.n_views, scan.net.width, scan.dataset) == (32, 20, 8, "measured-once")


@pytest.mark.parametrize(
    "wrong",
    [
        {"recipe": "nothing"},
        {"arms": ("best",)},
        {"group": "C5"},
        {"ct_set": "none"},
        {"points": "none"},
        {"size": 4096},
        {"views": 3},
        {"layers": 0},
        {"scheme": "leapfrog"},
    ],
)
def test_what_no_control_offers_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ConfigError, match="choose one that its controls offer"):
        dataclasses.replace(LabChoice(), **wrong)


@pytest.mark.parametrize(
    ("choice", "sentence"),
    [
        (LabChoice(arms=()), "No arm is chosen"),
        (LabChoice(steps=100_001), "at most 100,000 steps"),
        (LabChoice(n_train=10_001), "at most 10,000"),
        (LabChoice(batch=513), "at most 512"),
        (LabChoice(n_train=0), "n_train must be"),
        (LabChoice(rate=-1.0), "learning_rate must be"),
        (LabChoice(rate=float("nan")), "learning_rate must be"),
        (LabChoice(width=6), "multiple of 4"),
        (LabChoice(group="D8", width=24), "multiple of 16"),
        (LabChoice("ct", views=31), "even number of views"),
        (LabChoice("flow", width=65), "2 to 64 dimensions"),
        (LabChoice("flow", layers=65), "at most 64 layers"),
    ],
)
def test_settings_that_cannot_be_trained_are_refused(choice: LabChoice, sentence: str) -> None:
    with pytest.raises(ConfigError, match=sentence):
        choice.configs()


@pytest.mark.parametrize(
    ("name", "good", "bad"),
    [
        ("rate", "0.01", "0"),
        ("rate", "1000", "1001"),
        ("steps", "100000", "100001"),
        ("arms", "Equivariant", "equivariant"),
        ("recipe", "Stripes", "stripes"),
        ("width", "16", "0"),
        ("size", "64", "63"),
    ],
)
def test_what_the_address_may_say(name: str, good: str, bad: str) -> None:
    assert ADDRESS[name](good)
    assert not ADDRESS[name](bad)
