"""What axe-core finds on the pages: no violation, in both themes, with all that opens open."""

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from structviz.jobs import Run
from structviz.ui.sitemap import PAGES as SITE
from tests.app.local_runs import make_run
from tests.e2e.axe import Check, LeftOut
from tests.e2e.conftest import ROOT, settle, visit
from tests.e2e.serve import served

pytestmark = pytest.mark.browser

SECONDS = 60_000


UPLOADER = LeftOut(
    "presentation-role-conflict",
    "section[data-testid=stFileUploaderDropzone]",
    "The area to drop files has both a label and role=presentation; the button in it has a name of its own.",
)

PAGES: dict[str, tuple[LeftOut, ...]] = {
    "": (),
    "notation": (),
    "stability": (),
    "invertibility": (),
    "optimal_control": (),
    "manifolds": (),
    "robustness": (),
    "flow": (),
    "rotation": (UPLOADER,),
    "ct": (UPLOADER,),
    "train": (UPLOADER,),
    "train?train_runs={run}": (UPLOADER,),
    "runs": (),
}
"""Addresses, with what is left out there; {run} is a finished run."""

OF_RUNS = ("train?train_runs={run}", "runs")
"""Those that show the run."""

TABS = {page.address: page.tab for page in SITE}
"""Titles of the pages, as a reader hears them first."""

PINNED = "notation"
"""Where A stands beside B as well."""

TURNING = ("rotation", "ct")
"""Pages whose picture turns by itself at first."""

_POPOVER = "[data-testid=stPopoverBody]"

_OPEN_ALL = """() => {
    const closed = document.querySelectorAll("details:not([open]) > summary");
    closed.forEach((summary) => summary.click());
    return closed.length;
}"""


DARK = "rgb(15, 19, 24)"
"""Ground of the dark theme."""

BROKEN = """<!doctype html><html lang="en"><title>Broken</title><main>
<h1>First</h1><h3>Third</h3>
<img src="data:,"><img class="known" src="data:,">
<p style="color: #76797d; background: #fff">Too pale</p>
<button aria-label="Speed 0.5">½×</button>
<div id="host"></div><script>
document.querySelector("#host").attachShadow({ mode: "open" }).innerHTML =
    "<figure role=group><figcaption>In the shadow</figcaption></figure>";
</script></main></html>"""
"""A page with what once was wrong on the pages."""

WRONG = {"heading-order", "image-alt", "color-contrast", "label-content-name-mismatch", "aria-allowed-role"}


@dataclass(frozen=True)
class Lab:
    """A server that has one run, which is finished."""

    address: str
    run: Run


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    folder = tmp_path_factory.mktemp("lab")
    run = make_run(folder, "stripes", arm="ordinary")
    with served(folder=ROOT, environment={"STRUCTVIZ_RUNS": str(folder)}) as server:
        yield Lab(server.address, run)


def open_all(page: Page) -> None:
    """Open every expander of a page that is complete, and those in them."""
    expect(page.get_by_role("heading", level=1)).to_be_visible(timeout=SECONDS)
    page.wait_for_timeout(500)
    settle(page)
    while page.evaluate(_OPEN_ALL):
        page.wait_for_timeout(500)
        settle(page)
    # Words are pale while a picture is ahead of them.
    expect(page.locator("html[data-ahead]")).to_have_count(0, timeout=SECONDS)


def go_there(page: Page) -> None:
    """Take the turn that a page offers to those who want less motion, and wait for the words."""
    jump = page.get_by_test_id("rotor-jump")
    jump.click(timeout=SECONDS)
    expect(jump).to_be_hidden(timeout=SECONDS)
    expect(page.locator(".st-key-key_number")).to_contain_text("at 90°", timeout=SECONDS)
    settle(page)


def check_popovers(check: Check) -> None:
    """Check what opens over the page, one after the other."""
    for popover in check.page.get_by_test_id("stPopover").get_by_role("button").all():
        popover.press("Enter")  # a click might fall into the closing of the one before
        expect(check.page.locator(_POPOVER)).to_be_visible(timeout=SECONDS)
        check.run(_POPOVER)
        check.page.keyboard.press("Escape")
        expect(check.page.locator(_POPOVER)).to_have_count(0, timeout=SECONDS)
        expect(popover).to_have_attribute("aria-expanded", "false", timeout=SECONDS)


@pytest.mark.parametrize("address", PAGES)
def test_axe_finds_no_violation(chromium: Browser, server: str, lab: Lab, axe: str, address: str) -> None:
    # Words are pale while a picture turns by itself: it waits to be asked.
    url = f"{lab.address if address in OF_RUNS else server}/{address.format(run=lab.run.id)}"
    with visit(chromium, url, height=900, reduced_motion="reduce") as page:
        expect(page).to_have_title(TABS[address.partition("?")[0]], timeout=SECONDS)
        check = Check(page, axe, PAGES[address])
        if address == PINNED:
            for name in ("Pin as A", "Dead ReLU"):
                page.get_by_role("button", name=name, exact=True).click(timeout=SECONDS)
                settle(page)
            expect(page.get_by_text("From A to B:")).to_be_visible(timeout=SECONDS)
        if address in TURNING:
            check.run()
            go_there(page)
        open_all(page)
        check.run()
        check_popovers(check)
        page.emulate_media(color_scheme="dark")
        background = page.get_by_test_id("stApp")
        expect(background).to_have_css("background-color", DARK, timeout=SECONDS)
        check.run()
        check_popovers(check)
        assert not check.found, "\n".join(sorted(set(check.found)))
        assert set(check.seen) == set(PAGES[address]), "what is left out has gone: take it from the list"


def test_the_check_sees_what_it_looks_for(chromium: Browser, axe: str) -> None:
    with chromium.new_page() as page:
        page.set_content(BROKEN)
        check = Check(page, axe, (LeftOut("image-alt", ".known", "It is known."),))
        check.run()
        assert {words.partition(":")[0] for words in check.found} == WRONG
        assert [words for words in check.found if "known" in words] == []
        assert len(check.seen) == 1


@dataclass(frozen=True)
class Spoken:
    """Pictures that a key changes.

    Attributes
    ----------
    address
        Where they are.
    control
        Selector of what takes the arrow key to the right.
    pictures
        Selector of the pictures; what each of them says must change.
    plays
        Whether the control is the scrubber of a film, which may have come to its end.
    """

    address: str
    control: str
    pictures: str
    plays: bool = False


_FOUR_STEPS = """(control) => {
    // All at once: on a busy machine a key that comes late would be told by itself.
    for (let k = 0; k < 4; k++) {
        const event = new KeyboardEvent("keydown", { key: "ArrowRight", bubbles: true, cancelable: true });
        if (!control.dispatchEvent(event) || control.type !== "range") continue;
        control.stepUp();
        control.dispatchEvent(new Event("input"));
    }
}"""

SPOKEN = {
    "rotor": Spoken("rotation", ".dial", ".rotor [role=img]"),
    "viewer, window": Spoken("ct", "input.level", ".viewer .whole"),
    "viewer, zoom": Spoken("ct", ".viewer .whole >> nth=0", ".viewer .close"),
    "player": Spoken("flow", "[data-testid=player-scrubber]", "[data-testid=player] canvas", plays=True),
    "round trip": Spoken("invertibility", ".round_trip .at", ".round_trip figure svg", plays=True),
    "steering": Spoken("optimal_control", ".steering .at", ".steering .plane svg", plays=True),
    "pairs": Spoken("stability", ".pairs .handle >> nth=0", ".pairs .panels:not(.spectra) :is(.chart, .plane) svg"),
    "sphere": Spoken("manifolds", ".sphere .point >> nth=0", ".sphere canvas"),
    "sum with noise": Spoken("robustness", ".adversarial input", ".adversarial :is(.noise, .attacked) canvas"),
    "ring": Spoken("robustness", ".ring .wheel", ".ring canvas"),
    "notation": Spoken("notation", ".notation .handle >> nth=0", ".notation figure:not([data-part=z]) svg"),
}


@pytest.mark.parametrize("spoken", SPOKEN.values(), ids=SPOKEN)
def test_what_pictures_say_follows_the_keys_and_is_read_out_once(chromium: Browser, lab: Lab, spoken: Spoken) -> None:
    with visit(chromium, f"{lab.address}/{spoken.address}", height=900) as page:
        page.emulate_media(reduced_motion="reduce")
        pictures = page.locator(spoken.pictures)
        control = page.locator(spoken.control)
        expect(control).to_be_visible(timeout=SECONDS)
        expect(pictures.first).to_be_visible(timeout=SECONDS)
        if spoken.plays:
            control.press("Home")
        page.wait_for_timeout(1000)
        before = said(pictures)
        assert before, "there are pictures"
        said_aloud = page.locator(".said").first
        said_aloud.evaluate("""(element) => {
            element.changes = 0;
            new MutationObserver(() => element.changes++).observe(element, { childList: true, characterData: true });
        }""")
        control.evaluate(_FOUR_STEPS)
        # A picture that is still to be computed says what it shows until then.
        deadline = time.monotonic() + SECONDS / 1000
        while (stale := unchanged(before, said(pictures))) and time.monotonic() < deadline:
            page.wait_for_timeout(50)
        assert stale == []
        page.wait_for_timeout(1000)
        assert said_aloud.evaluate("(element) => element.changes") <= 1


def said(pictures: Locator) -> list[str]:
    """What each picture says to those who do not see it."""
    return [text for text in (picture.get_attribute("aria-label") for picture in pictures.all()) if text]


def unchanged(before: list[str], after: list[str]) -> list[str]:
    """What pictures still say."""
    return [text for old, text in zip(before, after, strict=True) if old == text]


WHOLE = re.compile("<body|<main")
"""The page itself, which takes the focus on the way round and for scrolling."""

_FOCUSED = """() => {
    let element = document.activeElement;
    while (element.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
    // What looks focused: the element, what is drawn over it, or the box of a field.
    const styles = [getComputedStyle(element), getComputedStyle(element, "::after")];
    for (let box = element.parentElement, k = 0; box && k < 3; box = box.parentElement, k++) {
        if (element.matches("input")) styles.push(getComputedStyle(box));
    }
    const isSeen = styles.some(({ outlineStyle, outlineWidth, boxShadow }) =>
        (outlineStyle !== "none" && parseFloat(outlineWidth) >= 2) || /[2-9](\\.\\d+)?px/.test(boxShadow));
    const name = element.getAttribute("aria-label") ?? element.textContent.trim();
    return { name, isSeen, link: element.href ?? null, html: element.outerHTML.slice(0, 150) };
}"""


def test_the_keyboard_finds_every_link_and_sees_where_it_is(chromium: Browser, lab: Lab) -> None:
    with visit(chromium, lab.address, height=900) as page:
        expect(page.locator(".hero .play")).to_be_visible(timeout=SECONDS)
        stops: list[dict[str, Any]] = []
        for _ in range(60):
            page.keyboard.press("Tab")
            stop = page.evaluate(_FOCUSED)
            if len(stops) > 1 and stop["html"] == stops[0]["html"]:
                break
            stops.append(stop)
        assert [stop["html"] for stop in stops if not (stop["isSeen"] or WHOLE.match(stop["html"]))] == []
        targets: dict[str, set[str]] = {}
        for stop in stops:
            if stop["link"]:
                targets.setdefault(stop["name"], set()).add(stop["link"])
        assert {name for name, links in targets.items() if len(links) > 1} == set()
        pages = {link.rstrip("/").rsplit("/", 1)[-1] for links in targets.values() for link in links}
        assert {"flow", "rotation", "ct", "train", "notation", "runs"} <= pages
