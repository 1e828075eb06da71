"""Does a visitor wait for others who ask for the heaviest page? Run as `python -m benchmarks.interference`.

A real server, and visitors on the wire (`tests.e2e.wire`). Six of them ask for the largest scans with all methods: some
minutes of computing each. Another one meanwhile opens light pages, with what was computed before and with a seed that
nobody has had. Without the six, the same: the two take turns.
"""

import statistics
import threading
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import psutil

from structviz.ui.pages.ct.options import METHODS
from tests.e2e.serve import Server, served
from tests.e2e.wire import visitor

ROOT = Path(__file__).parents[1]
ROUNDS, VISITS = 2, 5
N_HEAVY = 6
PATIENCE = 120.0
SETTLES = 3.0
"""Seconds until the heavy computations are under way."""

HEARS = 0.5
"""Seconds after which a heavy visitor looks whether it is to leave."""

LEFT = 8.0
"""Seconds in which the server gives up what nobody waits for any more."""

TIDIED = 100.0
"""Seconds in which the server forgets large matrices that nobody asked for, and gives freed memory back."""

HEAVY: dict[str, str | list[str]] = {"ct_size": "256", "ct_views": "200", "ct_methods": list(METHODS)}
LIGHT = {"notation": "", "stability": "", "rotation": "rot_seed", "flow": "flow_seed"}
"""Pages, with the parameter of the address that asks for other noise or points, where there is one."""


def visit(server: Server, page: str, choices: Mapping[str, str | list[str]]) -> float:
    """Seconds until the whole page is there."""
    with visitor(server.address, page, choices) as guest:
        began = time.perf_counter()
        guest.ask()
        guest.wait(timeout=PATIENCE)
        if guest.complaints:
            raise RuntimeError(f"The page {page} complains: {guest.complaints}")
        return time.perf_counter() - began


@contextmanager
def heavy_visitors(server: Server, seeds: Iterator[int]) -> Iterator[None]:
    """Let six ask for the largest scans, each for a patient of its own, until the block ends."""
    over = threading.Event()

    def stay(seed: int) -> None:
        with visitor(server.address, "ct", {**HEAVY, "ct_seed": str(seed)}) as guest:
            guest.ask()
            while not over.is_set():
                guest.listen(HEARS)

    threads = [threading.Thread(target=stay, args=(next(seeds),)) for _ in range(N_HEAVY)]
    for thread in threads:
        thread.start()
    time.sleep(SETTLES)
    try:
        yield
    finally:
        over.set()
        for thread in threads:
            thread.join()
        time.sleep(LEFT)


def visit_all(server: Server, seeds: Iterator[int]) -> Iterator[tuple[str, bool, float]]:
    """Open every light page a few times: its name, whether all was computed anew, and the seconds."""
    for _ in range(VISITS):
        for page, seed in LIGHT.items():
            yield page, False, visit(server, page, {})
            if seed:
                yield page, True, visit(server, page, {seed: str(next(seeds))})


def main() -> None:
    """Print a line for each page, and the memory of the server."""
    seeds = count(1)
    seconds: defaultdict[tuple[str, bool, bool], list[float]] = defaultdict(list)
    with served(folder=ROOT) as server:
        memory = psutil.Process(server.process.pid).memory_info
        for page in (*LIGHT, "ct"):
            visit(server, page, {})
        idle = peak = memory().rss
        for _ in range(ROUNDS):
            for page, anew, took in visit_all(server, seeds):
                seconds[page, anew, False].append(took)
            with heavy_visitors(server, seeds):
                for page, anew, took in visit_all(server, seeds):
                    seconds[page, anew, True].append(took)
                    peak = max(peak, memory().rss)
        left = memory().rss
        time.sleep(TIDIED)
        tidied = memory().rss
    print(f"{'':28}{'alone, s':>10}{'beside six, s':>15}{'ratio':>7}{'longest, s':>12}")
    for (page, anew, is_busy), alone in seconds.items():
        if not is_busy:
            beside = seconds[page, anew, True]
            middle, busy = statistics.median(alone), statistics.median(beside)
            what = f"{page}, {'computed anew' if anew else 'nothing new'}"
            print(f"{what:28}{middle:10.2f}{busy:15.2f}{busy / middle:7.2f}{max(beside):12.2f}")
    at_first, with_six, at_once, in_the_end = (f"{bytes_ / 1e6:.0f} MB" for bytes_ in (idle, peak, left, tidied))
    print(f"\nMemory of the server: {at_first}, with the six {with_six}.")
    print(f"When they have left {at_once}, after {TIDIED:.0f} s more {in_the_end}.")


if __name__ == "__main__":
    main()
