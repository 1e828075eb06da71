"""Does the app stay quick while it trains? Run as `python -m benchmarks.responsiveness`.

A real server, with the workers that it starts for itself. A visitor on the wire (`tests.e2e.wire`) runs the rotation,
flow and CT pages once more with nothing changed, and another opens them with a seed that nobody has had, so that all is
computed. Meanwhile two runs train, and somebody watches them, or the same workers are stopped: the two take turns, and
what counts is the median ratio of neighbouring turns.
"""

import contextlib
import os
import shutil
import statistics
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

import psutil
from playwright.sync_api import sync_playwright

from structviz.jobs import Run, State, Store
from tests.e2e.serve import Server, served
from tests.e2e.wire import Visitor, visitor

ROOT = Path(__file__).parents[1]
TARGET = 1.5
ROUNDS, RERUNS = 6, 3
PATIENCE = 120.0
LEFT = 1.5
"""Seconds in which the server ends what a visitor has left behind; it is not to be charged to the next."""

RACE = {"train_steps": "10000"}
"""Two arms on stripes, for longer than all of this takes."""


@dataclass
class Page:
    """A page and what it took.

    Attributes
    ----------
    name
        In the address.
    seed
        The parameter of the address that asks for other noise or points, and so for all pictures anew.
    seconds
        Of the median run of each turn, by whether it is anew and whether workers train.
    """

    name: str
    seed: str
    seconds: dict[tuple[bool, bool], list[float]] = field(default_factory=dict)

    def once_more(self, guest: Visitor, training: bool) -> None:
        """Run it a few times with nothing changed."""
        self._keep(False, training, [self._time(guest) for _ in range(RERUNS)])

    def anew(self, server: Server, seed: int, training: bool) -> None:
        """Open it with another seed."""
        with visitor(server.address, self.name, {self.seed: str(seed)}) as guest:
            self._keep(True, training, [self._time(guest)])

    def summary(self, anew: bool) -> tuple[float, float, float]:
        """Median seconds without and with training, and the ratio."""
        idle, busy = self.seconds[anew, False], self.seconds[anew, True]
        ratios = [with_it / without for without, with_it in zip(idle, busy, strict=True)]
        return statistics.median(idle), statistics.median(busy), statistics.median(ratios)

    def _time(self, guest: Visitor) -> float:
        began = time.perf_counter()
        guest.ask()
        guest.wait(timeout=PATIENCE)
        seconds = time.perf_counter() - began
        if guest.complaints:
            raise RuntimeError(f"The page {self.name} complains: {guest.complaints}")
        return seconds

    def _keep(self, anew: bool, training: bool, seconds: Sequence[float]) -> None:
        self.seconds.setdefault((anew, training), []).append(statistics.median(seconds))


def begin(server: Server, store: Store) -> list[Run]:
    """Start two runs in the page, and wait until both train."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_page()
        page.goto(f"{server.address}/train?{urlencode(RACE)}")
        page.get_by_test_id("stButton").get_by_role("button", name="Start", exact=True).click()
        page.wait_for_url("**train_runs=**")
        browser.close()
    deadline = time.monotonic() + PATIENCE
    while [run.status().state for run in store.runs()] != [State.RUNNING] * 2:
        if time.monotonic() > deadline:
            raise RuntimeError(f"Two runs must train; these do: {[run.status().state.value for run in store.runs()]}.")
        time.sleep(0.1)
    return list(store.runs())


def workers(server: Server) -> list[psutil.Process]:
    """The processes of the server that train."""
    below = psutil.Process(server.process.pid).children(recursive=True)
    return [process for process in below if "spawn_main" in " ".join(process.cmdline())]


@contextmanager
def watched(server: Server, runs: Sequence[Run]) -> Iterator[None]:
    """Update the page once a second, as it does by itself while runs go on."""
    over = threading.Event()

    def watch() -> None:
        with visitor(server.address, "train", {"train_runs": ",".join(run.id for run in runs)}) as guest:
            while not over.wait(1):
                guest.ask()
                guest.wait(timeout=PATIENCE)

    thread = threading.Thread(target=watch)
    thread.start()
    yield
    over.set()
    thread.join()


def take_turns(server: Server, runs: Sequence[Run], measured: Sequence[Page]) -> None:
    """Measure all pages again and again, with workers that train and with workers that are stopped."""
    trainers = workers(server)
    with contextlib.ExitStack() as stack:
        guests = [stack.enter_context(visitor(server.address, page.name)) for page in measured]
        for guest in guests:
            guest.ask()
            guest.wait(timeout=PATIENCE)
        for turn in range(2 * ROUNDS):
            training = turn % 2 == 1
            for process in trainers:
                process.resume() if training else process.suspend()
            with watched(server, runs) if training else contextlib.nullcontext():
                for page, guest in zip(measured, guests, strict=True):
                    time.sleep(LEFT)
                    page.anew(server, turn + 1, training)
                    page.once_more(guest, training)
        for process in trainers:
            process.resume()


def main() -> None:
    """Print a line for each page."""
    with tempfile.TemporaryDirectory() as name:
        store = Store(Path(name))
        with served(folder=ROOT, environment={"STRUCTVIZ_RUNS": name}) as server:
            runs = begin(server, store)
            measured = [Page("rotation", "rot_seed"), Page("flow", "flow_seed"), Page("ct", "ct_seed")]
            take_turns(server, runs, measured)
            steps = [run.status().step for run in store.runs()]
    print(f"{'':32}{'idle, ms':>10}{'training, ms':>14}{'ratio':>7}    target {TARGET:g}")
    for page in measured:
        for anew in (False, True):
            idle, busy, ratio = page.summary(anew)
            what = f"{page.name}, {'computed anew' if anew else 'nothing changed'}"
            print(f"{what:32}{1000 * idle:10.0f}{1000 * busy:14.0f}{ratio:7.2f}")
    print(f"\nMeanwhile the runs took {' and '.join(f'{step:,}' for step in steps)} steps on {os.cpu_count()} cores.")


if __name__ == "__main__":
    main()
