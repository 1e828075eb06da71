"""`python -m tests.mutation`: plant each defect in a copy of the checkout and see whether a test fails."""

import argparse
import dataclasses
import json
import queue
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from fnmatch import fnmatch
from pathlib import Path

from tests.mutation.copy import Copy, Finding
from tests.mutation.defect import Defect
from tests.mutation.planted import PLANTED

ROOT = Path(__file__).resolve().parents[2]


def run(root: Path, defects: Mapping[str, Defect], jobs: int = 1) -> dict[str, Finding] | str:
    """What becomes of each defect, by its name; or the output of its tests if some fail without any defect.

    Parameters
    ----------
    root
        The checkout; it is copied and stays as it is.
    defects
        What to plant.
    jobs
        Copies that are tried at the same time.
    """
    with tempfile.TemporaryDirectory(prefix="structviz-mutation-") as folder:
        copies: queue.SimpleQueue[Copy] = queue.SimpleQueue()
        for k in range(jobs):
            copies.put(Copy(root, Path(folder) / str(k)))

        first = copies.get()
        fit = [defect for defect in defects.values() if not defect.missing_tests(root)]
        status, output = first.run(sorted({test for defect in fit for test in defect.selection()})) if fit else (0, "")
        copies.put(first)
        if status != 0:
            return output

        def find(name: str) -> Finding:
            copy, started = copies.get(), time.monotonic()
            try:
                finding = copy.try_defect(defects[name])
            finally:
                copies.put(copy)
            print(f"{finding.outcome:9}{time.monotonic() - started:5.1f} s  {name}  {finding.seen}", flush=True)
            return finding

        with ThreadPoolExecutor(jobs) as pool:
            return dict(zip(defects, pool.map(find, defects), strict=True))


def main(arguments: list[str] | None = None) -> int:
    """The command; 0 if every defect was caught, 1 if not, 2 if the tests fail without one."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutation", description=__doc__)
    parser.add_argument("--only", nargs="+", metavar="NAME", help="names or patterns such as 'training/*'")
    parser.add_argument("--jobs", type=int, default=1, metavar="N", help="how many at the same time")
    parser.add_argument("--list", action="store_true", help="print the defects and stop")
    parser.add_argument("--json", type=Path, default=ROOT / "runs" / "mutation.json", metavar="FILE")
    chosen = parser.parse_args(arguments)
    wanted = chosen.only or ["*"]
    defects = {name: defect for name, defect in PLANTED.items() if any(fnmatch(name, each) for each in wanted)}
    if not defects:
        parser.error(f"no defect is called {' or '.join(wanted)}")
    if chosen.list:
        for name, defect in defects.items():
            print(f"{name}: {defect.breaks}")
        return 0
    findings = run(ROOT, defects, chosen.jobs)
    if isinstance(findings, str):
        print(findings, "Tests fail without any defect; mend them first.", sep="\n", file=sys.stderr)
        return 2
    counts = Counter(finding.outcome for finding in findings.values())
    report = {
        "commit": subprocess.run(["git", "rev-parse", "HEAD"], cwd=ROOT, capture_output=True, text=True).stdout.strip(),
        "counts": counts,
        "defects": {
            name: {**dataclasses.asdict(defects[name]), **dataclasses.asdict(finding)}
            for name, finding in findings.items()
        },
    }
    chosen.json.parent.mkdir(parents=True, exist_ok=True)
    chosen.json.write_text(json.dumps(report, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    print(f"{len(findings)} planted: {', '.join(f'{number} {outcome}' for outcome, number in counts.items())}.")
    return 0 if set(counts) <= {"caught"} else 1


if __name__ == "__main__":
    sys.exit(main())
