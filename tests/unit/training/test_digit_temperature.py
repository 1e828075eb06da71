"""The temperature of the classifier with a bound: chosen on digits for validation, and the card tells it."""

import dataclasses
from pathlib import Path

import pytest

from structviz import zoo
from structviz.config import LipschitzShape
from structviz.data import digits
from structviz.errors import CheckpointError
from structviz.training import digit_temperature, how_chosen
from structviz.training.digit_temperature import (
    TEMPERATURE_SEEDS,
    TEMPERATURES,
    TemperatureRun,
    best_temperature,
    choice_of_temperature,
    read_temperature_study,
    save_temperature_study,
    temperature_config,
)
from structviz.training.digits import accuracy_and_certified


def test_the_card_says_what_validation_says_of_its_temperature() -> None:
    runs = read_temperature_study()
    assert {(run.temperature, run.seed) for run in runs} == {
        (temperature, seed) for temperature in TEMPERATURES for seed in range(TEMPERATURE_SEEDS)
    }
    card = zoo.card("digits/nonexpansive")
    assert isinstance(card.config.net, LipschitzShape)
    assert card.choice == how_chosen(card.name, card.config) != ""
    best = dataclasses.replace(card.config, net=LipschitzShape(temperature=best_temperature(runs)))
    assert choice_of_temperature(best) == (
        "The temperature 1 was chosen on 500 digits for validation: of 0.1, 0.25, 0.5, 1 and 2 it certifies most at "
        "the radius 1, 70.8 % in the mean over 2 seeds."
    )
    assert card.config == best
    other = dataclasses.replace(card.config, net=LipschitzShape(temperature=0.5))
    assert choice_of_temperature(other) == (
        "The temperature 0.5 is not the one that validation chooses: 1 certifies 70.8 % instead of 67.0 % at the "
        "radius 1 and has 93.4 % right instead of 95.6 %, on 500 digits for validation, in the mean over 2 seeds."
    )


def test_the_figures_of_the_first_seed_are_those_of_the_network_that_ships() -> None:
    """Its training is one of those compared; on another machine a digit or two may change sides."""
    card = zoo.card("digits/nonexpansive")
    assert isinstance(card.config.net, LipschitzShape)
    found = accuracy_and_certified(zoo.load("digits/nonexpansive"), *digits("validation"))
    (run,) = [r for r in read_temperature_study() if (r.temperature, r.seed) == (card.config.net.temperature, 0)]
    assert found == pytest.approx((run.upright, run.certified), abs=0.01)


def test_the_study_measures_digits_for_validation_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []

    def note(part: str, n: int | None = None) -> object:
        seen.append(part)
        return digits(part, n)  # pyright: ignore[reportArgumentType]

    monkeypatch.setattr(digit_temperature, "digits", note)
    monkeypatch.setattr(digit_temperature, "TEMPERATURES", (0.5, 1.0))
    monkeypatch.setattr(digit_temperature, "TEMPERATURE_SEEDS", 1)
    monkeypatch.setattr(
        digit_temperature,
        "temperature_config",
        lambda temperature, seed: dataclasses.replace(temperature_config(temperature, seed), n_train=100, steps=2),
    )
    (tmp_path / "digits").mkdir()
    save_temperature_study(tmp_path)
    assert seen == ["validation", "validation"]
    runs = read_temperature_study(tmp_path)
    assert [(run.temperature, run.seed) for run in runs] == [(0.5, 0), (1.0, 0)]
    assert all(0 <= run.certified <= run.upright <= 1 for run in runs)


def test_the_mean_over_seeds_decides() -> None:
    runs = [TemperatureRun(0.5, 0, 0.9, 0.6), TemperatureRun(0.5, 1, 0.9, 0.6)]
    runs += [TemperatureRun(1.0, 0, 0.9, 0.7), TemperatureRun(1.0, 1, 0.9, 0.4)]
    assert best_temperature(runs) == 0.5


def test_only_what_validation_chose_is_said_to_be_chosen(tmp_path: Path) -> None:
    card = zoo.card("digits/nonexpansive")
    other = dataclasses.replace(card.config, net=LipschitzShape(temperature=0.123))
    assert choice_of_temperature(other) == ""
    assert choice_of_temperature(zoo.card("digits/ordinary").config) == ""
    assert choice_of_temperature(card.config, tmp_path) == ""
    with pytest.raises(CheckpointError, match="Run pretrain"):
        read_temperature_study(tmp_path)
