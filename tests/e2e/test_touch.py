"""A finger on every picture: up and down scrolls the page, sideways is the picture's, handles take the finger whole."""

from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.e2e.conftest import settle
from tests.e2e.first_screens import open_sections
from tests.e2e.touch import Finger, phone, scrolled

pytestmark = pytest.mark.browser

SECONDS = 60_000

BESIDE = (0.15, 0.85)
"""A place on a picture, in shares of its sides, where no handle lies."""

LARGE = 100
"""Pixels from which a drawing is a picture, rather than a sign on a button."""

PAGES = {
    "": 0,
    "notation": 4,
    "rotation": 5,
    "ct": 8,
    "flow?flow_preset=none&flow_set=moons&flow_compare=width": 2,
    "train": 0,
    "runs": 0,
}
"""Addresses, with the least number of pictures that must be there for the test to say something."""

SECTIONS = {
    "stability": (3, 2),
    "invertibility": (2, 2),
    "optimal_control": (1, 4),
    "manifolds": (2, 3),
    "robustness": (4, 4),
    "rotation?rot_angle=90": (5, 2),  # it does not turn by itself, which a finger would stop: the page would begin anew
    "ct?ct_angle=90": (8, 1),
    "flow": (1, 1),
}
"""Pages with sections that open, and the least numbers of pictures above and in them."""

DRAWN = "canvas:not(.lens), svg.curves, .plane > svg, img"


_IS_INSIDE = """(element) => {
    let place = element;
    while (place && !place.closest("details")) place = place.getRootNode().host;
    return Boolean(place);
}"""

_KIND = """(element) => {
    const chart = element.closest(".js-plotly-plot");
    const found = [element.tagName, chart ? [...document.querySelectorAll(".js-plotly-plot")].indexOf(chart) : ""];
    for (let place = element; place && found.length < 14; place = place.parentNode ?? place.host) {
        if (place instanceof Element) found.push(place.getAttribute("class"), getComputedStyle(place).touchAction);
    }
    return found.join(" ");
}"""
"""What decides what a finger does on a picture: those of a kind share code and styles; each chart is a kind."""


def pictures(page: Page) -> list[Locator]:
    """Everything drawn on the page that a finger can meet."""
    # A chart of Plotly is two drawings, one over the other: a finger meets both in the same place.
    drawn = page.locator("[data-testid=stMain] :is(canvas, svg:not(.main-svg ~ .main-svg), img)")
    return [
        element
        for element in drawn.all()
        if (box := element.bounding_box()) and min(box["width"], box["height"]) >= LARGE
    ]


def ends_of_kinds(all_of_them: list[Locator]) -> list[Locator]:
    """Of each kind of pictures the first and the last."""
    kinds: dict[str, list[Locator]] = {}
    for picture in all_of_them:
        kinds.setdefault(picture.evaluate(_KIND), []).append(picture)
    return [one for found in kinds.values() for one in (found[0], found[-1])[: len(found)]]


@pytest.mark.parametrize("address", PAGES)
def test_a_finger_that_goes_up_or_down_scrolls_on_every_picture(chromium: Browser, server: str, address: str) -> None:
    with phone(chromium, f"{server}/{address}") as page:
        if PAGES[address]:
            expect(page.locator(f"[data-testid=stMain] :is({DRAWN})").nth(PAGES[address] - 1)).to_be_visible(
                timeout=SECONDS
            )
            settle(page)
        found = pictures(page)
        assert len(found) >= PAGES[address]
        check_scrolling(page, found)


@pytest.mark.parametrize("address", SECTIONS)
def test_it_scrolls_on_the_pictures_of_sections_too(chromium: Browser, server: str, address: str) -> None:
    with phone(chromium, f"{server}/{address}") as page:
        expect(page.locator("[data-testid=stMain] details").first).to_be_visible(timeout=SECONDS)
        settle(page)
        while open_sections(page):
            page.wait_for_timeout(500)
            settle(page)
        n_above, n_inside = SECTIONS[address]
        inside = f"[data-testid=stMain] details :is({DRAWN}, .js-plotly-plot svg)"
        expect(page.locator(inside).nth(n_inside - 1)).to_be_visible(timeout=SECONDS)
        settle(page)
        above, within = list[Locator](), list[Locator]()
        for picture in pictures(page):
            (within if picture.evaluate(_IS_INSIDE) else above).append(picture)
        assert len(above) >= n_above
        assert len(within) >= n_inside
        check_scrolling(page, [*above, *ends_of_kinds(within)])


def check_scrolling(page: Page, found: list[Locator]) -> None:
    """A finger that goes up or down on these pictures scrolls the page."""
    finger = Finger(page)
    for picture in found:
        before = middle(picture)
        finger.swipe(picture, 0, 120 if before > 200 else -120, BESIDE)
        page.wait_for_timeout(100)
        assert abs(scrolled(page) - before) > 60, picture.evaluate("element => element.outerHTML.slice(0, 120)")


def test_the_rotor_turns_sideways_and_round_and_stays_while_the_page_scrolls(chromium: Browser, server: str) -> None:
    with phone(chromium, f"{server}/rotation?rot_source=stripes&rot_angle=90") as page:
        expect(page.locator("[data-testid=rotor][data-ready=true][data-exact=true]")).to_be_visible(timeout=SECONDS)
        rotor, finger = page.get_by_test_id("rotor"), Finger(page)
        frame = rotor.locator("figure[data-arm=ordinary] .frame")
        width = middle(frame) and (frame.bounding_box() or {})["width"]

        finger.swipe(frame, 0, -100)
        expect(rotor).to_have_attribute("data-degrees", "90")
        middle(frame)
        # From the left over the centre by half the picture: clockwise by a quarter turn.
        finger.swipe(frame, width / 2, 10, (0.25, 0.5))
        expect(rotor).to_have_attribute("data-degrees", "0")
        # The page answers before the next drag: it may move what stands below its sentences.
        page.wait_for_timeout(1000)
        settle(page)
        expect(page.locator("[data-testid=rotor][data-exact=true]")).to_be_visible(timeout=SECONDS)
        middle(frame)
        # Round the centre, from the top to the right side: clockwise by another quarter turn.
        box = frame.bounding_box()
        assert box is not None
        x, y, radius = box["x"] + width / 2, box["y"] + width / 2, 0.4 * width
        finger.follow((x, y - radius), (x + 0.7 * radius, y - 0.7 * radius), (x + radius, y))
        expect(rotor).to_have_attribute("data-degrees", "270")
        assert address(page, "rot_angle", "270")

        # The dial is a handle: it turns in every direction, and the page stays.
        before = middle(page.get_by_test_id("rotor-dial"))
        finger.swipe(page.get_by_test_id("rotor-dial"), 0, -20, (0.9, 0.5))
        assert scrolled(page) == before
        assert rotor.get_attribute("data-degrees") != "270"


def test_a_curve_of_the_rotor_is_sought_sideways_alone(chromium: Browser, server: str) -> None:
    with phone(chromium, f"{server}/rotation?rot_source=stripes&rot_angle=90") as page:
        expect(page.locator("[data-testid=rotor][data-ready=true][data-exact=true]")).to_be_visible(timeout=SECONDS)
        rotor, finger, curves = page.get_by_test_id("rotor"), Finger(page), page.get_by_test_id("rotor-curves")
        middle(curves)
        finger.swipe(curves, 0, -100, (0.9, 0.5))
        expect(rotor).to_have_attribute("data-degrees", "90")
        middle(curves)
        finger.swipe(curves, 60, 0, (0.6, 0.5))
        assert float(rotor.get_attribute("data-degrees") or 0) > 200


def test_slices_move_sideways_and_an_end_of_the_line_is_a_handle(chromium: Browser, server: str) -> None:
    with phone(chromium, f"{server}/ct?ct_angle=90") as page:
        expect(page.locator("[data-arm=truth] canvas.slice")).to_be_visible(timeout=SECONDS)
        settle(page)
        viewer, finger = page.get_by_test_id("viewer"), Finger(page)

        def seen() -> dict:
            return viewer.evaluate("root => ({ ...root.structvizViewer.view })")

        opened = seen()
        for kind in ("whole", "close"):
            picture = page.locator(f"[data-arm=truth] .{kind}")
            middle(picture)
            finger.swipe(picture, 0, -100)
            assert seen() == opened
            middle(picture)
            width = (picture.bounding_box() or {})["width"]
            finger.swipe(picture, -60, 5)
            # A slice takes the zoom along; a zoom takes the picture along, so that it moves the other way, and less.
            there = 0.5 - 60 / width if kind == "whole" else opened["column"] + 60 / width * opened["zoom"]
            assert seen()["column"] == pytest.approx(there, abs=0.03)
            viewer.evaluate("(root, view) => root.structvizViewer.change(view)", opened)
        viewer.evaluate("root => root.structvizViewer.change({ profile: [0.5, 0.2, 0.5, 0.8] })")
        whole = page.locator("[data-arm=truth] .whole")
        before = middle(whole)
        finger.swipe(whole, 0, -60, (0.8, 0.5))
        assert scrolled(page) == before
        assert seen()["profile"][:2] == [0.5, 0.2]
        assert seen()["profile"][2] < 0.3


def test_a_film_in_space_turns_sideways_and_a_tap_plays_or_pauses(chromium: Browser, server: str) -> None:
    with phone(chromium, f"{server}/flow?flow_preset=none&flow_set=moons&flow_compare=width") as page:
        space, flat, player = page.locator("canvas.space"), page.locator("canvas.flat"), page.get_by_test_id("player")
        expect(space).to_be_visible(timeout=SECONDS)
        settle(page)
        finger = Finger(page)
        if player.get_attribute("data-playing") == "true":
            middle(flat)
            finger.tap(flat)
        expect(player).to_have_attribute("data-playing", "false")

        def yaw() -> float:
            return player.evaluate("root => root.structvizPlayer.view.yaw")

        before = yaw()
        middle(space)
        finger.swipe(space, 0, -100)
        assert yaw() == before
        middle(space)
        finger.swipe(space, 100, 10)
        assert abs(yaw() - before) > 0.5
        expect(player).to_have_attribute("data-playing", "false")
        middle(space)
        finger.tap(space)
        expect(player).to_have_attribute("data-playing", "true")


def test_the_tip_of_an_arrow_is_a_handle_and_the_plane_beside_it_scrolls(chromium: Browser, server: str) -> None:
    with phone(chromium, f"{server}/notation") as page:
        handle = page.get_by_label("First column of A")
        expect(handle).to_be_visible(timeout=SECONDS)
        settle(page)
        finger = Finger(page)
        box = handle.bounding_box()
        assert box is not None
        assert min(box["width"], box["height"]) >= 40, "a finger finds it"
        said = handle.get_attribute("aria-valuetext")
        before = middle(handle)
        finger.swipe(handle, 0, -40)
        assert scrolled(page) == before
        assert handle.get_attribute("aria-valuetext") != said


def middle(element: Locator) -> float:
    """Scroll an element to the middle of the screen, and tell how far the page is scrolled then."""
    element.evaluate("element => element.scrollIntoView({ block: 'center', behavior: 'instant' })")
    return scrolled(element.page)


def address(page: Page, name: str, value: str) -> bool:
    """Whether the address comes to have a value."""
    page.wait_for_url(lambda url: parse_qs(urlsplit(url).query).get(name) == [value])
    return True
