"""The train page in a browser, with real workers: runs from their start to their networks on another page."""

import math
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from structviz.jobs import Command, Run, State, Store
from structviz.jobs.cluster import embedded_plan
from tests.app.local_runs import make_run
from tests.e2e.conftest import ROOT, pixels, settle, themes, visit
from tests.e2e.serve import served
from tests.waiting import until

pytestmark = pytest.mark.browser

SECONDS = 60_000

STRIPES = {"train_steps": "40", "train_n_train": "4", "train_batch": "4"}
"""Two arms whose runs are over in seconds."""

POINTS = {"train_recipe": "Points in two classes", "train_n_train": "60", "train_layers": "3"}
ENDLESS = {**POINTS, "train_n_train": "2000", "train_layers": "10", "train_steps": "100000"}
"""One run that would take a quarter of an hour or more, also on a quick machine."""


@dataclass(frozen=True)
class Lab:
    """A server with a folder of runs of its own."""

    address: str
    store: Store

    def page(self, name: str = "train", **choices: str) -> str:
        return f"{self.address}/{name}?{urlencode(choices)}"

    def active(self) -> list[Run]:
        """The runs that wait or train."""
        return [run for run in self.store.runs() if run.status().state.is_active]

    def only_run(self, page: Page) -> Run:
        return self.store.get(names(page)[0])


@pytest.fixture(scope="module")
def laboratory(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    folder = tmp_path_factory.mktemp("lab")
    variables = {"STRUCTVIZ_RUNS": str(folder), "OMP_NUM_THREADS": "1"}
    with served(folder=ROOT, environment=variables) as server:
        yield Lab(server.address, Store(folder))


@pytest.fixture
def lab(laboratory: Lab) -> Iterator[Lab]:
    """The server with free workers, also after a test that failed while its runs trained."""
    yield laboratory
    for run in laboratory.active():
        run.send(Command.CANCEL)
    until(lambda: not laboratory.active(), "Runs of a test that is over still train.")


def button(page: Page, name: str) -> Locator:
    return page.get_by_test_id("stButton").get_by_role("button", name=name, exact=True)


def names(page: Page) -> list[str]:
    """The runs in the address."""
    page.wait_for_url(re.compile("train_runs="), timeout=SECONDS)
    found = re.search(r"train_runs=([\w,%-]+)", page.url)
    assert found is not None
    return found[1].replace("%2C", ",").split(",")


def card(page: Page, words: str | re.Pattern[str]) -> Locator:
    """How far a run is, as its card says."""
    return page.get_by_test_id("stProgress").filter(has_text=words)


def standing(page: Page, word: str) -> Locator:
    """The heads of the cards of runs that stand so."""
    heads = re.compile(rf"(network|Ordinary|Equivariant)\s+{word} · learning rate [\d.]+\s*$")
    return page.get_by_test_id("stMarkdown").filter(has_text=heads)


def begin(page: Page) -> None:
    button(page, "Start").click()
    expect(page.get_by_test_id("stProgress").first).to_be_visible(timeout=SECONDS)


def trains(page: Page) -> None:
    expect(card(page, re.compile(r"step [1-9][\d,]* of [\d,]+ · .*examples/s")).first).to_be_visible(timeout=SECONDS)


def said(page: Page) -> list[float]:
    """The places of a page's runs in the queue; infinity for those that train."""
    texts = page.get_by_test_id("stProgress").all_inner_texts()
    places = [(re.search(r"place (\d+) in the queue", text), re.search(r"step [\d,]+ of", text)) for text in texts]
    return [float(place[1]) if place else math.inf for place, trains in places if place or trains]


def end(lab: Lab, page: Page) -> None:
    button(page, "Cancel").click()
    expect(standing(page, "Cancelled")).to_have_count(len(names(page)), timeout=SECONDS)
    assert all(lab.store.get(name).status().state is State.CANCELLED for name in names(page))


def test_runs_are_seen_to_their_end_and_its_networks_open_beside_the_shipped_ones(chromium: Browser, lab: Lab) -> None:
    with visit(chromium, lab.page(**STRIPES)) as page:
        begin(page)
        pictures = page.get_by_text(re.compile("From left to right: given, ordinary, equivariant, truth; "))
        expect(pictures).to_be_visible(timeout=SECONDS)
        expect(page.get_by_test_id("stVegaLiteChart")).to_have_count(2, timeout=SECONDS)
        expect(page.get_by_role("heading", name="How it went")).to_be_visible(timeout=SECONDS)
        expect(standing(page, "Finished")).to_have_count(2)
        expect(page.get_by_test_id("stDataFrame")).to_have_count(1)
        expect(page.get_by_text("What to notice.")).to_be_visible()
        trained = names(page)
        assert [lab.store.get(name).status().state for name in trained] == [State.FINISHED] * 2
        page.get_by_role("link", name="Open in the rotation page").click()
        page.wait_for_url(re.compile(r"/rotation\?.*rot_local="), timeout=SECONDS)
        expect(page.get_by_test_id("rotor")).to_be_visible(timeout=SECONDS)
        settle(page)
        shown = page.locator("figure[data-arm]").evaluate_all("all => all.map(e => e.dataset.arm)")
        assert set(shown) >= {"ordinary", "equivariant", *(f"local-{name}" for name in trained)}


def test_a_closed_browser_stops_nothing_and_orders_are_obeyed(chromium: Browser, lab: Lab) -> None:
    with visit(chromium, lab.page(**ENDLESS)) as page:
        begin(page)
        trains(page)
        address, run = page.url, lab.only_run(page)
    before = run.status().step
    assert run.status().state is State.RUNNING
    with visit(chromium, address) as page:
        assert names(page) == [run.id]
        trains(page)
        page.wait_for_function(
            "before => { const found = /step ([0-9,]+) of/.exec(document.body.innerText);"
            " return found && Number(found[1].replaceAll(',', '')) > before }",
            arg=before,
            timeout=SECONDS,
        )
        button(page, "Pause").click()
        expect(standing(page, "Paused")).to_be_visible(timeout=SECONDS)
        expect(button(page, "Continue")).to_be_visible(timeout=SECONDS)
        paused = run.status()
        assert paused.state is State.PAUSED
        button(page, "Continue").click()
        expect(standing(page, "Running")).to_be_visible(timeout=SECONDS)
        trains(page)
        end(lab, page)
        assert run.status().step >= paused.step > before


def test_two_visitors_who_start_at_once_get_their_own_runs_and_places(chromium: Browser, lab: Lab) -> None:
    endless = {**STRIPES, "train_steps": "20000"}
    with visit(chromium, lab.page(**endless)) as one, visit(chromium, lab.page(**endless)) as two:
        for page in (one, two):
            button(page, "Start").click()
        assert len({*names(one), *names(two)}) == 4, "everyone has runs of his own"
        training = min(embedded_plan().workers, 4)
        deadline = time.monotonic() + SECONDS / 1000
        while (told := sorted(said(one) + said(two))) != [*range(1, 5 - training), *[math.inf] * training]:
            assert time.monotonic() < deadline, told
            one.wait_for_timeout(100)
        end(lab, one)
        trains(two)
        end(lab, two)


def test_nothing_is_deleted_before_a_question_is_answered(chromium: Browser, lab: Lab) -> None:
    with visit(chromium, lab.page(**POINTS, train_steps="20")) as page:
        begin(page)
        expect(page.get_by_role("heading", name="How it went")).to_be_visible(timeout=SECONDS)
        run = lab.only_run(page)
    with visit(chromium, lab.page("runs", runs_recipe="Points in two classes", runs_state="has a network")) as page:
        table = page.get_by_test_id("stDataFrame")
        expect(table).to_be_visible(timeout=SECONDS)
        # The table is painted on a canvas: the box of the first row lies below that of the header.
        table.click(position={"x": 16, "y": 52})
        button(page, "Delete …").click()
        question = page.get_by_role("dialog")
        expect(question).to_contain_text("Delete for good?", timeout=SECONDS)
        expect(question).to_contain_text("20 steps")
        question.get_by_role("button", name="Keep").click()
        expect(question).to_have_count(0, timeout=SECONDS)
        assert run.status().state is State.FINISHED
        button(page, "Delete …").click()
        question.get_by_role("button", name="Delete it").click()
        expect(question).to_have_count(0, timeout=SECONDS)
        settle(page)
        expect(page.get_by_text(re.compile("None of the|No network was"))).to_be_visible(timeout=SECONDS)
        assert run.id not in [one.id for one in lab.store.runs()]


@pytest.fixture(scope="module")
def pair(laboratory: Lab) -> tuple[Run, Run]:
    """Two runs that are over."""
    folder = laboratory.store.folder
    return make_run(folder, "stripes", arm="ordinary"), make_run(folder, "stripes", arm="equivariant", group="C4")


@pytest.mark.parametrize(("name", "theme"), [("train", "light"), ("runs", "dark")])
def test_the_pages_fit_on_a_phone_and_follow_the_theme(
    chromium: Browser, lab: Lab, pair: tuple[Run, Run], name: str, theme: str
) -> None:
    choices = {"train_runs": ",".join(run.id for run in pair)} if name == "train" else {}
    with visit(chromium, lab.page(name, **choices), width=390, height=844, theme=theme) as page:
        expect(page.get_by_role("heading", level=1)).to_be_visible(timeout=SECONDS)
        expect(page.get_by_test_id("stDataFrame")).to_be_visible(timeout=SECONDS)
        settle(page)
        for part in ("document.documentElement", "document.querySelector('[data-testid=stMain]')"):
            assert page.evaluate(f"{part}.scrollWidth - {part}.clientWidth") <= 0
        for now in themes(page, theme):
            background = pixels(page.locator("[data-testid=stMain]"))[-2, -2].mean()
            assert background < 60 if now == "dark" else background > 200
