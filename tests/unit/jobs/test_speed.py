"""How long runs take: measured speeds, kept in a file."""

from pathlib import Path

import pytest

from structviz.jobs import Entry, Store
from structviz.jobs.speed import Speeds, measure_speed
from structviz.training import Training
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


@pytest.mark.parametrize("allowed", [0, 1, 3, 5])
def test_a_measurement_that_is_stopped_has_what_it_has(allowed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first three steps take three seconds each, all others a tenth."""
    clock, taken = [0.0], [0]

    def advance(_training: Training) -> bool:
        taken[0] += 1
        clock[0] += 0.1 if taken[0] > 3 else 3.0
        return True

    monkeypatch.setattr(Training, "advance", advance)
    monkeypatch.setattr("time.perf_counter", lambda: clock[0])
    found = measure_speed(POINTS, "cpu", lambda: taken[0] > allowed)
    if not allowed:
        assert found is None
    else:
        assert found is not None
        assert found["seconds_to_begin"] == 3
        assert found["steps_per_second"] == pytest.approx(1 / 3 if allowed < 3 else 10)
    unlimited = measure_speed(POINTS, "cpu")
    assert unlimited is not None
    assert unlimited["steps_per_second"] == pytest.approx(10)


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
