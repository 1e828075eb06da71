"""What a worker does with a run: every end has its name, and nothing is lost on the way."""

import dataclasses
import errno
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
import torch

from structviz import zoo
from structviz.config import PointShape, TrainConfig
from structviz.errors import JobError
from structviz.jobs import Command, Run, State, Status, Store
from structviz.jobs import lease as lease_module
from structviz.jobs import work as work_module
from structviz.jobs.work import work
from structviz.training import RECIPES, Training
from tests.waiting import LONG, until

QUICK = TrainConfig("flow", steps=60, n_train=40, net=PointShape(n_layers=3, time=1.0))
ENDLESS = dataclasses.replace(QUICK, steps=100_000)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "runs")


def in_background(run: Run) -> threading.Thread:
    thread = threading.Thread(target=work, args=(str(run.folder),))
    thread.start()
    return thread


def go_on(run: Run) -> str:
    run.send(Command.RUN)
    run.write_status(dataclasses.replace(run.status(), state=State.QUEUED, message=""))
    return work(str(run.folder))


def story(run: Run) -> list[tuple[int, float, dict[str, float]]]:
    """The history without times."""
    return [(entry.step, entry.loss, dict(entry.figures)) for entry in run.history()]


def test_a_run_leaves_all_that_was_promised(store: Store) -> None:
    run = store.create(QUICK, "cpu")
    assert work(str(run.folder)) == "finished"
    status = run.status()
    assert (status.state, status.step, status.steps, status.device) == (State.FINISHED, 60, 60, "cpu")
    assert status.n_parameters > 0
    assert status.seconds > 0
    assert status.memory > 50e6
    assert [entry.step for entry in run.history()] == list(range(1, 61))
    previews = [entry.step for entry in run.history() if entry.figures]
    assert previews[:3] == [1, 2, 4]
    assert previews[-1] == 60
    assert run.previews() == (0, *previews)
    assert set(run.preview(60)) == {"decision"}
    card = run.card()
    assert card.name == f"flow/{run.id}" == status.network
    assert card.config == run.request().config
    measured = RECIPES["flow"].evaluate(run.load(), card.config)
    assert measured == pytest.approx(dict(card.metrics))
    assert zoo.names(run.folder) == (card.name,)
    assert not run.checkpoint_path.exists()
    assert [one.id for one in store.networks("flow")] == [run.id]
    assert store.networks("ct") == ()
    assert "begins" in run.log()
    assert not list(run.folder.rglob("*.partial"))


def test_a_paused_run_goes_on_bit_for_bit(store: Store) -> None:
    config = dataclasses.replace(QUICK, steps=3000)
    whole, broken = store.create(config, "cpu"), store.create(config, "cpu")
    work(str(whole.folder))
    thread = in_background(broken)
    until(lambda: len(broken.history()) > 5)
    broken.send(Command.PAUSE)
    thread.join(LONG)
    assert broken.status().state is State.PAUSED
    assert 5 < broken.status().step < 3000
    assert work(str(broken.folder)) == "paused", "who is told to rest rests"
    assert go_on(broken) == "finished"
    assert story(broken) == story(whole)
    assert broken.card().sha256 == whole.card().sha256
    assert "resumed" in broken.log()


def test_cancelling_ends_a_run_and_keeps_a_checkpoint(store: Store) -> None:
    run = store.create(ENDLESS, "cpu")
    thread = in_background(run)
    until(lambda: bool(run.history()))
    run.send(Command.CANCEL)
    thread.join(LONG)
    assert run.status().state is State.CANCELLED
    assert run.checkpoint_path.exists()
    assert not run.status().state.has_network
    assert store.networks() == ()


def test_a_run_that_is_cancelled_before_it_begins_never_does(store: Store) -> None:
    run = store.create(QUICK)
    run.send(Command.CANCEL)
    assert work(str(run.folder)) == "cancelled"
    assert run.history() == ()


def test_divergence_keeps_the_last_good_weights(store: Store) -> None:
    run = store.create(TrainConfig("stripes", steps=60, learning_rate=1e6, batch_size=4), "cpu")
    assert work(str(run.folder)) == "diverged"
    sentence, kept = run.status().sentence, run.card().weights_step
    assert kept is not None
    assert sentence.startswith("Training diverged at step ")
    assert (f"after step {kept}," if kept else "the initial ones") in sentence
    assert all(bool(torch.isfinite(p).all()) for p in run.load().parameters())
    assert [one.id for one in store.networks("stripes")] == [run.id]


def test_a_killed_process_leaves_a_run_that_can_go_on(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    config = dataclasses.replace(QUICK, steps=4000)
    code = "import sys; from structviz.jobs import work as w; w._SAVE = 0; w.work(sys.argv[1])"
    whole, killed = store.create(config, "cpu"), store.create(config, "cpu")
    work(str(whole.folder))
    process = subprocess.Popen([sys.executable, "-c", code, str(killed.folder)])
    until(lambda: killed.checkpoint_path.exists() and len(killed.history()) > 20)
    process.kill()
    process.wait()
    assert killed.holder_is_gone()
    past = time.time() - 60
    os.utime(killed.folder / "heartbeat", (past, past))
    assert killed.status().state is State.INTERRUPTED
    assert go_on(killed) == "finished"
    assert story(killed) == story(whole)
    assert killed.card().sha256 == whole.card().sha256


def test_a_damaged_checkpoint_means_from_the_beginning(store: Store) -> None:
    run = store.create(QUICK, "cpu")
    run.checkpoint_path.write_bytes(b"half a file")
    assert work(str(run.folder)) == "finished"
    assert "no checkpoint" in run.log()
    assert len(run.history()) == 60


def test_a_checkpoint_that_does_not_hold_what_was_written_is_said(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    run, said = store.create(QUICK, "cpu"), list[str]()
    training = Training(RECIPES["flow"], run.request().config, "cpu")
    training.advance()
    training.checkpoint().save(run.checkpoint_path)
    content = bytearray(run.checkpoint_path.read_bytes())
    content[-1] ^= 4
    run.checkpoint_path.write_bytes(content)
    write = Run.write_status

    def written(self: Run, status: Status) -> None:
        said.append(status.message)
        write(self, status)

    monkeypatch.setattr(Run, "write_status", written)
    assert work(str(run.folder)) == "finished"
    assert said[0] == "Its checkpoint is damaged or from a former version, so the training begins anew."
    assert run.history()[0].step == 1


def test_whoever_takes_a_run_over_has_it(store: Store) -> None:
    run = store.create(ENDLESS, "cpu")
    thread = in_background(run)
    until(lambda: bool(run.history()))
    run.lease("another")
    run.write_status(dataclasses.replace(run.status(), message="mine"))
    thread.join(LONG)
    assert not thread.is_alive()
    assert run.status().message == "mine", "who has lost a run writes nothing more"
    assert not run.checkpoint_path.exists()


@pytest.mark.parametrize(
    ("error", "state", "sentence"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), State.DISK_FULL, "The disk is full"),
        (ValueError("a bug"), State.FAILED, "the log of the run says where"),
        (JobError("The rule, and what to do."), State.FAILED, "The rule, and what to do."),
    ],
)
def test_what_goes_wrong_has_a_name(
    error: Exception, state: State, sentence: str, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_arguments: object) -> None:
        raise error

    run = store.create(QUICK, "cpu")
    monkeypatch.setattr(work_module, "_report", fails)
    assert work(str(run.folder)) == state.value
    assert run.status().state is state
    assert sentence in run.status().sentence
    assert str(error) in run.log()
    assert run.status().state.can_resume == (state is State.DISK_FULL)


def test_lack_of_memory_says_what_would_fit(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    advance = Training.advance

    def greedy(training: Training) -> bool:
        if (training.config.batch_size or 0) > 11:
            raise RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried to allocate 10 bytes.")
        return advance(training)

    monkeypatch.setattr(Training, "advance", greedy)
    run = store.create(dataclasses.replace(QUICK, batch_size=40), "cpu")
    assert work(str(run.folder)) == "out-of-memory"
    assert run.status().sentence == "The device ran out of memory; a batch of 10 instead of 40 would fit."
    monkeypatch.setattr(Training, "advance", advance)
    assert work(str(store.create(dataclasses.replace(QUICK, batch_size=10), "cpu").folder)) == "finished"


def test_memory_that_is_really_not_there(store: Store) -> None:
    resource = pytest.importorskip("resource")
    del resource
    code = (
        "import resource, sys; from structviz.jobs import cluster; from structviz.jobs.work import work;"
        "import structviz.training, structviz.nets.unrolled, torch; torch.set_num_threads(1);"
        "used = next(int(l.split()[1]) * 1024 for l in open('/proc/self/status') if l.startswith('VmData'));"
        "resource.setrlimit(resource.RLIMIT_DATA, (used + 400 * 2**20,) * 2);"
        "print(work(sys.argv[1]))"
    )
    run = store.create(TrainConfig("stripes", steps=2, batch_size=512), "cpu", shared=False)
    out = subprocess.run([sys.executable, "-c", code, str(run.folder)], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "out-of-memory", out.stderr
    sentence = run.status().sentence
    batch = int(sentence.split("a batch of ")[1].split()[0])
    assert 1 <= batch < 512
    assert sentence == f"The device ran out of memory; a batch of {batch} instead of 512 would fit."


def test_a_worker_that_does_not_see_the_folder_says_so(tmp_path: Path) -> None:
    with pytest.raises(JobError, match="does not see the folder"):
        work(str(tmp_path / "elsewhere"))


def test_a_computation_that_does_not_listen_is_left(store: Store) -> None:
    """The process ends, and the run is written down as cancelled."""
    code = (
        "import sys, time; from structviz.jobs import work as w;"
        "w.Training.advance = lambda self: time.sleep(1000);"
        "w.work(sys.argv[1], True)"
    )
    run = store.create(ENDLESS, "cpu")
    process = subprocess.Popen([sys.executable, "-c", code, str(run.folder)])
    until(lambda: run.status().state is State.RUNNING and run.previews() != ())
    run.send(Command.CANCEL)
    assert process.wait(LONG) == 3
    assert run.status().state is State.CANCELLED
    assert "in the midst of a long computation" in run.log()


def test_patience_ends_only_where_the_process_may(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    left: list[object] = []
    monkeypatch.setattr(lease_module.RunLease, "_exit", left.append)
    monkeypatch.setattr(lease_module, "_PATIENCE", 0.0)
    reports, slow, looks = threading.Event(), threading.Event(), list[Command]()
    check = lease_module.RunLease._check

    def counted(lease: lease_module.RunLease) -> None:
        check(lease)
        looks.append(lease.run.command())

    monkeypatch.setattr(lease_module.RunLease, "_check", counted)
    monkeypatch.setattr(work_module, "_report", lambda *_: reports.set() or slow.wait(LONG))
    run = store.create(ENDLESS, "cpu")
    thread = in_background(run)
    assert reports.wait(LONG)
    run.send(Command.CANCEL)
    until(lambda: looks.count(Command.CANCEL) > 2)  # the lease has seen the command, and has had no patience
    slow.set()
    thread.join(LONG)
    assert left == []
    assert run.status().state is State.CANCELLED
