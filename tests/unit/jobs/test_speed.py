"""How long runs take: measured speeds, kept in a file."""

from pathlib import Path

import pytest

from structviz.jobs import Entry, Store
from structviz.jobs.speed import Speeds
from tests.unit.jobs.point_runs import POINTS


def test_speeds_survive_and_damage_is_ignored(tmp_path: Path) -> None:
    speeds = Speeds(tmp_path)
    speeds.note(speeds.key(POINTS, "cpu"), {"steps_per_second": 100.0, "seconds_to_begin": 2.0, "examples": 8.0})
    found = Speeds(tmp_path).estimate(POINTS, "cpu")
    assert found is not None
    assert found.seconds == pytest.approx(2 + 4)
    for text in ("", "[]", '{"x": 1}'):
        (tmp_path / "speeds.json").write_text(text)
        assert Speeds(tmp_path).estimate(POINTS, "cpu") is None


def test_runs_of_a_race_share_the_cores(tmp_path: Path) -> None:
    speeds, store = Speeds(tmp_path), Store(tmp_path)
    run = store.create(POINTS, "cpu", run_group="r")
    for k in range(1, 31):
        run.append(Entry(10 * k, 0.5, 1.0, float(k)))
    speeds.learn(run, together=2)
    found = speeds.estimate(POINTS, "cpu")
    assert found is not None
    assert found.steps_per_second == pytest.approx(20)
    assert found.origin == f"as in the run {run.id[:15]}"
