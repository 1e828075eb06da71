import csv
import dataclasses
import json
import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from structviz import cli
from structviz.config import TrainConfig, UnrolledShape, plain_shape
from structviz.errors import CheckpointError, ConfigError
from structviz.training import CT, Outcome, Row, SweepRun, TrainResult, plan, read_rows, sweep, write_rows
from structviz.training.flow import FLOW
from structviz.training.loop import fit
from structviz.training.patients import N_TEST
from structviz.training.recipes import Recipe, Score
from structviz.training.sweep import Scored, score_run

SHAPE = UnrolledShape(image_size=8, n_views=4, iterations=1, width=4, memory=0)
BASE = TrainConfig("ct", steps=1, net=SHAPE)
QUICK = dataclasses.replace(CT, references=lambda _config: {"fbp": (Score("upright", 0, 1.0, 0.1),)})
"""The recipe with a yardstick that takes no time."""
PER_RUN = 2 * N_TEST
"""Rows of a run: each patient upright and rotated."""


@pytest.fixture
def trained(monkeypatch: pytest.MonkeyPatch) -> list[TrainConfig]:
    """The configurations that are trained, as they are trained."""
    configs: list[TrainConfig] = []

    def spy(recipe: Recipe, config: TrainConfig, *rest: Any) -> TrainResult:
        configs.append(config)
        return fit(recipe, config, *rest)

    # In the package the function of that name hides the module.
    monkeypatch.setattr(sys.modules["structviz.training.sweep"], "fit", spy)
    return configs


def keys(configs: list[TrainConfig]) -> list[tuple[str, int | None, int]]:
    return [(c.arm, c.n_train, c.seed) for c in configs]


def test_seeds_are_outermost_and_only_the_equivariant_arm_has_a_group() -> None:
    base = dataclasses.replace(BASE, group="D4", seed=5)
    configs = plan(CT, base, [30, 10, 10], ["equivariant", "ordinary"], 2)
    assert keys(configs) == [
        (arm, size, seed) for seed in (5, 6) for size in (10, 30) for arm in ("equivariant", "ordinary")
    ]
    assert [c.group for c in configs] == 4 * ["D4", None]
    assert all((c.steps, c.net) == (1, BASE.net) for c in configs)


def test_the_table_has_a_row_for_each_patient(tmp_path: Path, trained: list[TrainConfig]) -> None:
    path = tmp_path / "results" / "sweep.csv"
    swept = sweep(QUICK, [1, 2], ["ordinary", "equivariant"], 2, BASE, path, "cpu")
    assert len(trained) == 8
    assert len(swept.rows) == 1 + 8 * PER_RUN
    assert swept.failed == ()
    assert swept.rows[0] == Row("ct", "fbp", "", None, None, "upright", 0, 1.0, 0.1)
    assert len({(*row.run, row.orientation, row.image) for row in swept.rows}) == len(swept.rows)
    read = read_rows(path)
    assert [dataclasses.replace(row, psnr=0.0, ssim=0.0, validation=0.0) for row in read] == [
        dataclasses.replace(row, psnr=0.0, ssim=0.0, validation=0.0) for row in swept.rows
    ]
    assert [row.psnr for row in read] == pytest.approx([row.psnr for row in swept.rows], rel=1e-5)
    with path.open(newline="") as file:
        header = next(csv.reader(file))
    assert header[:9] == ["recipe", "arm", "group", "n_train", "seed", "orientation", "image", "psnr", "ssim"]
    assert header[9:] == ["rate", "steps", "validation"]
    settings = json.loads(path.with_suffix(".json").read_text())
    assert settings["arms"]["ordinary"]["net"] == plain_shape(SHAPE)
    rates = {row.arm: row.rate for row in read if row.rate is not None}
    assert rates["equivariant"] > rates["ordinary"]
    assert {row.steps for row in read} == {None, 1}
    assert sorted(p.name for p in path.parent.iterdir()) == ["sweep.csv", "sweep.json"]


def test_rows_are_the_scores_of_the_network() -> None:
    swept = sweep(QUICK, [2], ["ordinary"], 1, BASE, device="cpu")
    config = plan(QUICK, BASE, [2], ["ordinary"], 1)[0]
    net = fit(QUICK, config, "cpu").net
    assert CT.scores is not None
    assert CT.validate is not None
    run = {"rate": config.learning_rate, "steps": 1, "validation": CT.validate(net, config)}
    expected = [Row("ct", "ordinary", "", 2, 0, **dataclasses.asdict(one), **run) for one in CT.scores(net, config)]
    assert list(swept.rows[1:]) == expected


def test_runs_that_are_there_are_not_repeated(tmp_path: Path, trained: list[TrainConfig]) -> None:
    path = tmp_path / "sweep.csv"
    first = sweep(QUICK, [2], ["ordinary"], 1, BASE, path, "cpu")
    again = sweep(QUICK, [2], ["ordinary"], 1, BASE, path, "cpu")
    assert keys(trained) == [("ordinary", 2, 0)]
    assert len(again.rows) == len(first.rows) == len(read_rows(path))
    more = sweep(QUICK, [1, 2], ["ordinary", "augmented"], 2, BASE, path, "cpu")
    assert len(trained) == 8 == len(set(keys(trained)))
    assert len(more.rows) == 1 + 8 * PER_RUN
    assert set(json.loads(path.with_suffix(".json").read_text())["arms"]) == {"ordinary", "augmented"}


def test_another_group_is_another_run(tmp_path: Path, trained: list[TrainConfig]) -> None:
    path = tmp_path / "sweep.csv"
    base = dataclasses.replace(BASE, net=dataclasses.replace(SHAPE, width=8))
    sweep(QUICK, [1], ["equivariant"], 1, base, path, "cpu")
    sweep(QUICK, [1], ["equivariant"], 1, dataclasses.replace(base, group="D4"), path, "cpu")
    assert [c.group for c in trained] == ["C4", "D4"]
    assert {row.group for row in read_rows(path)} == {"", "C4", "D4"}


def test_an_interrupted_sweep_goes_on_where_it_stopped(tmp_path: Path, trained: list[TrainConfig]) -> None:
    path = tmp_path / "sweep.csv"

    def stop_in_the_second_run() -> bool:
        return len(trained) == 2

    cut = sweep(QUICK, [1, 2], ["ordinary"], 1, BASE, path, "cpu", should_stop=stop_in_the_second_run)
    assert [run.outcome for run in cut.failed] == [Outcome.CANCELLED]
    assert {row.n_train for row in read_rows(path)} == {None, 1}
    whole = sweep(QUICK, [1, 2], ["ordinary"], 1, BASE, path, "cpu")
    assert keys(trained) == [("ordinary", 1, 0), ("ordinary", 2, 0), ("ordinary", 2, 0)]
    assert len(whole.rows) == 1 + 2 * PER_RUN


def test_diverged_runs_leave_no_rows() -> None:
    runs: list[SweepRun] = []
    base = dataclasses.replace(BASE, steps=20, learning_rate=1e30)
    swept = sweep(QUICK, [1], ["ordinary"], 1, base, device="cpu", on_run=runs.append)
    assert [run.outcome for run in swept.failed] == [Outcome.DIVERGED]
    assert len(swept.rows) == 1
    assert runs == list(swept.failed)
    assert (runs[0].done, runs[0].total) == (1, 1)


@pytest.mark.parametrize(
    ("recipe", "sizes", "arms", "seeds", "message"),
    [
        (FLOW, [1], ["ordinary"], 1, "flow has no figures for single images"),
        (CT, [], ["ordinary"], 1, "needs sizes"),
        (CT, [1], [], 1, "needs sizes, arms"),
        (CT, [1], ["ordinary"], 0, "at least one seed.* 0"),
        (CT, [1], ["third"], 1, "got 'third'"),
        (CT, [0], ["ordinary"], 1, "n_train must be"),
    ],
)
def test_impossible_sweeps_are_refused(
    recipe: Recipe, sizes: list[int], arms: list[str], seeds: int, message: str
) -> None:
    with pytest.raises(ConfigError, match=message):
        plan(recipe, TrainConfig(recipe.name), sizes, arms, seeds)


def test_tables_of_other_settings_are_not_continued(tmp_path: Path) -> None:
    path = tmp_path / "sweep.csv"
    sweep(QUICK, [1], ["ordinary"], 1, BASE, path, "cpu")
    before = path.read_bytes(), path.with_suffix(".json").read_bytes()
    with pytest.raises(ConfigError, match=r"sweep\.csv was made with other settings for ordinary"):
        sweep(QUICK, [2], ["ordinary"], 1, dataclasses.replace(BASE, batch_size=2), path, "cpu")
    assert before == (path.read_bytes(), path.with_suffix(".json").read_bytes())
    path.with_suffix(".json").unlink()
    with pytest.raises(CheckpointError, match=r"should stand in sweep\.json"):
        sweep(QUICK, [2], ["ordinary"], 1, BASE, path, "cpu")


@pytest.mark.parametrize("text", ["a,b\n1,2\n", "recipe,arm,group,n_train,seed,orientation,image,psnr,ssim\nct,x\n"])
def test_other_files_are_no_tables(tmp_path: Path, text: str) -> None:
    path = tmp_path / "sweep.csv"
    with pytest.raises(CheckpointError, match="no table of a sweep"):
        read_rows(path)
    path.write_text(text)
    with pytest.raises(CheckpointError, match="no table of a sweep"):
        read_rows(path)


def test_tables_are_written_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "sweep.csv"
    rows = [Row("ct", "tv", "", None, None, "rotated", 3, 28.123456789, 0.9)]
    write_rows(rows, path)
    before = path.read_text()
    assert before.splitlines()[1] == "ct,tv,,,,rotated,3,28.1235,0.9,,,"

    def crash(_descriptor: int) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(os, "fsync", crash)
    with pytest.raises(OSError, match="disk full"):
        write_rows(2 * rows, path)
    assert path.read_text() == before
    assert list(tmp_path.iterdir()) == [path]


def test_rates_and_lengths_are_axes_and_the_own_rate_is_not_trained_twice(
    tmp_path: Path, trained: list[TrainConfig]
) -> None:
    path = tmp_path / "sweep.csv"
    own = plan(QUICK, BASE, [1], ["ordinary"], 1)[0].learning_rate
    assert own is not None
    settings = {"rates": [None, own, 1 / 3], "lengths": [1, 2]}
    first = sweep(QUICK, [1], ["ordinary"], 1, BASE, path, "cpu", **settings)
    expected = [(own, 1), (own, 2), (1 / 3, 1), (1 / 3, 2)]
    assert [(config.learning_rate, config.steps) for config in trained] == expected
    assert list(dict.fromkeys((row.rate, row.steps) for row in first.rows if row.rate)) == expected
    assert len({row.validation for row in first.rows if row.rate}) == 4
    # A run is found again by its rate, all digits of it.
    sweep(QUICK, [1], ["ordinary"], 1, BASE, path, "cpu", **settings)
    assert len(trained) == 4
    sweep(QUICK, [1], ["ordinary"], 1, BASE, path, "cpu", **{**settings, "lengths": [3]})
    assert [(config.learning_rate, config.steps) for config in trained[4:]] == [(own, 3), (1 / 3, 3)]


def test_tables_of_before_have_no_rates(tmp_path: Path) -> None:
    path = tmp_path / "sweep.csv"
    path.write_text("recipe,arm,group,n_train,seed,orientation,image,psnr,ssim\nct,ordinary,,10,0,upright,0,30.5,0.9\n")
    assert read_rows(path) == (Row("ct", "ordinary", "", 10, 0, "upright", 0, 30.5, 0.9),)


ARGUMENTS = ["sweep", "--sizes", "1,2", "--arms", "ordinary", "--seeds", "1", "--steps", "1", "--device", "cpu"]
NET = '{"kind": "unrolled", "image_size": 8, "n_views": 4, "iterations": 1, "width": 4, "memory": 0}'


def test_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str], trained: list[TrainConfig]) -> None:
    path = tmp_path / "sweep.csv"
    assert cli.main([*ARGUMENTS, "--net", NET, "--out", str(path), "--json"]) == 0
    out, err = capsys.readouterr()
    values = json.loads(out)
    assert values["rows"] == len(read_rows(path)) == 4 * N_TEST + 2 * PER_RUN  # FBP and TV, and two runs
    assert values["failed"] == []
    assert {(mean["arm"], mean["n_train"]) for mean in values["means"]} == {
        ("fbp", None),
        ("tv", None),
        ("ordinary", 1),
        ("ordinary", 2),
    }
    assert "1/2 ordinary N=1 rate 0.002 1 steps seed 0: FINISHED" in err
    assert cli.main([*ARGUMENTS, "--net", NET, "--out", str(path)]) == 0
    assert "N = 2" in capsys.readouterr().out
    assert len(trained) == 2


def test_command_line_chooses_by_validation(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "sweep.csv"
    arguments = [*ARGUMENTS, "--net", NET, "--out", str(path), "--json", "--rates", "own,0.01", "--lengths", "1,2"]
    assert cli.main(arguments) == 0
    every = [mean for mean in json.loads(capsys.readouterr().out)["means"] if mean["n_train"]]
    assert len(every) == 2 * 2 * 2 * 2  # sizes, rates, lengths, orientations
    assert cli.main([*arguments, "--choose"]) == 0
    chosen = [mean for mean in json.loads(capsys.readouterr().out)["means"] if mean["n_train"]]
    for n_train in (1, 2):
        best = max(mean["validation"] for mean in every if mean["n_train"] == n_train)
        assert [mean["validation"] for mean in chosen if mean["n_train"] == n_train] == pytest.approx(
            [best] * 2, rel=1e-5
        )


def test_command_line_tells_what_failed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = [*ARGUMENTS, "--net", NET, "--out", str(tmp_path / "sweep.csv")]
    arguments[arguments.index("--steps") + 1] = "20"
    assert cli.main([*arguments, "--learning-rate", "1e30", "--json"]) == 1
    failed = json.loads(capsys.readouterr().out)["failed"]
    assert [(run["n_train"], run["outcome"]) for run in failed] == [(1, "DIVERGED"), (2, "DIVERGED")]
    assert cli.main([*ARGUMENTS, "--recipe", "flow", "--out", str(tmp_path / "x.csv")]) == 2
    with pytest.raises(SystemExit) as exit_:
        cli.main(["sweep", "--sizes", "ten", "--out", "x.csv"])
    assert exit_.value.code == 2


def test_the_table_does_not_depend_on_who_trains_in_which_order(tmp_path: Path) -> None:
    def backwards(recipe: Recipe, configs: Sequence[TrainConfig], device: str) -> Iterator[Scored]:
        return (score_run(recipe, config, device) for config in reversed(configs))

    one, other = tmp_path / "one.csv", tmp_path / "other.csv"
    sweep(QUICK, [1, 2], ["ordinary"], 1, BASE, one, "cpu")
    sweep(QUICK, [1, 2], ["ordinary"], 1, BASE, other, "cpu", train_all=backwards)
    assert other.read_bytes() == one.read_bytes()
