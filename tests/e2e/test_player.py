"""The clock of the film player in a real browser: layers are those of the backend, and time and keys do as they say."""

import dataclasses
import re
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import torch
from playwright.sync_api import Browser, expect

from structviz.figures.film_encoding import Panel
from structviz.ui.browser.standalone import film_page
from tests.e2e.film_pages import (
    backend,
    frame,
    pause_at,
    picture,
    player,
    playing,
    positions,
    press,
    turning,
)

pytestmark = pytest.mark.browser


def test_points_move_while_it_plays_as_the_layers_move_them(chromium: Browser, tmp_path: Path) -> None:
    film = turning()
    with playing(chromium, tmp_path, film) as page:
        expect(player(page)).to_have_attribute("data-playing", "true")
        press(page, "play")
        pause_at(page, 0)
        at_rest, still = positions(page), picture(page)
        page.clock.run_for(500)
        assert (positions(page) == at_rest).all(), "it waits"
        press(page, "play")
        page.clock.run_for(1000)
        x = frame(page)
        assert x == pytest.approx(20 / 6, abs=0.1), "six seconds in all"
        assert (positions(page) != at_rest).all()
        between = backend(film, int(x)) + (x % 1) * (backend(film, int(x) + 1) - backend(film, int(x)))
        np.testing.assert_allclose(positions(page), between, atol=1e-4)
        assert (picture(page) != still).any(-1).mean() > 0.02


def test_the_scrubber_shows_a_layer_as_the_backend_has_it(chromium: Browser, tmp_path: Path) -> None:
    film = turning()
    with playing(chromium, tmp_path, film) as page:
        scrubber = page.get_by_test_id("player-scrubber")
        expect(scrubber).to_have_attribute("max", "20")
        pictures = []
        for k in (0, 7, 13, 20):
            pause_at(page, k)
            assert (positions(page) == backend(film, k)).all(), "to the last bit"
            pictures.append(picture(page))
            expect(page.get_by_test_id("player-readout")).to_have_text(
                re.compile(rf"layer\s+{k} of 20\s*t = {k / 10:.2f}")
            )
            expect(scrubber).to_have_attribute("aria-valuetext", f"layer {k} of 20, t = {k / 10:.2f}")
        assert all((a != b).any() for a, b in pairwise(pictures))
        pause_at(page, 7.25)
        np.testing.assert_allclose(positions(page), 0.75 * backend(film, 7) + 0.25 * backend(film, 8), atol=1e-6)


def test_speeds(chromium: Browser, tmp_path: Path) -> None:
    with playing(chromium, tmp_path, turning()) as page:
        gone = {}
        for speed in ("0.5", "1", "2"):
            pause_at(page, 0)
            press(page, f"speed-{speed}", "play")
            expect(page.get_by_test_id(f"player-speed-{speed}")).to_have_attribute("aria-pressed", "true")
            page.clock.run_for(1500)
            gone[speed] = frame(page)
        assert gone["1"] == pytest.approx(5, abs=0.2)
        assert gone["2"] / gone["1"] == pytest.approx(2, rel=0.05)
        assert gone["0.5"] / gone["1"] == pytest.approx(0.5, rel=0.05)


def test_it_rests_at_its_end_and_begins_again(chromium: Browser, tmp_path: Path) -> None:
    film = turning()
    with playing(chromium, tmp_path, film) as page:
        pause_at(page, 19)
        press(page, "play")
        page.clock.run_for(1000)
        assert frame(page) == 20
        assert (positions(page) == backend(film, 20)).all()
        page.clock.run_for(500)
        assert frame(page) == 20
        page.clock.run_for(1000)
        assert 0 < frame(page) < 3


def test_uneven_times_pass_evenly(chromium: Browser, tmp_path: Path) -> None:
    film = dataclasses.replace(turning(5), times=torch.tensor([0.0, 1, 2, 3, 9]))
    with playing(chromium, tmp_path, film) as page:
        pause_at(page, 0)
        press(page, "play")
        page.clock.run_for(3000)
        assert frame(page) == pytest.approx(3 + 1.5 / 6, abs=0.03), "half of the time, but most of the layers"


def test_films_of_other_depths_keep_in_step(chromium: Browser, tmp_path: Path) -> None:
    deep, shallow = turning(21), turning(5, time=7.0)
    with playing(chromium, tmp_path, deep, shallow) as page:
        first, second = page.locator("[data-testid=player] canvas").all()
        left, right = first.bounding_box(), second.bounding_box()
        assert left is not None
        assert right is not None
        assert right["x"] > left["x"] + left["width"]
        assert right["y"] == left["y"]
        assert left["width"] == pytest.approx(left["height"], abs=1)
        pause_at(page, 15)
        assert (positions(page, 0) == backend(deep, 15)).all()
        assert (positions(page, 1) == backend(shallow, 3)).all()
        expect(page.get_by_test_id("player-readout")).to_have_text(
            re.compile(r"layer 15 of 20 \| 3 of 4\s*t = 1\.50 \| 5\.25")
        )
        before = picture(page, 0), picture(page, 1)
        page.get_by_test_id("player-on").click()
        np.testing.assert_allclose(positions(page, 1), 0.8 * backend(shallow, 3) + 0.2 * backend(shallow, 4), atol=1e-6)
        assert (picture(page, 0) != before[0]).any()
        assert (picture(page, 1) != before[1]).any()


def test_a_film_that_leaves_layers_out_still_counts_them(chromium: Browser, tmp_path: Path) -> None:
    file = tmp_path / "film.html"
    file.write_text(film_page([Panel("", turning(5), n_layers=200)], ""))
    with chromium.new_page(reduced_motion="reduce") as page:
        page.goto(file.as_uri())
        pause_at(page, 3)
        expect(page.get_by_test_id("player-readout")).to_have_text(re.compile("layer 150 of 200"))


def test_keys(chromium: Browser, tmp_path: Path) -> None:
    with playing(chromium, tmp_path, turning()) as page:
        pause_at(page, 10.5)
        player(page).focus()
        for key, there in (("ArrowRight", 11), ("ArrowRight", 12), ("ArrowLeft", 11), ("Home", 0), ("End", 20)):
            page.keyboard.press(key)
            assert frame(page) == there, key
        page.keyboard.press("ArrowRight")
        assert frame(page) == 20
        page.keyboard.press("Space")
        expect(player(page)).to_have_attribute("data-playing", "true")
        page.clock.run_for(500)
        assert 0 < frame(page) < 5, "from the end it begins again"
        page.keyboard.press("Space")
        expect(player(page)).to_have_attribute("data-playing", "false")
        page.get_by_test_id("player-scrubber").focus()
        page.keyboard.press("Home")
        page.keyboard.press("ArrowUp")
        assert frame(page) == 1, "a layer, not a hundredth"
        page.get_by_test_id("player-grid").focus()
        page.keyboard.press("Space")
        expect(page.get_by_test_id("player-grid")).to_have_attribute("aria-pressed", "false")
        expect(player(page)).to_have_attribute("data-playing", "false")


def test_steps_go_to_layers(chromium: Browser, tmp_path: Path) -> None:
    with playing(chromium, tmp_path, turning()) as page:
        pause_at(page, 3.4)
        press(page, "on")
        assert frame(page) == 4
        press(page, "back", "back")
        assert frame(page) == 2
        page.locator("[data-testid=player] canvas").click()
        expect(player(page)).to_have_attribute("data-playing", "true")
        press(page, "on")
        expect(player(page)).to_have_attribute("data-playing", "false")


def test_who_wants_less_motion_starts_it(chromium: Browser, tmp_path: Path) -> None:
    with playing(chromium, tmp_path, turning(), reduced_motion="reduce") as page:
        expect(player(page)).to_have_attribute("data-playing", "false")
        page.clock.run_for(1000)
        assert frame(page) == 0
        press(page, "play")
        page.clock.run_for(400)
        assert frame(page) == 0
        page.clock.run_for(800)
        assert frame(page) in (2, 4), "in steps, from layer to layer"


def test_it_waits_while_nobody_can_see_it(chromium: Browser, tmp_path: Path) -> None:
    with playing(chromium, tmp_path, turning()) as page:
        page.evaluate("document.body.style.paddingBottom = '3000px'")
        page.evaluate("scrollTo(0, 2500)")
        page.wait_for_function("scrollY > 2000")
        page.locator("[data-testid=player]").evaluate(
            "e => new Promise(done => new IntersectionObserver((seen) => seen[0].isIntersecting || done()).observe(e))"
        )
        before = frame(page)
        page.clock.run_for(1000)
        assert frame(page) == before
        expect(player(page)).to_have_attribute("data-playing", "true")
        page.evaluate("scrollTo(0, 0)")
        page.locator("[data-testid=player]").evaluate(
            "e => new Promise(done => new IntersectionObserver((seen) => seen[0].isIntersecting && done()).observe(e))"
        )
        page.clock.run_for(1000)
        assert frame(page) != before
