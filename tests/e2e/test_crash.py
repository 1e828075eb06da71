"""The server dies in mid-run: nothing of it is left over, and the next one takes the run up where it was."""

import os
import re
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import urlencode

import psutil
import pytest
from playwright.sync_api import Browser, Page, expect

from structviz.jobs import Command, Run, State, Status, Store
from structviz.training import Checkpoint
from tests.e2e.conftest import ROOT, visit
from tests.e2e.serve import served
from tests.waiting import until

pytestmark = pytest.mark.browser

SECONDS = 60_000

CHOICES = {"train_recipe": "Points in two classes", "train_n_train": "60", "train_layers": "3", "train_steps": "6000"}
"""A run of some seconds."""


def environment(store: Store) -> dict[str, str]:
    """What makes the server's arithmetic that of this process."""
    return {"STRUCTVIZ_RUNS": str(store.folder), "OMP_NUM_THREADS": "1", "CUDA_VISIBLE_DEVICES": ""}


def press(page: Page, name: str) -> None:
    page.get_by_test_id("stButton").get_by_role("button", name=name, exact=True).click()


def written(run: Run) -> State:
    """What its file says, be its heartbeat stale or not."""
    return Status.from_json((run.folder / "state.json").read_text(encoding="utf-8")).state


def story(run: Run) -> list[tuple[int, float, dict[str, float]]]:
    return [(entry.step, entry.loss, dict(entry.figures)) for entry in run.history()]


def uninterrupted(store: Store, like: Run) -> Run:
    """The same run from its first step to its last, in a process like the server's: here types are checked, slowly."""
    run = store.create(like.request().config, "cpu")
    code = f"from structviz.jobs.work import work; work({str(run.folder)!r})"
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, env={**os.environ, **environment(store)}, check=True)
    return run


def begin_and_kill(chromium: Browser, store: Store, workers: list[psutil.Process]) -> None:
    """Start a run in the page, and kill the server in its midst; note who trained."""
    with served(folder=ROOT, environment=environment(store)) as server:
        with visit(chromium, f"{server.address}/train?{urlencode(CHOICES)}") as page:
            press(page, "Start")
            until(lambda: bool(store.runs()) and bool(store.runs()[0].history()), "the run does not begin")
            run = store.runs()[0]
            # A pause leaves a checkpoint; without one the run would begin anew, which is easier.
            run.send(Command.PAUSE)
            until(lambda: run.status().state is State.PAUSED, "the run is not held")
            held = run.status().step
            press(page, "Continue")
            until(lambda: run.history()[-1].step > held + 200, "the run does not go on")
        below = psutil.Process(server.process.pid).children(recursive=True)
        workers += [process for process in below if "spawn_main" in " ".join(process.cmdline())]
        server.process.kill()
        server.process.wait()


def is_gone(process: psutil.Process) -> bool:
    # Whoever adopts orphans may take his time to bury them.
    try:
        return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def test_a_killed_server_leaves_no_process_and_the_next_one_ends_its_run(chromium: Browser, tmp_path: Path) -> None:
    store, workers = Store(tmp_path / "runs"), list[psutil.Process]()
    with pytest.raises(RuntimeError, match="has stopped"):
        begin_and_kill(chromium, store, workers)
    run = store.runs()[0]
    held = Checkpoint.load(run.checkpoint_path).step
    assert workers
    until(lambda: all(map(is_gone, workers)), "workers outlive their server")
    assert written(run) is State.RUNNING, "nobody was left to write down how it ended"
    assert 0 < held < run.history()[-1].step < run.status().steps

    long_ago = time.time() - 60  # as if a minute had passed
    os.utime(run.folder / "heartbeat", (long_ago, long_ago))
    with served(folder=ROOT, environment=environment(store)) as server:
        with visit(chromium, f"{server.address}/runs?runs_state=can+go+on") as page:
            table = page.get_by_test_id("stDataFrame")
            expect(table.get_by_text("Interrupted")).to_be_attached(timeout=SECONDS)
            table.click(position={"x": 16, "y": 52})
            press(page, "Resume")
            until(lambda: written(run) is State.FINISHED, "the run does not end")
        with visit(chromium, f"{server.address}/train?train_runs={run.id}") as page:
            expect(page.get_by_role("heading", name="How it went")).to_be_visible(timeout=SECONDS)
            expect(page.get_by_text(re.compile("classifies .* of new points correctly"))).to_be_visible()

    last = run.log().rpartition("resumed")[2]
    assert f"step {held}\n" in last, "it goes on from its checkpoint, not from the beginning"
    whole = uninterrupted(store, run)
    assert story(run) == story(whole)
    assert run.card().sha256 == whole.card().sha256
