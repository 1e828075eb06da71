"""The page of robustness in a browser: noise under the slider, attacks that run, a ring that turns, digits by hand."""

import io
import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image as PillowImage
from playwright.sync_api import Browser, Locator, Page, expect

from structviz import zoo
from structviz.data import imagenet_classes, photograph, read_colour_image
from structviz.figures.adversarial import bytes_of
from tests.e2e.conftest import settle, visit
from tests.e2e.touch import Finger, phone, scrolled

pytestmark = pytest.mark.browser

SECONDS = 60_000


@pytest.fixture
def page(chromium: Browser, server: str) -> Iterator[Page]:
    with visit(chromium, f"{server}/robustness", 1280, 900) as opened:
        expect(opened.locator(".adversarial .class-bar").first).to_be_visible(timeout=SECONDS)
        settle(opened)
        yield opened


def pixels(canvas: Locator) -> str:
    return canvas.evaluate("canvas => canvas.toDataURL()")


def choose(page: Page, label: str, text: str) -> None:
    """Search in a list of the sidebar, and take what is found."""
    box = page.get_by_role("combobox", name=re.compile(label))
    box.click()
    box.fill(text)
    page.get_by_role("option", name=text, exact=True).click()


def last_frame(page: Page) -> int:
    return int(page.locator(".adversarial input").get_attribute("max") or 0)


def test_the_slider_adds_noise_at_once_and_the_server_follows(page: Page) -> None:
    sum_of_both, photo = page.locator(".attacked canvas"), page.locator(".adversarial .photo canvas")
    expect(page.locator(".attacked .name")).to_have_text("gibbon")
    assert pixels(sum_of_both) != pixels(photo)
    slider = page.locator(".adversarial input")
    slider.focus()
    page.keyboard.press("Home")
    expect(page.locator(".attacked .name")).to_have_text("Egyptian cat")
    assert pixels(sum_of_both) == pixels(photo)
    page.wait_for_url("**robust_epsilon=0*")
    expect(page.get_by_text("No noise is added yet.")).to_be_visible(timeout=SECONDS)


def test_the_photograph_turns_with_hand_and_keys_and_jumps_to_its_worst_angle(page: Page) -> None:
    wheel, degrees = page.locator(".ring .wheel"), page.locator(".ring .degrees")
    wheel.scroll_into_view_if_needed()
    upright = pixels(page.locator(".ring .photo"))
    box = wheel.bounding_box()
    assert box is not None
    x, y, radius = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, 0.3 * box["width"]
    page.mouse.move(x, y - radius)
    page.mouse.down()
    page.mouse.move(x - 0.7 * radius, y - 0.7 * radius, steps=4)
    page.mouse.move(x - radius, y, steps=4)
    page.mouse.up()
    expect(degrees).to_have_text("90°")
    assert pixels(page.locator(".ring .photo")) != upright
    page.wait_for_url("**robust_angle=90*")
    wheel.focus()
    page.keyboard.press("ArrowLeft")
    expect(degrees).to_have_text("95°")
    page.locator(".ring .jump").click()
    worst = page.locator(".ring .jump").inner_text().split()[-1]
    expect(degrees).to_have_text(worst)
    expect(page.get_by_text(f"at {worst} it is tiger cat")).to_be_visible(timeout=SECONDS)
    expect(page.locator(".ring .verdict")).to_contain_text("Now tiger cat")
    mark = page.locator(".ring .worst path").get_attribute("transform")
    assert mark == f"rotate(-{worst.removesuffix('°')})"
    wheel.press("Home")
    expect(degrees).to_have_text("0°")
    wheel.press("End")
    expect(degrees).to_have_text(worst)


def test_every_strength_from_none_to_the_most_is_shown(page: Page) -> None:
    slider, words = page.locator(".adversarial input"), page.locator(".adversarial .words")
    slider.focus()
    page.keyboard.press("Home")
    seen = [words.inner_text()]
    while len(seen) < 33:
        page.keyboard.press("ArrowRight")
        seen.append(words.inner_text())
    assert seen == [f"ε = {k / 4:g}/255" for k in range(33)]
    page.wait_for_url("**robust_epsilon=8*")
    expect(page.get_by_text("changes by more than ε = 8/255")).to_be_visible(timeout=SECONDS)


def test_an_attack_on_a_target_that_is_searched_for_shows_its_steps_stops_and_goes_on(page: Page) -> None:
    choose(page, "Make it a", "goldfish")
    lines = page.get_by_text(re.compile(r"step \d+, ε = "))
    expect(lines).to_be_visible(timeout=SECONDS)
    first = lines.inner_text().splitlines()
    expect(lines).not_to_have_text("\n".join(first), timeout=SECONDS)
    assert len(lines.inner_text().splitlines()) > len(first) or len(first) == 6
    page.get_by_role("button", name="Stop").click()
    stopped = page.get_by_text(re.compile(r"The attack was stopped after \d+ of 48 steps\."))
    expect(stopped).to_be_visible(timeout=SECONDS)
    settle(page)
    assert "after 48 of" not in stopped.inner_text()
    assert last_frame(page) <= 6
    expect(page.locator(".attacked .name")).to_be_visible()
    page.get_by_role("button", name="Go on with the attack").click()
    expect(page.locator(".adversarial input")).to_have_attribute("max", "32", timeout=2 * SECONDS)
    expect(stopped).to_have_count(0, timeout=SECONDS)
    settle(page)
    expect(page.locator(".attacked .name")).to_have_text("goldfish")


def test_an_image_of_the_visitor_is_attacked_turned_and_saved(page: Page, tmp_path: Path) -> None:
    choose(page, "Photograph", "Your own image …")
    expect(page.get_by_text("Until you choose one, the cat is shown.")).to_be_visible(timeout=SECONDS)
    upload = page.locator("[data-testid=stFileUploader] input[type=file]").first
    upload.set_input_files({"name": "mine.png", "mimeType": "image/png", "buffer": b"no image"})
    expect(page.get_by_test_id("stAlert").first).to_be_visible(timeout=SECONDS)
    mirrored = np.pad(bytes_of(photograph("coffee").flip(-1)), ((0, 0), (40, 0), (0, 0)))  # not square
    PillowImage.fromarray(mirrored).save(file := io.BytesIO(), "PNG")
    upload.set_input_files({"name": "mine.png", "mimeType": "image/png", "buffer": file.getvalue()})
    expect(page.get_by_text("Of your image the central square is used")).to_be_visible(timeout=3 * SECONDS)
    expect(page.locator(".adversarial .photo .name")).to_have_text("your image")
    assert last_frame(page) == 32
    jump = page.locator(".ring .jump")
    expect(jump).to_contain_text("Worst angle", timeout=2 * SECONDS)
    settle(page)
    jump.click()
    page.locator(".ring").scroll_into_view_if_needed()
    with page.expect_download(timeout=2 * SECONDS) as download:
        page.get_by_role("button", name="Attacked image").click()
    download.value.save_as(tmp_path / "attacked.png")
    net, names = zoo.load("robustness/efficientnet-lite0"), imagenet_classes()
    with torch.no_grad():
        images = [
            read_colour_image(content, 224) for content in (file.getvalue(), (tmp_path / "attacked.png").read_bytes())
        ]
        clean, attacked = (names[int(net(image).argmax())] for image in images)
    assert attacked == "gibbon" != clean


def test_a_drawn_digit_is_classified_and_no_attack_enters_its_disc(chromium: Browser, server: str) -> None:
    with visit(chromium, f"{server}/robustness?robust_digits=true&robust_digit_source=drawn", 1280, 900) as page:
        sheet = page.get_by_test_id("sketch-sheet")
        expect(sheet).to_be_visible(timeout=SECONDS)
        settle(page)
        sheet.scroll_into_view_if_needed()
        box = sheet.bounding_box()
        assert box is not None
        x, y = box["x"] + 0.5 * box["width"], box["y"]
        page.mouse.move(x, y + 0.15 * box["height"])
        page.mouse.down()
        page.mouse.move(x, y + 0.85 * box["height"], steps=8)
        page.mouse.up()
        expect(page.get_by_text("The 1-Lipschitz one is certain of its 1")).to_be_visible(timeout=SECONDS)
        page.get_by_role("button", name="Try to change its class").click()
        tried = page.get_by_text("10,000 random changes and 10 attacks along the gradient")
        expect(tried).to_contain_text("none changed its class", timeout=2 * SECONDS)
        tried.scroll_into_view_if_needed()
        expect(page.get_by_text("certified", exact=True).first).to_be_visible()


def test_a_finger_turns_the_photograph_and_scrolls_beside(chromium: Browser, server: str) -> None:
    with phone(chromium, f"{server}/robustness") as page:
        wheel, degrees = page.locator(".ring .wheel"), page.locator(".ring .degrees")
        expect(page.locator(".ring .jump")).to_contain_text("Worst angle", timeout=SECONDS)
        settle(page)
        wheel.scroll_into_view_if_needed()
        finger = Finger(page)
        before = scrolled(page)
        finger.swipe(wheel, -150, 0, (0.8, 0.3))
        expect(degrees).not_to_have_text("0°")
        assert scrolled(page) == before
        turned = degrees.inner_text()
        page.wait_for_url(f"**robust_angle={turned.removesuffix('°')}*")
        finger.swipe(wheel, 0, -200, (0.5, 0.8))
        assert scrolled(page) != before
        expect(degrees).to_have_text(turned)
