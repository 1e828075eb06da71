"""The stripes turn once by themselves, so that one sees the ordinary network collapse; any touch stops them."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import settle, visit

pytestmark = pytest.mark.browser

SECONDS = 60_000
BETWEEN = re.compile(r"^([5-9]|[1-7]\d|8[0-5])$")
"""Degrees on the way from 0 to 90, neither of them included."""


_WATCH = """() => {
    const seen = (window.seenTurn = []);
    const found = (root) => {
        for (const element of root.querySelectorAll("*")) {
            if (element.matches("[data-testid=rotor]")) return element;
            const inside = element.shadowRoot && found(element.shadowRoot);
            if (inside) return inside;
        }
    };
    let rotor;
    const look = () => {
        requestAnimationFrame(look);
        rotor = rotor?.isConnected ? rotor : found(document);
        const number = rotor?.querySelector("figure[data-arm=ordinary] .number")?.textContent;
        const degrees = rotor?.dataset.degrees;
        if (number?.endsWith("dB") && degrees !== seen.at(-1)?.[0]) seen.push([degrees, number]);
    };
    look();
}"""


_TAP = """(element) => {
    // As fast as a finger can be: nothing comes between the two.
    element.dispatchEvent(new PointerEvent("pointerdown", { bubbles: true, composed: true }));
    element.click();
}"""


def psnr(page: Page, arm: str) -> float:
    return float(page.locator(f"figure[data-arm={arm}] .number").inner_text().split()[0])


def test_the_stripes_turn_once_and_the_ordinary_network_collapses(chromium: Browser, server: str) -> None:
    with visit(chromium, server) as page:
        page.add_init_script(f"({_WATCH})()")
        page.goto(f"{server}/rotation")
        rotor = page.get_by_test_id("rotor")
        expect(rotor).to_have_attribute("data-degrees", "90", timeout=SECONDS)
        seen = [(int(degrees), float(number.split()[0])) for degrees, number in page.evaluate("seenTurn")]
        angles = [degrees for degrees, _ in seen]
        assert angles == sorted(set(angles))
        assert (angles[0], angles[-1]) == (0, 90)
        assert len(angles) > 9, "one sees it turn"
        assert seen[0][1] - seen[-1][1] > 15
        settle(page)
        assert psnr(page, "equivariant") > 25
        expect(page.get_by_role("slider", name="Turned by")).to_have_value("90")
        number = page.locator(".st-key-key_number [data-testid=stMetricValue]")
        expect(number).to_have_text(re.compile(r"^\+2\d\.\d dB$"))
        # Not again: neither after a run of the page nor after another page.
        page.get_by_role("button", name="Wide stripes").first.click()
        expect(rotor).to_have_attribute("data-degrees", "0")
        page.get_by_role("link", name="Notation").first.click()
        page.wait_for_url("**/notation")
        settle(page)
        page.get_by_role("link", name="Rotation").first.click()
        page.wait_for_url("**/rotation")
        settle(page)
        expect(page.locator("[data-testid=rotor][data-ready=true]")).to_be_visible(timeout=SECONDS)
        page.wait_for_timeout(3000)
        expect(rotor).to_have_attribute("data-degrees", "0")


def test_the_patient_lies_as_in_training_and_then_turns(chromium: Browser, server: str) -> None:
    with visit(chromium, f"{server}/ct") as page:
        rotor = page.get_by_test_id("rotor")
        expect(rotor).to_have_attribute("data-degrees", "0", timeout=SECONDS)
        # While the picture is ahead of the number, the number is pale.
        expect(page.locator("html")).to_have_attribute("data-ahead", "", timeout=SECONDS)
        expect(page.locator(".st-key-key_number")).not_to_have_css("opacity", "1")
        expect(rotor).to_have_attribute("data-degrees", "90", timeout=SECONDS)
        settle(page)
        expect(page.locator(".st-key-key_number")).to_have_css("opacity", "1", timeout=SECONDS)
        number = page.locator(".st-key-key_number [data-testid=stMetricValue]")
        expect(number).to_have_text(re.compile(r"^\+[1-9]\.\d dB$"), timeout=SECONDS)
        expect(page.locator(".st-key-notice")).to_contain_text("quarter turn of the object")


def test_a_touch_anywhere_stops_them_where_they_are(chromium: Browser, server: str) -> None:
    with visit(chromium, f"{server}/rotation") as page:
        rotor = page.get_by_test_id("rotor")
        expect(rotor).to_have_attribute("data-degrees", BETWEEN, timeout=SECONDS)
        page.get_by_role("heading", name="Turn the image").click()
        stopped = rotor.get_attribute("data-degrees") or ""
        assert BETWEEN.match(stopped)
        settle(page)
        page.wait_for_timeout(2000)
        expect(rotor).to_have_attribute("data-degrees", stopped)
        expect(page.get_by_role("slider", name="Turned by")).to_have_value(stopped)


def test_a_preset_that_stops_them_is_what_comes(chromium: Browser, server: str) -> None:
    with visit(chromium, f"{server}/rotation") as page:
        rotor = page.get_by_test_id("rotor")
        expect(rotor).to_have_attribute("data-degrees", BETWEEN, timeout=SECONDS)
        page.get_by_role("button", name="Where equivariance loses").first.evaluate(_TAP)
        expect(rotor).to_have_attribute("data-degrees", "180", timeout=SECONDS)
        settle(page)
        page.wait_for_timeout(1000)
        expect(rotor).to_have_attribute("data-degrees", "180")
        expect(page.get_by_role("slider", name="Turned by")).to_have_value("180")


def test_a_click_that_stops_them_and_leads_to_another_page_arrives(chromium: Browser, server: str) -> None:
    with visit(chromium, f"{server}/rotation") as page:
        expect(page.get_by_test_id("rotor")).to_have_attribute("data-degrees", BETWEEN, timeout=SECONDS)
        page.get_by_role("link", name="Notation").first.evaluate(_TAP)
        page.wait_for_url("**/notation")
        settle(page)


def test_who_wants_less_motion_gets_a_button_that_goes_there(chromium: Browser, server: str) -> None:
    with visit(chromium, server) as page:
        page.emulate_media(reduced_motion="reduce")
        page.goto(f"{server}/rotation")
        expect(page.locator("[data-testid=rotor][data-ready=true]")).to_be_visible(timeout=SECONDS)
        page.wait_for_timeout(2000)
        rotor, jump = page.get_by_test_id("rotor"), page.get_by_test_id("rotor-jump")
        expect(rotor).to_have_attribute("data-degrees", "0")
        jump.click()
        expect(rotor).to_have_attribute("data-degrees", "90")
        expect(jump).to_be_hidden()
        settle(page)
        assert psnr(page, "ordinary") < 10


def test_a_link_that_asks_for_something_else_is_left_as_it_is(chromium: Browser, server: str) -> None:
    with visit(chromium, f"{server}/rotation?rot_level=0.3") as page:
        expect(page.locator("[data-testid=rotor][data-ready=true]")).to_be_visible(timeout=SECONDS)
        page.wait_for_timeout(3000)
        expect(page.get_by_test_id("rotor")).to_have_attribute("data-degrees", "0")
