"""The rotation page as one file: without a network it turns, adds noise and finds the numbers of the package."""

import dataclasses
import functools
import http.server
import math
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Browser, Page, expect

from structviz.figures.pixels import coloured
from structviz.provenance import read_notes, stamp
from structviz.studies.rotation import Comparison, compare
from structviz.ui.browser.standalone import Link
from structviz.ui.kit.exports import record_of_choice
from structviz.ui.pages.rotation.choice import RotationChoice
from structviz.ui.pages.rotation.exports import digests
from structviz.ui.pages.rotation.results import loaded_networks
from structviz.ui.pages.rotation.take_home import MOST_BYTES, take_home
from tests.e2e.axe import violations
from tests.e2e.film_pages import SECONDS
from tests.e2e.quiet import quiet

pytestmark = pytest.mark.browser

CHOICE = RotationChoice(
    source="camera", size=64, angle=40, level=0.1, seed=3, arms=("ordinary", "equivariant", "symmetrised")
)
AREA = "canvas => Array.from(canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data)"


def computed(**change: Any) -> Comparison:
    """What the package makes of the choice, with other values of some controls."""
    choice = dataclasses.replace(CHOICE, **change)
    nets = {arm: network.net for arm, network in loaded_networks(choice).items()}
    return compare(nets, choice.image, math.radians(choice.angle), choice.noise, choice.level, choice.seed)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the file, as the button gives it."""
    made = take_home(CHOICE, computed(), Link("http://room:8501/rotation?a=1&b=2", "Back"))
    place = tmp_path_factory.mktemp("home") / "rotation.html"
    place.write_bytes(stamp(made, place.name, record_of_choice(CHOICE, digests(CHOICE))))
    return place.parent


@contextmanager
def opened(
    browser: Browser, address: str, *, offline: bool = True, without: str = "", init: str = "", **options: Any
) -> Iterator[Page]:
    """A page that must log no error and ask for nothing but itself, and workers that it makes."""
    options |= {"reduced_motion": "reduce", "offline": offline}
    with quiet(browser, lambda url: url == address or url.startswith("blob:"), **options) as page:
        if without:
            page.add_init_script(f"delete globalThis.{without}")
        if init:
            page.add_init_script(init)
        page.goto(address)
        yield page


@contextmanager
def static_server(folder: Path) -> Iterator[str]:
    """The address at which the files of a folder are served, by a server that knows nothing else."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, format: str, *args: Any) -> None:
            del format, args

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=folder)) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def numbers(page: Page) -> dict[str, tuple[float, float]]:
    """PSNR and SSIM below each picture."""
    found = {}
    for arm in ("noisy", *CHOICE.arms):
        figure = page.locator(f"figure[data-arm={arm}]")
        psnr = re.fullmatch(r"(.+) dB", figure.locator(".number").inner_text())
        ssim = re.fullmatch(r"SSIM (.+)", figure.locator(".detail").inner_text())
        assert psnr
        assert ssim
        found[arm] = float(psnr[1]), float(ssim[1])
    return found


def check(page: Page, expected: Comparison) -> None:
    """Numbers and pixels are those of the package: within the tolerances of the engine, and the rounding shown."""
    of_arms = {"noisy": expected.noisy[-1], **{arm: shown[-1] for arm, shown in expected.arms.items()}}
    for arm, (psnr, ssim) in numbers(page).items():
        assert abs(psnr - of_arms[arm].psnr) <= 0.02 + 0.05, arm
        assert abs(ssim - of_arms[arm].ssim) <= 0.001 + 0.0005, arm
        drawn = np.array(page.locator(f"figure[data-arm={arm}] .picture").evaluate(AREA)).reshape(64, 64, 4)
        there = coloured(of_arms[arm].image[0, 0], "grey", expected.mask)
        assert np.abs(drawn[there[..., 3] > 0] - there[there[..., 3] > 0].astype(int)).max() <= 1, arm


def changing(page: Page, act: Callable[[], object]) -> None:
    """Do something, and wait until the noisy picture is another one."""
    picture = page.locator("figure[data-arm=noisy] .picture")
    before = picture.evaluate("canvas => canvas.toDataURL()")
    act()
    page.wait_for_function(
        "before => document.querySelector('figure[data-arm=noisy] .picture').toDataURL() !== before", arg=before
    )


def go(page: Page, level: str, keys: int) -> None:
    """Turn by steps of 5° and move the noise, and wait until the page shows it."""
    rotor = page.get_by_test_id("rotor")
    for _ in range(keys):
        page.get_by_test_id("rotor-dial").press("ArrowRight")
    expect(rotor).to_have_attribute("data-exact", "false")
    expect(rotor).to_have_attribute("data-drawn", str(CHOICE.angle + 5 * keys), timeout=SECONDS)
    changing(page, lambda: page.get_by_test_id("rotor-level").fill(level))


@pytest.mark.parametrize(
    ("where", "width", "theme", "without"),
    [("file", 390, "light", ""), ("server", 1280, "dark", ""), ("file", 1280, "light", "Worker")],
)
def test_the_file_computes_what_the_package_does(
    chromium: Browser, axe: str, folder: Path, where: str, width: int, theme: Any, without: str
) -> None:
    with static_server(folder) as server:
        address = f"{server}/rotation.html" if where == "server" else (folder / "rotation.html").as_uri()
        size = {"viewport": {"width": width, "height": 900}, "color_scheme": theme}
        with opened(chromium, address, offline=where == "file", without=without, **size) as page:
            rotor = page.locator("[data-testid=rotor][data-exact=true][data-ready=true]")
            rotor.wait_for(timeout=SECONDS)
            check(page, computed())
            assert violations(page, axe) == []
            go(page, "0.35", 3)
            check(page, computed(angle=55, level=0.35))
            assert violations(page, axe) == [], "pale words can be read"
            changing(page, page.get_by_test_id("rotor-seed").click)
            check(page, computed(angle=55, level=0.35, seed=4))
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
            expect(page.locator(".follows").last).to_have_css("opacity", "0.66")
            page.get_by_role("button", name="Show that again").click()
            rotor.wait_for(timeout=SECONDS)
            expect(page.locator(".follows").last).to_have_css("opacity", "1")
            expect(page.get_by_role("button", name="Show that again")).to_be_hidden()
            check(page, computed())


def test_the_file_says_what_it_shows_what_made_it_and_where_it_comes_from(chromium: Browser, folder: Path) -> None:
    content = (folder / "rotation.html").read_bytes()
    assert len(content) < MOST_BYTES
    notes = read_notes(content, "rotation.html")
    assert notes["seed"] == 3
    assert notes["settings"]["level"] == 0.1
    assert set(notes["networks"]) == {"images/ordinary-small", "images/equivariant-c4-small"}
    with opened(chromium, (folder / "rotation.html").as_uri()) as page:
        expect(page.locator(".about")).to_contain_text("At 40°, with noise 0.10 (Gaussian, seed 3):")
        found = computed()
        gain = found.arms["equivariant"][-1].psnr - found.arms["ordinary"][-1].psnr
        shown = page.locator(".key strong").inner_text().removesuffix(" dB").replace("−", "-")
        assert abs(float(shown) - gain) <= 0.1
        assert page.get_by_role("link", name="Back").get_attribute("href") == "http://room:8501/rotation?a=1&b=2"
        page.locator(".made summary").click()
        expect(page.locator(".made pre")).to_contain_text(notes["networks"]["images/ordinary-small"])
        expect(page.locator(".made pre")).to_contain_text("@article{celledoni2021structure")
