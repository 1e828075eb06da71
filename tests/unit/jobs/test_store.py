"""The folder of runs: what is written down comes back, limits hold, old runs go, nothing half is met."""

import dataclasses
import json
import os
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
import torch

from structviz import zoo
from structviz.config import ClassifierShape, DenoiserShape, NonexpansiveShape, PointShape, TrainConfig, UnrolledShape
from structviz.errors import CheckpointError, ConfigError, JobError
from structviz.jobs import Command, Entry, Request, Run, State, Status, Store, default_folder, limits
from structviz.jobs.folder import STALE_AFTER, STALE_AFTER_EXIT
from structviz.jobs.limits import LIMITS, MOST_ACTIVE, MOST_PER_VISITOR, check_limits
from structviz.nets import ConvDenoiser

QUICK = TrainConfig("flow", steps=4, n_train=20, net=PointShape(n_layers=2, time=1.0))


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "runs")


def make_stale(run: Run) -> None:
    """Whoever held the run is gone."""
    past = time.time() - 2 * STALE_AFTER
    os.utime(run.folder / "heartbeat", (past, past))


def over(store: Store, state: State = State.FINISHED, created: float = 0.0) -> Run:
    return store.add(Request(QUICK, created=created or time.time()), Status(state))


def test_a_run_has_a_folder_with_all_that_was_asked_for(store: Store) -> None:
    run = store.create(QUICK, "cpu", owner="someone", run_group="a group")
    request = run.request()
    assert (request.config.recipe, request.config.steps, request.config.dataset) == ("flow", 4, "halfmoon2d")
    assert (request.device, request.owner, request.run_group) == ("cpu", "someone", "a group")
    assert abs(request.created - time.time()) < 60
    assert run.status() == Status(State.QUEUED, steps=4)
    assert store.runs() == (run,) == (store.get(run.id),)


def test_the_folder_is_that_of_the_machine(runs_of_its_own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert Store().folder == runs_of_its_own
    monkeypatch.delenv("STRUCTVIZ_RUNS")
    assert default_folder().name == "runs"


def test_runs_are_listed_newest_first_and_strangers_are_not(store: Store) -> None:
    assert store.runs() == ()
    runs = [over(store, created=1e9 + 10 * k) for k in range(3)]
    (store.folder / "notes").mkdir()
    (store.folder / "20260101-000000-abcdef").write_text("no folder")
    assert store.runs() == tuple(reversed(runs))


@pytest.mark.parametrize("name", ["", "..", "../x", "20260101-000000-abcdef", "a" * 1000])
def test_there_are_no_other_runs(name: str, store: Store) -> None:
    over(store)
    with pytest.raises(JobError, match="There is no run"):
        store.get(name)


def test_records_come_back() -> None:
    request = Request(QUICK, "cuda:1", 3.5, "me", "r")
    status = Status(State.OUT_OF_MEMORY, "Too much.", 3, 4, "cuda", "here", 7, 1.5, 9, "flow/x")
    assert Request.from_json(request.to_json()) == request
    assert Status.from_json(status.to_json()) == status
    assert status.sentence == "Too much."
    assert all(Status(state).sentence.endswith(".") for state in State)


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"state": "lazy"}', '{"state": "queued", "mood": 1}', '{"config": 3}']
)
def test_damaged_records_get_a_sentence(text: str, store: Store) -> None:
    run = over(store)
    (run.folder / "state.json").write_text(text)
    (run.folder / "request.json").write_text(text)
    for look in (run.status, run.request):
        with pytest.raises(CheckpointError, match="Delete the run"):
            look()
    assert store.networks() == ()


def test_a_stale_heartbeat_means_interrupted(store: Store) -> None:
    run = store.create(QUICK)
    make_stale(run)
    assert run.status().state is State.INTERRUPTED
    assert run.status().state.can_resume
    run.touch_heartbeat()
    assert run.status().state is State.QUEUED
    finished = over(store)
    make_stale(finished)
    assert finished.status().state is State.FINISHED


def test_a_process_of_this_machine_that_is_gone_is_seen_at_once(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    run, now = store.create(QUICK), time.time()
    monkeypatch.setattr(time, "time", lambda: now)  # a busy machine would take its own time
    assert run.heartbeat_age() < STALE_AFTER
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    heartbeat = run.folder / "heartbeat"
    for holder, left in (
        (f"{socket.gethostname()} {process.pid}", True),
        (f"elsewhere {process.pid}", False),
        ("", False),
    ):
        heartbeat.write_text(holder)
        os.utime(heartbeat, (now, now))
        assert run.holder_is_gone() is left
        assert run.status().state is State.QUEUED, "another may take its place"
        past = now - 2 * STALE_AFTER_EXIT
        os.utime(heartbeat, (past, past))
        assert run.status().state is (State.INTERRUPTED if left else State.QUEUED)
    heartbeat.unlink()
    assert run.status().state is State.INTERRUPTED
    assert run.written_status().state is State.QUEUED


def test_commands_and_leases(store: Store) -> None:
    run = over(store)
    assert run.command() is Command.RUN
    run.send(Command.CANCEL)
    assert run.command() is Command.CANCEL
    assert not run.is_leased_by("a")
    run.lease("a")
    assert run.is_leased_by("a")
    run.lease("b")
    assert not run.is_leased_by("a")


def test_history_skips_half_lines_and_what_happens_again(store: Store) -> None:
    run = over(store)
    assert run.history() == ()
    entries = [Entry(k, 1 / k, 10.0, float(k), {"psnr": 3.0} if k == 2 else {}) for k in (1, 2, 3)]
    for entry in entries:
        run.append(entry)
    with (run.folder / "history.jsonl").open("a") as file:
        file.write('{"step": 4, "lo')
    assert run.history() == tuple(entries)
    run.mark_resumed(1)
    assert run.history() == (entries[0],)
    run.append(entries[1])
    assert run.history() == tuple(entries[:2])
    lines = (run.folder / "history.jsonl").read_text().splitlines()
    assert len(lines) == 6, "nothing is taken back"
    assert json.loads(lines[0])["step"] == 1


def test_previews_come_back_in_order(store: Store) -> None:
    run = over(store)
    assert run.previews() == ()
    pictures = {"upright": torch.rand(5, 4), "turned": torch.rand(4, 5).T}
    for step in (100, 20, 3):
        run.save_preview(step, pictures)
    assert run.previews() == (3, 20, 100)
    for name, picture in run.preview(20).items():
        torch.testing.assert_close(picture, pictures[name], atol=1e-3, rtol=0)
    with pytest.raises(CheckpointError, match="no pictures of step 4"):
        run.preview(4)


def test_the_log_shows_its_end(store: Store) -> None:
    run = over(store)
    assert run.log() == ""
    run.note("first")
    run.note("x" * 100_000)
    run.note("last")
    assert run.log().endswith("last\n")
    assert "first" not in run.log()


def test_a_full_disk_leaves_room_for_the_state(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    run = over(store, State.RUNNING)
    reserve, sync = run.folder / "reserve", os.fsync

    def full(descriptor: int) -> None:
        if reserve.exists():
            raise OSError(28, "No space left on device")
        sync(descriptor)

    monkeypatch.setattr(os, "fsync", full)
    run.write_status(Status(State.DISK_FULL))
    assert run.status().state is State.DISK_FULL
    assert not reserve.exists()
    run.send(Command.CANCEL)
    assert run.command() is Command.CANCEL
    reserve.touch()
    monkeypatch.setattr(Path, "unlink", lambda *_a, **_k: None)
    for write in (
        lambda: run.send(Command.RUN),
        lambda: run.lease("a"),
        lambda: run.write_status(Status(State.QUEUED)),
    ):
        with pytest.raises(JobError, match="No space left on device"):
            write()
    assert run.status().state is State.DISK_FULL


def test_the_reserve_is_taken_once(store: Store) -> None:
    run = over(store)
    (run.folder / "reserve").unlink()
    run.reserve()
    assert (run.folder / "reserve").stat().st_size == 64 * 1024


def test_a_deleted_run_is_written_to_no_more(store: Store) -> None:
    run = over(store)
    store.delete(run.id)
    for write in (
        lambda: run.send(Command.CANCEL),
        lambda: run.lease("a"),
        lambda: run.write_status(Status(State.QUEUED)),
    ):
        with pytest.raises(JobError, match="any more"):
            write()
    run.touch_heartbeat()
    assert not run.folder.exists()


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"steps": LIMITS["steps"] + 1}, "at most 100,000 steps; got 100,001"),
        ({"n_train": 20_000}, "at most 10,000 training examples; got 20,000"),
        ({"recipe": "stripes", "net": DenoiserShape(width=512)}, "at most 256 channels; got 512"),
        ({"recipe": "stripes", "net": DenoiserShape(dilations=(1,) * 65)}, "at most 64 layers"),
        ({"net": PointShape(n_layers=65)}, "at most 64 layers"),
        ({"recipe": "ct", "net": UnrolledShape(image_size=512)}, "at most 256 pixels on a side"),
        ({"recipe": "ct", "batch_size": 100, "net": UnrolledShape(image_size=256)}, "holds at most 64 here; got 100"),
        (
            {"recipe": "stripes", "batch_size": 512, "net": DenoiserShape(width=64)},
            r"examples × channels² × pixels × layers is at most 1e\+10 here; got 512 × 4,096 × 4,096 × 3 = 2.58e\+10",
        ),
        (
            {"recipe": "stripes", "batch_size": 512, "net": DenoiserShape(width=4, dilations=(1,) * 64)},
            r"examples × channels × pixels × layers is at most 2.68e\+08 here; got 5.37e\+08",
        ),
        (
            {"recipe": "ct", "batch_size": 16, "net": UnrolledShape(image_size=256, n_views=400)},
            r"\(channels² \+ 10 · views\).*got 16 × 5,024 × 65,536 × 5 = 2.63e\+10. Ask for fewer",
        ),
        (
            {"recipe": "stability", "arm": "nonexpansive", "net": NonexpansiveShape(kernel_size=33)},
            "at most 31 pixels of a kernel's side",
        ),
        (
            {
                "recipe": "stability",
                "arm": "nonexpansive",
                "net": NonexpansiveShape(width=256, channels=256, kernel_size=31),
            },
            r"examples × channels² × pixels × layers is at most 1e\+10 here",
        ),
        (
            {"recipe": "stripes", "net": DenoiserShape(width=16, kernel_size=33)},
            r"at most 31 pixels of a kernel's side; got 33",
        ),
        (
            {"recipe": "stripes", "batch_size": 8, "net": DenoiserShape(width=128, kernel_size=31)},
            r"examples × channels² × pixels × layers is at most 1e\+10 here",
        ),
        (
            {"recipe": "digits", "batch_size": 1, "net": ClassifierShape(width=256, kernel_size=31)},
            "at most 30 million weights; got about 315 million",
        ),
        ({"arm": "third"}, "got 'third'"),
        ({"recipe": "stripes", "net": PointShape()}, "denoiser"),
    ],
)
def test_beyond_the_limits_nothing_begins(changes: dict, message: str, store: Store) -> None:
    with pytest.raises(ConfigError, match=message):
        store.create(dataclasses.replace(QUICK, **changes))
    assert store.runs() == ()


def test_as_many_parameters_are_more_channels() -> None:
    config = TrainConfig("images", "equivariant", "D8", batch_size=64, net=DenoiserShape(dilations=(1,) * 6))
    check_limits(config)
    with pytest.raises(ConfigError, match="got 64 × 16,384 ×"):
        check_limits(dataclasses.replace(config, matching="parameters"))


@pytest.mark.parametrize("name", [name for name in zoo.names() if not zoo.card(name).origin])
def test_all_that_ships_could_be_trained_here(name: str) -> None:
    config = zoo.card(name).config
    check_limits(dataclasses.replace(config, n_train=1))


def test_on_the_command_line_one_may_ask_for_more(store: Store) -> None:
    config = dataclasses.replace(QUICK, steps=200_000)
    with pytest.raises(ConfigError):
        check_limits(config)
    assert store.create(config, shared=False).status().steps == 200_000


def test_a_visitor_has_so_many_runs_and_all_together_too(store: Store) -> None:
    for _ in range(MOST_PER_VISITOR):
        store.create(QUICK, owner="a")
    with pytest.raises(JobError, match=f"At most {MOST_PER_VISITOR} runs of one visitor"):
        store.create(QUICK, owner="a")
    for k in range(MOST_ACTIVE - MOST_PER_VISITOR):
        store.create(QUICK, owner=str(k))
    with pytest.raises(JobError, match=f"At most {MOST_ACTIVE} runs wait or train here"):
        store.create(QUICK, owner="b")
    last = store.runs()[0]
    last.write_status(Status(State.FINISHED))
    store.create(QUICK, owner="b")


def test_a_folder_that_cannot_be_written_to_gets_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "runs").write_text("a file")
    with pytest.raises(JobError, match="cannot be written to"):
        Store(tmp_path / "runs").create(QUICK)


def test_only_what_is_over_is_deleted(store: Store) -> None:
    waiting, finished = store.create(QUICK), over(store)
    with pytest.raises(JobError, match="cancel it, then delete it"):
        store.delete(waiting.id)
    store.delete(finished.id)
    assert store.runs() == (waiting,)
    assert [path.name for path in store.folder.iterdir() if path.name != ".lock"] == [waiting.id]
    with pytest.raises(JobError, match="There is no run"):
        store.delete(finished.id)
    with pytest.raises(JobError, match="any more"):
        finished.status()


def test_the_oldest_runs_go_first_and_some_stay(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MOST_RUNS", 3)
    old = [over(store, state, 1e9 + 100 * k) for k, state in enumerate(State)]
    for run in old:
        run.touch_heartbeat()
    new = [over(store) for _ in range(3)]
    deleted = store.clean()
    kept = {State.QUEUED, State.RUNNING, State.PAUSED, State.UPLOADED}
    assert set(deleted) == {run.id for run, state in zip(old, State, strict=True) if state not in kept}
    assert set(new) < set(store.runs())
    assert store.clean() == ()


def test_runs_go_when_they_take_too_much_room(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    old, new = over(store, created=1e9), over(store)
    monkeypatch.setattr(limits, "MOST_BYTES", new.size() + 10)
    assert store.clean() == (old.id,)
    assert store.runs() == (new,)


def test_two_visitors_at_once_get_a_run_each(store: Store) -> None:
    made: list[Run] = []
    threads = [threading.Thread(target=lambda: made.append(store.create(QUICK))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({run.id for run in made}) == 8 == len(store.runs())


def test_a_network_is_called_by_what_it_is(store: Store) -> None:
    config = TrainConfig("stripes", "equivariant", "D4", steps=3, n_train=4, net=DenoiserShape(width=8))
    run = store.add(Request(config, created=1e9), Status(State.FINISHED))
    net = ConvDenoiser(8)
    zoo.save(net, zoo.Card(run.network_name, config, zoo.describe(net), "", 1, {}, "cpu", 1.0, {}, ""), run.folder)
    (found,) = store.networks("stripes")
    assert found.title.startswith("Equivariant D4, 3 steps, N = 4, 9 Sep")
    assert (found.id, found.card.name) == (run.id, run.network_name)


def test_runs_of_former_versions_keep_their_group(store: Store) -> None:
    run = store.create(QUICK, run_group="a group")
    path = run.folder / "request.json"
    path.write_text(path.read_text().replace('"run_group"', '"race"'))
    assert '"race": "a group"' in path.read_text()
    assert run.request().run_group == "a group"
