"""What a card tells of other seeds is what the table of the sweep says."""

import dataclasses
from pathlib import Path
from typing import Any

import pytest

from structviz.config import DenoiserShape, TrainConfig
from structviz.training import IMAGES_RECIPE, STRIPES, choice_in_sweep, read_rows, seeds_in_sweep, sweep
from structviz.training import seeds as module
from structviz.training.images import evaluate_denoiser
from structviz.training.loop import fit
from structviz.training.recipes import complete
from structviz.training.table import write_rows
from structviz.training.wide_stripes import evaluate_wide

BASE = TrainConfig("images", batch_size=1, net=DenoiserShape(width=4, dilations=(1, 1)))
QUICK = dataclasses.replace(IMAGES_RECIPE, references=None)


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sweep") / "sweep.csv"
    sweep(QUICK, [1], ["ordinary"], 2, BASE, path, "cpu", lengths=[1, 3])
    return path


def config(**values: Any) -> TrainConfig:
    changed = dataclasses.replace(BASE, n_train=1, steps=3, **values)
    return complete(changed, IMAGES_RECIPE)


def test_the_figures_of_seeds_are_those_that_a_card_of_each_would_have(path: Path) -> None:
    found = seeds_in_sweep(config(), path)
    assert set(found) == {"psnr_0", "psnr_45"}
    for seed in range(2):
        figures = evaluate_denoiser(fit(QUICK, config(seed=seed), "cpu").net)
        assert {name: values[seed] for name, values in found.items()} == pytest.approx(
            {name: figures[name] for name in found}, abs=1e-3
        )


@pytest.mark.parametrize("values", [{"n_train": 2}, {"batch_size": 2}, {"learning_rate": 0.5}, {"steps": 2}])
def test_runs_of_other_settings_tell_nothing(values: dict[str, Any], path: Path) -> None:
    other = complete(dataclasses.replace(config(), **values), IMAGES_RECIPE)
    assert seeds_in_sweep(other, path) == {}
    assert choice_in_sweep(other, path) == ""
    assert seeds_in_sweep(config(), path.with_name("nowhere.csv")) == {}


def test_only_what_validation_chose_is_said_to_be_chosen(path: Path) -> None:
    sentences = [choice_in_sweep(dataclasses.replace(config(), steps=steps), path) for steps in (1, 3)]
    assert sorted(map(bool, sentences)) == [False, True]
    assert "Of 1 or 3 steps, this was best on patches for validation" in max(sentences)


def test_networks_of_another_shape_have_tables_of_their_own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(module, "PRETRAINED", tmp_path)
    deep = dataclasses.replace(BASE, net=DenoiserShape(width=4, dilations=(1, 1, 1)))
    for base, name in ((BASE, "sweep.csv"), (deep, "sweep-deep.csv")):
        sweep(QUICK, [1], ["ordinary"], 2, base, tmp_path / "images" / name, "cpu", lengths=[1])
    shallow, other = (complete(dataclasses.replace(base, n_train=1, steps=1), IMAGES_RECIPE) for base in (BASE, deep))
    found = [seeds_in_sweep(each)["psnr_0"] for each in (shallow, other)]
    expected = [
        seeds_in_sweep(each, tmp_path / "images" / name)["psnr_0"]
        for each, name in ((shallow, "sweep.csv"), (other, "sweep-deep.csv"))
    ]
    assert found == expected
    assert found[0] != found[1]


def wide(seed: int, steps: int = 2, **values: Any) -> TrainConfig:
    shape = DenoiserShape(width=4, dilations=(1, 1))
    config = TrainConfig("stripes", "augmented", n_train=3, batch_size=1, net=shape, dataset="wide")
    return complete(dataclasses.replace(config, seed=seed, steps=steps, **values), STRIPES)


@pytest.fixture(scope="module")
def wide_table(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("wide") / "wide.csv"
    sweep(STRIPES, [3], ["augmented"], 2, wide(0), path, "cpu", lengths=[1, 2])
    return path


def test_wide_stripes_tell_the_best_and_the_worst_angle_of_each_seed(wide_table: Path) -> None:
    found = seeds_in_sweep(wide(0), wide_table)
    assert set(found) == {"psnr_upright", "psnr_45", "psnr_best", "psnr_worst"}
    for seed in range(2):
        figures = evaluate_wide(fit(STRIPES, wide(seed), "cpu").net)
        assert {name: values[seed] for name, values in found.items()} == pytest.approx(
            {name: figures[name] for name in found}, abs=1e-3
        )


def test_the_seed_of_wide_stripes_is_said_to_be_chosen_if_it_is_the_best_by_validation(wide_table: Path) -> None:
    chosen: dict[int, dict[int, float]] = {1: {}, 2: {}}
    for row in read_rows(wide_table):
        assert row.steps is not None
        assert row.seed is not None
        assert row.validation is not None
        chosen[row.steps][row.seed] = row.validation
    steps = max(chosen, key=lambda steps: sum(chosen[steps].values()))
    best = max(chosen[steps], key=lambda seed: chosen[steps][seed])
    for seed in range(2):
        said = choice_in_sweep(wide(seed, steps), wide_table)
        assert said.startswith("Of 1 or 2 steps")
        assert ("and 2 seeds" in said) == (seed == best)
        assert said.endswith(
            "the highest PSNR at the worst angle that the arm should master, on stripes for validation."
        )
    assert choice_in_sweep(wide(best, 3 - steps), wide_table) == ""


def test_seeds_alone_can_be_the_choice(wide_table: Path, tmp_path: Path) -> None:
    rows = [row for row in read_rows(wide_table) if row.steps == 2]
    write_rows(rows, tmp_path / "wide.csv")
    (tmp_path / "wide.json").write_bytes(wide_table.with_suffix(".json").read_bytes())
    said = sorted(choice_in_sweep(wide(seed), tmp_path / "wide.csv") for seed in range(2))
    assert said[0] == ""
    assert said[1].startswith("Of 2 seeds, this has the highest PSNR")
