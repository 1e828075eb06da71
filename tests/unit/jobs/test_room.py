"""Room for runs: limits hold for each visitor whatever comes at once, and nobody's networks make room for another's."""

import os
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from structviz.config import PointShape, TrainConfig
from structviz.errors import JobError
from structviz.files import locked
from structviz.jobs import MOST_ACTIVE, MOST_PER_VISITOR, Request, Run, State, Status, Store, limits
from structviz.jobs.room import check_imports, standings
from tests.waiting import LONG

QUICK = TrainConfig("flow", steps=4, n_train=20, net=PointShape(n_layers=2, time=1.0))


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "runs")


def over(store: Store, owner: str, state: State = State.FINISHED, days: float = 0.0) -> Run:
    """A run that was over so many days ago."""
    moment = time.time() - days * 86400
    run = store.add(Request(QUICK, created=moment, owner=owner), Status(state))
    os.utime(run.folder / "state.json", (moment, moment))
    return run


def outcomes(store: Store, owner: str, n: int) -> list[bool]:
    """Whether each of so many runs that one visitor asks for at once begins."""

    def ask(_: int) -> bool:
        try:
            store.create(QUICK, owner=owner)
        except JobError:
            return False
        return True

    with ThreadPoolExecutor(n) as pool:
        return list(pool.map(ask, range(n)))


def test_of_thirty_two_at_once_six_begin(store: Store) -> None:
    assert sum(outcomes(store, "a", 32)) == MOST_PER_VISITOR == len(store.runs())


def test_other_processes_ask_the_same_lock(store: Store) -> None:
    code = (
        "import sys; from pathlib import Path; from structviz.jobs import Store; from tests.unit.jobs import test_room;"
        "print('ready', flush=True); sys.stdin.readline();"
        "print(sum(test_room.outcomes(Store(Path(sys.argv[1])), 'a', 8)))"
    )
    command = [sys.executable, "-c", code, str(store.folder)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdin is not None
        assert other.stdout is not None
        assert other.stdout.readline() == "ready\n"
        other.stdin.write("\n")
        other.stdin.flush()
        here = sum(outcomes(store, "a", 8))
        there = int(other.stdout.readline())
    assert here + there == MOST_PER_VISITOR == len(store.runs())


def test_a_lock_has_one_holder_at_a_time(tmp_path: Path) -> None:
    inside: list[int] = []

    def enter(_: int) -> int:
        with locked(tmp_path / "lock", LONG):
            inside.append(1)
            most = len(inside)
            threading.Event().wait(0.001)
            inside.pop()
        return most

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(enter, range(8))) == {1}
    with (
        locked(tmp_path / "lock", LONG),
        pytest.raises(TimeoutError, match="held lock"),
        locked(tmp_path / "lock", 0),
    ):
        pass


def test_who_waits_too_long_gets_a_sentence(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("structviz.jobs.store._PATIENCE", 0.0)
    with store.transaction(), pytest.raises(JobError, match="try again"):
        store.create(QUICK)


def test_paused_runs_count(store: Store) -> None:
    for _ in range(MOST_PER_VISITOR):
        store.create(QUICK, owner="a").write_status(Status(State.PAUSED))
    with pytest.raises(JobError, match="of one visitor wait, train or are paused, and 6 of yours do"):
        store.create(QUICK, owner="a")
    store.create(QUICK, owner="b")


def test_a_visitor_leaves_places_to_others(store: Store) -> None:
    for owner in "abc":
        assert sum(outcomes(store, owner, MOST_PER_VISITOR + 1)) == MOST_PER_VISITOR
    assert len(store.runs()) < MOST_ACTIVE
    store.create(QUICK, owner="d")


def test_resuming_is_bounded_too(store: Store) -> None:
    cancelled, paused = over(store, "a", State.CANCELLED), over(store, "a", State.PAUSED)
    for _ in range(MOST_PER_VISITOR - 1):
        store.create(QUICK, owner="a")
    with pytest.raises(JobError, match="of yours do"):
        store.requeue(cancelled)
    store.requeue(paused)
    assert paused.status().state is State.QUEUED
    finished = over(store, "a", State.FINISHED)
    with pytest.raises(JobError, match="cannot go on"):
        store.requeue(cancelled, finished, shared=False)
    assert cancelled.status().state is State.CANCELLED, "if one cannot go on, none does"
    store.requeue(cancelled, shared=False)
    assert cancelled.status().state is State.QUEUED


def test_what_cannot_be_removed_makes_no_room(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MOST_RUNS", 1)
    old = over(store, "a", State.FINISHED)
    replace = Path.replace

    def busy(path: Path, target: Path) -> Path:
        if target.name.endswith(".deleted"):
            raise OSError(16, "Device or resource busy")
        return replace(path, target)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", busy)
        with pytest.raises(JobError, match="folder of all runs is full"):
            store.create(QUICK, owner="a")
    store.create(QUICK, owner="a")
    assert not old.folder.exists()


def test_damaged_runs_hold_nobody_up(store: Store) -> None:
    for name in ("state.json", "request.json"):
        (store.create(QUICK, owner="a").folder / name).write_text("{")
    assert sum(outcomes(store, "a", MOST_PER_VISITOR + 1)) == MOST_PER_VISITOR


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Four runs are kept for a visitor, ten in all."""
    monkeypatch.setattr(limits, "MOST_RUNS_PER_VISITOR", 4)
    monkeypatch.setattr(limits, "MOST_RUNS", 10)


@pytest.mark.usefixtures("few")
def test_nobodys_networks_make_room_for_anothers(store: Store) -> None:
    theirs = [over(store, "victim", days=3) for _ in range(4)]
    mine = [over(store, "a", days=2 - k / 10) for k in range(4)]
    for _ in range(9):
        store.create(QUICK, owner="a").write_status(Status(State.FINISHED))
    assert set(theirs) <= set(store.runs())
    assert not set(mine) & set(store.runs())
    assert sum(run.request().owner == "a" for run in store.runs()) == 4


@pytest.mark.usefixtures("few")
def test_a_full_folder_takes_old_runs_of_others_and_then_refuses(store: Store) -> None:
    old = over(store, "long ago", days=8)
    for owner in "abc":
        for _ in range(3):
            over(store, owner, days=1)
    run = store.create(QUICK, owner="new")
    assert old not in store.runs()
    run.write_status(Status(State.FINISHED))
    store.create(QUICK, owner="new").write_status(Status(State.FINISHED))
    assert run not in store.runs(), "one's own comes first"
    with pytest.raises(JobError, match=r"is full.*delete some of yours"):
        store.create(QUICK, owner="another")
    (over(store, "b").folder / "state.json").write_text("{")
    before = len(store.runs())
    store.create(QUICK, owner="c")
    assert len(store.runs()) == before - 1
    store.create(QUICK, shared=False)


def test_bytes_of_a_visitor_are_bounded(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second, theirs = over(store, "a", days=2), over(store, "a", days=1), over(store, "b", days=3)
    monkeypatch.setattr(limits, "MOST_BYTES_PER_VISITOR", second.size() + 10)
    assert store.clean("a") == (first.id,)
    assert set(store.runs()) == {second, theirs}


def test_paused_runs_go_after_a_week(store: Store) -> None:
    old, recent = over(store, "a", State.PAUSED, days=7.1), over(store, "a", State.PAUSED, days=6.9)
    own = over(store, "", State.PAUSED, days=100)
    imported = over(store, "a", State.UPLOADED, days=100)
    store.create(QUICK, owner="b")
    assert old not in store.runs()
    assert {recent, own, imported} <= set(store.runs())


# One client that throws its name away again and again


def kept_from(store: Store, owner: str, origin: str, state: State = State.FINISHED) -> Run:
    return store.add(Request(QUICK, created=time.time(), owner=owner, origin=origin), Status(state))


def test_one_address_begins_at_most_half_of_all_runs_whatever_its_names(store: Store) -> None:
    for k in range(MOST_ACTIVE // 2):
        store.create(QUICK, owner=f"name {k}", origin="here")
    with pytest.raises(JobError, match="At most 12 runs asked for from one address wait or train here, and 12 from"):
        store.create(QUICK, owner="another name", origin="here")
    with pytest.raises(JobError, match="one address"):
        store.create_measurement(QUICK, owner="another name", origin="here")
    assert store.create(QUICK, owner="b", origin="elsewhere").request().origin == "elsewhere"
    for k in range(MOST_ACTIVE // 2 - 1):
        store.create(QUICK, owner=f"visitor {k}")
    assert len(store.runs()) == MOST_ACTIVE


def test_a_run_is_resumed_within_the_half_of_its_address(store: Store) -> None:
    paused = store.add(Request(QUICK, owner="a", origin="here"), Status(State.PAUSED))
    for k in range(MOST_ACTIVE // 2):
        store.create(QUICK, owner=f"name {k}", origin="here")
    with pytest.raises(JobError, match="one address"):
        store.requeue(paused)


def test_thrown_away_names_neither_delete_networks_nor_take_all_room(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "MOST_RUNS", 10)
    networks = [kept_from(store, "ada", "there") for _ in range(3)]
    networks += [kept_from(store, "bob", "") for _ in range(2)]
    for k in range(5):
        kept_from(store, f"name {k}", "here")
    for k in range(5, 25):
        with pytest.raises(JobError, match="others' runs are kept for 7 days"):
            store.create(QUICK, owner=f"name {k}", origin="here")
    assert all(run.folder.exists() for run in networks)


def test_an_address_that_has_its_half_leaves_the_other_half(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MOST_RUNS", 10)
    first = kept_from(store, "ada", "here")
    for k in range(4):
        kept_from(store, f"name {k}", "here")
    with pytest.raises(JobError, match="others' runs"):
        store.create(QUICK, owner="a further name", origin="here")
    store.create(QUICK, owner="bob", origin="there")
    store.create(QUICK, owner="ada", origin="here")
    assert not first.folder.exists(), "her own oldest run made room"


def test_imported_networks_of_one_address_are_half_of_all(store: Store) -> None:
    for k in range(limits.MOST_IMPORTED // 2):
        kept_from(store, f"name {k}", "here", State.UPLOADED)
    every = standings(store.runs())
    with pytest.raises(JobError, match="At most 25 networks from elsewhere are kept for one address"):
        check_imports(every, "a further name", 1, "here")
    check_imports(every, "bob", 1, "there")
    check_imports(every, "ann", 1)
