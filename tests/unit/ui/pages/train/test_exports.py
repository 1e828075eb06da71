"""The script of the train page: it makes the settings of the page again, and trains what the page trains."""

import dataclasses
from typing import Any

import pytest

from structviz.config import TrainConfig
from structviz.training import train
from structviz.ui.pages.train.choice import TrainChoice
from structviz.ui.pages.train.exports import items, script
from structviz.ui.pages.train.presets import PRESETS

CHOICES = {
    **PRESETS,
    "every arm, own settings": TrainChoice(
        "images", arms=tuple(TrainChoice("images").task.arms), rate=0.004, batch=3, width=8, seed=5
    ),
    "photons": TrainChoice("ct", ("equivariant",), n_train=2, size=32, views=16),
    "plain layers": TrainChoice("flow", scheme="plain", points="spiral2d", layers=7, width=3),
}


def configs_of(text: str) -> Any:
    """What a script trains, without training it."""
    made: dict[str, Any] = {}
    exec(text.partition("\nfor config")[0], made)
    return tuple(made["configs"])


@pytest.mark.parametrize("name", CHOICES)
def test_the_script_has_the_settings_of_the_page(name: str) -> None:
    configs = CHOICES[name].configs()
    assert configs_of(script(configs)) == configs


def test_the_script_prints_what_the_runs_reach(capsys: pytest.CaptureFixture[str]) -> None:
    choice = TrainChoice(n_train=2, steps=3, width=8)
    # Short layers, so that the test is.
    configs = [
        dataclasses.replace(c, net=dataclasses.replace(c.net, dilations=(1, 1))) for c in choice.configs() if c.net
    ]
    exec(script(configs), {})
    found = [(config, train(config)) for config in configs]
    lines = [f"{config.arm}: {result.outcome.value} {result.metrics}" for config, result in found]
    assert capsys.readouterr().out.splitlines() == lines
    assert len(lines) == 2


def test_it_says_when_it_needs_more_than_the_base_installation() -> None:
    assert "Needs" in script(TrainChoice().configs())
    assert "Needs" not in script(TrainChoice(arms=("ordinary",)).configs())


def test_without_an_arm_there_is_no_script() -> None:
    assert items([]) == []
    (item,) = items([TrainConfig()])
    assert item.make() == script([TrainConfig()])
