"""Damaged runs: whatever lies in place of their files, reading says so in one kind of error and all else goes on."""

import contextlib
import json
import os
import random
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import safetensors.torch
import torch

from structviz.config import PointShape, TrainConfig
from structviz.errors import CheckpointError, StructVizError
from structviz.jobs import Command, Entry, Run, State, Status, Store
from structviz.jobs.engine import Engine
from structviz.jobs.speed import Speeds

QUICK = TrainConfig("flow", steps=4, n_train=20, net=PointShape(n_layers=2, time=1.0))

FILES = ("state.json", "request.json", "heartbeat", "command", "lease", "history.jsonl", "log.txt")


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "runs")


def whole(store: Store) -> Run:
    """A run with all its files."""
    run = store.create(QUICK, "cpu", owner="a")
    run.send(Command.RUN)
    run.lease("token")
    run.append(Entry(1, 0.5, 10.0, 0.1, {"accuracy": 0.5}))
    run.note("begins")
    run.save_preview(1, {"decision": torch.rand(4, 4)})
    run.write_status(Status(State.PAUSED, steps=4))
    return run


def noise(path: Path) -> None:
    path.write_bytes(random.Random(0).randbytes(300))


def gone(path: Path) -> None:
    path.unlink()


def directory(path: Path) -> None:
    path.unlink()
    path.mkdir()


def pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def deep(path: Path) -> None:
    path.write_text("[" * 100_000)


def long(path: Path) -> None:
    path.write_text("x" * 300_000)


def look(run: Run) -> list[str]:
    """What is wrong with a run, by its records; all else is read too."""
    wrong = []
    for record in (run.status, run.request):
        try:
            record()
        except CheckpointError as error:
            wrong.append(str(error))
    run.touch_heartbeat()
    assert run.heartbeat_age() < 60
    assert isinstance(run.holder_is_gone(), bool)
    assert isinstance(run.command(), Command)
    assert isinstance(run.is_leased_by("token"), bool)
    assert len(run.history()) <= 1
    assert isinstance(run.log(), str)
    assert run.size() > 0
    return wrong


@pytest.mark.parametrize("damage", [noise, gone, directory, pipe, deep, long])
@pytest.mark.parametrize("name", FILES)
def test_whatever_lies_in_place_of_a_file(name: str, damage: Callable[[Path], None], store: Store) -> None:
    run, other = whole(store), whole(store)
    damage(run.folder / name)
    with contextlib.suppress(FileNotFoundError):
        os.utime(run.folder / name, (1e9, 1e9))  # a heartbeat must be renewed, whatever it is
    wrong = look(run)
    assert len(wrong) == (name in ("state.json", "request.json"))
    assert all("Delete the run" in sentence and str(store.folder) not in sentence for sentence in wrong)
    assert set(store.runs()) == {run, other}
    assert store.networks() == ()
    whole(store)
    store.clean()
    assert Engine(store).position(run.id) is None
    store.delete(run.id)
    assert run not in store.runs()


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("state.json", {"step": "many"}),
        ("state.json", {"step": -1}),
        ("state.json", {"step": 10**400}),
        ("state.json", {"steps": True}),
        ("state.json", {"seconds": float("nan")}),
        ("state.json", {"memory": 1.5}),
        ("state.json", {"message": ["a list"]}),
        ("state.json", {"message": "half a pair \ud800"}),
        ("state.json", {"message": "x" * 3000}),
        ("state.json", {"state": {}}),
        ("request.json", {"created": "yesterday"}),
        ("request.json", {"created": 1e300}),
        ("request.json", {"created": -1.0}),
        ("request.json", {"owner": 3}),
        ("request.json", {"run_group": None}),
        ("request.json", {"config": {"recipe": ["a list"]}}),
        ("request.json", {"config": {"recipe": "knitting"}}),
        ("request.json", {"config": {"recipe": "stripes", "arm": 7}}),
        ("request.json", {"config": {"recipe": "stripes", "arm": "equivariant", "group": {}}}),
        ("request.json", {"config": {"recipe": "stripes", "n_train": "few"}}),
        ("request.json", {"config": {"recipe": "stripes", "learning_rate": 10**400}}),
        ("request.json", {"config": {"recipe": "control", "smoothness": 10**400}}),
    ],
)
def test_values_of_the_wrong_kind_are_damage(name: str, changes: dict[str, object], store: Store) -> None:
    run = whole(store)
    path = run.folder / name
    path.write_text(json.dumps({**json.loads(path.read_text()), **changes}))
    (sentence,) = look(run)
    assert len(sentence) < 500
    sentence.encode()
    store.delete(run.id)


def test_lines_of_the_wrong_kind_are_no_reports(store: Store) -> None:
    run = whole(store)
    good = run.history()
    line = {"step": 2, "loss": 0.1, "examples_per_second": 1.0, "seconds": 0.2, "figures": {}}
    changes = (
        {"step": "two"},
        {"step": -2},
        {"loss": None},
        {"loss": 10**400},
        {"seconds": "long"},
        {"figures": [1]},
        {"figures": {"psnr": "high"}},
        {"mood": 1},
    )
    lines = [json.dumps({**line, **change}) for change in changes]
    lines += ["[" * 50_000, "3", '"resumed_at"', '{"resumed_at": "now"}', '{"resumed_at": -1}']
    with (run.folder / "history.jsonl").open("a") as file:
        file.write("\n".join(lines) + "\n")
    assert run.history() == good != ()
    run.append(Entry(3, float("nan"), 1.0, 0.3))
    assert [entry.step for entry in run.history()] == [1, 3], "a loss that is no number is what divergence leaves"


def test_damaged_pictures_are_left_out_or_a_sentence(store: Store) -> None:
    run = whole(store)
    (path,) = (run.folder / "previews").iterdir()
    for name in ("12ab.glance", "²³⁴⁵⁶⁷⁸.glance", "-000001.glance"):
        (path.parent / name).write_bytes(b"")
    assert run.previews() == (1,)
    good, generator = path.read_bytes(), random.Random(0)
    for bit in (generator.randrange(8 * len(good)) for _ in range(200)):
        content = bytearray(good)
        content[bit // 8] ^= 1 << bit % 8
        path.write_bytes(content)
        with contextlib.suppress(CheckpointError):
            assert all(picture.ndim == 2 for picture in run.preview(1).values())
    (path.parent / "0000002.glance").write_bytes(safetensors.torch.save({"decision": torch.rand(4)}))
    path.unlink()
    path.mkdir()
    for step in (1, 2):
        with pytest.raises(CheckpointError, match="file is damaged"):
            run.preview(step)


def test_a_holder_that_is_no_process_is_none(store: Store) -> None:
    run = whole(store)
    host, _, _ = (run.folder / "heartbeat").read_text().partition(" ")
    for process in ("9" * 30, "²", "-1", ""):
        (run.folder / "heartbeat").write_text(f"{host} {process}")
        assert not run.holder_is_gone()


def test_a_heartbeat_from_the_future_is_no_sign_of_life(store: Store) -> None:
    run = store.create(QUICK)
    os.utime(run.folder / "heartbeat", (2e9, time.time() + 1e6))
    assert run.status().state is State.INTERRUPTED


def test_what_killed_processes_have_left_is_removed(store: Store) -> None:
    run = whole(store)
    left = [
        store.folder / ".speeds.json.1-2.partial",
        run.folder / ".state.json.1-2.partial",
        run.folder / "previews" / ".0000001.glance.1-2.partial",
        store.folder / ".20260101-000000-abcdef.new",
        store.folder / ".20260101-000000-abcdef.deleted",
        store.folder / ".measurements" / ".20260101-000000-abcdef.new",
    ]
    for path in left:
        path.mkdir(parents=True) if path.suffix in (".new", ".deleted") else path.write_bytes(b"half")
    store.clean()
    assert all(path.exists() for path in left), "their writers may still live"
    for path in left:
        os.utime(path, (1e9, time.time() - 3600))
    store.clean()
    assert not any(path.exists() for path in left)
    assert look(run) == []


def test_a_folder_that_vanishes_meanwhile_holds_nobody_up(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    run, scandir = whole(store), os.scandir
    left = run.folder / ".state.json.1-2.partial"
    left.write_bytes(b"half")
    os.utime(left, (1e9, 1e9))

    def vanish(path: Any = ".") -> Any:
        if isinstance(path, str | Path) and Path(path).name == "previews":
            raise FileNotFoundError(path)
        return scandir(path)

    with monkeypatch.context() as patch:
        patch.setattr(os, "scandir", vanish)
        assert run.size() > 0
        assert run.previews() == ()
        store.clean()
    assert not left.exists()


def test_no_folder_is_a_run_before_it_is_complete(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[tuple[Run, ...]] = []
    write = Run.write_status

    def watched(run: Run, status: Status) -> None:
        seen.append(store.runs())
        write(run, status)

    monkeypatch.setattr(Run, "write_status", watched)
    run = store.create(QUICK)
    assert seen == [()]
    assert store.runs() == (run,)


@pytest.mark.parametrize(
    "text",
    [
        "[" * 100_000,
        '{"KEY": {"steps_per_second": -1, "seconds_to_begin": 1, "examples": 1, "origin": "here"}}',
        '{"KEY": {"steps_per_second": NaN, "seconds_to_begin": 1, "examples": 1, "origin": "here"}}',
        '{"KEY": {"steps_per_second": 1, "seconds_to_begin": Infinity, "examples": 1, "origin": "here"}}',
        '{"KEY": {"steps_per_second": 1, "seconds_to_begin": 1, "examples": 1, "origin": ["a list"]}}',
        '{"KEY": 3}',
    ],
)
def test_damaged_speeds_are_unknown(text: str, tmp_path: Path) -> None:
    speeds = Speeds(tmp_path)
    (tmp_path / "speeds.json").write_text(text.replace("KEY", speeds.key(QUICK, "cpu")))
    assert speeds.estimate(QUICK, "cpu") is None
    speeds.note(speeds.key(QUICK, "cpu"), {"steps_per_second": 2.0, "seconds_to_begin": 1.0, "examples": 20.0})
    found = speeds.estimate(QUICK, "cpu")
    assert found is not None
    assert found.seconds == pytest.approx(3)


def test_a_run_that_is_deleted_while_it_is_read_is_gone(store: Store) -> None:
    run = whole(store)
    store.delete(run.id)
    for record in (run.status, run.request):
        with pytest.raises(StructVizError, match="any more"):
            record()
