"""The notation page in a browser: arrows that are dragged, training, and numbers that are those of the study."""

import re
from collections.abc import Iterator
from urllib.parse import parse_qs, urlparse

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from structviz import data
from structviz.studies.notation import PlaneNetwork
from tests.e2e.conftest import settle, visit
from tests.waiting import until

pytestmark = pytest.mark.browser


@pytest.fixture
def page(chromium: Browser, server: str) -> Iterator[Page]:
    with visit(chromium, f"{server}/notation", 1280, 900) as opened:
        expect(opened.locator(".notation svg").first).to_be_visible(timeout=60_000)
        yield opened


@pytest.fixture(scope="module")
def at_rest(chromium: Browser, server: str) -> Iterator[Page]:
    """One visit for all tests that change nothing."""
    with visit(chromium, f"{server}/notation", 1280, 900) as opened:
        expect(opened.locator(".notation svg").first).to_be_visible(timeout=60_000)
        yield opened


def numbers(page: Page) -> list[float]:
    return [float(page.locator(f".notation .{name}").inner_text()) for name in ("loss", "regulariser", "total")]


def expected(net: PlaneNetwork) -> list[float]:
    """Loss, regulariser and total, as the study has them."""
    loss, regulariser = net.loss(*data.toy("xor", 200)).item(), net.regulariser(0.001).item()
    return [loss, regulariser, loss + regulariser]


def weights(page: Page) -> str:
    return parse_qs(urlparse(page.url).query)["notation_theta"][0]


def drag(page: Page, handle: Locator, dx: float, dy: float) -> None:
    box = handle.bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + dx / 2, y + dy / 2)
    page.mouse.move(x + dx, y + dy)
    page.mouse.up()


def test_the_numbers_are_those_of_the_study(at_rest: Page) -> None:
    assert numbers(at_rest) == pytest.approx(expected(PlaneNetwork.parse("0.9,0.6,-0.4,0.8,0.2,0.1")), abs=6e-5)


def test_dragging_a_column_of_a_moves_points_at_once_and_the_address_afterwards(page: Page) -> None:
    before = page.locator(".plane .points").nth(2).get_attribute("d")
    loss = numbers(page)[0]
    drag(page, page.get_by_label("First column of A"), 40, 30)
    assert page.locator(".plane .points").nth(2).get_attribute("d") != before
    assert numbers(page)[0] != loss
    page.wait_for_url(re.compile("notation_theta="))
    settle(page)
    net = PlaneNetwork.parse(weights(page))
    assert net.A[0, 0, 0] > 0.9
    assert net.A[0, 1, 0] < -0.4
    assert net.A[0, :, 1].tolist() == pytest.approx([0.6, 0.8])
    assert numbers(page) == pytest.approx(expected(net), abs=6e-5)


def test_one_step_is_that_of_the_study_and_training_goes_on_downhill(page: Page) -> None:
    points, labels = data.toy("xor", 200)
    net = PlaneNetwork.parse("0.9,0.6,-0.4,0.8,0.2,0.1")
    page.get_by_role("button", name="One gradient step").click()
    total = expected(net.gradient_step(lambda net: net.loss(points, labels) + net.regulariser(0.001), 0.5))[2]
    assert numbers(page)[2] == pytest.approx(total, abs=6e-5)
    page.get_by_role("button", name="Train", exact=True).click()
    expect(page.get_by_role("button", name="Stop")).to_be_visible()
    until(lambda: numbers(page)[2] < total - 0.01, "training lowers the total", pause=0.1)
    page.get_by_role("button", name="Stop").click()
    page.wait_for_url(re.compile("notation_theta="))


def test_keys_move_an_arrow_and_layers_come_and_go(page: Page) -> None:
    page.get_by_label("b, where the origin goes").press("ArrowRight")
    page.get_by_role("button", name="Add a layer").click()
    page.wait_for_url(re.compile("notation_theta=.*%3B|notation_theta=.*;"))
    assert weights(page) == "0.9,0.6,-0.4,0.8,0.25,0.1;1,0,0,1,0,0"
    expect(page.get_by_role("button", name="Layer 2")).to_have_attribute("aria-pressed", "true")
    page.get_by_role("button", name="Remove the last").click()
    expect(page.get_by_role("button", name="Layer 2")).to_have_count(0)


def test_the_pictures_stand_in_the_first_screen(at_rest: Page) -> None:
    for panel in at_rest.locator(".notation .plane svg").all():
        box = panel.bounding_box()
        assert box is not None
        assert box["y"] + box["height"] < 900


def test_a_symbol_and_its_picture_light_up_together(at_rest: Page) -> None:
    at_rest.locator(".formula [data-part=b]").hover()
    expect(at_rest.locator("figure[data-part=b]")).to_have_class(re.compile("lit"))
    at_rest.locator("figure[data-part=sigma] svg").hover(position={"x": 5, "y": 5})
    expect(at_rest.locator(".formula [data-part=sigma]")).to_have_class(re.compile("lit"))
    expect(at_rest.locator("figure[data-part=b]")).not_to_have_class(re.compile("lit"))
