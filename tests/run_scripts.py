"""Run scripts that pages offer, and compare what they print with what the pages show.

`python -m tests.run_scripts FOLDER` runs those that `tests.page_scripts` has written. This file needs none of the
others, so that it can run beside an installed package.
"""

import contextlib
import io
import multiprocessing
import os
import re
import runpy
import sys
import traceback
import warnings
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

__all__ = ["differences", "run_all"]

_NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:e-?\d+)?")

_LIBRARIES = ["structviz.studies.rotation", "structviz.training", "structviz.zoo"]
"""With them come torch and numpy."""


def differences(printed: str, expected: str) -> list[str]:
    """Lines that differ; numbers may differ in the last digit, as the order of sums is the machine's."""
    lines, wanted = printed.splitlines(), expected.splitlines()
    if len(lines) != len(wanted):
        return [f"{len(lines)} lines instead of {len(wanted)}: {printed[-2000:]}"]
    return [f"{line!r} instead of {want!r}" for line, want in zip(lines, wanted, strict=True) if not _agree(line, want)]


def _agree(line: str, wanted: str) -> bool:
    if _NUMBER.sub("#", line) != _NUMBER.sub("#", wanted):
        return False
    pairs = zip(_NUMBER.findall(line), _NUMBER.findall(wanted), strict=True)
    return all(abs(float(a) - float(b)) <= 1.01 * _last_digit(b) for a, b in pairs)


def _last_digit(number: str) -> float:
    if "." not in number and "e" not in number:
        return 0.0
    mantissa, _, exponent = number.partition("e")
    return 10.0 ** (int(exponent or 0) - len(mantissa.partition(".")[2]))


def run_all(folder: Path) -> int:
    """Run every script in its folder; say what differs, and return how many do.

    Each has a process of its own, which begins with the libraries loaded; examples of the README start without.
    """
    places = sorted(path for path in folder.iterdir() if path.is_dir())
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(_LIBRARIES)
    with ProcessPoolExecutor(max_workers=2, mp_context=context, max_tasks_per_child=1) as pool:
        found = list(pool.map(_differences_of, places))
    for place, lines in zip(places, found, strict=True):
        print(f"{place.name}: {'as on the page' if not lines else '; '.join(lines)}")
    return sum(map(bool, found))


def _differences_of(place: Path) -> list[str]:
    """What a script prints otherwise than the page, or why it fails."""
    os.chdir(place)
    warnings.simplefilter("error")
    printed = io.StringIO()
    try:
        with contextlib.redirect_stdout(printed):
            runpy.run_path("script.py", run_name="__main__")
    except (Exception, SystemExit):  # noqa: BLE001
        return [traceback.format_exc()[-3000:]]
    return differences(printed.getvalue(), (place / "expected.txt").read_text(encoding="utf-8"))


if __name__ == "__main__":
    sys.exit(run_all(Path(sys.argv[1])))
