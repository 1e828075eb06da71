"""The slices under a finger: pixels through the window, a zoom that moves in all columns, iterates, lines."""

import base64
import io
import math
import re
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest
from PIL import Image as PillowImage
from playwright.sync_api import Browser, Page, expect

from structviz.figures import colour_table
from tests.e2e.conftest import settle, themes, visit

pytestmark = pytest.mark.browser

ARMS = ("ordinary", "equivariant")
COLUMNS = (*ARMS, "truth")
SECONDS = 60_000


@pytest.fixture(scope="module")
def view(chromium: Browser, server: str) -> Iterator[Page]:
    """One visit for all tests of hands, each of which leaves the slices as it found them."""
    with visit(chromium, f"{server}/ct?ct_angle=90", height=900) as page:
        expect(page.locator("[data-arm=truth] canvas.slice")).to_be_visible(timeout=SECONDS)
        settle(page)
        yield page


def canvas(page: Page, column: str, kind: str = "slice") -> np.ndarray:
    """The pixels of a picture as the component drew them, (row, column, 3)."""
    url = page.locator(f"[data-arm={column}] canvas.{kind}").evaluate("canvas => canvas.toDataURL()")
    picture = PillowImage.open(io.BytesIO(base64.b64decode(url.partition(",")[2])))
    return np.asarray(picture.convert("RGB")).astype(int)


def values(page: Page, column: str) -> np.ndarray:
    """Attenuation of what a column shows."""
    script = """(root, name) => {
        const values = Float32Array.from(root.structvizViewer.values(name));
        return btoa(Array.from(new Uint8Array(values.buffer), (byte) => String.fromCharCode(byte)).join(""));
    }"""
    text = page.get_by_test_id("viewer").evaluate(script, column)
    return np.frombuffer(base64.b64decode(text), "<f4").astype(float).reshape(128, 128)


def state(page: Page) -> dict:
    return page.get_by_test_id("viewer").evaluate("root => root.structvizViewer.view")


def grey(numbers: np.ndarray, low: float, high: float) -> np.ndarray:
    return np.floor(255 * np.clip((numbers - low) / (high - low), 0, 1) + 0.5)


def box(page: Page, column: str) -> list[float]:
    """Left, top, width and height of the zoom, in sides of the image."""
    frame = page.locator(f"[data-arm={column}] .box")
    return [float(frame.get_attribute(name) or "nan") for name in ("x", "y", "width", "height")]


def printed(page: Page, column: str) -> str:
    """The numbers below a picture; each is tied to its name by a space that does not break."""
    return page.locator(f"[data-arm={column}] .printed").inner_text().replace("\xa0", " ")


def drag(page: Page, column: str, start: tuple[float, float], end: tuple[float, float], kind: str = "whole") -> None:
    """From one place to another, each as row and column in sides of the picture."""
    frame = page.locator(f"[data-arm={column}] .{kind}")
    frame.scroll_into_view_if_needed()
    around = frame.bounding_box()
    assert around is not None
    places = [(around["x"] + x * around["width"], around["y"] + y * around["height"]) for y, x in (start, end)]
    page.mouse.move(*places[0])
    page.mouse.down()
    page.mouse.move(*places[1], steps=4)
    page.mouse.up()


def address(page: Page) -> dict[str, float]:
    return {name: float(value) for name, value in re.findall(r"ct_(row|column|zoom|iterate)=([\d.]+)", page.url)}


def assert_zoom(page: Page, row: float, column: float) -> None:
    """All columns show the part around a place, and the pixels of it."""
    side = state(page)["zoom"]
    for name in COLUMNS:
        left, top, width, height = box(page, name)
        assert (width, height) == pytest.approx((side, side))
        assert (top + side / 2, left + side / 2) == pytest.approx((row, column), abs=0.01)
        whole, detail = canvas(page, name), canvas(page, name, "detail")
        size = len(detail)
        for i, j in ((0.2, 0.3), (0.5, 0.5), (0.8, 0.1), (0.1, 0.9)):
            source = whole[int((top + i * side) * 128), int((left + j * side) * 128)]
            around = detail[int(i * size) - 2 : int(i * size) + 3, int(j * size) - 2 : int(j * size) + 3]
            assert (np.abs(around - source).max(axis=2) <= 1).any(), (name, i, j)


def test_pixels_are_the_values_through_the_window(view: Page) -> None:
    for low, high, button in ((0.15, 0.27, "Soft tissue"), (0.0, 0.35, "Chest")):
        view.get_by_role("button", name=button).click()
        for column in COLUMNS:
            expected = grey(values(view, column), low, high)
            assert np.abs(canvas(view, column) - expected[..., None]).max() <= 1
            assert expected.std() > 20
    expect(view.get_by_role("button", name="Chest")).to_have_attribute("aria-pressed", "true")


def test_the_printed_figures_are_those_of_the_pixels(view: Page) -> None:
    truth = values(view, "truth")
    i, j = np.indices(truth.shape) - 63.5
    for arm in ARMS:
        shown = float(re.findall(r"([\d.]+) dB", printed(view, arm))[0])
        # The mask of the library keeps what stays inside while the object turns: the disc.
        error = ((values(view, arm) - truth)[i**2 + j**2 <= 63.5**2] ** 2).mean()
        assert shown == pytest.approx(10 * math.log10(0.5**2 / error), abs=0.15)
    assert printed(view, "truth") == ""
    lead = [float(re.findall(r"([\d.]+) dB", printed(view, arm))[0]) for arm in ARMS]
    assert lead[1] > lead[0] + 1


def test_a_drag_moves_the_zoom_in_all_columns_and_the_address_follows(view: Page) -> None:
    drag(view, "ordinary", (0.5, 0.6), (0.35, 0.3))
    assert_zoom(view, 0.35, 0.3)
    view.wait_for_url(re.compile("ct_row=0.3"), timeout=SECONDS)
    settle(view)
    assert (address(view)["row"], address(view)["column"]) == pytest.approx((0.35, 0.3), abs=0.01)
    assert_zoom(view, 0.35, 0.3)
    # On a zoom a finger takes the picture along.
    side = state(view)["zoom"]
    drag(view, "truth", (0.5, 0.5), (0.25, 0.75), "close")
    assert_zoom(view, 0.35 + 0.25 * side, 0.3 - 0.25 * side)
    view.locator("[data-arm=equivariant] .whole").press("ArrowLeft")
    assert_zoom(view, 0.35 + 0.25 * side, 0.28 - 0.25 * side)
    drag(view, "equivariant", (0.4, 0.4), (0.5, 0.61))
    expect(view).to_have_url(re.compile(r"^(?!.*ct_row=0\.[34])"), timeout=SECONDS)
    settle(view)


def test_the_zoom_stays_on_the_image(view: Page) -> None:
    drag(view, "truth", (0.5, 0.5), (0.01, 0.99))
    side = state(view)["zoom"]
    for name in COLUMNS:
        assert box(view, name) == pytest.approx([1 - side, 0, side, side])
    drag(view, "truth", (0.4, 0.4), (0.5, 0.61))


def test_the_scrubber_goes_through_the_iterates(view: Page) -> None:
    scrubber = view.get_by_role("slider", name="Iterate", exact=True)
    results = {arm: (printed(view, arm), values(view, arm)) for arm in ARMS}
    truth = values(view, "truth")
    seen = []
    for k in (0, 2, 4):
        scrubber.fill(str(k))
        expect(view.get_by_test_id("viewer")).to_have_attribute("data-iterate", str(k))
        expect(view.locator(".iterate-value")).to_have_text(f"step {k} of 5")
        for arm in ARMS:
            shown = float(re.findall(r"(-?[\d.]+) dB", printed(view, arm))[0])
            kept = view.get_by_test_id("viewer").evaluate(
                "(root, [name, k]) => root.structvizViewer.slices.stacks.find((p) => p.name === name).psnr[k]", [arm, k]
            )
            assert shown == pytest.approx(kept, abs=0.051)
            assert np.abs(canvas(view, arm) - grey(values(view, arm), 0, 0.35)[..., None]).max() <= 1
        seen.append([values(view, arm) for arm in ARMS])
        assert np.array_equal(values(view, "truth"), truth)
    assert all(not np.array_equal(one, other) for one, other in zip(seen[0], seen[2], strict=True))
    view.wait_for_url(re.compile("ct_iterate=4"), timeout=SECONDS)
    settle(view)
    expect(view.locator(".iterate-value")).to_have_text("step 4 of 5")
    scrubber.fill("5")
    expect(view.locator(".iterate-value")).to_have_text("result")
    for arm in ARMS:
        assert printed(view, arm) == results[arm][0]
        assert np.array_equal(values(view, arm), results[arm][1])
    expect(view).not_to_have_url(re.compile("ct_iterate"), timeout=SECONDS)
    settle(view)


def test_an_answer_that_comes_late_changes_nothing_under_the_hand(view: Page) -> None:
    # The page answers an earlier report while the next one waits, or while iterates play: the visitor's view counts.
    found = view.get_by_test_id("viewer").evaluate(
        """(root) => {
            const viewer = root.structvizViewer;
            const wish = (zoom) => ({ ...viewer.data, view: { ...viewer.data.view, zoom } });
            const answer = (zoom) => ({ data: wish(zoom), setStateValue: viewer.reports.setStateValue });
            const kept = viewer.view.zoom;
            const found = [];
            viewer.change({ iterate: 2 });
            viewer.update(answer(0.5));
            found.push([viewer.view.iterate, viewer.view.zoom === kept]);
            viewer.report();
            viewer.play();
            viewer.update(answer(0.4));
            found.push([viewer.view.iterate, viewer.view.zoom === kept]);
            viewer.stop();
            viewer.change({ iterate: null });
            return found;
        }"""
    )
    assert found == [[2, True], [0, True]]
    settle(view)


def test_iterates_play_and_stop(view: Page) -> None:
    button = view.get_by_role("button", name="Iterates")
    # In the browser, which is quicker than the way there and back: it stops at the second iterate.
    stopped = view.get_by_test_id("viewer").evaluate(
        """async (root) => {
            const button = root.querySelector(".play");
            button.click();
            const pressed = button.getAttribute("aria-pressed");
            while (root.dataset.iterate !== "1") await new Promise((done) => setTimeout(done, 20));
            button.click();
            return [pressed, button.getAttribute("aria-pressed"), root.structvizViewer.view.iterate];
        }"""
    )
    assert stopped == ["true", "false", 1]
    view.wait_for_timeout(800)
    assert state(view)["iterate"] == 1
    button.click()
    expect(view.locator(".iterate-value")).to_have_text("result", timeout=5000)
    expect(button).to_have_attribute("aria-pressed", "false")
    settle(view)


def test_who_wants_less_motion_gets_a_slower_change_of_iterates(view: Page) -> None:
    view.emulate_media(reduced_motion="reduce")
    # In milliseconds of the browser; without the wish, iterates change every 350.
    gap = view.get_by_test_id("viewer").evaluate(
        """async (root) => {
            const reaches = async (iterate) => {
                while (root.dataset.iterate !== iterate) await new Promise((done) => requestAnimationFrame(done));
                return performance.now();
            };
            root.querySelector(".play").click();
            const first = await reaches("1");
            const gap = (await reaches("2")) - first;
            root.querySelector(".play").click();
            root.structvizViewer.change({ iterate: null });
            return gap;
        }"""
    )
    view.emulate_media(reduced_motion="no-preference")
    assert gap > 800
    settle(view)


def test_differences_are_those_to_the_truth(view: Page) -> None:
    button = view.get_by_test_id("viewer").get_by_role("button", name="Differences")
    before = canvas(view, "truth")
    button.click()
    table = np.frombuffer(colour_table("difference"), dtype=np.uint8).reshape(-1, 3).astype(int)
    assert np.array_equal(canvas(view, "truth"), before), "the truth stays"
    for arm in ARMS:
        # Symmetric about zero, a quarter of the window to either side.
        share = np.clip(0.5 + (values(view, arm) - values(view, "truth")) / (2 * 0.35 / 4), 0, 1)
        expected = table[np.floor(255 * share + 0.5).astype(int)]
        assert (np.abs(canvas(view, arm) - expected).max(axis=2) <= 3).all()
        assert len(np.unique(canvas(view, arm).reshape(-1, 3), axis=0)) > 50
    view.wait_for_url(re.compile("ct_differences=true"), timeout=SECONDS)
    button.click()
    expect(button).to_have_attribute("aria-pressed", "false")
    expect(view).not_to_have_url(re.compile("ct_differences"), timeout=SECONDS)
    settle(view)


def test_a_profile_has_the_values_along_the_line(view: Page) -> None:
    button = view.get_by_role("button", name="Profile")
    chart = view.locator("svg.profile")
    expect(chart).to_be_hidden()
    button.click()
    expect(chart).to_be_visible()
    row, first, _, last = state(view)["profile"]
    drag(view, "truth", (row, last), (0.5, 0.85))
    drag(view, "truth", (row, first), (0.5, 0.2))
    line = state(view)["profile"]
    assert line == pytest.approx([0.5, 0.2, 0.5, 0.85], abs=0.01)
    curves = view.get_by_test_id("viewer").evaluate(
        "root => root.structvizViewer.curves.map(({ name, values }) => [name, Array.from(values)])"
    )
    assert [name for name, _ in curves] == list(COLUMNS)
    for name, found in curves:
        image = values(view, name)
        for k in (0, 60, 133, 199):
            y = (line[0] + k / 199 * (line[2] - line[0])) * 128 - 0.5
            x = (line[1] + k / 199 * (line[3] - line[1])) * 128 - 0.5
            top, left = math.floor(y), math.floor(x)
            corner = image[top : top + 2, left : left + 2]
            weights = np.outer([1 - (y - top), y - top], [1 - (x - left), x - left])
            assert found[k] == pytest.approx((corner * weights).sum(), abs=1e-5)
    expect(chart.locator("polyline")).to_have_count(3)
    length = f"{44 * math.hypot(line[2] - line[0], line[3] - line[1]):.1f}"
    words = "svg => [...svg.querySelectorAll('text')].map((text) => text.textContent)"
    assert length in chart.evaluate(words)
    view.get_by_role("button", name="HU").click()
    assert "HU" in chart.evaluate(words)
    assert view.locator(".level-value").inner_text().endswith("HU")
    view.get_by_role("button", name="1/cm").click()
    # The line is told to the server and survives its answer.
    view.wait_for_timeout(600)
    settle(view)
    assert state(view)["profile"] == pytest.approx(line, abs=1e-3)

    def is_told(url: str) -> bool:
        (told,) = parse_qs(urlsplit(url).query).get("ct_line", ["-1,-1,-1,-1"])
        return [float(end) for end in told.split(",")] == pytest.approx(line, abs=1e-3)

    view.wait_for_url(is_told, timeout=SECONDS)
    button.click()
    expect(chart).to_be_hidden()
    expect(view).not_to_have_url(re.compile("ct_line"), timeout=SECONDS)
    settle(view)


def test_an_address_brings_the_line_back(chromium: Browser, server: str) -> None:
    with visit(chromium, f"{server}/ct?ct_angle=90&ct_line=0.5,0.2,0.25,0.85") as page:
        expect(page.locator("svg.profile polyline")).to_have_count(3, timeout=SECONDS)
        assert state(page)["profile"] == [0.5, 0.2, 0.25, 0.85]


@pytest.mark.parametrize("width", [390, 1280])
def test_headings_of_the_violins_keep_clear_of_the_legend(chromium: Browser, server: str, width: int) -> None:
    with visit(chromium, f"{server}/ct?ct_sweep=true", width=width) as page:
        chart = page.locator(".stPlotlyChart")
        expect(chart.locator(".annotation-text")).to_have_count(2, timeout=SECONDS)
        settle(page)
        legend = chart.locator(".legend").bounding_box()
        assert legend is not None
        for heading in chart.locator(".annotation-text").all():
            around = heading.bounding_box()
            assert around is not None
            assert around["y"] >= legend["y"] + legend["height"]
        one, other = (words.bounding_box() for words in chart.locator(".xtitle, .x2title").all())
        assert one is not None
        assert other is not None
        assert one["x"] + one["width"] < other["x"]


def test_the_value_under_the_pointer_is_said_in_every_column(view: Page) -> None:
    frame = view.locator("[data-arm=ordinary] .whole")
    frame.scroll_into_view_if_needed()
    frame.hover()
    around = frame.bounding_box()
    assert around is not None
    view.mouse.move(around["x"] + 0.301 * around["width"], around["y"] + 0.401 * around["height"])
    for column in COLUMNS:
        said = view.locator(f"[data-arm={column}] .under").inner_text()
        expected = values(view, column)[int(0.401 * 128), int(0.301 * 128)]
        assert said == f"{expected:.3f}/cm here"


def test_fbp_and_tv_are_one_click_away(chromium: Browser, server: str) -> None:
    with visit(chromium, f"{server}/ct?ct_angle=0&ct_zoom=0.4&ct_iterate=1") as page:
        expect(page.locator("[data-arm=truth] canvas.slice")).to_be_visible(timeout=SECONDS)
        assert box(page, "truth")[2] == pytest.approx(0.4)
        page.get_by_role("button", name="FBP").click()
        expect(page.locator("[data-arm=fbp] canvas.slice")).to_be_visible(timeout=SECONDS)
        settle(page)
        expect(page.locator("[data-testid=viewer] figure")).to_have_count(4)
        assert state(page)["zoom"] == 0.4
        assert state(page)["iterate"] == 1
        assert np.abs(canvas(page, "fbp") - grey(values(page, "fbp"), 0, 0.35)[..., None]).max() <= 1


@pytest.mark.parametrize(("width", "theme"), [(390, "light"), (1280, "dark"), (1920, "light")])
def test_the_page_fits_and_follows_the_theme(chromium: Browser, server: str, width: int, theme: str) -> None:
    with visit(chromium, f"{server}/ct?ct_angle=90", width=width, height=900, theme=theme) as page:
        expect(page.locator("[data-arm=truth] canvas.slice")).to_be_visible(timeout=SECONDS)
        settle(page)
        for part in ("document.documentElement", "document.querySelector('[data-testid=stMain]')"):
            assert page.evaluate(f"{part}.scrollWidth - {part}.clientWidth") <= 0
        for column in COLUMNS:
            around = page.locator(f"[data-arm={column}] .whole").bounding_box()
            assert around is not None
            assert around["x"] >= 0
            assert around["x"] + around["width"] <= width
            assert around["width"] == pytest.approx(around["height"], abs=1)
        if width >= 1280:
            turning = page.get_by_test_id("rotor-pictures").locator("[data-arm=truth]").bounding_box()
            assert turning is not None
            assert turning["y"] + turning["height"] < 900, "the picture that turns is on the screen without scrolling"
        name = page.locator("[data-testid=viewer] [data-arm=truth] .name")
        for now in themes(page, theme):
            ink = re.compile(r"^rgb\((1[5-9]|2\d)\d" if now == "dark" else r"^rgb\(\d\d?,")
            expect(name).to_have_css("color", ink, timeout=SECONDS)
