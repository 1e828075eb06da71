"""The flow page in a browser: the film plays, its layers are the backend's, and training moves the picture."""

import json
import re
import time
from collections.abc import Iterator

import numpy as np
import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from structviz import zoo
from structviz.data import TOY_SETS, toy_split
from structviz.nets import PointClassifier
from structviz.studies.flow import altered, refined
from tests.e2e.conftest import pixels, settle, themes, visit
from tests.e2e.film_pages import SECONDS, player, positions

pytestmark = pytest.mark.browser


def pause_at(page: Page, layer: int) -> None:
    page.get_by_test_id("player-scrubber").fill(str(layer))
    expect(player(page)).to_have_attribute("data-frame", str(layer))
    expect(player(page)).to_have_attribute("data-playing", "false")


def titles(page: Page) -> Locator:
    return player(page).locator(".title")


def button(page: Page, name: str) -> Locator:
    """One of the page's; the player has one to pause too."""
    return page.get_by_test_id("stButton").get_by_role("button", name=name, exact=True)


def network(name: str) -> PointClassifier:
    net = zoo.load(name)
    assert isinstance(net, PointClassifier)
    return net


def step_of(page: Page) -> int:
    """How far the run is, as the page says."""
    text = page.get_by_text(re.compile(r"step \d+ of \d+")).last.inner_text(timeout=SECONDS)
    return int(re.findall(r"step (\d+) of", text)[0])


@pytest.fixture
def page(chromium: Browser, server: str) -> Iterator[Page]:
    with visit(chromium, f"{server}/flow") as opened:
        expect(player(opened)).to_have_attribute("data-playing", "true", timeout=SECONDS)
        yield opened


def test_the_film_plays_at_first_paint_and_every_layer_is_the_backends(page: Page) -> None:
    expect(titles(page)).to_have_text(["ResNet, as shipped"])
    expect(page.get_by_role("heading", name="Watch the layers flow")).to_be_visible(timeout=SECONDS)
    expect(page.locator(".stPlotlyChart")).to_have_count(0)
    for element in (page.get_by_role("heading", name="Watch"), page.get_by_test_id("player-play")):
        box = element.bounding_box()
        assert box is not None
        assert box["y"] >= 0
        assert box["y"] + box["height"] <= 800, "title and play button are on the screen without scrolling"
    before = positions(page)
    deadline = time.monotonic() + SECONDS / 1000
    while np.abs(positions(page) - before).max() < 0.01:
        assert time.monotonic() < deadline, "the points do not move"
        page.wait_for_timeout(50)
    film = network("flow/resnet-donut2d").trajectory(toy_split("donut2d", 1000, 300, 0)[1][0]).numpy()
    for layer in (0, 1, 15, 40):
        pause_at(page, layer)
        np.testing.assert_allclose(positions(page), film[layer].ravel(), atol=1e-5)
    page.wait_for_url(re.compile("flow_frame=40"), timeout=SECONDS)
    settle(page)
    page.get_by_text("ResNet is forward Euler: how far").click()
    expect(page.locator(".stPlotlyChart")).to_have_count(1, timeout=SECONDS)
    np.testing.assert_allclose(positions(page), film[40].ravel(), atol=1e-5, err_msg="the film stays where it was left")


def slide(page: Page, name: str, value: float) -> None:
    """Move a handle, as a hand does: no change is final."""
    page.get_by_test_id(f"player-{name}").evaluate(
        "(e, value) => { e.value = value; e.dispatchEvent(new Event('input', { bubbles: true })); }", str(value)
    )


def frames(page: Page) -> None:
    """Two frames of the screen."""
    page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")


def reloaded(page: Page) -> list[str | bytes]:
    """What the page sends to the server from now on; it was loaded anew, and its film plays."""
    sent: list[str | bytes] = []
    page.on("websocket", lambda socket: socket.on("framesent", lambda message: sent.append(message)))
    page.reload()
    expect(player(page)).to_have_attribute("data-playing", "true", timeout=SECONDS)
    settle(page)
    return sent


def test_points_follow_a_handle_before_the_server_hears_of_it_and_the_sentences_follow_then(page: Page) -> None:
    received = reloaded(page)
    notice, ahead = page.locator(".st-key-notice"), page.locator("html[data-ahead]")
    pause_at(page, 40)
    page.wait_for_url(re.compile("flow_frame=40"), timeout=SECONDS)
    settle(page)
    points = toy_split("donut2d", 1000, 300, 0)[1][0]
    net = network("flow/resnet-donut2d").double()
    before = positions(page)
    received.clear()
    handle = page.get_by_test_id("player-scale")
    handle.scroll_into_view_if_needed()
    box = handle.bounding_box()
    assert box is not None
    # The thumb of a slider from 0 to 3 that stands at 1.
    middle = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] / 3, middle)
    page.mouse.down()
    page.mouse.move(box["x"] + 0.8 * box["width"], middle, steps=5)
    frames(page)
    moved = json.loads(player(page).get_attribute("data-moved") or "{}")
    assert 2 < moved["scale"] < 3
    after = altered(net, 1.0, moved["scale"]).trajectory(points.double())[-1].numpy().ravel()
    np.testing.assert_allclose(positions(page), after, atol=1e-4, rtol=1e-5)
    assert np.abs(positions(page) - before).max() > 0.1
    assert received == [], "all that was computed here"
    expect(ahead).to_be_attached()
    expect(notice).to_have_css("opacity", "0.3")
    page.mouse.up()
    expect(ahead).not_to_be_attached(timeout=SECONDS)
    settle(page)
    assert received
    caption = player(page).locator(".caption").inner_text()
    expect(page.locator(".st-key-key_number")).to_contain_text(caption.split(" of ")[0])
    expect(notice).to_contain_text(f"All weights of the layers are {moved['scale']:g} times those of training.")
    page.wait_for_url(re.compile(f"flow_scale={moved['scale']:g}"), timeout=SECONDS)


def test_keys_move_the_handle_that_has_the_focus_and_not_the_film(page: Page) -> None:
    pause_at(page, 20)
    handle = page.get_by_test_id("player-scale")
    for key, value in (("ArrowLeft", "0.95"), ("Home", "0"), ("End", "3")):
        handle.press(key)
        expect(handle).to_have_value(value)
        expect(player(page)).to_have_attribute("data-frame", "20")
    page.get_by_test_id("player-scrubber").press("ArrowLeft")
    expect(player(page)).to_have_attribute("data-frame", "19")


def test_what_is_switched_on_says_where_the_film_rests(page: Page) -> None:
    sent = reloaded(page)
    pause_at(page, 7)
    player(page).get_by_role("button", name="Grid", exact=True).click()
    page.wait_for_url(re.compile("flow_frame=7&.*Grid"), timeout=SECONDS)
    told = [str(message).replace("\\", "") for message in sent]
    assert any(re.search(r'"names":\["tails","grid"\],"frame":7', text) for text in told)


def test_every_handle_moves_the_points_as_the_library_does(page: Page) -> None:
    settle(page)
    pause_at(page, 40)
    net = network("flow/resnet-donut2d").double()
    state = {"horizon": 1.0, "scale": 1.0, "noise": 1.0, "steps": 40, "integrator": "euler"}
    counts = (2, 4, 5, 8, 10, 20, 40, 80, 160)
    for change in (
        {"noise": 1.5},
        {"horizon": 1.5},
        {"scale": 0.6},
        {"steps": 20},
        {"integrator": "implicit-midpoint"},
    ):
        state |= change
        for name, value in change.items():
            if name == "integrator":
                page.get_by_test_id("player-integrator").select_option(label="Implicit midpoint")
            else:
                slide(page, name, counts.index(int(value)) if name == "steps" else float(value))
        frames(page)
        player(page).evaluate("e => e.structvizPlayer.seek(1000)")
        points = toy_split("donut2d", 1000, 300, 0, state["noise"] * TOY_SETS["donut2d"].noise)[1][0].double()
        changed = altered(net, state["horizon"], state["scale"])
        end = refined(changed, state["integrator"], state["steps"]).trajectory(points)[-1].numpy().ravel()
        np.testing.assert_allclose(positions(page), end, atol=1e-5, err_msg=str(change))
    page.wait_for_url(re.compile("flow_frame=20.*flow_integrator|flow_integrator.*flow_frame=20"), timeout=SECONDS)
    settle(page)
    expect(page.get_by_role("slider", name="Steps from 0 to T")).to_have_attribute("aria-valuetext", "20")
    page.reload()
    settle(page)
    player(page).evaluate("e => e.structvizPlayer.seek(1000)")
    np.testing.assert_allclose(positions(page), end, atol=1e-5, err_msg="the address has it all")


def test_steps_that_are_too_large_break_the_film_and_the_address_brings_it_back(page: Page) -> None:
    assert page.get_by_test_id("player-folds").get_attribute("data-any") == "false"
    slide(page, "steps", 2)  # the third number: 5
    heading = ["ResNet: Euler, 5 steps of Δt = 0.8"]
    expect(titles(page)).to_have_text(heading, timeout=SECONDS)
    expect(page.get_by_test_id("player-folds")).to_have_attribute("data-any", "true")
    expect(page.get_by_text("Folded:", exact=True)).to_be_visible(timeout=SECONDS)
    settle(page)
    pause_at(page, 5)
    page.get_by_test_id("player-grid").click()  # ink of its own, which says where it is folded
    expect(page.get_by_test_id("player-notes").first).to_contain_text("turned over: ")
    points = toy_split("donut2d", 1000, 300, 0)[1][0]
    end = refined(network("flow/resnet-donut2d"), "euler", 5).trajectory(points)[-1].numpy().ravel()
    np.testing.assert_allclose(positions(page), end, atol=1e-5)
    page.wait_for_url(re.compile("flow_frame=5"), timeout=SECONDS)
    settle(page)
    page.reload()
    settle(page)
    expect(titles(page)).to_have_text(heading, timeout=SECONDS)
    expect(player(page)).to_have_attribute("data-frame", "5")
    expect(player(page)).to_have_attribute("data-playing", "false")


@pytest.mark.parametrize(("width", "height"), [(390, 800), (1280, 800)])
def test_a_preset_brings_the_film_into_sight(chromium: Browser, server: str, width: int, height: int) -> None:
    with visit(chromium, f"{server}/flow", width, height) as page:
        expect(player(page)).to_have_attribute("data-playing", "true", timeout=SECONDS)
        settle(page)
        preset = button(page, "The lecture's donut")
        preset.scroll_into_view_if_needed()
        preset.click()
        expect(titles(page)).to_have_text(["ResNet, as shipped"], timeout=SECONDS)
        settle(page)
        # It scrolls softly, so it takes a moment.
        page.wait_for_function(
            """() => {
              const hosts = [...document.querySelectorAll("*")].map((e) => e.shadowRoot).filter(Boolean);
              const player = [document, ...hosts].map((root) => root.querySelector(".player")).find(Boolean);
              const [play, film] = ["[data-testid=player-play]", "canvas"].map((name) =>
                player.querySelector(name).getBoundingClientRect());
              return play.top >= 0 && play.bottom <= innerHeight && film.top >= 0 && film.top < innerHeight / 2;
            }""",
            timeout=SECONDS,
        )


def start_slowly(page: Page) -> None:
    """Train at a pace at which a browser can look on: a quick machine is through with it in two seconds."""
    page.get_by_role("button", name="Settings of the next run").click()
    page.get_by_text("50 steps per second", exact=True).click()
    settle(page)
    page.keyboard.press("Escape")
    button(page, "Start").click()


def test_training_moves_the_picture_until_it_is_held(page: Page) -> None:
    start_slowly(page)
    expect(button(page, "Pause")).to_be_visible(timeout=SECONDS)
    expect(button(page, "Start")).to_have_count(0, timeout=SECONDS)
    picture = page.locator("[data-testid=stImage] img")
    expect(picture).to_be_visible(timeout=SECONDS)
    first, source = step_of(page), picture.get_attribute("src")
    loss = page.get_by_test_id("stMetric").filter(has_text="Loss")
    before = loss.inner_text()
    expect(loss).not_to_have_text(re.compile(re.escape(before.split()[-1])), timeout=SECONDS)
    expect(picture).not_to_have_attribute("src", source or "", timeout=SECONDS)
    deadline = time.monotonic() + SECONDS / 1000
    while step_of(page) <= first:  # the words come a moment after the picture
        assert time.monotonic() < deadline
        page.wait_for_timeout(100)
    expect(player(page)).to_have_attribute("data-playing", "true")  # the film has not been asked
    button(page, "Pause").click()
    expect(button(page, "Continue")).to_be_visible(timeout=SECONDS)
    settle(page)
    held = step_of(page)
    page.wait_for_timeout(2000)
    assert step_of(page) == held
    button(page, "Single step").click()
    expect(page.get_by_text(f"step {held + 1} of")).to_be_visible(timeout=SECONDS)
    button(page, "Show its film").click()
    expect(titles(page)).to_have_text([f"Trained on this page, step {held + 1}"], timeout=SECONDS)


def test_points_that_are_drawn_are_learned(chromium: Browser, server: str) -> None:
    with visit(chromium, f"{server}/flow?flow_source=Your+own+points+…") as page:
        expect(page.get_by_text("No network was trained on these points yet")).to_be_visible(timeout=SECONDS)
        sheet = page.get_by_test_id("brush-sheet")
        expect(sheet).to_be_visible(timeout=SECONDS)
        count = page.get_by_test_id("brush-count")
        expect(count).to_contain_text("40 points")
        page.get_by_test_id("brush-clear").click()
        expect(page.get_by_text("draw some of the other one too")).to_be_visible(timeout=SECONDS)
        box = sheet.bounding_box()
        assert box is not None
        for label, x in ((0, 0.3), (1, 0.7)):
            page.get_by_test_id(f"brush-class-{label}").click()
            for y in (0.3, 0.5, 0.7):
                page.mouse.click(box["x"] + x * box["width"], box["y"] + y * box["height"])
        expect(count).to_contain_text("6 points: 3 + 3")
        expect(page.get_by_text("draw some of the other one too")).to_have_count(0, timeout=SECONDS)
        settle(page)
        start_slowly(page)
        expect(button(page, "Pause")).to_be_visible(timeout=SECONDS)
        button(page, "Pause").click()
        expect(titles(page)).to_have_text(re.compile(r"Trained on this page, step \d+"), timeout=SECONDS)
        pause_at(page, 0)
        seen = positions(page).reshape(-1, 2)
        assert len(seen) == 6
        assert (seen[:3, 0] < 0).all()
        assert (seen[3:, 0] > 0).all()


@pytest.mark.parametrize(("width", "theme"), [(390, "dark"), (1280, "light"), (1920, "dark")])
def test_the_page_fits_and_follows_the_theme(chromium: Browser, server: str, width: int, theme: str) -> None:
    address = f"{server}/flow?flow_study=true&flow_lecture=true&flow_inside=true&flow_compare=one+network+alone"
    with visit(chromium, address, width, 1080 if width == 1920 else 800, theme) as page:
        expect(player(page)).to_have_attribute("data-playing", "true", timeout=SECONDS)
        expect(page.locator(".stPlotlyChart")).to_have_count(3, timeout=SECONDS)
        settle(page)
        lecture = page.get_by_test_id("stImage")
        expect(lecture).to_have_count(4)
        boxes = [around for around in (picture.bounding_box() for picture in lecture.all()) if around is not None]
        assert len({round(around["x"]) for around in boxes}) == (2 if width == 390 else 4)
        assert boxes[0]["x"] < boxes[1]["x"], "read as a text is read"
        for picture in lecture.locator("img").all():
            around = picture.bounding_box()
            assert around is not None
            assert around["width"] == pytest.approx(around["height"], abs=1)
            assert around["width"] > 140
        overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert overflow <= 0
        for part in (player(page), *page.locator(".stPlotlyChart").all()):
            expect(part).to_be_visible(timeout=SECONDS)
            box = part.bounding_box()
            assert box is not None
            assert box["x"] >= 0
            assert box["x"] + box["width"] <= width, "nothing reaches beyond the screen"
        for now in themes(page, theme):
            background = pixels(page.locator("[data-testid=stMain]"))[-2, -2].mean()
            assert background < 60 if now == "dark" else background > 200
