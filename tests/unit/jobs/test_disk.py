"""A disk that fills up while a run trains on it: a real one of three megabytes, in the memory of this machine."""

import dataclasses
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from structviz.config import PointShape, TrainConfig
from structviz.errors import JobError
from structviz.jobs import Run, State, Store
from structviz.jobs.engine import Engine
from structviz.jobs.work import work
from tests.app.lab import healthy, open_page, texts
from tests.waiting import until

ROOT = Path(__file__).parents[3]
CONFIG = TrainConfig("flow", steps=400, n_train=40, net=PointShape(n_layers=3, time=1.0))

LEFT = 160_000
"""Bytes that are free when the run begins: enough for its first pictures, not for all."""

# Whoever has a name space of his own may mount, and the mount ends with the last process in it.
ALONE = ("unshare", "--user", "--map-root-user", "--mount", "--fork")
ON_A_SMALL_DISK = 'mount -t tmpfs -o size=3m tmpfs "$1" && shift && exec "$@"'


@dataclass(frozen=True)
class Seen:
    """What happened, as the process that can see the disk tells it."""

    state: str
    sentence: str
    step: int
    page: str
    refused: str
    after: str
    same: bool


def is_over(run: Run) -> bool:
    # One whose workers take long to start is called interrupted for a while.
    return run.status().state not in (State.QUEUED, State.RUNNING, State.INTERRUPTED)


def story(run: Run) -> list[tuple[int, float, dict[str, float]]]:
    return [(entry.step, entry.loss, dict(entry.figures)) for entry in run.history()]


def fill(path: Path, leave: int = 0) -> None:
    """Take all of a disk but so many bytes."""
    disk = os.statvfs(path.parent)
    path.write_bytes(bytes(max(0, disk.f_bavail * disk.f_frsize - leave)))


def live_through_it(folder: Path, elsewhere: Path) -> Seen:
    """Train on a disk that fills up, make room, go on, and train the same where there is room."""
    engine = Engine(Store(folder))
    run = engine.store.create(CONFIG, "cpu")
    fill(folder / "ballast", LEFT)
    engine.start(run)
    until(lambda: is_over(run), "the run does not end on a full disk")
    full = run.status()
    fill(folder / "rest")
    page = texts(healthy(open_page("train", train_runs=run.id)))
    refused = ""
    try:
        engine.store.create(CONFIG, "cpu")
    except JobError as error:
        refused = str(error)
    for name in ("ballast", "rest"):
        (folder / name).unlink()
    engine.resume(run.id)
    until(lambda: is_over(run), "the run does not end although there is room again")
    engine.close()
    whole = Store(elsewhere).create(CONFIG, "cpu")
    work(str(whole.folder))
    same = story(run) == story(whole) and run.card().sha256 == whole.card().sha256
    return Seen(full.state.value, full.sentence, full.step, page, refused, run.status().state.value, same)


def test_a_full_disk_has_its_sentence_and_the_run_goes_on_when_there_is_room(tmp_path: Path) -> None:
    small, large = tmp_path / "small", tmp_path / "large"
    small.mkdir()
    beginning = [*ALONE, "sh", "-c", ON_A_SMALL_DISK, "sh", str(small)]
    try:
        subprocess.run([*beginning, "true"], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError) as error:
        pytest.skip(f"no small disk can be mounted here without privileges: {error}")
    told = subprocess.run(
        [*beginning, sys.executable, "-m", "tests.unit.jobs.test_disk", str(small), str(large)],
        cwd=ROOT,
        env={**os.environ, "OMP_NUM_THREADS": "1", "STRUCTVIZ_RUNS": str(small)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == 0, told.stderr
    seen = Seen(**json.loads(told.stdout))
    assert (seen.state, seen.after) == ("disk-full", "finished")
    assert "The disk is full; make room" in seen.sentence
    assert 0 < seen.step < (CONFIG.steps or 0)
    assert seen.sentence in seen.page, "the page lives, and says what is the matter"
    assert "No space left on device" in seen.refused
    assert seen.same, "the disk has left its mark on the run"


if __name__ == "__main__":
    print(json.dumps(dataclasses.asdict(live_through_it(*map(Path, sys.argv[1:])))))
