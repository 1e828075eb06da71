"""How long until one sees something, and how long after a click? Run as `python -m benchmarks.startup`.

Start: from the command to the rotation page, on the wire (the last message of the page has arrived, as in
`tests.e2e.wire`) and in Chromium (a first picture is there; the page is at rest; the browser itself is open
already), against a bare `import torch, streamlit` in a fresh interpreter. Rerun: the whole page once more with
nothing changed, on the wire, against a bare Streamlit page that shows the same pictures. What the browser takes to
paint is not in it.
"""

import math
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import sync_playwright

from benchmarks.timing import taking_turns
from structviz import data, zoo
from structviz.figures import sprite, to_png
from structviz.studies.rotation import compare, film_strip
from tests.e2e.serve import Server, served
from tests.e2e.wire import Visitor, visitor

ROOT = Path(__file__).parents[1]
STARTS, RERUNS = 2, 20
START_TARGET, RERUN_TARGET = 1.5, 2.0

BARE = """
from pathlib import Path

import streamlit as st

st.set_page_config(page_title="bare", layout="wide")
st.title("Bare")
st.slider("Turned by", 0, 360, 90)
for path in sorted(Path(__file__).parent.glob("*.png")) + sorted(Path(__file__).parent.glob("*.webp")):
    st.image(path.read_bytes())
"""


@dataclass(frozen=True)
class Page:
    """A script to serve from a folder, and the name of its page in the address."""

    script: str
    folder: Path
    name: str


@dataclass(frozen=True)
class Rerun:
    """One more run of an open page: seconds at best, mean seconds of computing in the server, bytes on the wire."""

    seconds: float
    computing: float
    n_bytes: float


def write_bare_page(folder: Path) -> Path:
    """A page that shows what the rotation page shows at first: pictures upright and turned, and the films."""
    nets = {arm: zoo.load(f"stripes/{arm}") for arm in ("ordinary", "equivariant")}
    image = data.stripes(1)
    both = compare(nets, image, math.pi / 2)
    shown = {"noisy": both.noisy, **both.arms}
    pictures = {name: [restored.image for restored in pair] for name, pair in shown.items()}
    for name, pair in {**pictures, "truth": list(both.clean)}.items():
        for k, picture in enumerate(pair):
            (folder / f"{name}-{k}.png").write_bytes(to_png(picture[0, 0], "stripes"))
    strip = film_strip(nets, image)
    films = {"noisy": strip.noisy.images, **{arm: frames.images for arm, frames in strip.arms.items()}}
    for name, images in {**films, "truth": strip.clean}.items():
        (folder / f"{name}.webp").write_bytes(sprite(images, "stripes").webp)
    script = folder / "bare.py"
    script.write_text(BARE, encoding="utf-8")
    return script


def quickest(work: Callable[[], dict[str, float]]) -> dict[str, float]:
    """The shortest of a few starts: what else runs on the machine can only add to it."""
    runs = [work() for _ in range(STARTS)]
    return {what: min(run[what] for run in runs) for what in runs[0]}


def print_starts(title: str, starts: Mapping[str, float], reference: float) -> None:
    """One line for each thing that one waits for."""
    for what, spent in starts.items():
        print(f"{title + what:42}{spent:9.2f}{spent / reference:7.2f}")


def bare_import() -> float:
    """Seconds of a fresh interpreter that imports what no page can do without."""
    started = time.perf_counter()
    subprocess.run([sys.executable, "-c", "import torch, streamlit"], check=True)
    return time.perf_counter() - started


def start_on_the_wire(page: Page) -> dict[str, float]:
    """Seconds from the command to the last message of the first page."""
    started = time.perf_counter()
    with served(page.script, page.folder) as server, visitor(server.address, page.name) as guest:
        once_more(guest)
        return {"whole page on the wire": time.perf_counter() - started}


def start_in_chromium(page: Page) -> dict[str, float]:
    """Seconds from the command to a first picture and to a page at rest, in a browser that has never been there."""
    with sync_playwright() as playwright:
        options = ["--no-sandbox", "--enable-unsafe-swiftshader", "--disable-background-networking"]
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=options)
        view = browser.new_context().new_page()
        started = time.perf_counter()
        with served(page.script, page.folder) as server:
            view.goto(f"{server.address}/{page.name}")
            view.locator("[data-testid=stMain] :is(img, canvas)").first.wait_for(state="visible")
            picture = time.perf_counter() - started
            view.wait_for_selector("[data-testid=stApp][data-test-script-state=notRunning]")
            rest = time.perf_counter() - started
        browser.close()
    return {"first picture in Chromium": picture, "at rest in Chromium": rest}


def reruns(pages: Mapping[str, Page]) -> dict[str, Rerun]:
    """Open all pages and run them again and again, taking turns."""
    with ExitStack() as stack:
        servers = {title: stack.enter_context(served(page.script, page.folder)) for title, page in pages.items()}
        guests = {
            title: stack.enter_context(visitor(server.address, pages[title].name)) for title, server in servers.items()
        }
        for guest in guests.values():
            once_more(guest)
        before = {title: (computed(servers[title]), guest.received) for title, guest in guests.items()}
        seconds = taking_turns(
            {title: lambda guest=guest: once_more(guest) for title, guest in guests.items()}, RERUNS - 1
        )
        return {
            title: Rerun(
                seconds[title],
                (computed(servers[title]) - before[title][0]) / RERUNS,
                (guest.received - before[title][1]) / RERUNS,
            )
            for title, guest in guests.items()
        }


def once_more(guest: Visitor) -> None:
    """Run the page of a visitor from its first line to its last."""
    guest.ask()
    guest.wait()


def computed(server: Server) -> float:
    """Seconds of computing that a server has used so far, on all cores, as Linux counts them."""
    fields = Path(f"/proc/{server.process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def main() -> None:
    """Print both tables."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        script = write_bare_page(folder)
        pages = {"bare page": Page(str(script), folder, ""), "rotation page": Page("app.py", ROOT, "rotation")}
        print(f"{'start':42}{'time, s':>9}{'ratio':>7}    target {START_TARGET:g}")
        imports = quickest(lambda: {"import torch, streamlit": bare_import()})
        reference = imports["import torch, streamlit"]
        print_starts("", imports, reference)
        for title, page in pages.items():
            for measure in (start_on_the_wire, start_in_chromium):
                print_starts(f"{title}, ", quickest(lambda measure=measure, page=page: measure(page)), reference)

        print(f"\n{'rerun':24}{'time, ms':>9}{'ratio':>7}{'computing, ms':>15}{'kB':>8}    target {RERUN_TARGET:g}")
        found = reruns(pages)
        for title, again in found.items():
            ratio = again.seconds / found["bare page"].seconds
            figures = (
                f"{1000 * again.seconds:9.0f}{ratio:7.2f}{1000 * again.computing:15.0f}{again.n_bytes / 1000:8.1f}"
            )
            print(f"{title:24}{figures}")


if __name__ == "__main__":
    main()
