"""What the train page lets through: choices are checked again on the server, whatever the browser says."""

import dataclasses
from pathlib import Path
from typing import Any

import pytest

import structviz
from structviz.config import (
    NonexpansiveShape,
    PlaneShape,
    PointShape,
    RotationShape,
    SphereShape,
    TrainConfig,
    UnrolledShape,
)
from structviz.errors import ConfigError
from structviz.training import STRIPES
from structviz.training.recipes import complete
from structviz.ui.kit.choice import Section
from structviz.ui.pages.train.choice import TrainChoice
from structviz.ui.pages.train.options import examples_title, offered_titles, other_points, other_recipe
from structviz.ui.pages.train.presets import PRESETS


@pytest.mark.parametrize("choice", [*PRESETS.values(), *map(TrainChoice, offered_titles())])
def test_presets_and_defaults_are_complete_settings(choice: TrainChoice) -> None:
    configs = choice.configs()
    assert [config.arm for config in configs] == list(choice.chosen_arms)
    assert all(config.batch_size and config.learning_rate and config.net for config in configs)
    assert {config.steps for config in configs} == {choice.steps}


def test_arms_start_in_their_usual_order_and_points_have_one() -> None:
    assert TrainChoice(arms=("equivariant", "augmented")).chosen_arms == ("augmented", "equivariant")
    assert TrainChoice("flow", ("equivariant",)).chosen_arms == ("ordinary",)


def test_the_page_asks_for_every_control_that_stands_on_it() -> None:
    script = (Path(structviz.__file__).parents[1] / "pages" / "train.py").read_text(encoding="utf-8")
    standing = [n for n, c in TrainChoice.controls().items() if c.place == "page" and not isinstance(c, Section)]
    assert [name for name in standing if f'form.ask("{name}")' not in script] == []


def test_stable_denoisers_have_arms_of_their_own_and_points_a_structure() -> None:
    choice = TrainChoice("stability")
    assert choice.arms == choice.chosen_arms == ("ordinary", "nonexpansive")
    both = TrainChoice("stability", ("nonexpansive", "nonexpansive-equivariant"), group="D4", width=16).configs()
    assert [(config.arm, config.group) for config in both] == [
        ("nonexpansive", None),
        ("nonexpansive-equivariant", "D4"),
    ]
    assert [config.net for config in both] == [NonexpansiveShape(width=16)] * 2
    with pytest.raises(ConfigError, match="a multiple of 4 channels"):
        TrainChoice("stability", ("nonexpansive-equivariant",), width=6).configs()
    points = TrainChoice("plane", structure="hamiltonian", points="xor", layers=12, width=3)
    assert [config.net for config in points.configs()] == [PlaneShape("hamiltonian", width=3, n_layers=12)]
    assert points.shipped == ("plane/hamiltonian-xor",)
    with pytest.raises(ConfigError):
        TrainChoice("plane", points="spiral2d")


def test_on_manifolds_points_of_the_sphere_or_attitudes_are_learnt() -> None:
    points = TrainChoice("manifolds", points="belt", sphere="euler", layers=6)
    assert [config.net for config in points.configs()] == [SphereShape("euler", n_layers=6)]
    assert points.shipped == ("manifolds/euler-belt",)
    solid = TrainChoice("manifolds", points="tumbling", rotation="projected-euler", layers=5, width=11)
    assert [config.net for config in solid.configs()] == [RotationShape("projected-euler", 11, 5)]
    assert solid.shipped == ("manifolds/lie-euler-tumbling",)
    assert TrainChoice("manifolds", points="tumbling", rotation="free").shipped == ("manifolds/free-tumbling",)
    with pytest.raises(ConfigError):
        TrainChoice("flow", points="tumbling")
    before, after = vars(points), vars(solid)
    assert examples_title(after) == "Attitudes N"
    assert examples_title(before) == "Points N"
    assert other_points(before, after) == {"n_train": 200, "steps": 300, "layers": 8, "width": None}
    assert other_points(after, before) == {"n_train": 500, "steps": 300, "layers": 40, "width": None}
    assert other_points(after, after) == {}
    assert other_recipe(after, vars(TrainChoice("flow")))["layers"] == 40


def test_only_the_equivariant_arm_gets_group_and_matching() -> None:
    ordinary, equivariant = TrainChoice(group="D4", matching="parameters", width=6).configs()
    assert (ordinary.group, ordinary.matching) == (None, "channels")
    assert (equivariant.group, equivariant.matching) == ("D4", "parameters")


def test_shapes_follow_the_choice() -> None:
    (points,) = TrainChoice("flow", points="xor", scheme="rk4", layers=12, width=3).configs()
    assert points.dataset == "xor"
    assert points.net == PointShape("rk4", 3, 12)
    scan = TrainChoice("ct", ("augmented",), size=32, views=20, width=8, ct_set="measured-once").configs()[0]
    assert isinstance(scan.net, UnrolledShape)
    assert (scan.net.image_size, scan.net.n_views, scan.net.width, scan.dataset) == (32, 20, 8, "measured-once")


def test_wide_stripes_can_be_learnt_and_have_what_they_need() -> None:
    wide = TrainChoice(stripes_set="wide", group="C16")
    ordinary, equivariant = wide.configs()
    assert (ordinary.dataset, equivariant.dataset, equivariant.group) == ("wide", "wide", "C16")
    assert ordinary.net == complete(TrainConfig("stripes", dataset="wide"), STRIPES).net
    assert wide.learning_rates == {config.arm: config.learning_rate for config in wide.configs()}
    assert wide.shipped == ("stripes/wide-ordinary", "stripes/wide-equivariant")
    assert [config.dataset for config in TrainChoice().configs()] == ["lecture", "lecture"]
    control = TrainChoice.controls()["stripes_set"]
    before = TrainChoice.defaults()
    assert control.follow is not None
    assert control.follow(before, {**before, "stripes_set": "wide"}) == {"n_train": 1000, "steps": 600, "group": "C16"}
    assert control.follow(before, before) == {"n_train": 16, "steps": 400, "group": "C4"}
    assert not TrainChoice.controls()["study"].is_applicable({**before, "stripes_set": "wide"})
    assert TrainChoice.controls()["study"].is_applicable(before)


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
        {"recipe": "flow", "layers": 0},
        {"scheme": "leapfrog"},
    ],
)
def test_what_no_control_offers_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ConfigError, match="Choose a value that the control offers"):
        dataclasses.replace(TrainChoice(), **wrong)


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"arms": ()}, "No arm is chosen"),
        ({"steps": 100_001}, "from 1 to 100000"),
        ({"n_train": 10_001}, "from 1 to 10000"),
        ({"batch": 513}, "from 1 to 512"),
        ({"n_train": 0}, "from 1 to 10000"),
        ({"rate": -1.0}, "Learning rate must be"),
        ({"rate": float("nan")}, "Learning rate must be"),
        ({"width": 6}, "multiple of 4"),
        ({"group": "D8", "width": 24}, "multiple of 16"),
        ({"recipe": "ct", "views": 31}, "even number of views"),
        ({"recipe": "flow", "width": 65}, "2 to 64 dimensions"),
        ({"recipe": "flow", "layers": 65}, "from 1 to 64"),
        ({"recipe": "ct", "size": 128, "batch": 512}, "A batch of images"),
    ],
)
def test_settings_that_cannot_be_trained_are_refused(values: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ConfigError, match=sentence):
        TrainChoice(**values).configs()


@pytest.mark.parametrize(
    ("name", "good", "bad"),
    [
        ("rate", "0.01", "0"),
        ("rate", "1000", "1001"),
        ("steps", "100000", "100001"),
        ("arms", "Equivariant", "best"),
        ("recipe", "Stripes", "nothing"),
        ("width", "16", "0"),
        ("size", "64", "63"),
    ],
)
def test_what_the_address_may_say(name: str, good: str, bad: str) -> None:
    control, values = TrainChoice.controls()[name], TrainChoice.defaults()
    assert control.allows(control.from_address([good], values), values)
    with pytest.raises(ConfigError):
        control.from_address([bad], values)
