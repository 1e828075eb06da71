"""The tables of sweeps in Markdown say what the rows say."""

import dataclasses
from pathlib import Path
from typing import Any

import pytest

from structviz.training import Row, write_rows
from structviz.training.sweep_report import rate_lines, size_lines, tuned_lines


def row(arm: str, seed: int | None, psnr: float, orientation: str = "upright", **settings: Any) -> Row:
    group = "C4" if arm.startswith("equivariant") else ""
    one = Row("images", arm, group, 4, seed, orientation, 0, psnr, 0.9, 0.004, 1000, 25.0)
    return dataclasses.replace(one, **settings)


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "sweep.csv"
    rows = [Row("images", "tv", "", None, None, "upright", 0, 27.8, 0.8)]
    for seed in range(3):
        rows += [row("ordinary", seed, 24.0 + seed), row("ordinary", seed, 90.0, steps=3000, validation=20.0)]
        rows += [row("equivariant", seed, 25.5 + seed), row("equivariant", seed, 99.0, rate=0.1, validation=24.0)]
    write_rows(rows, path)
    return path


def test_the_table_of_sizes_has_what_validation_chose_with_the_spread_over_seeds(table: Path) -> None:
    lines = size_lines(table, "patches")
    text = "\n".join(lines)
    assert "| ordinary | 4 | 0.004 | 1000 | 3 | 25.00 (24.00–26.00) | 0.900 |" in lines
    assert "| equivariant C4 | 4 | 0.004 | 1000 | 3 | 26.50 (25.50–27.50) | 0.900 |" in lines
    assert "| tv | – | – | – | – | 27.80 | 0.800 |" in lines
    assert "90.00" not in text, "a length that validation did not choose"
    assert "99.00" not in text, "a rate that validation did not choose"
    assert "The rate and the length of each row were chosen by validation" in text
    assert "among the runs there are: rates 0.004, 0.1; lengths 1000, 3000 steps." in text


def test_only_what_was_compared_is_called_chosen(tmp_path: Path) -> None:
    path = tmp_path / "sweep.csv"
    rows = [row(arm, 0, 24.0, rate=rate, steps=n) for arm, rate in (("a", 0.1), ("b", 0.2)) for n in (1000, 3000)]
    write_rows(rows, path)
    text = "\n".join(size_lines(path, "patches"))
    assert "The length of each row was chosen by validation" in text
    assert "among the runs there are: lengths 1000, 3000 steps." in text, "each arm has one rate"


def test_gains_stand_with_their_errors(table: Path) -> None:
    lines = size_lines(table, "patches")
    assert "| equivariant − ordinary | upright | 4 | +1.50 ± 0.00 | 3 |" in lines
    assert not [line for line in lines if "augmented" in line]


def test_one_run_of_each_arm_has_no_spread_and_nothing_was_chosen(tmp_path: Path) -> None:
    path = tmp_path / "sweep.csv"
    write_rows([row("ordinary", 0, 24.0), row("equivariant", 0, 23.0)], path)
    text = "\n".join(size_lines(path, "patches"))
    assert "| ordinary | 4 | 0.004 | 1000 | 1 | 24.00 | 0.900 |" in text
    assert "| equivariant − ordinary | upright | 4 | −1.00 | 1 |" in text
    assert "one rate and one length" in text
    assert "chosen by validation" not in text


def test_the_table_of_rates_has_a_column_for_each_and_a_dash_where_runs_diverged(tmp_path: Path) -> None:
    path = tmp_path / "rates.csv"
    rows = [row("ordinary", seed, 24.0 + seed, rate=rate) for seed in range(2) for rate in (0.1, 0.001)]
    rows += [row("equivariant", seed, 30.0, rate=0.001) for seed in range(2)]
    write_rows(rows, path)
    lines = rate_lines(path)
    assert "| arm | images | 0.001 | 0.1 |" in lines
    assert "| ordinary | upright | 24.50 ± 0.50 | 24.50 ± 0.50 |" in lines
    assert "| equivariant C4 | upright | 30.00 ± 0.00 | – |" in lines
    assert "after 1000 steps with N = 4" in lines[1]
    assert "over 2 seeds" in lines[1]


def test_tuned_rates_stand_with_what_they_add_to_the_gains(tmp_path: Path) -> None:
    equal, others = tmp_path / "sweep.csv", tmp_path / "rates-by-size.csv"
    better = {"ordinary": 24.25, "equivariant": 26.0}
    yardsticks = [Row("images", "tv", "", None, None, "upright", 0, 27.8, 0.8)]
    arms = [(arm, seed) for arm in better for seed in range(3)]
    write_rows([*yardsticks, *(row(arm, seed, 24.0 + (arm == "equivariant")) for arm, seed in arms)], equal)
    write_rows(
        [
            *yardsticks,
            *(row(arm, seed, better[arm], rate=0.01, validation=26.0) for arm, seed in arms),
            *(row(arm, seed, 99.0, rate=0.002, validation=24.0) for arm, seed in arms),
        ],
        others,
    )
    lines = tuned_lines(equal, others)
    text = "\n".join(lines)
    assert "| equivariant C4 | 4 | 0.01 | 1000 | 3 | 26.00 (26.00–26.00) | 0.900 |" in lines
    assert "| equivariant − ordinary | upright | 4 | +1.75 ± 0.00 | 3 |" in lines
    assert "| equivariant − ordinary | upright | 4 | +0.75 ± 0.00 | 3 |" in lines
    assert "among the runs there are: rates 0.002, 0.004, 0.01." in text
    assert "99.00" not in text, "a rate that validation did not choose"
    assert "tv" not in text, "yardsticks have no rates"
    same = tuned_lines(equal, equal)
    assert "| equivariant − ordinary | upright | 4 | +0.00 ± 0.00 | 3 |" in same
